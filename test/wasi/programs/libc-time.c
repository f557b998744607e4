/* Calendar arithmetic.
 * stdout:
 *   2009-02-13 23:31:30, day 044, a Friday
 *   1969-12-31 23:59:59, day 365, a Wednesday
 *   2100-03-01 00:00:00, day 060, a Monday
 */
#include <stdio.h>
#include <time.h>

int main(int argc, char **argv)
{
    char text[64];
    const time_t moments[3] = {1234567890, -1, 4107542400};
    for (int i = 0; i < 3; i++) {
        strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S, day %j, a %A", gmtime(&moments[i]));
        printf("%s\n", text);
    }
    return 0;
}
