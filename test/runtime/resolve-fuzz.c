/* A coverage-guided fuzzer of the path resolver (runtime/wasi/resolve.c), for clang's libFuzzer. The input makes a small tree
 * of directories, files and links in memory, and a path. The resolver walks it through the platform's functions, which are
 * defined here and refuse whatever a sandbox must never ask of a host; then a model of its own, which knows the tree,
 * has to come to the same place or the same error. Some inputs also change the tree during the walk, as another process
 * would: then only the refusals count.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../runtime/wasi/resolve.c"

WASM_API struct wasm_memory *wasm_wasi_memory;

enum { NODES_MAX = 16, TEXT_MAX = 256, ROOT = 0 };
enum kind { NOTHING, DIRECTORY, REGULAR, LINK };

struct node {
    enum kind kind;
    int parent;
    char name[4];
    char target[TEXT_MAX];
};

static struct node nodes[NODES_MAX];
static int node_count, open_handles;
/* After how many questions to the host which node becomes of which kind; 0: never. */
static int change_after, change_node;
static enum kind change_kind;

static void fail(const char *why, const char *text)
{
    fprintf(stderr, "%s: \"%s\"\n", why, text);
    abort();
}

static int child_of(int parent, const char *name, size_t size)
{
    for (int i = 1; i < node_count; i++)
        if (nodes[i].kind != NOTHING && nodes[i].parent == parent && strlen(nodes[i].name) == size &&
            memcmp(nodes[i].name, name, size) == 0)
            return i;
    return -1;
}

