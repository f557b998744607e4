/* An exception that no one catches is a trap.
 * exit: 134
 * stdout:
 *   before
 * stderr-has: wasm trap: uncaught exception
 */
#include <cstdio>
#include <stdexcept>

int main() {
    std::printf("before\n");
    std::fflush(stdout);
    throw std::runtime_error("nobody");
}
