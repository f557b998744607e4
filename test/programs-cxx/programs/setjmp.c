/* longjmp leaves several frames, gives its value, and may come back to the same place again and again.
 * stdout:
 *   0
 *   1
 *   2
 *   3
 *   zero becomes 1
 *   inner 5
 *   outer 6
 *   line 1: 10
 *   line 2: error 2
 *   line 3: 30
 *   100000 jumps
 */
#include <setjmp.h>
#include <stdio.h>

static jmp_buf here, outer, inner, on_error;

static void jump_from(int depth, int value) {
    if (depth == 0) longjmp(here, value);
    jump_from(depth - 1, value);
}

static void nested(void) {
    int value = setjmp(inner);
    if (value == 0) longjmp(inner, 5);
    printf("inner %d\n", value);
    longjmp(outer, 6);
}

static int evaluate(int line) {
    if (line == 2) longjmp(on_error, line);
    return line * 10;
}

int main(void) {
    volatile int count = 0;
    int value = setjmp(here);
    printf("%d\n", value);
    if (count++ < 3) jump_from(4, count);

    if (setjmp(here) == 0) jump_from(1, 0);
    else printf("zero becomes 1\n");

    value = setjmp(outer);
    if (value == 0) nested();
    else printf("outer %d\n", value);

    for (volatile int line = 1; line <= 3; line++) {
        int error = setjmp(on_error);
        if (error) printf("line %d: error %d\n", line, error);
        else printf("line %d: %d\n", line, evaluate(line));
    }

    volatile int jumps = 0;
    setjmp(here);
    if (jumps < 100000) {
        jumps++;
        jump_from(2, 1);
    }
    printf("%d jumps\n", jumps);
    return 0;
}
