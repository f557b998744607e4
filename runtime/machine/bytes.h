/* What C compilers call on their own. Their code for Windows has the names without a prefix; generated C that was compiled for
   several systems, whose convention is that of System V there too, has these. */
#if defined(_WIN32) && defined(__x86_64__)
MACHINE void *wasm_machine_memcpy(void *to, const void *from, u64 size) { return __builtin_memcpy(to, from, size); }
MACHINE void *wasm_machine_memmove(void *to, const void *from, u64 size) { return __builtin_memmove(to, from, size); }
MACHINE void *wasm_machine_memset(void *to, i32 value, u64 size) { return __builtin_memset(to, value, size); }
MACHINE i32 wasm_machine_memcmp(const void *a, const void *b, u64 size) { return __builtin_memcmp(a, b, size); }
#endif
