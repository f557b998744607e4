/* An HTTP server on the listening socket that it was granted, with many connections in one poll.
 * GET /n answers n; GET /stop ends it, and it prints how many requests it answered. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define LISTENER 3
#define CONNECTIONS 256

struct connection {
    char request[2048];
    size_t size;
};

static struct pollfd polls[1 + CONNECTIONS];
static struct connection connections[1 + CONNECTIONS];
static int count = 1;
static long answered;
static int stopped;

static void drop(int i)
{
    close(polls[i].fd);
    count--;
    polls[i] = polls[count];
    connections[i] = connections[count];
}

/* All of it, waiting where the other side reads slowly. */
static int send_all(int fd, const char *text, size_t size)
{
    while (size) {
        ssize_t part = write(fd, text, size);
        if (part < 0 && errno == EAGAIN) {
            struct pollfd ready = {.fd = fd, .events = POLLOUT};
            poll(&ready, 1, -1);
            continue;
        }
        if (part <= 0) return -1;
        text += part;
        size -= part;
    }
    return 0;
}

/* Answers one request; -1 if the connection is to be closed. */
static int answer(int fd, const char *request)
{
    char path[64] = "", body[96], head[160];
    sscanf(request, "GET /%63s", path);
    stopped = stopped || strcmp(path, "stop") == 0;
    int close_after = strstr(request, "onnection: close") != NULL || stopped;
    int size = snprintf(body, sizeof body, "you asked for %s\n", path);
    int head_size = snprintf(head, sizeof head,
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\nConnection: %s\r\n\r\n", size,
        close_after ? "close" : "keep-alive");
    answered++;
    if (send_all(fd, head, head_size) || send_all(fd, body, size)) return -1;
    return close_after ? -1 : 0;
}

/* Reads what is there and answers what is complete; -1 as above. */
static int serve(struct connection *connection, int fd)
{
    ssize_t part = read(fd, connection->request + connection->size, sizeof connection->request - 1 - connection->size);
    if (part < 0 && errno == EAGAIN) return 0;
    if (part <= 0) return -1;
    connection->size += part;
    for (;;) {
        connection->request[connection->size] = 0;
        char *end = strstr(connection->request, "\r\n\r\n");
        if (!end) return connection->size == sizeof connection->request - 1 ? -1 : 0;
        *end = 0;
        if (answer(fd, connection->request)) return -1;
        connection->size -= end + 4 - connection->request;
        memmove(connection->request, end + 4, connection->size);
    }
}

int main(int argc, char **argv)
{
    fcntl(LISTENER, F_SETFL, O_NONBLOCK);
    polls[0] = (struct pollfd){.fd = LISTENER, .events = POLLIN};
    while (!stopped) {
        if (poll(polls, count, -1) < 0) return perror("poll"), 1;
        for (int i = count - 1; i > 0; i--)
            if (polls[i].revents && serve(&connections[i], polls[i].fd)) drop(i);
        while (polls[0].revents && count <= CONNECTIONS) {
            int fd = accept4(LISTENER, NULL, NULL, SOCK_NONBLOCK);
            if (fd < 0 && errno == EAGAIN) break;
            if (fd < 0) return perror("accept"), 1;
            connections[count].size = 0;
            polls[count++] = (struct pollfd){.fd = fd, .events = POLLIN};
        }
    }
    printf("answered %ld\n", answered);
    return 0;
}
