/* Programs with the sockets of WASI 0.3: the first argument says which. What they print goes through 0.2. */
#include "wasi.h"

#define FROM(interface, name) __attribute__((import_module("wasi:" interface "@0.3.0"), import_name(name)))
#define SOCKETS "sockets/types"
#define TCP3(name) FROM(SOCKETS, "[method]tcp-socket." name)
#define UDP3(name) FROM(SOCKETS, "[method]udp-socket." name)
#define STREAM3(what, name) FROM(SOCKETS, "[" what "][method]tcp-socket." name)

/* result<…, error-code>; error-code is a variant whose first byte says which. */
struct result3 {
    u8 failed;
    union {
        u8 error, byte;
        u32 value;
        struct bytes bytes;
        u32 values[10];
        u8 parts[40];
    };
};
struct wide3 {
    u8 failed;
    union {
        u8 error;
        u64 value;
    } __attribute__((aligned(8)));
    u64 rest;
};
struct streams {
    u32 stream, result;
};

void tcp3_create(u32, struct result3 *) FROM(SOCKETS, "[static]tcp-socket.create");
void tcp3_drop(u32) FROM(SOCKETS, "[resource-drop]tcp-socket");
void tcp3_bind(u32, ADDRESS, struct result3 *) TCP3("bind");
void tcp3_connect(u32, ADDRESS, struct result3 *) TCP3("connect");
void tcp3_listen(u32, struct result3 *) TCP3("listen");
u32 tcp3_accept_later(u32, u32 *, u32) STREAM3("async-lower][stream-read-0", "listen");
u32 tcp3_accept_cancel(u32) STREAM3("stream-cancel-read-0", "listen");
void tcp3_accept_end(u32) STREAM3("stream-drop-readable-0", "listen");
u32 tcp3_send(u32, u32) TCP3("send");
u64 tcp3_send_new(void) STREAM3("stream-new-0", "send");
u32 tcp3_write_later(u32, const void *, u32) STREAM3("async-lower][stream-write-0", "send");
u32 tcp3_write_cancel(u32) STREAM3("stream-cancel-write-0", "send");
void tcp3_write_end(u32) STREAM3("stream-drop-writable-0", "send");
u32 tcp3_sent(u32, struct result3 *) STREAM3("future-read-1", "send");
void tcp3_receive(u32, struct streams *) TCP3("receive");
u32 tcp3_read_later(u32, void *, u32) STREAM3("async-lower][stream-read-0", "receive");
void tcp3_read_end(u32) STREAM3("stream-drop-readable-0", "receive");
u32 tcp3_received(u32, struct result3 *) STREAM3("future-read-1", "receive");
void tcp3_received_end(u32) STREAM3("future-drop-readable-1", "receive");
void tcp3_sent_end(u32) STREAM3("future-drop-readable-1", "send");
void tcp3_local(u32, struct result3 *) TCP3("get-local-address");
void tcp3_remote(u32, struct result3 *) TCP3("get-remote-address");
u32 tcp3_is_listening(u32) TCP3("get-is-listening");
void tcp3_set_backlog(u32, u64, struct result3 *) TCP3("set-listen-backlog-size");
void tcp3_set_keep_alive(u32, u32, struct result3 *) TCP3("set-keep-alive-enabled");
void tcp3_keep_alive(u32, struct result3 *) TCP3("get-keep-alive-enabled");
void tcp3_set_count(u32, u32, struct result3 *) TCP3("set-keep-alive-count");
void tcp3_count(u32, struct result3 *) TCP3("get-keep-alive-count");
void tcp3_set_hops(u32, u32, struct result3 *) TCP3("set-hop-limit");
void tcp3_hops(u32, struct result3 *) TCP3("get-hop-limit");
void tcp3_set_receive_buffer(u32, u64, struct result3 *) TCP3("set-receive-buffer-size");
void tcp3_receive_buffer(u32, struct wide3 *) TCP3("get-receive-buffer-size");
void udp3_create(u32, struct result3 *) FROM(SOCKETS, "[static]udp-socket.create");
void udp3_drop(u32) FROM(SOCKETS, "[resource-drop]udp-socket");
void udp3_bind(u32, ADDRESS, struct result3 *) UDP3("bind");
void udp3_connect(u32, ADDRESS, struct result3 *) UDP3("connect");
void udp3_disconnect(u32, struct result3 *) UDP3("disconnect");
void udp3_send(u32, const u8 *, u32, u32, ADDRESS, struct result3 *) UDP3("send");
void udp3_receive(u32, struct result3 *) UDP3("receive");
u32 udp3_receive_later(u32, struct result3 *) FROM(SOCKETS, "[async-lower][method]udp-socket.receive");
void resolve3(const u8 *, u32, struct result3 *) FROM("sockets/ip-name-lookup", "resolve-addresses");
__attribute__((import_module("$root"), import_name("[waitable-set-new]"))) u32 set_new(void);
__attribute__((import_module("$root"), import_name("[waitable-join]"))) void join(u32 waitable, u32 set);
__attribute__((import_module("$root"), import_name("[waitable-set-wait]"))) u32 set_wait(u32 set, u32 *event);
__attribute__((import_module("$root"), import_name("[subtask-cancel]"))) u32 subtask_cancel(u32 subtask);
__attribute__((import_module("$root"), import_name("[subtask-drop]"))) void subtask_drop(u32 subtask);

