/* The path that a program was started by, as far as its last part leads: where that is a link, its directory is not the file's.
   Before it comes executable_read_link, as readlink. */

#define STARTED_LINKS_MAX 40

/* Puts `text` behind the first `at` bytes of the buffer: their number then, or 0 if there is no room. */
static u64 started_put(char *buffer, u64 at, u64 size, const char *text) {
    while (*text && at < size) buffer[at++] = *text++;
    if (at == size) return 0;
    buffer[at] = 0;
    return at;
}

/* What `length` bytes of the buffer lead to: its length, or 0 if it does not fit or there is no end of links. */
static u64 started_follow(char *buffer, u64 length, u64 size) {
    char target[4096];
    for (u32 links = 0; length && links < STARTED_LINKS_MAX; links++) {
        i64 got = executable_read_link(buffer, target, sizeof target - 1);
        if (got <= 0) return length;
        target[got] = 0;
        while (length && buffer[length - 1] != '/') length--;
        length = started_put(buffer, target[0] == '/' ? 0 : length, size, target);
    }
    return 0;
}
