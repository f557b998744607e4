/* Under a read-only grant reading works and nothing else. */
#include "expect.h"

int main(int argc, char **argv)
{
    HOLDS("/ro/note.txt", "read only\n");
    HOLDS("/ro/sub/inner.txt", "inner\n");
    READ_ONLY(open("/ro/note.txt", O_WRONLY));
    READ_ONLY(open("/ro/note.txt", O_RDWR));
    READ_ONLY(open("/ro/note.txt", O_RDONLY | O_TRUNC));
    READ_ONLY(open("/ro/new", O_RDONLY | O_CREAT, 0666));
    READ_ONLY(mkdir("/ro/made", 0777));
    READ_ONLY(unlink("/ro/note.txt"));
    READ_ONLY(rmdir("/ro/sub"));
    READ_ONLY(rename("/ro/note.txt", "/ro/other"));
    READ_ONLY(rename("/ro/note.txt", "/moved"));
    READ_ONLY(rename("/hello.txt", "/ro/moved"));
    READ_ONLY(link("/ro/note.txt", "/ro/twin"));
    READ_ONLY(symlink("note.txt", "/ro/link"));
    READ_ONLY(truncate("/ro/note.txt", 0));
    struct timespec times[2] = {{1, 0}, {1, 0}};
    READ_ONLY(utimensat(AT_FDCWD, "/ro/note.txt", times, 0));
    HOLDS("/ro/note.txt", "read only\n");
    HOLDS("/hello.txt", "Hello, file!\n");
    return done();
}
