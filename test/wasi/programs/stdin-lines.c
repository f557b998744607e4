/* Lines through stdio.
 * stdin: "alpha\nbeta\r\n\nlast"
 * stdout:
 *   6 alpha
 *   6 beta
 *   1 
 *   4 last
 */
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
    char line[64];
    while (fgets(line, sizeof line, stdin) != NULL) {
        size_t size = strlen(line);
        line[strcspn(line, "\r\n")] = 0;
        printf("%zu %s\n", size, line);
    }
    return 0;
}
