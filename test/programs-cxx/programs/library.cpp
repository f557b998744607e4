/* What the standard library throws.
 * stdout:
 *   out_of_range
 *   out_of_range
 *   invalid_argument
 *   out_of_range
 *   length_error
 *   bad_optional_access
 *   bad_variant_access
 *   bad_function_call
 *   bad_cast
 *   bad_alloc
 *   value 17
 */
#include <cstdio>
#include <functional>
#include <map>
#include <memory>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <typeinfo>
#include <variant>
#include <vector>

static char *volatile sink;

struct Base {
    virtual ~Base() = default;
};
struct Derived : Base {};

template <class Exception, class Action> static void expect(const char *name, Action action) {
    try {
        action();
        std::printf("%s was not thrown\n", name);
    } catch (const Exception &) {
        std::printf("%s\n", name);
    } catch (...) {
        std::printf("%s expected, another thrown\n", name);
    }
}

int main() {
    std::vector<int> numbers{1, 2, 3};
    std::map<std::string, int> table{{"a", 17}};
    Base base;
    Base &reference = base;
    expect<std::out_of_range>("out_of_range", [&] { numbers.at(3) = 4; });
    expect<std::out_of_range>("out_of_range", [&] { table.at("b") = 4; });
    expect<std::invalid_argument>("invalid_argument", [] { return std::stoi("x"); });
    expect<std::out_of_range>("out_of_range", [] { return std::stoi("99999999999"); });
    expect<std::length_error>("length_error", [&] { numbers.reserve(numbers.max_size() + 1); });
    expect<std::bad_optional_access>("bad_optional_access", [] { return std::optional<int>().value(); });
    expect<std::bad_variant_access>("bad_variant_access", [] { return std::get<1>(std::variant<int, char>(1)); });
    expect<std::bad_function_call>("bad_function_call", [] { std::function<void()>()(); });
    expect<std::bad_cast>("bad_cast", [&] { (void)dynamic_cast<Derived &>(reference); });
    expect<std::bad_alloc>("bad_alloc", [] {
        volatile std::size_t most = 0xf0000000;
        sink = new char[most];
    });
    std::printf("value %d\n", table.at("a"));
    return 0;
}
