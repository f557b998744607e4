/* Programs with sockets: the first argument says which. */
#include "wasi.h"

static u32 network;

static u32 tcp(u32 v6) {
    struct result result;
    create_tcp(v6, &result);
    if (result.failed)
        __builtin_trap();
    return result.values[0];
}

static const char *bind_tcp(u32 socket, struct address address) {
    struct result result;
    tcp_start_bind(socket, network, FLAT(address), &result);
    if (!result.failed)
        tcp_finish_bind(socket, &result);
    return outcome(&result);
}

static const char *listen_tcp(u32 socket) {
    struct result result;
    tcp_start_listen(socket, &result);
    if (!result.failed)
        tcp_finish_listen(socket, &result);
    return outcome(&result);
}

struct connection {
    u32 socket, input, output;
};

static struct connection accept_tcp(u32 socket) {
    struct result result;
    u32 pollable = tcp_subscribe(socket);
    do {
        pollable_block(pollable);
        tcp_accept(socket, &result);
    } while (result.failed && result.error == 8);
    drop_pollable(pollable);
    if (result.failed)
        __builtin_trap();
    return (struct connection){result.values[0], result.values[1], result.values[2]};
}

/* The pollable is there before the connection is begun. */
static const char *connect_tcp(struct address address, struct connection *connection) {
    struct result result;
    u32 socket = tcp(address.v6), pollable = tcp_subscribe(socket);
    tcp_start_connect(socket, network, FLAT(address), &result);
    if (result.failed)
        return outcome(&result);
    do {
        pollable_block(pollable);
        tcp_finish_connect(socket, &result);
    } while (result.failed && result.error == 8);
    drop_pollable(pollable);
    *connection = (struct connection){socket, result.values[0], result.values[1]};
    return result.failed ? error_name(result.error) : "ok";
}

static void close_tcp(struct connection connection) {
    drop_input(connection.input);
    drop_output(connection.output);
    drop_tcp(connection.socket);
}

/* Prints what comes until the other side ends it. */
static void print_all(u32 input) {
    struct result result;
    for (;;) {
        u32 before = heap_used;
        blocking_read(input, 4096, &result);
        if (result.failed)
            break;
        print_bytes(result.bytes.at, result.bytes.size);
        heap_used = before;
    }
    print(result.values[0] & 255 ? "" : "[failed]");
}

static void serve(struct bytes address, u32 count) {
    u32 socket = tcp(0);
    struct result result;
    print_line("bind: ", bind_tcp(socket, read_address(address)));
    print_line("listen: ", listen_tcp(socket));
    tcp_local_address(socket, &result);
    print("port: ");
    print_number(port_in_memory(result.parts));
    print("\n");
    while (count--) {
        struct connection one = accept_tcp(socket);
        for (;;) {
            u32 before = heap_used;
            blocking_read(one.input, 4096, &result);
            if (result.failed)
                break;
            struct result written;
            write_and_flush(one.output, result.bytes.at, result.bytes.size, &written);
            heap_used = before;
        }
        close_tcp(one);
    }
    print("served\n");
}

static void client(struct bytes address, struct bytes text) {
    struct connection one;
    struct result result;
    const char *connected = connect_tcp(read_address(address), &one);
    print_line("connect: ", connected);
    if (connected[0] != 'o')
        return;
    write_and_flush(one.output, text.at, text.size, &result);
    tcp_shutdown(one.socket, 1, &result);
    print_line("shutdown: ", outcome(&result));
    print_all(one.input);
    write_and_flush(one.output, text.at, text.size, &result);
    print_line("\nwriting then: ", result.failed && (result.values[0] & 255) == 1 ? "closed" : "goes on");
    close_tcp(one);
}

