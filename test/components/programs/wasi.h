/* What the programs here call of WASI 0.2, with the signatures that the canonical ABI gives it, and some words around it. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;

#define IMPORT(interface, name) __attribute__((import_module("wasi:" interface "@0.2.12"), import_name(name)))

/* Memory: what a program gets and makes is never given back. */

static u8 heap[1 << 25];
static u32 heap_used = 16;

static void *take(u32 size, u32 alignment) {
    heap_used = (heap_used + alignment - 1) & -alignment;
    if (size > sizeof heap - heap_used)
        __builtin_trap();
    heap_used += size;
    return heap + heap_used - size;
}

__attribute__((export_name("cabi_realloc"))) void *cabi_realloc(void *old, u32 old_size, u32 alignment, u32 size) {
    u8 *place = take(size, alignment);
    for (u32 i = 0; i < old_size && i < size; i++)
        place[i] = ((u8 *)old)[i];
    return place;
}

struct bytes {
    u8 *at;
    u32 size;
};
struct list {
    void *at;
    u32 count;
};

/* The result of a call that may fail: what follows the first byte is as the call says. */
struct result {
    union {
        struct {
            u8 failed, error_of_nothing; /* result<_, error-code>, result<u8, …> */
        };
        u32 head;
    };
    union {
        u8 error;
        u32 values[9];
        u8 parts[36];
        struct list list;
        struct bytes bytes;
    };
};
/* The same with 64 bits in it. */
struct wide_result {
    u8 failed;
    union {
        u64 value;
        u8 error;
    };
};

void get_arguments(struct list *) IMPORT("cli/environment", "get-arguments");
u32 get_stdout(void) IMPORT("cli/stdout", "get-stdout");
void write_and_flush(u32, const u8 *, u32, struct result *)
    IMPORT("io/streams", "[method]output-stream.blocking-write-and-flush");
void check_write(u32, struct wide_result *) IMPORT("io/streams", "[method]output-stream.check-write");
void write(u32, const u8 *, u32, struct result *) IMPORT("io/streams", "[method]output-stream.write");
u32 output_subscribe(u32) IMPORT("io/streams", "[method]output-stream.subscribe");
void drop_output(u32) IMPORT("io/streams", "[resource-drop]output-stream");
void read(u32, u64, struct result *) IMPORT("io/streams", "[method]input-stream.read");
void blocking_read(u32, u64, struct result *) IMPORT("io/streams", "[method]input-stream.blocking-read");
u32 input_subscribe(u32) IMPORT("io/streams", "[method]input-stream.subscribe");
void drop_input(u32) IMPORT("io/streams", "[resource-drop]input-stream");
void drop_pollable(u32) IMPORT("io/poll", "[resource-drop]pollable");
u32 pollable_ready(u32) IMPORT("io/poll", "[method]pollable.ready");
void pollable_block(u32) IMPORT("io/poll", "[method]pollable.block");
void poll(const u32 *, u32, struct list *) IMPORT("io/poll", "poll");
u32 instance_network(void) IMPORT("sockets/instance-network", "instance-network");

#define ADDRESS u32, u32, u32, u32, u32, u32, u32, u32, u32, u32, u32, u32
#define TCP(name) IMPORT("sockets/tcp", "[method]tcp-socket." name)
void create_tcp(u32, struct result *) IMPORT("sockets/tcp-create-socket", "create-tcp-socket");
void tcp_start_bind(u32, u32, ADDRESS, struct result *) TCP("start-bind");
void tcp_finish_bind(u32, struct result *) TCP("finish-bind");
void tcp_start_connect(u32, u32, ADDRESS, struct result *) TCP("start-connect");
void tcp_finish_connect(u32, struct result *) TCP("finish-connect");
void tcp_start_listen(u32, struct result *) TCP("start-listen");
void tcp_finish_listen(u32, struct result *) TCP("finish-listen");
void tcp_accept(u32, struct result *) TCP("accept");
void tcp_local_address(u32, struct result *) TCP("local-address");
void tcp_remote_address(u32, struct result *) TCP("remote-address");
void tcp_shutdown(u32, u32, struct result *) TCP("shutdown");
u32 tcp_is_listening(u32) TCP("is-listening");
u32 tcp_subscribe(u32) TCP("subscribe");
void tcp_keep_alive(u32, struct result *) TCP("keep-alive-enabled");
void tcp_set_keep_alive(u32, u32, struct result *) TCP("set-keep-alive-enabled");
void tcp_idle(u32, struct wide_result *) TCP("keep-alive-idle-time");
void tcp_set_idle(u32, u64, struct result *) TCP("set-keep-alive-idle-time");
void tcp_interval(u32, struct wide_result *) TCP("keep-alive-interval");
void tcp_set_interval(u32, u64, struct result *) TCP("set-keep-alive-interval");
void tcp_count(u32, struct result *) TCP("keep-alive-count");
void tcp_set_count(u32, u32, struct result *) TCP("set-keep-alive-count");
void tcp_hops(u32, struct result *) TCP("hop-limit");
void tcp_set_hops(u32, u32, struct result *) TCP("set-hop-limit");
void tcp_receive_buffer(u32, struct wide_result *) TCP("receive-buffer-size");
void tcp_set_receive_buffer(u32, u64, struct result *) TCP("set-receive-buffer-size");
void drop_tcp(u32) IMPORT("sockets/tcp", "[resource-drop]tcp-socket");

