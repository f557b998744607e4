/* Handlers are chosen by type: values, pointers, bases, several bases, the first that fits.
 * stdout:
 *   0 int 5
 *   1 double 2.5
 *   2 text abc
 *   3 left 1
 *   4 right 2
 *   5 base by pointer 9
 *   6 exact
 *   7 anything
 *   8 moved 64
 */
#include <cstdio>
#include <utility>

struct Left {
    int left = 1;
};
struct Right {
    int right = 2;
};
struct Both : Left, Right {};
struct PrivateBoth : private Left, public Right {};
struct Base {
    int value = 9;
    virtual ~Base() = default;
};
struct Derived : Base {};
struct Other {};
struct Large {
    char bytes[64] = {};
    Large() = default;
    Large(const Large &) = default;
};

static Derived object;

static void throw_kind(int kind) {
    switch (kind) {
    case 0: throw 5;
    case 1: throw 2.5;
    case 2: throw "abc";
    case 3: throw Both();
    case 4: throw PrivateBoth();
    case 5: throw &object;
    case 6: throw Derived();
    case 7: throw Other();
    default: throw Large();
    }
}

int main() {
    for (int kind = 0; kind < 9; kind++) {
        std::printf("%d ", kind);
        try {
            throw_kind(kind);
        } catch (int value) {
            std::printf("int %d\n", value);
        } catch (double value) {
            std::printf("double %.1f\n", value);
        } catch (const char *text) {
            std::printf("text %s\n", text);
        } catch (const Left &left) {
            std::printf("left %d\n", left.left);
        } catch (const Right &right) {
            std::printf("right %d\n", right.right);
        } catch (const Base *base) {
            std::printf("base by pointer %d\n", base->value);
        } catch (const Derived &) {
            std::printf("exact\n");
        } catch (const Base &) {
            std::printf("base\n");
        } catch (Large large) {
            std::printf("moved %d\n", (int)sizeof large.bytes);
        } catch (...) {
            std::printf("anything\n");
        }
    }
    return 0;
}