/* What the host is asked: one component that goes down, on an open handle, and nothing else. */
static int host_lookup(file_handle directory, const char *name)
{
    if (change_after && --change_after == 0)
        nodes[change_node].kind = change_kind;
    if (directory < 1000 || directory >= 1000 + NODES_MAX)
        fail("a handle that is not open", name);
    if (!*name || strchr(name, '/') || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
        fail("the host was asked for", name);
    return child_of((int)directory - 1000, name, strlen(name));
}

INTERNAL bool file_is_granted(file_handle granted, file_handle file)
{
    (void)granted, (void)file;
    return true;
}

INTERNAL u16 file_open_directory(file_handle directory, const char *name, file_handle *file)
{
    int found = host_lookup(directory, name);
    if (found < 0)
        return WASI_ENOENT;
    if (nodes[found].kind == LINK)
        return WASI_ELOOP;
    if (nodes[found].kind != DIRECTORY)
        return WASI_ENOTDIR;
    *file = 1000 + found;
    open_handles++;
    return WASI_SUCCESS;
}

INTERNAL u16 file_read_link(file_handle directory, const char *name, void *target, u64 size, u64 *target_size)
{
    int found = host_lookup(directory, name);
    if (found < 0)
        return WASI_ENOENT;
    if (nodes[found].kind != LINK)
        return WASI_EINVAL;
    u64 length = strlen(nodes[found].target);
    *target_size = length < size ? length : size;
    memcpy(target, nodes[found].target, *target_size);
    return WASI_SUCCESS;
}

INTERNAL void file_close(file_handle file)
{
    if (file <= 1000 || open_handles-- == 0)
        fail("closes what it did not open", "");
}

struct place {
    int directory; /* a node */
    const char *name;
    size_t name_size;
    int must_be_directory, links;
};

/* The model: links by recursion, ".." by the parent that the tree knows. `place` begins at the directory to start from. */
static u16 model_walk(struct place *place, const char *path, int follow);

/* Goes behind the link `node`, which stands in place->directory, to what its target names. */
static u16 model_link(struct place *place, int node, int follow)
{
    if (++place->links > WALK_LINKS_MAX)
        return WASI_ELOOP;
    return nodes[node].target[0] ? model_walk(place, nodes[node].target, follow) : WASI_ENOENT;
}

static u16 model_walk(struct place *place, const char *path, int follow)
{
    if (*path == '/')
        return WASI_ENOTCAPABLE;
    for (;;) {
        size_t size = strcspn(path, "/");
        const char *rest = path + size + strspn(path + size, "/");
        int here = size == 1 && path[0] == '.', above = size == 2 && memcmp(path, "..", 2) == 0;
        if (above && place->directory == ROOT)
            return WASI_ENOTCAPABLE;
        if (above)
            place->directory = nodes[place->directory].parent;
        int found = here || above ? place->directory : child_of(place->directory, path, size);
        if (!*rest) {
            place->name = here || above ? "." : path;
            place->name_size = here || above ? 1 : size;
            place->must_be_directory |= here || above || path[size] == '/';
            return follow && found >= 0 && nodes[found].kind == LINK ? model_link(place, found, 1) : WASI_SUCCESS;
        }
        if (found < 0)
            return WASI_ENOENT;
        if (nodes[found].kind == LINK) {
            struct place target = {.directory = place->directory, .links = place->links};
            u16 error = model_link(&target, found, 1);
            if (error)
                return error;
            place->links = target.links;
            found = *target.name == '.' && target.name_size == 1
                        ? target.directory
                        : child_of(target.directory, target.name, target.name_size);
            if (found < 0)
                return WASI_ENOENT;
        }
        if (nodes[found].kind != DIRECTORY)
            return WASI_ENOTDIR;
        place->directory = found;
        path = rest;
    }
}

static const unsigned char *input;
static size_t input_size;

static unsigned next_byte(void)
{
    return input_size ? input_size--, *input++ : 0;
}

/* Text of up to `count` pieces. */
static void next_text(char *text, unsigned count)
{
    static const char *const pieces[16] = {
        "a", "b", "c", "/", "..", "../", ".", "./", "a/", "b/", "c/", "/..", "//", "a/b", "../..", "...",
    };
    size_t size = 0;
    for (unsigned i = 0; i < count && input_size; i++) {
        const char *piece = pieces[next_byte() % 16];
        if (size + strlen(piece) >= TEXT_MAX)
            break;
        strcpy(text + size, piece);
        size += strlen(piece);
    }
    text[size] = 0;
}

static void make_tree(void)
{
    unsigned count = next_byte() % NODES_MAX;
    nodes[ROOT] = (struct node){.kind = DIRECTORY, .parent = -1};
    node_count = 1;
    for (unsigned i = 0; i < count; i++) {
        unsigned byte = next_byte();
        struct node node = {.kind = 1 + byte % 3, .name = {"abc"[byte / 3 % 3]}, .parent = next_byte() % node_count};
        if (nodes[node.parent].kind != DIRECTORY || child_of(node.parent, node.name, 1) >= 0)
            continue;
        if (node.kind == LINK)
            next_text(node.target, next_byte() % 8);
        nodes[node_count++] = node;
    }
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    char path[TEXT_MAX] = "";
    static struct walk walk;
    input = data;
    input_size = size;
    open_handles = 0;
    make_tree();
    unsigned how = next_byte();
    int follow = how & 1, repeat = how & 4 ? 1 + (int)next_byte() : 1;
    change_after = how & 2 ? 1 + next_byte() % 16 : 0;
    change_node = 1 + next_byte() % NODES_MAX;
    change_kind = next_byte() % 4;
    int changing = change_after && change_node < node_count;
    change_after = changing ? change_after : 0;
    next_text(path, 60);

    /* The guest's memory holds the path alone, so that a byte too far is found; some are very long. */
    size_t length = strlen(path);
    char *memory = malloc(length * repeat + 1);
    for (int i = 0; i < repeat; i++)
        memcpy(memory + i * length, path, length);
    memory[length * repeat] = 0;
    size_t path_size = length * repeat;
    char *guest = malloc(path_size ? path_size : 1);
    memcpy(guest, memory, path_size);
    struct wasm_memory guest_memory = {.base = (u8 *)guest, .size = path_size};
    wasm_wasi_memory = &guest_memory;

    u16 error = walk_start(&walk, 1000 + ROOT, 0, (u32)path_size);
    while (!error && follow && strcmp(walk.name, ".") != 0) {
        int found = host_lookup(walk.directory, walk.name);
        if (found < 0 || nodes[found].kind != LINK)
            break;
        error = walk_follow(&walk);
    }
    if (!error && strcmp(walk.name, ".") != 0)
        host_lookup(walk.directory, walk.name);

    if (!changing && error != WASI_ENAMETOOLONG) {
        struct place place = {.directory = ROOT};
        u16 expected = path_size ? model_walk(&place, memory, follow) : WASI_ENOENT;
        if (error != expected) {
            fprintf(stderr, "error %d, expected %d\n", error, expected);
            fail("path", memory);
        }
        if (!error &&
            (walk.directory != 1000 + place.directory || strlen(walk.name) != place.name_size ||
                memcmp(walk.name, place.name, place.name_size) != 0 ||
                walk.must_be_directory != (place.must_be_directory != 0))) {
            fprintf(stderr, "%d %s %d, expected %d %.*s %d\n", (int)walk.directory - 1000, walk.name,
                walk.must_be_directory, place.directory, (int)place.name_size, place.name, place.must_be_directory);
            fail("path", memory);
        }
    }
    if (error == WASI_ENAMETOOLONG && path_size < 2000)
        fail("is too long", memory);
    walk_end(&walk);
    if (open_handles != 0)
        fail("leaves handles open", memory);
    free(guest);
    free(memory);
    return 0;
}
