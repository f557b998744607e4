/* Loops of a line each, as compilers to wasm unroll them, and what is in memory after each, for several lengths. */
#include <stdio.h>
#include <stdint.h>
enum { N = 1000, M = 64 };
static double a[N + 8], b[N + 8], c[N + 8], d[N + 8], m1[M][M], m2[M][M], m3[M][M];
static float fa[N + 8], fb[N + 8], fc[N + 8];
static int ia[N + 8], ib[N + 8], ic[N + 8];
static unsigned char ua[N + 8], ub[N + 8];
static short sa[N+8], sb[N+8];
static volatile double sink;
#define K(name, ...) static __attribute__((noinline)) void name(int n) { __VA_ARGS__ }
#define KP(name, T, ...) static __attribute__((noinline)) void name##_(T *a, T *b, T *c, int n) { __VA_ARGS__ }
K(triad, for (int i = 0; i < n; i++) a[i] = b[i] + 2.0 * c[i];)
K(triad_c, for (int i = 0; i < N; i++) a[i] = b[i] + 2.0 * c[i];)
K(sum, double s = 0; for (int i = 0; i < n; i++) s += a[i]; sink = s;)
K(dot4, double s0=0,s1=0,s2=0,s3=0; for (int i = 0; i + 3 < n; i += 4) { s0 += a[i]*b[i]; s1 += a[i+1]*b[i+1]; s2 += a[i+2]*b[i+2]; s3 += a[i+3]*b[i+3]; } sink = s0+s1+s2+s3;)
K(stencil3, for (int i = 1; i < n - 1; i++) a[i] = (b[i-1] + b[i] + b[i+1]) * (1.0/3);)
K(stencil3c, for (int i = 1; i < N - 1; i++) a[i] = (b[i-1] + b[i] + b[i+1]) * (1.0/3);)
K(stencil3c2, for (int i = 1; i < N - 2; i++) a[i] = (b[i-1] + b[i] + b[i+1]) * (1.0/3);)
K(diff, for (int i = 1; i < n; i++) a[i] -= 0.5 * (b[i] - b[i-1]);)
K(prefix, for (int i = 1; i < n; i++) a[i] = a[i-1] + b[i];)
K(stride2, for (int i = 0; i < n / 2; i++) a[i] = b[2*i] + b[2*i+1];)
K(rev, for (int i = 0; i < n; i++) a[i] = b[n - 1 - i];)
K(maxd, double s = a[0]; for (int i = 0; i < n; i++) if (a[i] > s) s = a[i]; sink = s;)
K(cond, for (int i = 0; i < n; i++) if (b[i] > 500) a[i] += c[i];)
K(sel, for (int i = 0; i < n; i++) a[i] = b[i] > 500 ? c[i] : d[i];)
K(gather, for (int i = 0; i < n; i++) a[i] = b[ia[i] % N];)
K(scatter, for (int i = 0; i < n; i++) a[ia[i]] += b[i];)
K(two, for (int i = 0; i < n; i++) { a[i] = b[i] * 2; d[i] = c[i] + 1; })
K(saxpyf, for (int i = 0; i < n; i++) fa[i] = fb[i] * 3 + fc[i];)
K(isum, int s = 0; for (int i = 0; i < n; i++) s += ia[i]; sink = s;)
K(iadd, for (int i = 0; i < n; i++) ia[i] = ib[i] + ic[i];)
K(imax, int s = 0; for (int i = 0; i < n; i++) s = s > ib[i] ? s : ib[i]; sink = s;)
K(bytesum, unsigned s = 0; for (int i = 0; i < n; i++) s += ua[i]; sink = s;)
K(bytemap, for (int i = 0; i < n; i++) ua[i] = ub[i] ^ 0x5a;)
K(byteadd, for (int i = 0; i < n; i++) ua[i] = (ua[i] + ub[i] + 1) >> 1;)
K(shortmul, for (int i = 0; i < n; i++) sa[i] = (short)((sa[i] * sb[i]) >> 8);)
K(count, int s = 0; for (int i = 0; i < n; i++) s += ua[i] == 17; sink = s;)
K(hist, for (int i = 0; i < n; i++) ic[ua[i]]++;)
K(crc, unsigned s = 1; for (int i = 0; i < n; i++) s = (s >> 8) ^ (unsigned)ib[(s ^ ua[i]) & 255]; sink = s;)
K(adler, unsigned s = 1, t = 0; for (int i = 0; i < n; i++) { s += ua[i]; t += s; } sink = s + t;)
K(conv, for (int i = 0; i < n - 4; i++) { double s = 0; for (int j = 0; j < 5; j++) s += b[i+j]*c[j]; a[i] = s; })
K(matvec, for (int i = 0; i < M; i++) { double s = 0; for (int j = 0; j < M; j++) s += m1[i][j] * b[j]; a[i] = s; })
K(matvecT, for (int i = 0; i < M; i++) for (int j = 0; j < M; j++) a[j] += m1[i][j] * b[i];)
K(matmul, for (int i = 0; i < 16; i++) for (int j = 0; j < 16; j++) { double s = 0; for (int k = 0; k < 16; k++) s += m1[i][k] * m2[k][j]; m3[i][j] = s; })
K(transpose, for (int i = 0; i < M; i++) for (int j = 0; j < M; j++) m2[j][i] = m1[i][j];)
K(jacobi2, for (int i = 1; i < M-1; i++) for (int j = 1; j < M-1; j++) m2[i][j] = .25 * (m1[i-1][j] + m1[i+1][j] + m1[i][j-1] + m1[i][j+1]);)
K(seidel, for (int i = 1; i < M-1; i++) for (int j = 1; j < M-1; j++) m1[i][j] = .2 * (m1[i][j] + m1[i-1][j] + m1[i+1][j] + m1[i][j-1] + m1[i][j+1]);)
K(f2i, for (int i = 0; i < n; i++) ia[i] = (int)b[i];)
K(i2f, for (int i = 0; i < n; i++) a[i] = ib[i];)
K(fmin_, for (int i = 0; i < n; i++) a[i] = b[i] < c[i] ? b[i] : c[i];)
K(absd, for (int i = 0; i < n; i++) a[i] = __builtin_fabs(b[i]);)
K(sqrtd, for (int i = 0; i < n; i++) a[i] = __builtin_sqrt(b[i]);)
K(complexm, for (int i = 0; i < n / 2; i++) { double r = a[2*i]*b[2*i] - a[2*i+1]*b[2*i+1], m = a[2*i]*b[2*i+1] + a[2*i+1]*b[2*i]; a[2*i] = r; a[2*i+1] = m; })
KP(ptri, double, for (int i = 0; i < n; i++) a[i] = b[i] + 2.0 * c[i];) K(ptriad, ptri_(a, b, c, n);)
KP(pacc, double, for (int i = 0; i < n; i++) a[0] += b[i] * c[i];) K(pacc0, pacc_(a, b, c, n);)
KP(pbyte, unsigned char, for (int i = 0; i < n; i++) a[i] = b[i] + c[i];) K(pbytes, pbyte_(ua, ub, ua, n);)
K(fir, for (int i = 8; i < n; i++) a[i] = b[i]*.1 + b[i-1]*.2 + b[i-2]*.3 + b[i-3]*.2 + b[i-4]*.1;)
K(iir, for (int i = 2; i < n; i++) a[i] = b[i] - .5*a[i-1] + .25*a[i-2];)
K(reduce2, double s = 0, t = 1e9; for (int i = 0; i < n; i++) { s += a[i]; if (b[i] < t) t = b[i]; } sink = s + t;)
K(while_, int i = 0; while (i < n && ua[i] != 255) i++; sink = i;)
K(bits, int s = 0; for (int i = 0; i < n; i++) s += __builtin_popcount(ia[i]); sink = s;)
K(shift, for (int i = 0; i < n; i++) ia[i] = (ib[i] << 3) ^ (ib[i] >> 5);)
K(mul64, unsigned long long s = 1; for (int i = 0; i < n; i++) s = s * 6364136223846793005ull + ia[i]; sink = (double)s;)
struct p { float x, y, z, w; }; static struct p ps[N];
K(aos, for (int i = 0; i < n; i++) { ps[i].x += ps[i].y * .5f; ps[i].z += ps[i].w * .5f; })
K(norm, for (int i = 0; i < n; i++) { float l = ps[i].x*ps[i].x + ps[i].y*ps[i].y + ps[i].z*ps[i].z; fa[i] = l; })
K(copy, for (int i = 0; i < n; i++) a[i] = b[i];)
K(fill, for (int i = 0; i < n; i++) a[i] = 3;)
K(swap, for (int i = 0; i < n; i++) { double t = a[i]; a[i] = b[i]; b[i] = t; })
K(sortstep, for (int i = 0; i + 1 < n; i++) if (ia[i] > ia[i+1]) { int t = ia[i]; ia[i] = ia[i+1]; ia[i+1] = t; })
K(lower, for (int i = 0; i < n; i++) { unsigned char c = ua[i]; ua[i] = c >= 'A' && c <= 'Z' ? c + 32 : c; })
K(utf8, int s = 0; for (int i = 0; i < n; i++) s += (ua[i] & 0xc0) != 0x80; sink = s;)
K(rgb, for (int i = 0; i < n / 4; i++) { unsigned r = ua[4*i], g = ua[4*i+1], b_ = ua[4*i+2]; ub[i] = (r*77 + g*150 + b_*29) >> 8; })
K(blend, for (int i = 0; i < n; i++) ua[i] = (ua[i]*100 + ub[i]*155) >> 8;)
#define L(x) {#x, x}
static struct { const char *name; void (*f)(int); } all[] = { L(triad),L(triad_c),L(sum),L(dot4),L(stencil3),L(stencil3c),L(stencil3c2),L(diff),L(prefix),L(stride2),L(rev),L(maxd),L(cond),L(sel),L(gather),L(scatter),L(two),L(saxpyf),L(isum),L(iadd),L(imax),L(bytesum),L(bytemap),L(byteadd),L(shortmul),L(count),L(hist),L(crc),L(adler),L(conv),L(matvec),L(matvecT),L(matmul),L(transpose),L(jacobi2),L(seidel),L(f2i),L(i2f),L(fmin_),L(absd),L(sqrtd),L(complexm),L(ptriad),L(pacc0),L(pbytes),L(fir),L(iir),L(reduce2),L(while_),L(bits),L(shift),L(mul64),L(aos),L(norm),L(copy),L(fill),L(swap),L(sortstep),L(lower),L(utf8),L(rgb),L(blend) };
static void reset(void) { for (int i = 0; i < N + 8; i++) { a[i] = i * 7 % 1000; b[i] = i * 13 % 1000; c[i] = i * 3 % 7; d[i] = i; fa[i] = fb[i] = fc[i] = i % 10; ia[i] = i * 37 % 900; ib[i] = i; ic[i] = 3; ua[i] = i % 251; ub[i] = i % 200; sa[i] = i; sb[i] = i; } for (int i = 0; i < M; i++) for (int j = 0; j < M; j++) m1[i][j] = i + j, m2[i][j] = i - j; }
/* FNV-1a. */
static uint64_t sum_of(const void *place, size_t size)
{
    const unsigned char *bytes = place;
    uint64_t hash = 0xcbf29ce484222325;
    for (size_t i = 0; i < size; i++) hash = (hash ^ bytes[i]) * 0x100000001b3;
    return hash;
}

#define SUM(array) hash = hash * 31 + sum_of(array, sizeof array)

int main(void)
{
    static const int counts[] = {1, 21, 34, 47, 60, 73, 86, 99, N};
    for (unsigned k = 0; k < sizeof all / sizeof *all; k++) {
        uint64_t hash = 0;
        for (unsigned i = 0; i < sizeof counts / sizeof *counts; i++) {
            reset();
            sink = 0;
            for (int times = 0; times < 2; times++) all[k].f(counts[i]);
            double result[] = {sink};
            SUM(a), SUM(b), SUM(c), SUM(d), SUM(fa), SUM(ia), SUM(ic), SUM(ua), SUM(ub), SUM(sa);
            SUM(m1), SUM(m2), SUM(m3), SUM(ps), SUM(result);
        }
        printf("%s %016llx\n", all[k].name, (unsigned long long)hash);
    }
    return 0;
}
