/* A cookie leads back to the entry after the one it came with; 0 to the first. */
#include "expect.h"
#include <dirent.h>

int main(int argc, char **argv)
{
    DIR *directory = opendir("/");
    TRUE(directory != NULL);
    char first[64] = "", third[64] = "";
    strcpy(first, readdir(directory)->d_name);
    readdir(directory);
    long position = telldir(directory);
    strcpy(third, readdir(directory)->d_name);
    while (readdir(directory) != NULL)
        ;
    seekdir(directory, position);
    EQUAL(strcmp(readdir(directory)->d_name, third), 0);
    rewinddir(directory);
    EQUAL(strcmp(readdir(directory)->d_name, first), 0);
    OK(closedir(directory));
    return done();
}
