/* The net of components that import sockets: calls that the system's side of components makes (component/net.h). What may be
   opened is decided here, by the address as the system gets it. */
#include "../platform/net.h"
#include "../program.h"
#include "fds.h"
#include "guest.h"

static bool net_same(const struct net_address *a, const struct net_address *b) {
    return a->v6 == b->v6 && a->port == b->port && __builtin_memcmp(a->address, b->address, 16) == 0;
}

static bool net_is_any(const struct net_address *address) {
    static const u8 zeros[16];
    return __builtin_memcmp(address->address, zeros, 16) == 0;
}

/* An address of version 4 in one of version 6, which the system would open instead. */
static bool net_is_mapped(const struct net_address *address) {
    static const u8 mapped[12] = {[10] = 255, [11] = 255};
    return address->v6 && __builtin_memcmp(address->address, mapped, sizeof mapped) == 0;
}

static bool net_has_prefix(const u8 *address, const u8 *prefix, u32 bits) {
    u32 bytes = bits / 8, rest = bits % 8;
    return __builtin_memcmp(address, prefix, bytes) == 0 &&
           (!rest || (address[bytes] ^ prefix[bytes]) >> (8 - rest) == 0);
}

/* Public addresses: what else there is lies inside of somebody's net, or has no one place (RFC 6890). */

static const struct {
    u8 prefix, address[4];
} net_inside_v4[] = {
    {8, {0}}, {8, {10}}, {10, {100, 64}}, {8, {127}}, {16, {169, 254}}, {12, {172, 16}}, {24, {192, 0, 0}},
    {24, {192, 0, 2}}, {24, {192, 88, 99}}, {16, {192, 168}}, {15, {198, 18}}, {24, {198, 51, 100}},
    {24, {203, 0, 113}}, {4, {224}}, {4, {240}},
};

static bool net_is_public_v4(const u8 *address) {
    for (u32 i = 0; i < sizeof net_inside_v4 / sizeof *net_inside_v4; i++)
        if (net_has_prefix(address, net_inside_v4[i].address, net_inside_v4[i].prefix))
            return false;
    return true;
}

static bool net_is_public(const struct net_address *address) {
    static const u8 translated[12] = {0, 0x64, 0xff, 0x9b};
    const u8 *bytes = address->address;
    if (!address->v6)
        return net_is_public_v4(bytes);
    /* Gateways to version 4: 64:ff9b::/96 and 2002::/16. */
    if (__builtin_memcmp(bytes, translated, sizeof translated) == 0)
        return net_is_public_v4(bytes + 12);
    if (bytes[0] == 0x20 && bytes[1] == 0x02)
        return net_is_public_v4(bytes + 2);
    /* 2000::/3 without 2001::/23 (Teredo and others), 2001:db8::/32 and 3fff::/20 (documentation). */
    return bytes[0] >> 5 == 1 && !(bytes[0] == 0x20 && bytes[1] == 0x01 && bytes[2] < 2) &&
           !(bytes[0] == 0x20 && bytes[1] == 0x01 && bytes[2] == 0x0d && bytes[3] == 0xb8) &&
           !(bytes[0] == 0x3f && bytes[1] == 0xff && bytes[2] < 16);
}

/* What was looked up: the public addresses of a granted name. The oldest make room. */

#define NET_KNOWN_MAX 1024
static struct {
    struct net_address address;
    u32 grant;
} net_known[NET_KNOWN_MAX];
static u32 net_known_count;

static bool net_is_known(u32 grant, const struct net_address *address) {
    u32 count = net_known_count < NET_KNOWN_MAX ? net_known_count : NET_KNOWN_MAX;
    for (u32 i = 0; i < count; i++)
        if (net_known[i].grant == grant && net_known[i].address.v6 == address->v6 &&
            __builtin_memcmp(net_known[i].address.address, address->address, 16) == 0)
            return true;
    return false;
}

static void net_know(u32 grant, const struct net_address *address) {
    if (!net_is_public(address) || net_is_known(grant, address))
        return;
    u32 place = net_known_count % NET_KNOWN_MAX;
    net_known[place].address = *address;
    net_known[place].grant = grant;
    net_known_count = net_known_count + 1 < 2 * NET_KNOWN_MAX ? net_known_count + 1 : NET_KNOWN_MAX;
}

/* Grants. */