/* Fills what the system takes, without waiting: what check-write allows, until it allows nothing. */
static void fill(struct bytes address) {
    struct connection one;
    struct result result;
    struct wide_result room;
    static u8 zeros[65536];
    u64 sent = 0;
    print_line("connect: ", connect_tcp(read_address(address), &one));
    for (;;) {
        check_write(one.output, &room);
        if (room.failed || !room.value)
            break;
        write(one.output, zeros, room.value < sizeof zeros ? (u32)room.value : sizeof zeros, &result);
        if (result.failed)
            break;
        sent += room.value;
    }
    print(room.failed ? "failed\n" : sent > 65536 ? "full\n" : "early\n");
    print(pollable_ready(output_subscribe(one.output)) ? "ready\n" : "waits\n");
}

/* Takes so many connections, and answers none before all are there; waits for all of them at once. */
static void many(struct bytes address, u32 count) {
    u32 socket = tcp(0), open = 0, done = 0;
    struct connection *connections = take(count * sizeof *connections, 4);
    u32 *pollables = take((count + 1) * 4, 4);
    struct result result;
    print_line("bind: ", bind_tcp(socket, read_address(address)));
    print_line("listen: ", listen_tcp(socket));
    while (open < count)
        connections[open++] = accept_tcp(socket);
    print("open\n");
    for (u32 i = 0; i < count; i++)
        pollables[i] = input_subscribe(connections[i].input);
    while (done < count) {
        struct list ready;
        u32 before = heap_used;
        poll(pollables, count - done, &ready);
        for (u32 i = ready.count; i-- > 0;) {
            u32 at = ((u32 *)ready.at)[i], last = count - done - 1;
            struct connection one = connections[at];
            blocking_read(one.input, 16, &result);
            if (!result.failed)
                write_and_flush(one.output, result.bytes.at, result.bytes.size, &result);
            drop_pollable(pollables[at]);
            close_tcp(one);
            connections[at] = connections[last];
            pollables[at] = pollables[last];
            done++;
        }
        heap_used = before;
    }
    print("done\n");
}

static void state(void) {
    struct result result;
    struct address any = {0}, mapped = {.v6 = 1, .parts = {80, 0, 0, 0, 0, 0, 0, 0xffff, 0x7f00, 1, 0}};
    u32 socket = tcp(0);
    tcp_finish_bind(socket, &result);
    print_line("finish-bind: ", outcome(&result));
    tcp_finish_connect(socket, &result);
    print_line("finish-connect: ", error_name(result.error));
    tcp_start_listen(socket, &result);
    print_line("listen unbound: ", outcome(&result));
    tcp_accept(socket, &result);
    print_line("accept: ", error_name(result.error));
    tcp_shutdown(socket, 2, &result);
    print_line("shutdown: ", outcome(&result));
    tcp_local_address(socket, &result);
    print_line("local-address: ", error_name(result.error));
    tcp_remote_address(socket, &result);
    print_line("remote-address: ", error_name(result.error));
    any.parts[0] = 80;
    tcp_start_connect(socket, network, FLAT(any), &result);
    print_line("connect to no address: ", outcome(&result));
    tcp_start_connect(socket, network, FLAT(mapped), &result);
    print_line("connect to the other version: ", outcome(&result));
    tcp_start_connect(tcp(1), network, FLAT(mapped), &result);
    print_line("connect to a mapped address: ", outcome(&result));
    any.parts[0] = 0;
    print_line("bind: ", bind_tcp(socket, any));
    print_line("bind again: ", bind_tcp(socket, any));
    print_line("listen where nothing is granted: ", listen_tcp(socket));
}

