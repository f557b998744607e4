// Multiplication of 256-bit numbers modulo 2^255 - 19, as elliptic curves do it: products and sums of 128 bits.
#include <stdint.h>
#include <stdio.h>
#include "../percent.h"

typedef unsigned __int128 u128;
typedef struct { uint64_t limb[4]; } number;

// The upper half of a product is added to the lower one, 38 times.
static number multiply(const number *a, const number *b) {
    uint64_t product[8] = {0};
    for (int i = 0; i < 4; i++) {
        uint64_t carry = 0;
        for (int k = 0; k < 4; k++) {
            u128 sum = (u128)a->limb[i] * b->limb[k] + product[i + k] + carry;
            product[i + k] = (uint64_t)sum;
            carry = (uint64_t)(sum >> 64);
        }
        product[i + 4] = carry;
    }
    number result;
    uint64_t carry = 0;
    for (int i = 0; i < 4; i++) {
        u128 sum = (u128)product[i + 4] * 38 + product[i] + carry;
        result.limb[i] = (uint64_t)sum;
        carry = (uint64_t)(sum >> 64);
    }
    u128 sum = (u128)carry * 38 + result.limb[0];
    result.limb[0] = (uint64_t)sum;
    for (int i = 1; i < 4; i++) {
        sum = (sum >> 64) + result.limb[i];
        result.limb[i] = (uint64_t)sum;
    }
    result.limb[0] += 38 * (uint64_t)(sum >> 64);
    return result;
}

int main(int argc, char **argv) {
    int count = 450000 * percent(argc, argv);
    number x = {{9, 8, 7, 6}}, y = {{0x123456789abcdef, 2, 3, 0x7654321}};
    for (int i = 0; i < count; i++) {
        number next = multiply(&x, &y);
        y = x;
        x = next;
    }
    printf("%016llx%016llx\n", (unsigned long long)x.limb[3], (unsigned long long)x.limb[0]);
    return 0;
}
