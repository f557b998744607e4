/* Where the root of the host is granted, what the system shows of this process as files is not: its memory, its environment,
 * its descriptors. Where a part of it is granted itself, it is as any directory.
 */
#include "expect.h"

static void expect_refused(const char *path, int flags)
{
    int fd = open(path, flags);
    int error = fd < 0 ? errno : 0;
    /* A link to outside of the directory is refused as such. */
    if (error != ENOTCAPABLE)
        failures++, printf("%s: %s\n", path, error_name(error));
}

int main(int argc, char **argv)
{
    struct stat status;
    char text[64];
    if (strcmp(argv[1], "above") == 0) {
        expect_refused("/proc/self/mem", O_RDWR);
        expect_refused("/proc/self/mem", O_RDONLY);
        expect_refused("/proc/thread-self/mem", O_RDWR);
        expect_refused("/proc/self/environ", O_RDONLY);
        expect_refused("/proc/self/cmdline", O_RDONLY);
        expect_refused("/proc/self/fd/0", O_RDONLY);
        expect_refused("/proc/self/root/etc", O_RDONLY | O_DIRECTORY);
        expect_refused("/proc", O_RDONLY | O_DIRECTORY);
        expect_refused("/etc/../proc/self/../version", O_RDONLY);
        /* What opens nothing goes through it as little. */
        FAILS(ENOTCAPABLE, readlink("/proc/self/exe", text, sizeof text));
        FAILS(ENOTCAPABLE, readlink("/proc/self", text, sizeof text));
        FAILS(ENOTCAPABLE, stat("/proc/self/environ", &status));
        FAILS(ENOTCAPABLE, lstat("/etc/../proc/1", &status));
        FAILS(ENOTCAPABLE, rename("/proc/self/comm", "/tmp/comm"));
        OK(stat("/proc", &status));
        int etc = OK(open("/etc", O_RDONLY | O_DIRECTORY));
        OK(close(etc));
    } else {
        int fd = OK(open("/version", O_RDONLY));
        TRUE(read(fd, text, sizeof text) > 0);
        OK(close(fd));
        OK(open("/self", O_RDONLY | O_DIRECTORY));
    }
    return done();
}