static void options(void) {
    struct result result;
    struct wide_result wide;
    u32 socket = tcp(0);
    tcp_set_keep_alive(socket, 1, &result);
    tcp_keep_alive(socket, &result);
    print(result.failed ? "keep-alive failed\n" : result.error_of_nothing ? "keep-alive on\n" : "keep-alive off\n");
    tcp_set_idle(socket, 0, &result);
    print_line("idle of 0: ", outcome(&result));
    tcp_set_idle(socket, 90000000001, &result);
    tcp_idle(socket, &wide);
    print("idle: ");
    print_number(wide.value);
    tcp_set_interval(socket, 7000000000, &result);
    tcp_interval(socket, &wide);
    print("\ninterval: ");
    print_number(wide.value);
    tcp_set_count(socket, 5, &result);
    tcp_count(socket, &result);
    print("\ncount: ");
    print_number(result.values[0]);
    tcp_set_hops(socket, 0, &result);
    print_line("\nhops of 0: ", outcome(&result));
    tcp_set_hops(socket, 42, &result);
    tcp_hops(socket, &result);
    print("hops: ");
    print_number(result.error_of_nothing);
    tcp_set_receive_buffer(socket, 32768, &result);
    tcp_receive_buffer(socket, &wide);
    print("\nbuffer: ");
    print_number(wide.value);
    print("\n");
}

static void in_use(struct bytes address) {
    struct result result;
    u32 first = tcp(0), second = tcp(0);
    print_line("bind: ", bind_tcp(first, read_address(address)));
    print_line("listen: ", listen_tcp(first));
    const char *again = bind_tcp(second, read_address(address));
    print_line("again: ", again[0] == 'o' ? listen_tcp(second) : again);
    tcp_accept(first, &result);
    print_line("accept: ", error_name(result.error));
}

/* Names. */

static void print_address(const u8 *ip) {
    for (u32 i = 0; i < 4 && !ip[0]; i++) {
        print_number(ip[2 + i]);
        print(i < 3 ? "." : "");
    }
    for (u32 i = 0; i < 8 && ip[0]; i++) {
        u16 group = *(const u16 *)(ip + 2 + 2 * i);
        const char *hex = "0123456789abcdef";
        u8 text[] = {(u8)hex[group >> 12], (u8)hex[group >> 8 & 15], (u8)hex[group >> 4 & 15], (u8)hex[group & 15], ':'};
        print_bytes(text, i < 7 ? 5 : 4);
    }
}

/* Looks a name up, and with a port connects to what is found. */
static void lookup(struct bytes name, u32 port) {
    struct result result;
    _Alignas(2) u8 next[20];
    resolve_addresses(network, name.at, name.size, &result);
    if (result.failed) {
        print_line("denied: ", error_name(result.error));
        return;
    }
    for (u32 stream = result.values[0];;) {
        resolve_next(stream, next);
        if (next[0])
            print_line("failed: ", error_name(next[2]));
        if (next[0] || !next[2])
            return;
        const u8 *ip = next + 4;
        print_address(ip);
        if (port) {
            struct address address = {.v6 = ip[0], .parts = {port}};
            struct connection one;
            for (u32 i = 0; i < 4 && !ip[0]; i++)
                address.parts[1 + i] = ip[2 + i];
            for (u32 i = 0; i < 8 && ip[0]; i++)
                address.parts[2 + i] = *(const u16 *)(ip + 2 + 2 * i);
            print_line(": ", connect_tcp(address, &one));
        } else {
            print("\n");
        }
    }
}

/* Datagrams. */

struct outgoing {
    struct bytes data;
    u8 has_remote;
    _Alignas(4) u8 remote[32];
};
struct incoming {
    struct bytes data;
    _Alignas(4) u8 remote[32];
};

static const char *bind_udp(u32 socket, struct address address) {
    struct result result;
    udp_start_bind(socket, network, FLAT(address), &result);
    if (!result.failed)
        udp_finish_bind(socket, &result);
    return outcome(&result);
}

static const char *send_udp(u32 stream, struct bytes data, const u8 *remote) {
    struct outgoing outgoing = {data, remote != NULL, {0}};
    struct wide_result result;
    for (u32 i = 0; i < 32 && remote; i++)
        outgoing.remote[i] = remote[i];
    udp_check_send(stream, &result);
    udp_send(stream, &outgoing, 1, &result);
    return result.failed ? error_name(result.error) : result.value == 1 ? "ok" : "none";
}

static struct incoming *receive_udp(u32 stream) {
    struct result result;
    u32 pollable = udp_incoming_subscribe(stream);
    do {
        pollable_block(pollable);
        udp_receive(stream, 1, &result);
    } while (!result.failed && !result.list.count);
    drop_pollable(pollable);
    if (result.failed)
        __builtin_trap();
    return result.list.at;
}

