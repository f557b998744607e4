/* Embedded files are read, sought and asked about like others.
 * grants: embed
 */
#include "expect.h"

int main(int argc, char **argv)
{
    char text[64] = "";
    struct stat stat;
    HOLDS("/share/hello.txt", "Hello from inside!\n");
    HOLDS("/share/dir/deep/leaf.txt", "leaf\n");
    HOLDS("/share/empty.txt", "");
    HOLDS("/share/ümläut.txt", "name\n");
    int fd = OK(open("/share/hello.txt", O_RDONLY));
    OK(fstat(fd, &stat));
    EQUAL(stat.st_size, 19);
    TRUE(S_ISREG(stat.st_mode));
    EQUAL(stat.st_mtim.tv_sec, 0);
    EQUAL(lseek(fd, -8, SEEK_END), 11);
    EQUAL(read(fd, text, 3), 3);
    TRUE(strcmp(text, "ins") == 0);
    EQUAL(lseek(fd, 0, SEEK_CUR), 14);
    EQUAL(pread(fd, text, 5, 6), 5);
    TRUE(strcmp(text, "from ") == 0);
    EQUAL(lseek(fd, 0, SEEK_CUR), 14);
    EQUAL(pread(fd, text, 5, 100), 0);
    FAILS(EINVAL, lseek(fd, -1, SEEK_SET));
    EQUAL(lseek(fd, 100, SEEK_SET), 100);
    EQUAL(read(fd, text, 5), 0);
    OK(close(fd));
    FAILS(EBADF, read(fd, text, 1));
    FILE *data = fopen("/share/data.bin", "rb");
    TRUE(data != NULL);
    for (int i = 0; i < 70000; i++)
        if (fgetc(data) != i % 251) return printf("byte %d differs\n", i), 1;
    EQUAL(fgetc(data), EOF);
    fclose(data);
    return done();
}
