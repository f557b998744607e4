/* fd_readdir knows directories from files, and gives the numbers that stat gives. */
#include "expect.h"
#include <dirent.h>

int main(int argc, char **argv)
{
    struct dirent *entry;
    struct stat status;
    int files = 0, directories = 0;
    DIR *directory = opendir("/dir");
    TRUE(directory != NULL);
    while ((entry = readdir(directory)) != NULL) {
        char path[64];
        snprintf(path, sizeof path, "/dir/%s", entry->d_name);
        files += entry->d_type == DT_REG;
        directories += entry->d_type == DT_DIR;
        if (entry->d_name[0] == '.')
            continue;
        OK(stat(path, &status));
        EQUAL(entry->d_ino, status.st_ino);
    }
    EQUAL(files, 1);
    EQUAL(directories, 3);
    return done();
}
