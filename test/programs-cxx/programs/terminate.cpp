/* An exception that would leave a noexcept function ends in the terminate handler.
 * exit: 3
 * stdout:
 *   terminate
 */
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <stdexcept>

static void thrower() { throw std::runtime_error("too far"); }
static void (*volatile through)() = thrower;
static void stops() noexcept { through(); }

int main() {
    std::set_terminate([] {
        std::printf("terminate\n");
        std::exit(3);
    });
    try {
        stops();
    } catch (...) {
        std::printf("not reached\n");
    }
    return 0;
}
