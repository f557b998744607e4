/* An exception passes several frames, one of them called through a pointer, and runs their destructors in order.
 * stdout:
 *   enter 3
 *   enter 2
 *   enter 1
 *   leave 1
 *   leave 2
 *   leave 3
 *   caught 42
 *   virtual
 *   ~guard of virtual
 *   caught 7
 */
#include <cstdio>

struct Level {
    int number;
    explicit Level(int n) : number(n) { std::printf("enter %d\n", number); }
    ~Level() { std::printf("leave %d\n", number); }
};

static void deep(int n);
static void (*volatile through)(int) = deep;

static void deep(int n) {
    if (n == 0) throw 42;
    Level level(n);
    if (n == 2) through(n - 1);
    else deep(n - 1);
    std::printf("not reached\n");
}

struct Guard {
    ~Guard() { std::printf("~guard of virtual\n"); }
};

struct Base {
    virtual void run() = 0;
    virtual ~Base() = default;
};
struct Thrower : Base {
    void run() override {
        Guard guard;
        std::printf("virtual\n");
        throw 7;
    }
};

int main() {
    try {
        deep(3);
    } catch (int value) {
        std::printf("caught %d\n", value);
    }
    Thrower thrower;
    Base *volatile base = &thrower;
    try {
        base->run();
    } catch (int value) {
        std::printf("caught %d\n", value);
    }
    return 0;
}
