/* No file here is a socket (sock.c answers ENOTSOCK before it comes to these): Windows hands none
   over as a stream. */
#include "../files.h"

INTERNAL u16 file_accept(file_handle file, file_handle *accepted) {
    (void)file, (void)accepted;
    return WASI_ENOTSOCK;
}

INTERNAL u16 file_receive(file_handle file, const struct file_slice *slices, u32 count, u32 flags,
    u64 *done, u32 *received) {
    (void)file, (void)slices, (void)count, (void)flags, (void)done, (void)received;
    return WASI_ENOTSOCK;
}

INTERNAL u16 file_send(
    file_handle file, const struct file_slice *slices, u32 count, bool wait, u64 *done) {
    (void)file, (void)slices, (void)count, (void)wait, (void)done;
    return WASI_ENOTSOCK;
}

INTERNAL u16 file_shutdown(file_handle file, u32 how) {
    (void)file, (void)how;
    return WASI_ENOTSOCK;
}
