/* Paths into embedded files follow the rules of all paths, and lead nowhere else.
 * grants: embed
 */
#include "expect.h"

int main(int argc, char **argv)
{
    struct stat stat, again;
    char text[8];
    HOLDS("/share/dir/../hello.txt", "Hello from inside!\n");
    HOLDS("/share/./dir//deep/leaf.txt", "leaf\n");
    FAILS(ENOENT, open("/share/Hello.txt", O_RDONLY));
    FAILS(ENOENT, open("/share/hello.tx", O_RDONLY));
    FAILS(ENOENT, open("/share/hello.txtx", O_RDONLY));
    FAILS(ENOENT, open("/share/missing/hello.txt", O_RDONLY));
    FAILS(ENOTDIR, open("/share/hello.txt/", O_RDONLY));
    FAILS(ENOTDIR, open("/share/hello.txt/x", O_RDONLY));
    FAILS(ENOTDIR, open("/share/hello.txt", O_RDONLY | O_DIRECTORY));
    FAILS(EINVAL, readlink("/share/hello.txt", text, sizeof text));
    REFUSED(open("/share/../../secret.txt", O_RDONLY));
    REFUSED(open("/share/dir/../../hello.txt", O_RDONLY));
    OK(fstatat(AT_FDCWD, "/share/dir/", &stat, 0));
    TRUE(S_ISDIR(stat.st_mode));
    int dir = OK(open("/share/dir", O_RDONLY | O_DIRECTORY));
    OK(fstat(dir, &again));
    EQUAL(stat.st_ino, again.st_ino);
    int leaf = OK(openat(dir, "deep/leaf.txt", O_RDONLY));
    OK(fstat(leaf, &again));
    TRUE(stat.st_ino != again.st_ino && stat.st_dev == again.st_dev);
    TRUE(read(dir, text, sizeof text) < 0);
    HOLDS("/hello.txt", "Hello, file!\n");
    return done();
}
