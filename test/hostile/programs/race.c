/* Uses paths TRIES times while `swap` puts links in their way: what is outside must never be seen or changed. Prints what
 * came out, as counts.
 * args: ["through", "1000"]
 */
#include "expect.h"
#include <sched.h>

static long inside, refused, missing, escaped, other;

static void count_error(int error)
{
    if (error == ENOTCAPABLE || error == EPERM)
        refused++;
    else if (error == ENOENT || error == ENOTDIR || error == ELOOP || error == EEXIST || error == EISDIR)
        missing++;
    else if (other++ < 5)
        printf("%s\n", error_name(error));
}

static void try_read(const char *path)
{
    char text[16] = "";
    int fd = open(path, O_RDONLY);
    if (fd < 0) {
        count_error(errno);
        return;
    }
    long size = read(fd, text, sizeof text - 1);
    if (size == 6 && memcmp(text, "inside", 6) == 0)
        inside++;
    else
        escaped++;
    close(fd);
}

/* Changes of all kinds; the test looks at what is outside afterwards. */
static void try_change(long i)
{
    struct stat status;
    int result = 0, fd;
    switch (i % 7) {
    case 0:
        fd = open("place/new", O_WRONLY | O_CREAT, 0666);
        if (fd >= 0)
            close(fd);
        result = fd;
        break;
    case 1: result = mkdir("place/made", 0777); break;
    case 2: result = rmdir("place/made"); break;
    case 3: result = rename("place/new", "place/renamed"); break;
    case 4: result = unlink("place/renamed"); break;
    case 5: result = stat("place/outside-only", &status); break;
    case 6: result = link("place/text", "place/linked") || unlink("place/linked"); break;
    }
    if (result < 0)
        count_error(errno);
    else if (i % 7 == 5)
        escaped++;
    else
        inside++;
}

int main(int argc, char **argv)
{
    long tries = atol(argv[2]);
    for (long i = 0; i < tries; i++) {
        /* On a busy machine the other process would hardly run meanwhile. */
        if (i % 16 == 0)
            sched_yield();
        if (strcmp(argv[1], "through") == 0)
            try_read("place/text");
        else if (strcmp(argv[1], "file") == 0)
            try_read("text");
        else if (strcmp(argv[1], "above") == 0)
            try_read("deep/moved/../../text");
        else
            try_change(i);
    }
    printf("inside %ld refused %ld missing %ld escaped %ld other %ld\n", inside, refused, missing, escaped, other);
    return escaped > 0 || other > 0;
}
