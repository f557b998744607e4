/* A parser that reports errors by exceptions, many times, without running out of memory.
 * stdout:
 *   1+2*3 = 7
 *   2*(3+4)-5 = 9
 *   (1+ : expected a number at 3
 *   7/0 : division by zero at 2
 *   1+2) : unexpected ) at 3
 *   200000 of 200000 failed
 */
#include <cstdio>
#include <string>

struct SyntaxError {
    std::string message;
    std::size_t place;
};

class Parser {
    const std::string &text;
    std::size_t at = 0;

    char peek() const { return at < text.size() ? text[at] : 0; }

    long atom() {
        if (peek() == '(') {
            at++;
            long value = sum();
            if (peek() != ')') throw SyntaxError{"expected )", at};
            at++;
            return value;
        }
        if (peek() < '0' || peek() > '9') throw SyntaxError{"expected a number", at};
        long value = 0;
        while (peek() >= '0' && peek() <= '9') value = value * 10 + (text[at++] - '0');
        return value;
    }

    long product() {
        long value = atom();
        while (peek() == '*' || peek() == '/') {
            bool divides = text[at++] == '/';
            std::size_t place = at;
            long right = atom();
            if (divides && right == 0) throw SyntaxError{"division by zero", place};
            value = divides ? value / right : value * right;
        }
        return value;
    }

    long sum() {
        long value = product();
        while (peek() == '+' || peek() == '-') value += text[at++] == '+' ? product() : -product();
        return value;
    }

public:
    explicit Parser(const std::string &source) : text(source) {}
    long parse() {
        long value = sum();
        if (peek()) throw SyntaxError{std::string("unexpected ") + peek(), at};
        return value;
    }
};

int main() {
    for (const std::string &text : {"1+2*3", "2*(3+4)-5", "(1+", "7/0", "1+2)"}) {
        try {
            std::printf("%s = %ld\n", text.c_str(), Parser(text).parse());
        } catch (const SyntaxError &error) {
            std::printf("%s : %s at %d\n", text.c_str(), error.message.c_str(), (int)error.place);
        }
    }
    int failed = 0;
    const std::string wrong = "1+(2*(3-(4+)))";
    for (int i = 0; i < 200000; i++) {
        try {
            Parser(wrong).parse();
        } catch (const SyntaxError &) {
            failed++;
        }
    }
    std::printf("%d of 200000 failed\n", failed);
    return 0;
}
