// What small processors do: a linked list, a matrix, a state machine over text, and checksums of all of it.
#include <stdint.h>
#include <stdio.h>
#include "../percent.h"

enum { NODES = 400, N = 24, TEXT = 1200 };

struct node {
    struct node *next;
    int16_t key, value;
};
static struct node nodes[NODES];
static int16_t a[N][N], b[N][N];
static int32_t product[N][N];
static char text[TEXT + 1];

static uint16_t checksum(uint16_t crc, uint32_t word) {
    for (int bit = 0; bit < 32; bit++, word >>= 1)
        crc = (uint16_t)((crc >> 1) ^ (0xa001 & -((crc ^ word) & 1)));
    return crc;
}

static struct node *reversed(struct node *list) {
    struct node *result = 0;
    while (list) {
        struct node *next = list->next;
        list->next = result;
        result = list;
        list = next;
    }
    return result;
}

static struct node *merge(struct node *x, struct node *y, int by_value) {
    struct node *head = 0, **end = &head;
    while (x && y) {
        int first = by_value ? x->value <= y->value : x->key <= y->key;
        struct node **from = first ? &x : &y;
        *end = *from;
        end = &(*from)->next;
        *from = (*from)->next;
    }
    *end = x ? x : y;
    return head;
}

static struct node *sorted(struct node *list, int size, int by_value) {
    if (size < 2) {
        if (list) list->next = 0;
        return list;
    }
    struct node *middle = list;
    for (int i = 0; i < size / 2; i++) middle = middle->next;
    struct node *back = sorted(middle, size - size / 2, by_value);
    return merge(sorted(list, size / 2, by_value), back, by_value);
}

static uint16_t lists(uint16_t crc, int round) {
    for (int i = 0; i < NODES; i++) {
        nodes[i].next = i + 1 < NODES ? &nodes[i + 1] : 0;
        nodes[i].key = (int16_t)(i * 193 % 401);
        nodes[i].value = (int16_t)((i * 57 + round) % 307);
    }
    struct node *list = reversed(sorted(nodes, NODES, 1));
    for (int key = 0; key < 20; key++)
        for (struct node *node = list; node; node = node->next)
            if (node->key == key * 17) crc = checksum(crc, (uint32_t)node->value);
    for (struct node *node = sorted(list, NODES, 0); node; node = node->next)
        crc ^= (uint16_t)(node->value + node->key);
    return crc;
}

static uint16_t matrices(uint16_t crc, int round) {
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) {
            a[i][j] = (int16_t)(i * j + round);
            b[i][j] = (int16_t)(i - j * 3);
        }
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) {
            product[i][j] = 0;
            for (int k = 0; k < N; k++) product[i][j] += a[i][k] * b[k][j];
            crc = checksum(crc, (uint32_t)product[i][j] >> 3);
        }
    return crc;
}

// Counts the numbers of a text by kind: 12, -3, 4.5, 6e+7; words are none.
static uint16_t machine(uint16_t crc) {
    enum { START, SIGN, INTEGER, POINT, FRACTION, E, E_SIGN, EXPONENT, WORD, STATES } state = START;
    uint32_t counts[STATES] = {0};
    for (const char *at = text; *at; at++) {
        char c = *at;
        int digit = c >= '0' && c <= '9', sign = c == '+' || c == '-';
        if (c == ',') {
            counts[state]++;
            state = START;
            continue;
        }
        switch (state) {
        case START: state = digit ? INTEGER : sign ? SIGN : c == '.' ? POINT : WORD; break;
        case SIGN: state = digit ? INTEGER : c == '.' ? POINT : WORD; break;
        case INTEGER: state = digit ? INTEGER : c == '.' ? FRACTION : c == 'e' ? E : WORD; break;
        case POINT: state = digit ? FRACTION : WORD; break;
        case FRACTION: state = digit ? FRACTION : c == 'e' ? E : WORD; break;
        case E: state = digit ? EXPONENT : sign ? E_SIGN : WORD; break;
        case E_SIGN:
        case EXPONENT: state = digit ? EXPONENT : WORD; break;
        default: break;
        }
    }
    for (int i = 0; i < STATES; i++) crc = checksum(crc, counts[i]);
    return crc;
}

int main(int argc, char **argv) {
    static const char *const parts[] = {"12",   "-3", "4.5",    "word", "6e+7",
                                        "+.25", "7e", "1.5e-3", "--",   "900001"};
    int rounds = 75 * percent(argc, argv);
    int length = 0;
    for (unsigned i = 0; length < TEXT - 8; i++) {
        for (const char *part = parts[i * 7 % 10]; *part;) text[length++] = *part++;
        text[length++] = ',';
    }
    uint16_t crc = 0xffff;
    for (int round = 0; round < rounds; round++) crc = machine(matrices(lists(crc, round), round));
    printf("%04x\n", crc);
    return 0;
}
