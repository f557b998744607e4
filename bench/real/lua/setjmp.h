// In place of the C library's, which refuses to be compiled to WebAssembly; the script raises no errors.
#pragma once
typedef int jmp_buf[1];
