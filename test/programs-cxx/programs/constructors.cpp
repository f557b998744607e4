/* An exception in a constructor destroys what was made before: members, bases, elements of an array.
 * stdout:
 *   +base
 *   +member 1
 *   -member 1
 *   -base
 *   caught member 2
 *   +part 0
 *   +part 1
 *   -part 1
 *   -part 0
 *   caught part 2
 *   freed
 *   caught while new
 *   function-try member 1
 *   again
 *   static ready
 */
#include <cstdio>
#include <cstdlib>
#include <new>
#include <string>

struct Member {
    int number;
    Member(int n, bool fails) : number(n) {
        if (fails) throw "member " + std::to_string(n);
        std::printf("+member %d\n", n);
    }
    ~Member() { std::printf("-member %d\n", number); }
};
struct Base {
    Base() { std::printf("+base\n"); }
    ~Base() { std::printf("-base\n"); }
};
struct Whole : Base {
    Member first{1, false}, second{2, true};
    ~Whole() { std::printf("not reached\n"); }
};

static int parts;
struct Part {
    int number = parts++;
    Part() {
        if (number == 2) throw "part " + std::to_string(number);
        std::printf("+part %d\n", number);
    }
    ~Part() { std::printf("-part %d\n", number); }
};

struct Allocated {
    Allocated() { throw 1; }
    static void *operator new(std::size_t size) { return std::malloc(size); }
    static void operator delete(void *pointer) {
        std::printf("freed\n");
        std::free(pointer);
    }
};

struct Translates {
    Member member;
    Translates()
    try : member(1, true) {
    } catch (const std::string &text) {
        std::printf("function-try %s\n", text.c_str());
        throw 2;
    }
};

static int attempts;
struct Late {
    Late() {
        if (attempts++ == 0) throw 3;
    }
};
static const char *late() {
    static Late once;
    return "static ready";
}

int main() {
    try {
        Whole whole;
    } catch (const std::string &text) {
        std::printf("caught %s\n", text.c_str());
    }
    try {
        delete[] new Part[4];
    } catch (const std::string &text) {
        std::printf("caught %s\n", text.c_str());
    }
    try {
        delete new Allocated;
    } catch (int) {
        std::printf("caught while new\n");
    }
    try {
        Translates translates;
    } catch (int) {
    }
    try {
        std::printf("%s\n", late());
    } catch (int) {
        std::printf("again\n");
    }
    std::printf("%s\n", late());
    return 0;
}
