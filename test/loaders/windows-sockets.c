/* ws2_32: sockets. */
#include "windows.h"

static const struct { u8 number; u16 error; } errors[] = {
    {4, 10004}, {11, 10035}, {13, 10013}, {22, 10022}, {24, 10024}, {32, 10058}, {88, 10038}, {95, 10045}, {97, 10047},
    {98, 10048}, {99, 10049}, {100, 10050}, {103, 10053}, {104, 10054}, {105, 10055}, {107, 10057}, {110, 10060},
};

/* A Linux result below zero becomes -1 with an error of its own. */
static i64 outcome(long result)
{
    if (result >= 0 || result < -4095)
        return result;
    u32 error = 10014; /* WSAEFAULT */
    for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++)
        if (errors[i].number == -result)
            error = errors[i].error;
    set_last_error(error);
    return -1;
}

static WINAPI i32 startup(u16 version, void *data)
{
    (void)data;
    return version == 0x202 ? 0 : 10092; /* WSAVERNOTSUPPORTED */
}

static WINAPI i32 last_socket_error(void) { return (i32)windows_block()->last_error; }

static WINAPI handle new_socket(i32 family, i32 type, i32 protocol)
{
    i64 opened = outcome(SYSCALL(SYS_socket, family == 23 /* AF_INET6 */ ? 10 : family, type, protocol));
    return opened < 0 ? INVALID_HANDLE : handle_of(opened);
}

/* An address that waits for late packets can be taken; exclusive use is what Linux does anyway. */
static WINAPI i32 set_option(handle opened, i32 level, i32 option, const void *value, i32 size)
{
    if (level == 0xffff /* SOL_SOCKET */ && option == -5 /* SO_EXCLUSIVEADDRUSE */)
        level = 1, option = 2; /* SO_REUSEADDR */
    else if (level == 41 /* IPPROTO_IPV6 */ && option == 27 /* IPV6_V6ONLY */)
        option = 26;
    else if (level != 6 /* IPPROTO_TCP */)
        die("an option of sockets that this loader does not know", NULL);
    return (i32)outcome(SYSCALL(SYS_setsockopt, descriptor_of(opened), level, option, value, size));
}

static WINAPI i32 control(handle opened, u32 command, u32 *value)
{
    u32 translated = command == 0x8004667e /* FIONBIO */ ? 0x5421 : command == 0x4004667f /* FIONREAD */ ? 0x541b : 0;
    if (translated == 0)
        die("ioctlsocket with an unknown command", NULL);
    return (i32)outcome(SYSCALL(SYS_ioctl, descriptor_of(opened), translated, value));
}

static WINAPI i32 bind_socket(handle opened, const u8 *address, i32 size)
{
    u8 copy[28];
    if (size > (i32)sizeof copy)
        die("a socket address of an odd size", NULL);
    memcpy(copy, address, (size_t)size);
    copy[0] = address[0] == 23 ? 10 : address[0];
    return (i32)outcome(SYSCALL(SYS_bind, descriptor_of(opened), copy, size));
}

static WINAPI i32 listen_on(handle opened, i32 backlog)
{
    return (i32)outcome(SYSCALL(SYS_listen, descriptor_of(opened), backlog));
}

static WINAPI handle accept_from(handle opened, void *address, i32 *size)
{
    i64 accepted = outcome(SYSCALL(SYS_accept4, descriptor_of(opened), address, size, 0));
    return accepted < 0 ? INVALID_HANDLE : handle_of(accepted);
}

static WINAPI i32 receive(handle opened, void *to, i32 size, i32 flags)
{
    if (flags & ~2) /* PEEK */
        die("recv with a flag that this loader does not know", NULL);
    return (i32)outcome(SYSCALL(SYS_recvfrom, descriptor_of(opened), to, size, flags, 0, 0));
}

static WINAPI i32 send_to(handle opened, const void *from, i32 size, i32 flags)
{
    return (i32)outcome(SYSCALL(SYS_sendto, descriptor_of(opened), from, size, flags, 0, 0));
}

static WINAPI i32 shut_down(handle opened, i32 how)
{
    return (i32)outcome(SYSCALL(SYS_shutdown, descriptor_of(opened), how));
}

static WINAPI i32 close_socket(handle opened) { return (i32)outcome(SYSCALL(SYS_close, descriptor_of(opened))); }

/* Readable data is RDNORM (0x100) and RDBAND (0x200), room to write is WRNORM (0x10). */
struct windows_poll { handle socket; int16_t events, returned; };
struct linux_poll { i32 descriptor; int16_t events, returned; };

static WINAPI i32 poll_sockets(struct windows_poll *polls, u32 count, i32 milliseconds)
{
    struct linux_poll translated[4096];
    struct timespec limit = {milliseconds / 1000, (i64)(milliseconds % 1000) * 1000000};
    if (count > 4096)
        die("too many sockets in one WSAPoll", NULL);
    for (u32 i = 0; i < count; i++) {
        int16_t events = (polls[i].events & 0x300 ? 1 : 0) | (polls[i].events & 0x10 ? 4 : 0);
        translated[i] = (struct linux_poll){descriptor_of(polls[i].socket), events, 0};
    }
    i64 result = outcome(SYSCALL(SYS_ppoll, translated, count, milliseconds < 0 ? NULL : &limit, 0, 8));
    for (u32 i = 0; i < count; i++) {
        int16_t returned = translated[i].returned;
        polls[i].returned = (returned & 1 ? 0x100 : 0) | (returned & 4 ? 0x10 : 0) | (returned & 8 ? 1 : 0) |
                            (returned & 16 ? 2 : 0) | (returned & 32 ? 4 : 0); /* …, ERR, HUP, NVAL */
    }
    return (i32)result;
}

const struct windows_export windows_socket_exports[] = {
    {"WSAStartup", startup}, {"WSAGetLastError", last_socket_error}, {"socket", new_socket}, {"setsockopt", set_option},
    {"ioctlsocket", control}, {"bind", bind_socket}, {"listen", listen_on}, {"accept", accept_from}, {"recv", receive},
    {"send", send_to}, {"shutdown", shut_down}, {"closesocket", close_socket}, {"WSAPoll", poll_sockets}, {NULL, NULL},
};
