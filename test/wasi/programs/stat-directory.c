/* Directories and the root are directories; two files have different inodes. */
#include "expect.h"

int main(int argc, char **argv)
{
    struct stat root, directory, file;
    OK(stat("/", &root));
    OK(stat("dir", &directory));
    OK(stat("dir/a.txt", &file));
    TRUE(S_ISDIR(root.st_mode) && S_ISDIR(directory.st_mode) && S_ISREG(file.st_mode));
    TRUE(root.st_ino != directory.st_ino && directory.st_ino != file.st_ino);
    OK(stat(".", &directory));
    EQUAL(directory.st_ino, root.st_ino);
    OK(stat("dir/..", &directory));
    EQUAL(directory.st_ino, root.st_ino);
    return done();
}