static bool net_grants(const struct wasm_grant_net *grant, u32 number, const struct net_address *address) {
    if (!(grant->flags & NET_ANY_PORT) && grant->port != address->port)
        return false;
    if (grant->name)
        return net_is_known(number, address);
    if (grant->flags & NET_ANY_ADDRESS)
        return true;
    return !(grant->flags & NET_V6) == !address->v6 &&
           net_has_prefix(address->address, grant->address, grant->prefix);
}

static bool net_may_open(const struct net_address *address, bool datagrams) {
    for (u32 i = 0; wasm_net_grants[i].flags; i++)
        if (wasm_net_grants[i].flags & (datagrams ? NET_UDP : NET_TCP) && net_grants(&wasm_net_grants[i], i, address))
            return true;
    return false;
}

static bool net_may_open_any(bool datagrams) {
    for (u32 i = 0; wasm_net_grants[i].flags; i++)
        if (wasm_net_grants[i].flags & (datagrams ? NET_UDP : NET_TCP))
            return true;
    return false;
}

/* All addresses of this machine are granted by that of none. */
static bool net_may_listen(const struct net_address *address, bool datagrams) {
    for (u32 i = 0; i < wasm_program.listen_count; i++) {
        const struct wasm_grant_listen *listen = &wasm_program.listen[i];
        struct net_address granted = {.port = listen->port, .v6 = listen->v6};
        __builtin_memcpy(granted.address, listen->address, 16);
        if (listen->udp == datagrams && granted.port == address->port && granted.v6 == address->v6 &&
            (net_is_any(&granted) || net_same(&granted, address)))
            return true;
    }
    return false;
}

/* Whom a program that takes datagrams at a granted address may answer: those that sent it some lately. */
#define NET_SENDERS 4096
static struct {
    file_handle file;
    struct net_address address;
} net_senders[NET_SENDERS];

static u32 net_sender_place(file_handle file, const struct net_address *address) {
    u32 hash = (u32)file * 31 + address->port;
    for (u32 i = 0; i < 16; i++)
        hash = hash * 16777619 ^ address->address[i];
    return hash % NET_SENDERS;
}

static void net_note_sender(file_handle file, const struct net_address *address) {
    u32 place = net_sender_place(file, address);
    net_senders[place].file = file;
    net_senders[place].address = *address;
}

static bool net_is_sender(file_handle file, const struct net_address *address) {
    u32 place = net_sender_place(file, address);
    const struct net_address *sender = &net_senders[place].address;
    return net_senders[place].file == file && net_same(sender, address) && sender->scope == address->scope;
}

/* The system gives the handle of a closed socket to another one, which had nothing from them. */
static void net_forget_senders(file_handle file) {
    for (u32 i = 0; i < NET_SENDERS; i++)
        if (net_senders[i].file == file)
            net_senders[i].address = (struct net_address){0};
}

/* Calls. */

static u16 net_get(u32 number, u32 kind, struct fd **fd) {
    u16 error = fd_get(number, 0, fd);
    if (!error && !((*fd)->net & SOCKET_OPEN))
        error = WASI_ENOTSOCK;
    return !error && kind != ~0u && ((*fd)->net & SOCKET_DATAGRAMS) != kind ? WASI_ENOTSUP : error;
}

/* An address of the guest, of the socket's version. */
static u16 net_get_address(const struct fd *fd, u32 pointer, struct net_address *address) {
    if (!guest_get(address, pointer))
        return WASI_EFAULT;
    address->v6 = address->v6 != 0;
    address->padding = 0;
    if (!address->v6) {
        address->flow = address->scope = 0;
        __builtin_memset(address->address + 4, 0, 12);
    }
    return address->v6 != !!(fd->net & SOCKET_V6) || net_is_mapped(address) ? WASI_EINVAL : WASI_SUCCESS;
}

/* The address of another, which the program may open. */
static u16 net_get_other(const struct fd *fd, u32 pointer, struct net_address *address) {
    u16 error = net_get_address(fd, pointer, address);
    bool datagrams = fd->net & SOCKET_DATAGRAMS;
    /* The system would take none for this machine. */
    if (!error && (!address->port || net_is_any(address)))
        error = WASI_EINVAL;
    if (error || net_may_open(address, datagrams))
        return error;
    return datagrams && (fd->net & SOCKET_GRANTED) && net_is_sender(fd->file, address) ? WASI_SUCCESS : WASI_EACCES;
}