enum { BLOCKED = -1, EVENT_STREAM_READ = 2 };

/* The component tools take one way of calling where a program has both. */
static u32 in_time(u32 end, u32 status) {
    static u32 set;
    u32 event[2];
    if (status != (u32)BLOCKED)
        return status;
    if (!set)
        set = set_new();
    join(end, set);
    set_wait(set, event);
    join(end, 0);
    return event[1];
}
static u32 tcp3_accept(u32 stream, u32 *sockets, u32 count) {
    return in_time(stream, tcp3_accept_later(stream, sockets, count));
}
static u32 tcp3_write(u32 stream, const void *at, u32 size) {
    return in_time(stream, tcp3_write_later(stream, at, size));
}
static u32 tcp3_read(u32 stream, void *at, u32 size) {
    return in_time(stream, tcp3_read_later(stream, at, size));
}

static const char *name3(u32 error) {
    static const char *const names[] = {"access-denied", "not-supported", "invalid-argument", "out-of-memory", "timeout",
        "invalid-state", "address-not-bindable", "address-in-use", "remote-unreachable", "connection-refused",
        "connection-broken", "connection-reset", "connection-aborted", "datagram-too-large", "other"};
    return error < sizeof names / sizeof *names ? names[error] : "?";
}
static const char *told(const struct result3 *result) {
    return result->failed ? name3(result->error) : "ok";
}

static u32 tcp(u32 v6) {
    struct result3 result;
    tcp3_create(v6, &result);
    if (result.failed)
        __builtin_trap();
    return result.value;
}
static const char *bind_tcp(u32 socket, struct address address) {
    struct result3 result;
    tcp3_bind(socket, FLAT(address), &result);
    return told(&result);
}
static const char *connect_tcp(u32 socket, struct address address) {
    struct result3 result;
    tcp3_connect(socket, FLAT(address), &result);
    return told(&result);
}
/* The stream of connections, or 0. */
static u32 listen_tcp(u32 socket, struct bytes address) {
    struct result3 result;
    print_line("bind: ", bind_tcp(socket, read_address(address)));
    tcp3_listen(socket, &result);
    print_line("listen: ", told(&result));
    return result.failed ? 0 : result.value;
}

/* Says all, then that it was all; how it went. */
static const char *say(u32 socket, struct bytes text) {
    struct result3 result;
    u64 ends = tcp3_send_new();
    u32 out = (u32)(ends >> 32), sent = tcp3_send(socket, (u32)ends);
    for (u32 done = 0, status = 0; done < text.size && !(status & 15); done += status >> 4)
        status = tcp3_write(out, text.at + done, text.size - done);
    tcp3_write_end(out);
    tcp3_sent(sent, &result);
    tcp3_sent_end(sent);
    return told(&result);
}
/* Prints what comes until the other side ends it; how it ended. */
static const char *hear(u32 socket) {
    struct streams in;
    struct result3 result;
    static u8 buffer[4096];
    tcp3_receive(socket, &in);
    for (u32 status = 0; !(status & 15);) {
        status = tcp3_read(in.stream, buffer, sizeof buffer);
        print_bytes(buffer, status >> 4);
    }
    tcp3_read_end(in.stream);
    tcp3_received(in.result, &result);
    tcp3_received_end(in.result);
    return told(&result);
}

static void client(struct bytes address, struct bytes text) {
    u32 socket = tcp(read_address(address).v6);
    const char *connected = connect_tcp(socket, read_address(address));
    print_line("connect: ", connected);
    if (connected[0] != 'o')
        return;
    print_line("sent: ", say(socket, text));
    print_line("\nreceived: ", hear(socket));
    print_line("sent again: ", say(socket, text));
    print_line("received again: ", hear(socket));
    tcp3_drop(socket);
}

