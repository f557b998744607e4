/* Files are opened until the table or the host is full: EMFILE, and one that is closed makes room for one. */
#include "expect.h"

int main(int argc, char **argv)
{
    static int fds[100000];
    int count = 0;
    while (count < 100000 && (fds[count] = open("hello.txt", O_RDONLY)) >= 0)
        count++;
    TRUE(count > 200 && count < 100000);
    FAILS_EITHER(EMFILE, ENFILE, open("hello.txt", O_RDONLY));
    FAILS_EITHER(EMFILE, ENFILE, open("new", O_RDWR | O_CREAT, 0666));
    FAILS_EITHER(EMFILE, ENFILE, open("dir/nested", O_RDONLY | O_DIRECTORY));
    OK(close(fds[count / 2]));
    fds[count / 2] = OK(open("hello.txt", O_RDONLY));
    for (int i = 0; i < count; i++)
        OK(close(fds[i]));
    HOLDS("dir/nested/deep.txt", "deep\n");
    return done();
}
