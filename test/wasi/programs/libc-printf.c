/* Number formatting, which exercises 64-bit and soft 128-bit arithmetic.
 * stdout:
 *   -2147483648 4294967295 -9223372036854775808 18446744073709551615
 *   3.14159 1e+100 0.1 1.7976931348623157e+308 4.9406564584124654e-324
 *   inf -inf nan
 *   0x1.921fb54442d18p+1 1000000.500
 *      42|42   |00042|+42
 *   2.50 3 4
 */
#include <float.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    volatile double zero = 0;
    printf("%d %u %lld %llu\n", INT_MIN, UINT_MAX, LLONG_MIN, ULLONG_MAX);
    printf("%g %g %g %.17g %.17g\n", 3.14159, 1e100, 0.1, DBL_MAX, 4.9406564584124654e-324);
    printf("%g %g %g\n", 1 / zero, -1 / zero, fabs(zero / zero));
    printf("%a %.3f\n", 3.14159265358979311600, 1000000.5);
    printf("%5d|%-5d|%05d|%+d\n", 42, 42, 42, 42);
    printf("%.2f %.0f %.0f\n", 2.5, 2.51, 3.5);
    return 0;
}