/* What comes goes back, stream into stream: the system does it alone. */
static void serve(struct bytes address, u32 count) {
    u32 socket = tcp(0), connections = listen_tcp(socket, address);
    struct result3 result;
    struct streams in;
    tcp3_local(socket, &result);
    print("port: ");
    print_number(port_in_memory(result.parts));
    print("\n");
    tcp3_drop(socket);
    while (count--) {
        u32 one = 0;
        if (tcp3_accept(connections, &one, 1) >> 4 != 1)
            __builtin_trap();
        tcp3_receive(one, &in);
        u32 sent = tcp3_send(one, in.stream);
        tcp3_drop(one);
        tcp3_sent(sent, &result);
        print_line("sent: ", told(&result));
        tcp3_received(in.result, &result);
        print_line("received: ", told(&result));
        tcp3_sent_end(sent);
        tcp3_received_end(in.result);
    }
    tcp3_accept_end(connections);
}

/* Takes so many connections, and answers none before all are there; waits for all of them at once. */
static void many(struct bytes address, u32 count) {
    u32 socket = tcp(0), connections = listen_tcp(socket, address), open = 0, left = count, set = set_new();
    u32 *sockets = take((count + 64) * 4, 4);
    struct streams *in = take(count * sizeof *in, 4);
    u8(*buffers)[16] = take(count * 16, 1);
    while (open < count)
        open += tcp3_accept(connections, sockets + open, count - open) >> 4;
    u32 most = 0;
    for (u32 i = 0; i < count; i++) {
        tcp3_receive(sockets[i], &in[i]);
        most = in[i].stream > most ? in[i].stream : most;
    }
    u32 *of_stream = take((most + 1) * 4, 4);
    for (u32 i = 0; i < count; i++) {
        of_stream[in[i].stream] = i;
        if (tcp3_read_later(in[i].stream, buffers[i], 16) == (u32)BLOCKED)
            join(in[i].stream, set);
        else
            __builtin_trap();
    }
    print("open\n");
    while (left) {
        u32 event[2];
        if (set_wait(set, event) != EVENT_STREAM_READ)
            __builtin_trap();
        u32 i = of_stream[event[0]];
        join(event[0], 0);
        say(sockets[i], (struct bytes){buffers[i], event[1] >> 4});
        tcp3_read_end(in[i].stream);
        tcp3_received_end(in[i].result);
        tcp3_drop(sockets[i]);
        left--;
    }
    print("done\n");
}

/* Fills what the system takes, without waiting. */
static void fill(struct bytes address) {
    static u8 zeros[65536];
    u32 socket = tcp(0), status;
    print_line("connect: ", connect_tcp(socket, read_address(address)));
    u64 ends = tcp3_send_new(), sent = 0;
    u32 out = (u32)(ends >> 32);
    tcp3_send(socket, (u32)ends);
    while ((status = tcp3_write_later(out, zeros, sizeof zeros)) != (u32)BLOCKED && !(status & 15))
        sent += status >> 4;
    print(status != (u32)BLOCKED ? "failed\n" : sent > 65536 ? "full\n" : "early\n");
    status = tcp3_write_cancel(out);
    print(status == 2 ? "cancelled\n" : "went on\n");
}

/* Says something until nobody listens any more; how that is told. */
static void flood(struct bytes address) {
    static u8 zeros[65536];
    struct result3 result;
    u32 socket = tcp(0), status = 0;
    print_line("connect: ", connect_tcp(socket, read_address(address)));
    u64 ends = tcp3_send_new();
    u32 out = (u32)(ends >> 32), sent = tcp3_send(socket, (u32)ends);
    while (!(status & 15))
        status = tcp3_write(out, zeros, sizeof zeros);
    tcp3_sent(sent, &result);
    print_line("sent: ", told(&result));
}

/* Hears the beginning, and does not want the rest; what is said goes on. */
static void half(struct bytes address, struct bytes text) {
    static u8 byte;
    struct streams in;
    struct result3 result;
    u32 socket = tcp(0);
    print_line("connect: ", connect_tcp(socket, read_address(address)));
    tcp3_receive(socket, &in);
    tcp3_read(in.stream, &byte, 1);
    tcp3_read_end(in.stream);
    tcp3_received(in.result, &result);
    print_line("received: ", told(&result));
    print_line("sent: ", say(socket, text));
}

