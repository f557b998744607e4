/* Names that mean more than a file to Windows: devices, streams, short names, other spellings. Each is refused or is a plain
 * file of just that name.
 */
#include "expect.h"
#include <dirent.h>

static int listed(const char *name)
{
    DIR *directory = opendir("/");
    struct dirent *entry;
    int found = 0;
    while ((entry = readdir(directory)) != NULL)
        found |= strcmp(entry->d_name, name) == 0;
    closedir(directory);
    return found;
}

/* The same on the way, and as what links lead to: none leads to a file. */
static void ways(void)
{
    static const char *const ways[] = {"dir./inner.txt", "dir /inner.txt", "dir../inner.txt", "dir. ./inner.txt", "dir:/inner.txt",
        "dir::$INDEX_ALLOCATION/inner.txt", ".. /secret.txt", "... /secret.txt", ".../secret.txt", "..\\/secret.txt",
        "dir/.. /.. /secret.txt", "dir\\inner.txt", "dir/.\\inner.txt", "CON/../hello.txt", "NUL/hello.txt", "C:/hello.txt",
        "dir/C:/inner.txt", "dir/inner.txt:", "dir/inner.txt.", "\\\\?\\GLOBALROOT/hello.txt"};
    static const char *const targets[] = {"..\\secret.txt", "dir\\..\\..\\secret.txt", "C:\\windows\\win.ini", "C:/windows/win.ini",
        "\\??\\C:\\windows\\win.ini", "\\windows\\win.ini", "Z:\\etc\\passwd", "\\\\localhost\\c$\\windows\\win.ini", "dir/../../secret.txt"};
    struct stat status;
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        const char *way = ways[i];
        TRUE(open(way, O_RDONLY) < 0);
        TRUE(stat(way, &status) < 0);
        TRUE(rename("hello.txt", way) < 0 || rename(way, "hello.txt") == 0);
        TRUE(mkdir(way, 0777) < 0 || rmdir(way) == 0);
        if (failures) printf("%s\n", way);
    }
    for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++) {
        if (symlink(targets[i], "leads") < 0) continue;
        TRUE(open("leads", O_RDONLY) < 0);
        TRUE(open("leads/win.ini", O_RDONLY) < 0);
        OK(unlink("leads"));
        if (failures) printf("a link to %s\n", targets[i]);
    }
    HOLDS("dir/inner.txt", "Inside.\n");
}

int main(int argc, char **argv)
{
    static const char *const names[] = {"CON", "con", "NUL", "nul", "PRN", "AUX", "COM1", "COM9", "LPT1", "CONIN$", "CONOUT$",
        "CLOCK$", "NUL.txt", "con.tar.gz", "AUX ", "COM1.", "hello.txt::$DATA", "hello.txt:stream", "dir::$INDEX_ALLOCATION",
        ":stream", "dir.", "dir ", "dir...", "HELLO~1.TXT", "LONGNA~1", "\\\\.\\NUL", "\\\\?\\C:\\", "\\??\\NUL", "C:", "C:\\",
        "C:hello.txt", "..\\secret.txt", "dir\\..\\..\\secret.txt", "Z:\\etc\\passwd", "hello.txt ", "hello.txt.", "*", "?",
        "hello.*", "GLOBALROOT", "PhysicalDrive0", "pipe", "COM\xc2\xb9", "LPT\xc2\xb2"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *name = names[i];
        char text[64] = "";
        struct stat status;
        int fd = open(name, O_RDONLY);
        if (fd >= 0) {
            printf("%s can be opened, though no file has that name\n", name);
            failures++;
            close(fd);
        }
        TRUE(stat(name, &status) < 0);
        fd = open(name, O_RDWR | O_CREAT, 0666);
        if (fd < 0)
            continue;
        EQUAL(write(fd, "plain", 5), 5);
        OK(fstat(fd, &status));
        TRUE(S_ISREG(status.st_mode));
        EQUAL(status.st_size, 5);
        EQUAL(pread(fd, text, sizeof text, 0), 5);
        close(fd);
        if (!listed(name)) {
            printf("%s was made, but is not in the directory\n", name);
            failures++;
        }
        OK(unlink(name));
    }
    ways();
    HOLDS("hello.txt", "Hello, file!\n");
    return done();
}
