/* Renaming a thing to itself succeeds and changes nothing. */
#include "expect.h"

int main(int argc, char **argv)
{
    OK(rename("hello.txt", "hello.txt"));
    OK(rename("dir", "dir"));
    OK(rename("dir/nested/../a.txt", "./dir/a.txt"));
    HOLDS("hello.txt", "Hello, file!\n");
    HOLDS("dir/a.txt", "a\n");
    return done();
}
