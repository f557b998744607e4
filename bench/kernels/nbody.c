// Gravity between five bodies.
#include <math.h>
#include <stdio.h>
#include "../percent.h"

enum { BODIES = 5 };
struct body {
    double position[3], velocity[3], mass;
};

static struct body bodies[BODIES] = {
    {{0, 0, 0}, {0, 0, 0}, 39.47},
    {{4.84, -1.16, -0.10}, {0.606, 2.811, -0.025}, 0.0377},
    {{8.34, 4.12, -0.40}, {-1.010, 1.825, 0.0084}, 0.0113},
    {{12.89, -15.11, -0.22}, {1.082, 0.868, -0.0108}, 0.0017},
    {{15.38, -25.92, 0.18}, {0.979, 0.594, -0.0347}, 0.0020},
};

static void advance(double step) {
    for (int i = 0; i < BODIES; i++)
        for (int j = i + 1; j < BODIES; j++) {
            struct body *a = &bodies[i], *b = &bodies[j];
            double d[3], square = 0;
            for (int k = 0; k < 3; k++) {
                d[k] = a->position[k] - b->position[k];
                square += d[k] * d[k];
            }
            double magnitude = step / (square * sqrt(square));
            for (int k = 0; k < 3; k++) {
                a->velocity[k] -= d[k] * b->mass * magnitude;
                b->velocity[k] += d[k] * a->mass * magnitude;
            }
        }
    for (int i = 0; i < BODIES; i++)
        for (int k = 0; k < 3; k++) bodies[i].position[k] += step * bodies[i].velocity[k];
}

static double energy(void) {
    double sum = 0;
    for (int i = 0; i < BODIES; i++) {
        double square = 0;
        for (int k = 0; k < 3; k++) square += bodies[i].velocity[k] * bodies[i].velocity[k];
        sum += bodies[i].mass * square / 2;
    }
    return sum;
}

int main(int argc, char **argv) {
    int steps = 170000 * percent(argc, argv);
    for (int i = 0; i < steps; i++) advance(0.001);
    printf("%.9f\n", energy());
    return 0;
}
