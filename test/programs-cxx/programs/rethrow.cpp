/* Rethrowing, nested handlers, exceptions kept in exception_ptr and in one another.
 * stdout:
 *   inner first
 *   cleanup
 *   outer first
 *   in handler second
 *   still first
 *   kept third
 *   kept third
 *   outer: load
 *   inner: open
 *   uncaught 0 1 0
 */
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>

struct Cleanup {
    ~Cleanup() { std::printf("cleanup\n"); }
};

static void rethrows() {
    try {
        throw std::runtime_error("first");
    } catch (const std::exception &error) {
        Cleanup cleanup;
        std::printf("inner %s\n", error.what());
        throw;
    }
}

static void throws_in_handler() {
    try {
        throw std::runtime_error("first");
    } catch (const std::exception &first) {
        try {
            throw std::runtime_error("second");
        } catch (const std::exception &second) {
            std::printf("in handler %s\n", second.what());
        }
        std::printf("still %s\n", first.what());
    }
}

static void keeps() {
    std::exception_ptr kept;
    try {
        throw std::string("third");
    } catch (...) {
        kept = std::current_exception();
    }
    for (int i = 0; i < 2; i++) {
        try {
            std::rethrow_exception(kept);
        } catch (const std::string &text) {
            std::printf("kept %s\n", text.c_str());
        }
    }
}

static void nests() {
    try {
        try {
            throw std::runtime_error("open");
        } catch (...) {
            std::throw_with_nested(std::logic_error("load"));
        }
    } catch (const std::exception &outer) {
        std::printf("outer: %s\n", outer.what());
        try {
            std::rethrow_if_nested(outer);
        } catch (const std::exception &inner) {
            std::printf("inner: %s\n", inner.what());
        }
    }
}

static int during;

struct Counter {
    ~Counter() { during = std::uncaught_exceptions(); }
};

int main() {
    try {
        rethrows();
    } catch (const std::runtime_error &error) {
        std::printf("outer %s\n", error.what());
    }
    throws_in_handler();
    keeps();
    nests();
    int before = std::uncaught_exceptions();
    try {
        Counter counter;
        throw 1;
    } catch (int) {
    }
    std::printf("uncaught %d %d %d\n", before, during, std::uncaught_exceptions());
    return 0;
}
