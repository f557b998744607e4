// Particles drawn to points, in lanes of single precision: products, quotients, square roots, comparisons and selections.
#include <stdio.h>
#include "../percent.h"

typedef float lanes __attribute__((vector_size(16)));
typedef int masks __attribute__((vector_size(16)));
enum { COUNT = 1024 };
static lanes x[COUNT], y[COUNT], vx[COUNT], vy[COUNT];

static lanes chosen(masks mask, lanes a, lanes b) { return (lanes)((mask & (masks)a) | (~mask & (masks)b)); }
static lanes root(lanes a) {
    for (int i = 0; i < 4; i++) a[i] = __builtin_sqrtf(a[i]);
    return a;
}

int main(int argc, char **argv) {
    int steps = 400 * percent(argc, argv);
    for (int i = 0; i < COUNT; i++) {
        x[i] = (lanes){i, i + 0.25f, i + 0.5f, i + 0.75f} / 100;
        y[i] = 5 - x[i] * 0.5f;
    }
    for (int step = 0; step < steps; step++)
        for (int i = 0; i < COUNT; i++) {
            lanes dx = 4.0f - x[i], dy = 3.0f - y[i];
            lanes distance = root(dx * dx + dy * dy + 0.01f);
            lanes pull = chosen(distance > 1.0f, 0.01f / distance, distance * 0.01f);
            vx[i] = (vx[i] + dx * pull) * 0.999f;
            vy[i] = (vy[i] + dy * pull) * 0.999f;
            x[i] += vx[i] * 0.1f;
            y[i] += vy[i] * 0.1f;
        }
    lanes sum = {0};
    for (int i = 0; i < COUNT; i++) sum += x[i] + y[i];
    printf("%.3f\n", (double)(sum[0] + sum[1] + sum[2] + sum[3]));
    return 0;
}
