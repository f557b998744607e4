/* The host allows few open files: EMFILE, also where walking a path needs one, and everything works again afterwards.
 * args: ["20"]
 */
#include "expect.h"
#include <dirent.h>

int main(int argc, char **argv)
{
    int fds[1000], count = 0, limit = atoi(argv[1]);
    struct stat status;
    OK(mkdir("dir", 0777));
    OK(mkdir("dir/nested", 0777));
    WRITE("dir/nested/file", "text");
    DIR *directory = opendir("dir");
    while (count < 1000 && (fds[count] = open("dir/nested/file", O_RDWR)) >= 0)
        count++;
    EQUAL(errno, EMFILE);
    TRUE(count > 0 && count < limit);
    for (int round = 0; round < 100; round++) {
        FAILS(EMFILE, stat("dir/nested/file", &status) || open("dir/nested/file", O_RDONLY) < 0 ? -1 : 0);
        FAILS(EMFILE, rename("dir/nested/file", "dir/nested/../../file"));
        FAILS(EMFILE, open("dir/nested", O_RDONLY | O_DIRECTORY));
    }
    int entries = 0;
    while (readdir(directory) != NULL)
        entries++;
    EQUAL(entries, 3);
    OK(fstat(fds[0], &status));
    EQUAL(pwrite(fds[count - 1], "TEXT", 4, 0), 4);
    for (int i = 0; i < count; i++)
        OK(close(fds[i]));
    HOLDS("dir/nested/file", "TEXT");
    /* As many again: nothing was lost on the way. */
    for (int i = 0; i < count; i++)
        fds[i] = OK(open("dir/nested/file", O_RDONLY));
    return done();
}