WASM_API u32 wasi_net__socket(u32 v6, u32 datagrams, u32 result) {
    WASI_LOCKED;
    struct fd fd = {
        .rights_base = RIGHTS_SOCKET,
        .type = datagrams ? WASI_FILETYPE_SOCKET_DGRAM : WASI_FILETYPE_SOCKET_STREAM,
        .net = (u8)(SOCKET_OPEN | (v6 ? SOCKET_V6 : 0) | (datagrams ? SOCKET_DATAGRAMS : 0)),
    };
    u32 number;
    /* Datagrams are told by whence they come, and where they go: by no call but those here. */
    if (datagrams)
        fd.rights_base &= ~(u64)(WASI_RIGHT_FD_READ | WASI_RIGHT_FD_WRITE);
    if (!guest_range(result, sizeof number))
        return WASI_EFAULT;
    /* So that its number is none of a granted directory's. */
    preopens_open();
    u16 error = net_open(v6, datagrams, &fd.file);
    if (!error)
        error = fd_add(&fd, &number);
    if (!error)
        guest_put_u32(result, number);
    return error;
}

/* Without a grant to take what comes there, a socket may have any free port, to open others from. */
WASM_API u32 wasi_net__bind(u32 number, u32 pointer) {
    WASI_LOCKED;
    struct net_address address;
    struct fd *fd;
    u16 error = net_get(number, ~0u, &fd);
    if (!error)
        error = net_get_address(fd, pointer, &address);
    if (error)
        return error;
    bool datagrams = fd->net & SOCKET_DATAGRAMS, granted = net_may_listen(&address, datagrams);
    if (!granted && (address.port || !net_is_any(&address) || !net_may_open_any(datagrams)))
        return WASI_EACCES;
    error = net_bind(fd->file, &address);
    if (error || !granted)
        return error;
    if (datagrams)
        net_forget_senders(fd->file);
    fd->net |= SOCKET_GRANTED;
    return WASI_SUCCESS;
}

/* For datagrams it only says whether they may go there: each of them says where it goes. */
WASM_API u32 wasi_net__connect(u32 number, u32 pointer) {
    WASI_LOCKED;
    struct net_address address;
    struct fd *fd;
    u16 error = net_get(number, ~0u, &fd);
    if (!error)
        error = net_get_other(fd, pointer, &address);
    return error || fd->net & SOCKET_DATAGRAMS ? error : net_connect(fd->file, &address);
}

WASM_API u32 wasi_net__connected(u32 number) {
    WASI_LOCKED;
    struct fd *fd;
    u16 error = net_get(number, 0, &fd);
    return error ? error : net_connected(fd->file);
}

/* Accepting never waits: the flag is the listener's. */
WASM_API u32 wasi_net__listen(u32 number, u32 backlog) {
    WASI_LOCKED;
    struct fd *fd;
    u16 error = net_get(number, 0, &fd);
    if (error)
        return error;
    if (!(fd->net & SOCKET_GRANTED))
        return WASI_EACCES;
    fd->flags |= WASI_FDFLAG_NONBLOCK;
    return net_listen(fd->file, backlog);
}

/* Strangers who send without end do not keep a call from its end. */
#define NET_STRANGERS_MAX 64

/* What comes from where the program may not send to is passed over, unless the address is granted for whoever sends. */
WASM_API u32 wasi_net__receive(u32 number, u32 buffer, u32 size, u32 pointer, u32 result) {
    WASI_LOCKED;
    struct net_address from;
    struct fd *fd;
    u64 done;
    u16 error = net_get(number, SOCKET_DATAGRAMS, &fd);
    if (error)
        return error;
    struct guest_bytes *data = guest_range(buffer, size);
    if (!data || !guest_range(pointer, sizeof from) || !guest_range(result, sizeof(u32)))
        return WASI_EFAULT;
    for (u32 strangers = 0; strangers < NET_STRANGERS_MAX; strangers++) {
        error = net_receive(fd->file, data, size, &from, &done);
        if (error)
            return error;
        bool granted = fd->net & SOCKET_GRANTED;
        if (granted)
            net_note_sender(fd->file, &from);
        if (granted || net_may_open(&from, true)) {
            guest_put(pointer, &from);
            guest_put_u32(result, (u32)done);
            return WASI_SUCCESS;
        }
        __builtin_memset((u8 *)data, 0, done);
    }
    return WASI_EAGAIN;
}

WASM_API u32 wasi_net__send(u32 number, u32 buffer, u32 size, u32 pointer) {
    WASI_LOCKED;
    struct net_address to;
    struct fd *fd;
    u16 error = net_get(number, SOCKET_DATAGRAMS, &fd);
    if (!error)
        error = net_get_other(fd, pointer, &to);
    if (error)
        return error;
    const struct guest_bytes *data = guest_range(buffer, size);
    return data ? net_send(fd->file, data, size, &to) : WASI_EFAULT;
}

