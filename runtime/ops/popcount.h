/* Population count: gcc calls a library function where the processor has no instruction. */
#if defined(__clang__) || defined(__POPCNT__)
#define wasm_popcount32 __builtin_popcount
#define wasm_popcount64 __builtin_popcountll
#else
WASM_INLINE u64 wasm_popcount64(u64 x)
{
    x -= x >> 1 & 0x5555555555555555ull;
    x = (x & 0x3333333333333333ull) + (x >> 2 & 0x3333333333333333ull);
    x = (x + (x >> 4)) & 0x0f0f0f0f0f0f0f0full;
    return x * 0x0101010101010101ull >> 56;
}
#define wasm_popcount32(x) wasm_popcount64(x)
#endif
