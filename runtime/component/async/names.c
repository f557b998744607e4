/* wasi:sockets/ip-name-lookup of WASI 0.3. Nothing else goes on while the system looks a name up. */
#include "../sockets.h"
#include "tasks.h"

struct lookup3 {
    u8 failed;
    union {
        struct case3 error;
        struct {
            struct ip_address *at;
            u32 count;
        };
    };
};

static u8 lookup_code3(u32 errno) {
    switch (errno) {
    case WASI_EACCES:
        return 0;
    case WASI_EINVAL:
        return 1;
    case WASI_ENOENT:
        return 2;
    case WASI_EAGAIN:
        return 3;
    case WASI_EIO:
        return 4;
    default:
        return 5;
    }
}

HOST("wasi:sockets/ip-name-lookup@0.3", "resolve-addresses")
struct lookup3 *resolve_addresses3(const u8 *name, u32 size) {
    host_begin();
    struct lookup3 *result = scratch(sizeof *result, 4);
    struct net_address *found = allocate(NAMES_MAX * sizeof *found);
    u32 count = 0, errno = addresses_of((struct bytes){(u8 *)name, size}, found, &count);
    *result = (struct lookup3){.failed = errno != 0};
    if (!errno) {
        result->at = scratch(count * sizeof *result->at, 2);
        result->count = count;
    } else {
        result->error = (struct case3){.which = lookup_code3(errno)};
    }
    for (u32 i = 0; i < count && !errno; i++) ip_address_out(&found[i], &result->at[i]);
    release(found, NAMES_MAX * sizeof *found);
    return result;
}