static void state(void) {
    struct result3 result;
    struct address any = {0}, mapped = {.v6 = 1, .parts = {80, 0, 0, 0, 0, 0, 0, 0xffff, 0x7f00, 1, 0}};
    u32 socket = tcp(0);
    print_line("send: ", say(socket, (struct bytes){(u8 *)"x", 1}));
    print_line("receive: ", hear(socket));
    tcp3_local(socket, &result);
    print_line("local: ", told(&result));
    tcp3_remote(socket, &result);
    print_line("remote: ", told(&result));
    print(tcp3_is_listening(socket) ? "listens\n" : "does not listen\n");
    tcp3_set_backlog(socket, 0, &result);
    print_line("backlog of 0: ", told(&result));
    any.parts[0] = 80;
    print_line("connect to no address: ", connect_tcp(socket, any));
    print_line("connect to the other version: ", connect_tcp(socket, mapped));
    print_line("connect to a mapped address: ", connect_tcp(tcp(1), mapped));
    any.parts[0] = 0;
    print_line("bind: ", bind_tcp(socket, any));
    print_line("bind again: ", bind_tcp(socket, any));
    tcp3_listen(socket, &result);
    print_line("listen where nothing is granted: ", told(&result));
    tcp3_listen(tcp(0), &result);
    print_line("listen unbound: ", told(&result));
}

static void options(void) {
    struct result3 result;
    struct wide3 wide;
    u32 socket = tcp(0);
    tcp3_set_keep_alive(socket, 1, &result);
    tcp3_keep_alive(socket, &result);
    print(result.failed ? "keep-alive failed\n" : result.byte ? "keep-alive on\n" : "keep-alive off\n");
    tcp3_set_hops(socket, 0, &result);
    print_line("hops of 0: ", told(&result));
    tcp3_set_hops(socket, 42, &result);
    tcp3_hops(socket, &result);
    print("hops: ");
    print_number(result.byte);
    tcp3_set_receive_buffer(socket, 32768, &result);
    tcp3_receive_buffer(socket, &wide);
    print("\nbuffer: ");
    print_number(wide.value);
    print("\n");
}

/* Nobody has connected: waiting can be ended, and the address is had by nobody else. */
static void in_use(struct bytes address) {
    u32 first = tcp(0), connections = listen_tcp(first, address), one;
    struct result3 result;
    u32 second = tcp(0);
    const char *again = bind_tcp(second, read_address(address));
    if (again[0] == 'o') {
        tcp3_listen(second, &result);
        again = told(&result);
    }
    print_line("again: ", again);
    print(tcp3_accept_later(connections, &one, 1) == (u32)BLOCKED ? "waits\n" : "has one\n");
    print(tcp3_accept_cancel(connections) == 2 ? "cancelled\n" : "went on\n");
}

static void lookup(struct bytes name) {
    static const char *const names[] = {"access-denied", "invalid-argument", "name-unresolvable",
        "temporary-resolver-failure", "permanent-resolver-failure", "other"};
    struct result3 result;
    resolve3(name.at, name.size, &result);
    if (result.failed) {
        print_line("failed: ", names[result.error]);
        return;
    }
    for (u32 i = 0; i < result.bytes.size; i++) {
        const u8 *ip = result.bytes.at + 18 * i;
        for (u32 part = 0; part < (ip[0] ? 8 : 4); part++) {
            print(part == 0 ? "" : ip[0] ? " " : ".");
            print_number(ip[0] ? *(const u16 *)(ip + 2 + 2 * part) : ip[2 + part]);
        }
        print("\n");
    }
}

/* Datagrams. */

static u32 udp(u32 v6) {
    struct result3 result;
    udp3_create(v6, &result);
    if (result.failed)
        __builtin_trap();
    return result.value;
}
static struct address address_from(const u8 *at) {
    struct address address = {.v6 = at[0], .parts = {port_in_memory(at)}};
    for (u32 i = 0; i < 4 && !at[0]; i++)
        address.parts[1 + i] = at[6 + i];
    return address;
}

static void udp_server(struct bytes address, u32 count) {
    struct result3 result, sent;
    struct address at = read_address(address);
    u32 socket = udp(0);
    udp3_bind(socket, FLAT(at), &result);
    print_line("bind: ", told(&result));
    print("ready\n");
    while (count--) {
        udp3_receive(socket, &result);
        struct address to = address_from(result.parts + 8);
        udp3_send(socket, result.bytes.at, result.bytes.size, 1, FLAT(to), &sent);
        print_line("answer: ", told(&sent));
    }
}

