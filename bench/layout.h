// In front of what a program is made of: a function that nothing calls, of LAYOUT bytes and a few more at level 1. What follows is shifted.
static volatile char cell;

#define STORE16 cell = 0; cell = 0;

__attribute__((used, visibility("default"))) void layout(void) {
#if LAYOUT >= 16
    STORE16
#endif
#if LAYOUT >= 32
    STORE16
#endif
#if LAYOUT >= 48
    STORE16
#endif
}