WASM_API u32 wasi_net__address(u32 number, u32 peer, u32 pointer) {
    WASI_LOCKED;
    struct net_address address;
    struct fd *fd;
    u16 error = net_get(number, ~0u, &fd);
    if (!error)
        error = peer ? net_peer(fd->file, &address) : net_local(fd->file, &address);
    return error ? error : guest_put(pointer, &address) ? WASI_SUCCESS : WASI_EFAULT;
}

WASM_API u32 wasi_net__get_option(u32 number, u32 option, u32 pointer) {
    WASI_LOCKED;
    struct fd *fd;
    u64 value;
    u16 error = net_get(number, ~0u, &fd);
    if (!error && option >= NET_OPTION_COUNT)
        error = WASI_EINVAL;
    if (!error)
        error = net_get_option(fd->file, fd->net & SOCKET_V6, (enum net_option)option, &value);
    return error ? error : guest_put_u64(pointer, value) ? WASI_SUCCESS : WASI_EFAULT;
}

WASM_API u32 wasi_net__set_option(u32 number, u32 option, u64 value) {
    WASI_LOCKED;
    struct fd *fd;
    u16 error = net_get(number, ~0u, &fd);
    if (!error && option >= NET_OPTION_COUNT)
        error = WASI_EINVAL;
    return error ? error : net_set_option(fd->file, fd->net & SOCKET_V6, (enum net_option)option, value);
}

/* Names. */

#define NET_NAME_MAX 253

/* In lower case, without a dot behind it. EINVAL: no name of a machine. */
static u16 net_get_name(u32 pointer, u32 size, char name[NET_NAME_MAX + 2]) {
    if (!guest_range(pointer, size))
        return WASI_EFAULT;
    if (!size || size > NET_NAME_MAX + 1)
        return WASI_EINVAL;
    guest_copy_in(name, pointer, size);
    if (name[size - 1] == '.')
        size--;
    for (u32 i = 0, label = 0; i < size; i++) {
        char character = name[i];
        if (character >= 'A' && character <= 'Z')
            name[i] = character += 32;
        bool letter = (character >= 'a' && character <= 'z') || (character >= '0' && character <= '9') ||
                      character == '-' || character == '_';
        label = letter ? label + 1 : 0;
        if (label > 63 || (!letter && (character != '.' || i == 0 || i + 1 == size || name[i - 1] == '.')))
            return WASI_EINVAL;
    }
    name[size] = 0;
    return size && size <= NET_NAME_MAX ? WASI_SUCCESS : WASI_EINVAL;
}

static u64 net_length(const char *text) {
    u64 size = 0;
    while (text[size])
        size++;
    return size;
}

/* "*" for any, "*.example.com" for all below. */
static bool net_is_named(const char *pattern, const char *name) {
    if (*pattern == '*') {
        u64 size = net_length(++pattern), whole = net_length(name);
        if (whole <= size)
            return false;
        name += whole - size;
    }
    while (*pattern && *pattern == *name)
        pattern++, name++;
    return *pattern == *name;
}

WASM_API u32 wasi_net__lookup(u32 pointer, u32 size, u32 addresses, u32 room, u32 result) {
    WASI_LOCKED;
    char name[NET_NAME_MAX + 2];
    struct net_found found;
    bool granted = false;
    u16 error = net_get_name(pointer, size, name);
    if (error)
        return error;
    if (!guest_range(addresses, (u64)room * sizeof *found.addresses) || !guest_range(result, sizeof(u32)))
        return WASI_EFAULT;
    for (u32 i = 0; wasm_net_grants[i].flags; i++)
        granted |= wasm_net_grants[i].name && net_is_named(wasm_net_grants[i].name, name);
    if (!granted)
        return WASI_EACCES;
    error = net_lookup(name, &found);
    if (error)
        return error;
    u32 count = found.count < room ? found.count : room;
    for (u32 i = 0; wasm_net_grants[i].flags; i++) {
        const struct wasm_grant_net *grant = &wasm_net_grants[i];
        if (!grant->name || !(grant->flags & (NET_TCP | NET_UDP)) || !net_is_named(grant->name, name))
            continue;
        for (u32 j = 0; j < count; j++)
            net_know(i, &found.addresses[j]);
    }
    for (u32 i = 0; i < count; i++)
        guest_put(addresses + (u64)i * sizeof *found.addresses, &found.addresses[i]);
    guest_put_u32(result, count);
    return WASI_SUCCESS;
}
