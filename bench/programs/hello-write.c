#include <unistd.h>

int main(void)
{
    return write(1, "Hello, Wasm!\n", 13) != 13;
}
