/* A directory's entries with their types; "." and ".." are among them. */
#include "expect.h"
#include <dirent.h>

int main(int argc, char **argv)
{
    DIR *directory = opendir("dir");
    TRUE(directory != NULL);
    int files = 0, directories = 0, others = 0;
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        if (strcmp(entry->d_name, "a.txt") == 0)
            files += entry->d_type == DT_REG;
        else if (strcmp(entry->d_name, "nested") == 0)
            directories += entry->d_type == DT_DIR;
        else if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            others++;
    }
    OK(closedir(directory));
    EQUAL(files, 1);
    EQUAL(directories, 1);
    EQUAL(others, 0);
    return done();
}
