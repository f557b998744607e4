// Quicksort of a million numbers, own code.
#include <stdint.h>
#include <stdio.h>
#include "../percent.h"

enum { COUNT = 1000000 };
static uint32_t numbers[COUNT];

static void sort(uint32_t *a, int low, int high) {
    while (low < high) {
        uint32_t pivot = a[low + (high - low) / 2];
        int i = low, j = high;
        while (i <= j) {
            while (a[i] < pivot) i++;
            while (a[j] > pivot) j--;
            if (i <= j) {
                uint32_t t = a[i];
                a[i++] = a[j];
                a[j--] = t;
            }
        }
        if (j - low < high - i) {
            sort(a, low, j);
            low = i;
        } else {
            sort(a, i, high);
            high = j;
        }
    }
}

int main(int argc, char **argv) {
    int rounds = 10 * percent(argc, argv) / 100;
    uint32_t state = 42, sum = 0;
    for (int round = 0; round < rounds; round++) {
        for (int i = 0; i < COUNT; i++) numbers[i] = state = state * 1664525 + 1013904223;
        sort(numbers, 0, COUNT - 1);
        for (int i = 0; i < COUNT; i += 1000) sum = sum * 31 + numbers[i];
    }
    printf("%u\n", sum);
    return 0;
}
