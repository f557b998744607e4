// Binary trees from malloc: built, walked and freed.
#include <stdio.h>
#include <stdlib.h>
#include "../percent.h"

struct node {
    struct node *left, *right;
};

static struct node *build(int depth) {
    struct node *node = malloc(sizeof *node);
    node->left = depth ? build(depth - 1) : 0;
    node->right = depth ? build(depth - 1) : 0;
    return node;
}

static int count(const struct node *node) { return node ? 1 + count(node->left) + count(node->right) : 0; }

static void destroy(struct node *node) {
    if (!node) return;
    destroy(node->left);
    destroy(node->right);
    free(node);
}

int main(int argc, char **argv) {
    int rounds = 300 * percent(argc, argv) / 100;
    long total = 0;
    for (int round = 0; round < rounds; round++) {
        struct node *tree = build(16);
        total += count(tree);
        destroy(tree);
    }
    printf("%ld\n", total);
    return 0;
}
