/* Arguments arrive byte for byte: spaces, quotes, backslashes, nothing, UTF-8, what a shell would expand.
 * args: ["one", "two words", "", "tab\there", "\"quoted\"", "back\\slash", "ends in \\", "a\\\"b", "ünïcödé 日本語 🎉", "*.c", "$HOME", "%PATH%", "it's"]
 * stdout:
 *   1 [one]
 *   2 [two words]
 *   3 []
 *   4 [tab	here]
 *   5 ["quoted"]
 *   6 [back\slash]
 *   7 [ends in \]
 *   8 [a\"b]
 *   9 [ünïcödé 日本語 🎉]
 *   10 [*.c]
 *   11 [$HOME]
 *   12 [%PATH%]
 *   13 [it's]
 */
#include <stdio.h>

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        printf("%d [%s]\n", i, argv[i]);
    return 0;
}