static void udp_client(struct bytes to, struct bytes text, bool connected) {
    struct result3 result;
    struct address address = read_address(to), none = {0};
    u32 socket = udp(address.v6);
    udp3_receive(socket, &result);
    print_line("receive: ", told(&result));
    udp3_send(socket, text.at, text.size, 0, FLAT(none), &result);
    print_line("send: ", told(&result));
    if (connected) {
        udp3_connect(socket, FLAT(address), &result);
        print_line("connect: ", told(&result));
        if (result.failed)
            return;
    }
    udp3_send(socket, text.at, text.size, !connected, FLAT(address), &result);
    print_line("send: ", told(&result));
    if (result.failed)
        return;
    udp3_receive(socket, &result);
    print_bytes(result.bytes.at, result.bytes.size);
    print("\n");
    udp3_disconnect(socket, &result);
    print_line("disconnect: ", told(&result));
}

/* A wait that is ended takes nothing; the next one has what came. */
static void udp_cancel(struct bytes address) {
    struct result3 result;
    struct address at = read_address(address);
    u32 socket = udp(0), status;
    udp3_bind(socket, FLAT(at), &result);
    status = udp3_receive_later(socket, &result);
    if ((status & 15) != 1)
        __builtin_trap();
    print(subtask_cancel(status >> 4) == 4 ? "cancelled\n" : "went on\n");
    subtask_drop(status >> 4);
    print("ready\n");
    udp3_receive(socket, &result);
    print_bytes(result.bytes.at, result.bytes.size);
    print("\n");
}

/* Two who wait for one socket: what comes is for one of them, and then for the other. */
static void udp_two(struct bytes address) {
    struct result3 result, results[2];
    struct address at = read_address(address);
    u32 socket = udp(0), set = set_new(), event[2];
    udp3_bind(socket, FLAT(at), &result);
    for (u32 i = 0; i < 2; i++)
        join(udp3_receive_later(socket, &results[i]) >> 4, set);
    print("ready\n");
    for (u32 i = 0; i < 2; i++) {
        set_wait(set, event);
        join(event[0], 0);
        subtask_drop(event[0]);
        print(event[1] == 2 ? "one\n" : "none\n");
    }
}

static bool is(struct bytes a, const char *b) {
    for (u32 i = 0; i < a.size; i++)
        if (a.at[i] != (u8)b[i])
            return false;
    return b[a.size] == 0;
}

__attribute__((export_name("wasi:cli/run@0.3.0#run"))) u32 run(void) {
    struct list arguments;
    get_arguments(&arguments);
    out = get_stdout();
    /* Those who read numbers read on until something else comes. */
    struct bytes given[3] = {0};
    for (u32 i = 1; i < arguments.count && i < 4; i++) {
        struct bytes text = ((struct bytes *)arguments.at)[i];
        given[i - 1] = (struct bytes){take(text.size + 1, 1), text.size};
        for (u32 j = 0; j < text.size; j++)
            given[i - 1].at[j] = text.at[j];
    }
    struct bytes what = given[0], a = given[1], b = given[2];
    const u8 *digits = b.at ? b.at : (const u8 *)"";
    u32 number = is(what, "serve") || is(what, "many") || is(what, "udp-server") ? read_number(&digits, 10) : 0;
    if (is(what, "serve"))
        serve(a, number);
    else if (is(what, "client"))
        client(a, b);
    else if (is(what, "connect"))
        print_line("connect: ", connect_tcp(tcp(read_address(a).v6), read_address(a)));
    else if (is(what, "hear")) {
        u32 socket = tcp(0);
        print_line("connect: ", connect_tcp(socket, read_address(a)));
        print_line("received: ", hear(socket));
    } else if (is(what, "bind"))
        print_line("bind: ", bind_tcp(tcp(read_address(a).v6), read_address(a)));
    else if (is(what, "fill"))
        fill(a);
    else if (is(what, "flood"))
        flood(a);
    else if (is(what, "half"))
        half(a, b);
    else if (is(what, "many"))
        many(a, number);
    else if (is(what, "state"))
        state();
    else if (is(what, "options"))
        options();
    else if (is(what, "in-use"))
        in_use(a);
    else if (is(what, "lookup"))
        lookup(a);
    else if (is(what, "udp-server"))
        udp_server(a, number);
    else if (is(what, "udp-client"))
        udp_client(a, b, false);
    else if (is(what, "udp-connected"))
        udp_client(a, b, true);
    else if (is(what, "udp-two"))
        udp_two(a);
    else if (is(what, "udp-cancel"))
        udp_cancel(a);
    else
        return 1;
    return 0;
}
