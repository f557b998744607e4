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
    HOLDS("hello.txt", "Hello, file!\n");
    return done();
}
