/* wasi:sockets/ip-name-lookup */
#include "sockets.h"

#define SOCKETS_NAMES "wasi:sockets/ip-name-lookup@0.2"
#define NAMES_MAX 32

struct lookup {
    u32 count, at;
    u8 error;
    struct net_address addresses[NAMES_MAX];
};

/* Addresses as names: no one is asked. */

static bool read_v4(struct bytes text, u8 *address) {
    u32 at = 0;
    for (u32 i = 0; i < 4; i++) {
        u32 value = 0, digits = 0;
        for (; at < text.size && text.at[at] >= '0' && text.at[at] <= '9' && digits < 3; digits++)
            value = value * 10 + (u32)(text.at[at++] - '0');
        if (!digits || value > 255 || (i < 3 && (at >= text.size || text.at[at++] != '.')))
            return false;
        address[i] = (u8)value;
    }
    return at == text.size;
}

static i32 hex_digit(u8 character) {
    if (character >= '0' && character <= '9')
        return character - '0';
    character |= 32;
    return character >= 'a' && character <= 'f' ? character - 'a' + 10 : -1;
}

static bool read_v6(struct bytes text, u8 *address) {
    u32 at = 0, size = 0, gap = 16;
    if (text.size >= 2 && text.at[0] == ':' && text.at[1] == ':')
        gap = 0, at = 2;
    while (at < text.size && size < 16) {
        u32 start = at, value = 0, digits = 0;
        for (; at < text.size && digits < 4 && hex_digit(text.at[at]) >= 0; digits++)
            value = value << 4 | (u32)hex_digit(text.at[at++]);
        if (!digits)
            return false;
        if (at < text.size && text.at[at] == '.' && size <= 12) {
            if (!read_v4((struct bytes){text.at + start, text.size - start}, address + size))
                return false;
            size += 4;
            at = text.size;
            break;
        }
        address[size++] = (u8)(value >> 8);
        address[size++] = (u8)value;
        if (at == text.size)
            break;
        if (text.at[at++] != ':' || at == text.size)
            return false;
        if (text.at[at] == ':') {
            if (gap != 16)
                return false;
            gap = size, at++;
        }
    }
    if (at != text.size || (gap == 16) != (size == 16))
        return false;
    if (gap < size)
        __builtin_memmove(address + 16 - (size - gap), address + gap, size - gap);
    if (size < 16)
        __builtin_memset(address + gap, 0, 16 - size);
    return true;
}

static enum socket_error lookup_error(u32 errno) {
    switch (errno) {
    case WASI_ENOENT:
        return SOCKET_NAME_UNRESOLVABLE;
    case WASI_EAGAIN:
        return SOCKET_TEMPORARY_RESOLVER_FAILURE;
    case WASI_EIO:
        return SOCKET_PERMANENT_RESOLVER_FAILURE;
    default:
        return socket_error(errno);
    }
}

struct lookup_result {
    u8 failed;
    union {
        struct lookup *lookup;
        u8 error;
    };
};

/* What a name stands for: an address that it is, or those that the system knows. */
static u32 addresses_of(struct bytes name, struct net_address *addresses, u32 *count) {
    addresses[0] = (struct net_address){0};
    *count = 1;
    if (read_v4(name, addresses[0].address))
        return WASI_SUCCESS;
    if (read_v6(name, addresses[0].address)) {
        addresses[0].v6 = 1;
        return WASI_SUCCESS;
    }
    *count = 0;
    return net_lookup(name.at, name.size, addresses, NAMES_MAX, count);
}

HOST(SOCKETS_NAMES, "resolve-addresses")
struct lookup_result *resolve_addresses(u32 network, u8 *name, u32 size) {
    host_begin();
    (void)network;
    struct lookup_result *result = scratch(sizeof *result, 4);
    struct lookup *lookup = allocate(sizeof *lookup);
    *lookup = (struct lookup){0};
    *result = (struct lookup_result){.lookup = lookup};
    u32 errno = addresses_of((struct bytes){name, size}, lookup->addresses, &lookup->count);
    if (errno == WASI_EACCES || errno == WASI_EINVAL || errno == WASI_ENOTSUP) {
        *result = (struct lookup_result){.failed = 1, .error = (u8)socket_error(errno)};
        release(lookup, sizeof *lookup);
        return result;
    }
    if (errno) {
        lookup->count = 0;
        lookup->error = (u8)lookup_error(errno);
    }
    return result;
}

/* ip-address */
struct ip_address {
    u8 v6;
    union {
        u8 bytes[4];
        u16 groups[8];
    };
};
_Static_assert(sizeof(struct ip_address) == 18, "ip-address");

static void ip_address_out(const struct net_address *from, struct ip_address *to) {
    *to = (struct ip_address){.v6 = from->v6};
    if (!from->v6)
        __builtin_memcpy(to->bytes, from->address, 4);
    else
        for (u32 i = 0; i < 8; i++)
            to->groups[i] = group_of(from, i);
}

/* result<option<ip-address>, error-code> */
struct next_result {
    u8 failed, padding0;
    union {
        struct {
            u8 some, padding1;
            struct ip_address address;
        };
        u8 error;
    };
};

HOST(SOCKETS_NAMES, "[method]resolve-address-stream.resolve-next-address")
struct next_result *resolve_next(struct lookup *lookup) {
    host_begin();
    struct next_result *result = scratch(sizeof *result, 2);
    *result = (struct next_result){.failed = lookup->error != 0};
    if (lookup->error) {
        result->error = lookup->error;
        return result;
    }
    if (lookup->at == lookup->count)
        return result;
    result->some = 1;
    ip_address_out(&lookup->addresses[lookup->at++], &result->address);
    return result;
}
HOST(SOCKETS_NAMES, "[method]resolve-address-stream.subscribe") struct pollable *resolve_subscribe(struct lookup *lookup) {
    (void)lookup;
    return pollable_new(POLL_READY, 0, 0);
}
HOST(SOCKETS_NAMES, "[resource-drop]resolve-address-stream") void resolve_drop(struct lookup *lookup) {
    release(lookup, sizeof *lookup);
}
