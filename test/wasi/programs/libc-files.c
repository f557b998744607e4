/* stdio on files: formatted, by lines, pushed back, positioned, appended. */
#include "expect.h"

int main(int argc, char **argv)
{
    FILE *file = fopen("notes", "w+");
    TRUE(file != NULL);
    for (int i = 0; i < 1000; i++)
        fprintf(file, "line %d\n", i);
    rewind(file);
    char line[32];
    int count = 0;
    while (fgets(line, sizeof line, file) != NULL)
        count++;
    EQUAL(count, 1000);
    EQUAL(fseek(file, -9, SEEK_END), 0);
    TRUE(fgets(line, sizeof line, file) != NULL);
    EQUAL(strcmp(line, "line 999\n"), 0);
    EQUAL(ungetc('z', file), 'z');
    EQUAL(fgetc(file), 'z');
    EQUAL(fclose(file), 0);
    file = fopen("notes", "a");
    fputs("appended\n", file);
    EQUAL(fclose(file), 0);
    file = fopen("notes", "r");
    EQUAL(fseek(file, -9, SEEK_END), 0);
    TRUE(fgets(line, sizeof line, file) != NULL);
    EQUAL(strcmp(line, "appended\n"), 0);
    TRUE(fopen("missing/notes", "w") == NULL);
    EQUAL(remove("notes"), 0);
    return done();
}
