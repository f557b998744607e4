/* Sockets of macOS. */
#include "darwin.h"

static int mac_socket(int family, int type, int protocol)
{
    return (int)mac_result(SYSCALL(SYS_socket, family == 30 /* AF_INET6 */ ? 10 : family, type, protocol));
}

static int mac_setsockopt(int fd, int level, int option, const void *value, u32 size)
{
    if (level == 0xffff /* SOL_SOCKET */) level = 1, option = option == 4 /* SO_REUSEADDR */ ? 2 : option;
    if (level == 41 /* IPPROTO_IPV6 */ && option == 27 /* IPV6_V6ONLY */) option = 26;
    return (int)mac_result(SYSCALL(SYS_setsockopt, fd, level, option, value, size));
}

/* An address begins with its size and its family, a byte each; in Linux with the family alone. */
static int mac_bind(int fd, const u8 *address, u32 size)
{
    u8 copy[28];
    if (size > sizeof copy || address[0] != size) die("a socket address of an odd size", NULL);
    memcpy(copy, address, size);
    copy[0] = address[1] == 30 ? 10 : address[1];
    copy[1] = 0;
    return (int)mac_result(SYSCALL(SYS_bind, fd, copy, size));
}

static int mac_listen(int fd, int backlog) { return (int)mac_result(SYSCALL(SYS_listen, fd, backlog)); }

static int mac_shutdown(int fd, int how) { return (int)mac_result(SYSCALL(SYS_shutdown, fd, how)); }

static int mac_accept(int fd, void *address, u32 *size)
{
    return (int)mac_result(SYSCALL(SYS_accept4, fd, address, size, 0));
}

/* struct msghdr: sizes have 4 bytes in macOS. */
struct mac_message { void *name; u32 name_size; void *parts; i32 part_count; void *control; u32 control_size; i32 flags; };
struct linux_message { void *name; u64 name_size; void *parts; u64 part_count; void *control; u64 control_size, flags; };

static struct linux_message message_from_mac(const struct mac_message *message)
{
    if (message->name != NULL || message->control != NULL)
        die("a message with an address or control data", NULL);
    return (struct linux_message){.parts = message->parts, .part_count = (u64)message->part_count};
}

static long receive_flags(int flags) /* PEEK, WAITALL, DONTWAIT */
{
    if (flags & ~(2 | 0x40 | 0x80))
        die("a flag of a socket's call that this loader does not know", NULL);
    return (flags & 2) | (flags & 0x40 ? 0x100 : 0) | (flags & 0x80 ? 0x40 : 0);
}

static long send_flags(int flags) /* DONTWAIT, NOSIGNAL */
{
    return (flags & 0x80 ? 0x40 : 0) | (flags & 0x80000 ? 0x4000 : 0);
}

static long mac_recvmsg(int fd, struct mac_message *message, int flags)
{
    struct linux_message translated = message_from_mac(message);
    long result = mac_result(SYSCALL(SYS_recvmsg, fd, &translated, receive_flags(flags)));
    message->flags = translated.flags & 0x20 ? 0x10 : 0; /* TRUNC */
    return result;
}

static long mac_sendmsg(int fd, const struct mac_message *message, int flags)
{
    struct linux_message translated = message_from_mac(message);
    return mac_result(SYSCALL(SYS_sendmsg, fd, &translated, send_flags(flags)));
}

static long mac_recv(int fd, void *to, size_t size, int flags)
{
    return mac_result(SYSCALL(SYS_recvfrom, fd, to, size, receive_flags(flags), 0, 0));
}

static long mac_send(int fd, const void *from, size_t size, int flags)
{
    return mac_result(SYSCALL(SYS_sendto, fd, from, size, send_flags(flags), 0, 0));
}

const struct darwin_export darwin_socket_exports[] = {
    {"_socket", mac_socket}, {"_setsockopt", mac_setsockopt}, {"_bind", mac_bind}, {"_listen", mac_listen},
    {"_shutdown", mac_shutdown}, {"_accept", mac_accept}, {"_recv", mac_recv}, {"_send", mac_send},
    {"_recvmsg", mac_recvmsg}, {"_sendmsg", mac_sendmsg}, {NULL, NULL},
};
