/* Uses of open files by calls that wait and let others be made meanwhile. The program may close such a file: its number is
   free at once, and whoever waits goes on to wait. But the host's handle stays open until its last use has ended, since the
   system gives a closed one to the next file, and the waiting thread would then read or write what is not its file. */
#include "fds.h"

#ifdef WASM_THREADED

static struct fd_use *fd_uses;

static void fd_use_link(struct fd_use *use) {
    use->next = fd_uses;
    use->link = &fd_uses;
    if (fd_uses)
        fd_uses->link = &use->next;
    fd_uses = use;
}

INTERNAL void fd_use_add(struct fd_use *use, file_handle file) {
    *use = (struct fd_use){.fd = {.file = file}};
    fd_use_link(use);
}

INTERNAL void fd_use_remove(struct fd_use *use) {
    *use->link = use->next;
    if (use->next)
        use->next->link = use->link;
    if (use->closes)
        fd_close_file(use->fd.file);
}

INTERNAL void fd_close_file(file_handle file) {
    for (struct fd_use *use = fd_uses; use; use = use->next) {
        if (use->fd.file == file) {
            use->closes = true;
            return;
        }
    }
    file_close(file);
}

INTERNAL struct fd *fd_use_begin(struct fd_use *use, struct fd *fd) {
    *use = (struct fd_use){.fd = *fd, .unlocked = file_may_wait(fd->file)};
    if (use->unlocked) {
        fd_use_link(use);
        lock_release(&wasi_lock);
    }
    return &use->fd;
}

INTERNAL void fd_use_end(struct fd_use *use) {
    if (use->unlocked) {
        lock_take(&wasi_lock);
        fd_use_remove(use);
    }
}

#else

INTERNAL void fd_use_add(struct fd_use *use, file_handle file) {
    (void)use, (void)file;
}

INTERNAL void fd_use_remove(struct fd_use *use) {
    (void)use;
}

INTERNAL void fd_close_file(file_handle file) {
    file_close(file);
}

INTERNAL struct fd *fd_use_begin(struct fd_use *use, struct fd *fd) {
    (void)use;
    return fd;
}

INTERNAL void fd_use_end(struct fd_use *use) {
    (void)use;
}

#endif
