/* Prints the files and directories below a path as a tree. It sees only directories that were granted to it. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define PATH_SIZE 4096
#define MAX_DEPTH 8

static int directories, files;

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names in a directory, sorted; -1 with errno set if it cannot be read. */
static int list(const char *path, char ***names)
{
    DIR *directory = opendir(path);
    if (!directory)
        return -1;
    int count = 0;
    *names = NULL;
    for (struct dirent *entry; (entry = readdir(directory));) {
        if (entry->d_name[0] == '.')
            continue;
        *names = realloc(*names, (count + 1) * sizeof **names);
        (*names)[count++] = strdup(entry->d_name);
    }
    closedir(directory);
    qsort(*names, count, sizeof **names, by_name);
    return count;
}

static int walk(const char *path, const char *indent, int depth)
{
    char **names;
    int count = list(path, &names);
    if (count < 0) {
        fprintf(stderr, "tree: %s: %s\n", path, strerror(errno));
        return 1;
    }
    for (int i = 0; i < count; i++) {
        int last = i == count - 1;
        char child[PATH_SIZE], deeper[4 * MAX_DEPTH + 8];
        snprintf(child, sizeof child, "%s/%s", strcmp(path, "/") ? path : "", names[i]);
        snprintf(deeper, sizeof deeper, "%s%s", indent, last ? "   " : "│  ");
        printf("%s%s %s\n", indent, last ? "└─" : "├─", names[i]);
        struct stat info;
        if (stat(child, &info) == 0 && S_ISDIR(info.st_mode)) {
            directories++;
            if (depth < MAX_DEPTH)
                walk(child, deeper, depth + 1);
        } else {
            files++;
        }
        free(names[i]);
    }
    free(names);
    return 0;
}

int main(int argc, char **argv)
{
    const char *root = argc > 1 ? argv[1] : "/";
    puts(root);
    int failed = walk(root, "", 1);
    printf("%d directories, %d files\n", directories, files);
    return failed;
}
