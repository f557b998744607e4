/* After rewinding, a listing shows what was made and removed meanwhile. */
#include "expect.h"
#include <dirent.h>

static int count(DIR *directory)
{
    int entries = 0;
    rewinddir(directory);
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;)
        entries += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    return entries;
}

int main(int argc, char **argv)
{
    DIR *directory = opendir("empty");
    TRUE(directory != NULL);
    EQUAL(count(directory), 0);
    WRITE("empty/a", "");
    WRITE("empty/b", "");
    EQUAL(count(directory), 2);
    OK(unlink("empty/a"));
    EQUAL(count(directory), 1);
    return done();
}