static void udp_server(struct bytes address, u32 count) {
    struct result result;
    struct address none = {0};
    create_udp(0, &result);
    u32 socket = result.values[0];
    print_line("bind: ", bind_udp(socket, read_address(address)));
    udp_stream(socket, 0, FLAT(none), &result);
    u32 input = result.values[0], output = result.values[1];
    print("ready\n");
    while (count--) {
        struct incoming *incoming = receive_udp(input);
        print_line("answer: ", send_udp(output, incoming->data, incoming->remote));
    }
}

/* Closes the socket that was sent something, and answers from another one at the same address. */
static void udp_again(struct bytes address) {
    struct result result;
    struct address none = {0};
    _Alignas(4) u8 remote[32];
    for (u32 i = 0; i < 2; i++) {
        create_udp(0, &result);
        u32 socket = result.values[0];
        print_line("bind: ", bind_udp(socket, read_address(address)));
        udp_stream(socket, 0, FLAT(none), &result);
        u32 input = result.values[0], output = result.values[1];
        if (i == 0) {
            print("ready\n");
            struct incoming *incoming = receive_udp(input);
            for (u32 j = 0; j < 32; j++)
                remote[j] = incoming->remote[j];
        }
        print_line("answer: ", send_udp(output, address, remote));
        drop_incoming(input);
        drop_outgoing(output);
        drop_udp(socket);
    }
}

static void udp_client(struct bytes to, struct bytes text, bool connected) {
    struct result result;
    struct address none = {0}, address = read_address(to);
    _Alignas(4) u8 remote[32];
    address_in_memory(&address, remote);
    create_udp(address.v6, &result);
    u32 socket = result.values[0];
    none.v6 = address.v6;
    print_line("bind: ", bind_udp(socket, none));
    udp_stream(socket, connected, FLAT(address), &result);
    if (result.failed) {
        print_line("stream: ", error_name(result.error));
        return;
    }
    u32 input = result.values[0], output = result.values[1];
    const char *sent = send_udp(output, text, connected ? NULL : remote);
    print_line("send: ", sent);
    if (sent[0] != 'o')
        return;
    struct incoming *incoming = receive_udp(input);
    print_bytes(incoming->data.at, incoming->data.size);
    print("\n");
}

static bool is(struct bytes a, const char *b) {
    for (u32 i = 0; i < a.size; i++)
        if (a.at[i] != (u8)b[i])
            return false;
    return b[a.size] == 0;
}

__attribute__((export_name("wasi:cli/run@0.2.12#run"))) u32 run(void) {
    struct list arguments;
    struct connection one;
    get_arguments(&arguments);
    out = get_stdout();
    network = instance_network();
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
    u32 number = is(what, "serve") || is(what, "many") || is(what, "lookup") || is(what, "udp-server")
                     ? read_number(&digits, 10)
                     : 0;
    if (is(what, "serve"))
        serve(a, number);
    else if (is(what, "client"))
        client(a, b);
    else if (is(what, "connect"))
        print_line("connect: ", connect_tcp(read_address(a), &one));
    else if (is(what, "bind"))
        print_line("bind: ", bind_tcp(tcp(read_address(a).v6), read_address(a)));
    else if (is(what, "fill"))
        fill(a);
    else if (is(what, "many"))
        many(a, number);
    else if (is(what, "state"))
        state();
    else if (is(what, "options"))
        options();
    else if (is(what, "in-use"))
        in_use(a);
    else if (is(what, "lookup"))
        lookup(a, number);
    else if (is(what, "udp-server"))
        udp_server(a, number);
    else if (is(what, "udp-again"))
        udp_again(a);
    else if (is(what, "udp-client"))
        udp_client(a, b, false);
    else if (is(what, "udp-connected"))
        udp_client(a, b, true);
    else
        return 1;
    return 0;
}
