/* Takes one connection on the socket that it was granted, looks at its bytes without taking them, reads them all,
 * sends them back in reverse, ends its side and waits for the other to end. */
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#define LISTENER 3

int main(void)
{
    char text[64];
    int fd = accept(LISTENER, NULL, NULL);
    if (fd < 0) return perror("accept"), 1;
    printf("first %ld\n", (long)recv(fd, text, 1, MSG_PEEK));
    ssize_t size = recv(fd, text, 10, MSG_WAITALL);
    printf("all %ld\n", (long)size);
    for (ssize_t i = 0; i < size / 2; i++) {
        char c = text[i];
        text[i] = text[size - 1 - i];
        text[size - 1 - i] = c;
    }
    printf("sent %ld\n", (long)send(fd, text, size, 0));
    printf("shutdown %d\n", shutdown(fd, SHUT_WR));
    printf("end %ld\n", (long)recv(fd, text, sizeof text, 0));
    close(fd);
    return 0;
}