#define UDP(name) IMPORT("sockets/udp", "[method]" name)
void create_udp(u32, struct result *) IMPORT("sockets/udp-create-socket", "create-udp-socket");
void udp_start_bind(u32, u32, ADDRESS, struct result *) UDP("udp-socket.start-bind");
void udp_finish_bind(u32, struct result *) UDP("udp-socket.finish-bind");
void udp_stream(u32, u32, ADDRESS, struct result *) UDP("udp-socket.stream");
void udp_local_address(u32, struct result *) UDP("udp-socket.local-address");
void udp_receive(u32, u64, struct result *) UDP("incoming-datagram-stream.receive");
u32 udp_incoming_subscribe(u32) UDP("incoming-datagram-stream.subscribe");
void drop_incoming(u32) IMPORT("sockets/udp", "[resource-drop]incoming-datagram-stream");
void udp_check_send(u32, struct wide_result *) UDP("outgoing-datagram-stream.check-send");
void udp_send(u32, const void *, u32, struct wide_result *) UDP("outgoing-datagram-stream.send");
void drop_outgoing(u32) IMPORT("sockets/udp", "[resource-drop]outgoing-datagram-stream");
void drop_udp(u32) IMPORT("sockets/udp", "[resource-drop]udp-socket");

void resolve_addresses(u32, const u8 *, u32, struct result *) IMPORT("sockets/ip-name-lookup", "resolve-addresses");
void resolve_next(u32, u8 *) IMPORT("sockets/ip-name-lookup", "[method]resolve-address-stream.resolve-next-address");

/* Words. */

static u32 out;

static u32 length(const char *text) {
    u32 size = 0;
    while (text[size])
        size++;
    return size;
}
static void print_bytes(const u8 *at, u32 size) {
    struct result result;
    write_and_flush(out, at, size, &result);
}
static void print(const char *text) {
    print_bytes((const u8 *)text, length(text));
}
static void print_number(u64 number) {
    u8 digits[20];
    u32 at = sizeof digits;
    do
        digits[--at] = (u8)('0' + number % 10);
    while (number /= 10);
    print_bytes(digits + at, sizeof digits - at);
}
static void print_line(const char *what, const char *value) {
    print(what);
    print(value);
    print("\n");
}
static const char *error_name(u32 error) {
    static const char *const names[] = {"unknown", "access-denied", "not-supported", "invalid-argument", "out-of-memory",
        "timeout", "concurrency-conflict", "not-in-progress", "would-block", "invalid-state", "new-socket-limit",
        "address-not-bindable", "address-in-use", "remote-unreachable", "connection-refused", "connection-reset",
        "connection-aborted", "datagram-too-large", "name-unresolvable", "temporary-resolver-failure",
        "permanent-resolver-failure"};
    return error < sizeof names / sizeof *names ? names[error] : "?";
}
/* Of a call without a value. */
static const char *outcome(const struct result *result) {
    return result->failed ? error_name(result->error_of_nothing) : "ok";
}

/* Addresses: 127.0.0.1:80, or [x:x:x:x:x:x:x:x]:80 with all groups, or [::1]:80. */

struct address {
    u32 v6, parts[11];
};
#define FLAT(a)                                                                                                      \
    (a).v6, (a).parts[0], (a).parts[1], (a).parts[2], (a).parts[3], (a).parts[4], (a).parts[5], (a).parts[6],        \
        (a).parts[7], (a).parts[8], (a).parts[9], (a).parts[10]

static u32 read_number(const u8 **at, u32 base) {
    u32 value = 0;
    for (;; ++*at) {
        u8 c = **at;
        u32 digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : 99;
        if (digit >= base)
            return value;
        value = value * base + digit;
    }
}
static struct address read_address(struct bytes text) {
    const u8 *at = text.at;
    struct address address = {0};
    if (*at != '[') {
        for (u32 i = 1; i <= 4; i++, at++)
            address.parts[i] = read_number(&at, 10);
        address.parts[0] = read_number(&at, 10);
        return address;
    }
    address.v6 = 1;
    at++;
    if (*at == ':') {
        at += 2;
        address.parts[9] = read_number(&at, 16);
    } else {
        for (u32 i = 2; i < 10; i++) {
            address.parts[i] = read_number(&at, 16);
            at += *at == ':';
        }
    }
    at += 2;
    address.parts[0] = read_number(&at, 10);
    return address;
}
/* ip-socket-address in memory */
static void address_in_memory(const struct address *address, u8 *to) {
    for (u32 i = 0; i < 32; i++)
        to[i] = 0;
    to[0] = (u8)address->v6;
    *(u16 *)(to + 4) = (u16)address->parts[0];
    for (u32 i = 0; i < 4 && !address->v6; i++)
        to[6 + i] = (u8)address->parts[1 + i];
    for (u32 i = 0; i < 8 && address->v6; i++)
        *(u16 *)(to + 12 + 2 * i) = (u16)address->parts[2 + i];
}
static u32 port_in_memory(const u8 *address) {
    return *(const u16 *)(address + 4);
}
