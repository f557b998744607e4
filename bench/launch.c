/*
 * launch ROUNDS COMMAND... [-- COMMAND...]...: starts every command ROUNDS times, by turns, and waits for its end.
 * Prints a line for each: the median of its nanoseconds, the most memory it had, in KiB, and the
 * nanoseconds of processor time of its last run, with that of what it started.
 *
 * vfork and so little memory of its own that neither copying a process nor what it was started from is measured.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

enum { MOST_COMMANDS = 16 };

static long long now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static int ascending(const void *a, const void *b) {
    long long x = *(const long long *)a, y = *(const long long *)b;
    return (x > y) - (x < y);
}

/* Nanoseconds from before the start to after the end; -1 if it failed. */
static long long run(char **command, long *memory, long long *busy) {
    long long started = now();
    pid_t child = vfork();
    if (child == 0) {
        execve(command[0], command, environ);
        _exit(127);
    }
    int status;
    struct rusage usage;
    if (child < 0 || wait4(child, &status, 0, &usage) < 0 || status != 0) return -1;
    if (usage.ru_maxrss > *memory) *memory = usage.ru_maxrss;
    *busy = (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000000LL +
            (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1000LL;
    return now() - started;
}

int main(int argc, char **argv) {
    int rounds = argc > 2 ? atoi(argv[1]) : 0, count = 1;
    char **commands[MOST_COMMANDS] = {argv + 2};
    long memory[MOST_COMMANDS] = {0};
    long long busy[MOST_COMMANDS] = {0};
    if (rounds < 1) return 2;
    for (int i = 2; i < argc; i++) {
        if (strcmp(argv[i], "--") != 0) continue;
        argv[i] = NULL;
        if (count == MOST_COMMANDS) return 2;
        commands[count++] = argv + i + 1;
    }
    long long *times = malloc(sizeof *times * (size_t)rounds * (size_t)count);
    if (!times) return 1;
    int report = dup(1), nowhere = open("/dev/null", O_WRONLY);
    dup2(nowhere, 1);
    fcntl(report, F_SETFD, FD_CLOEXEC);
    for (int round = 0; round < rounds; round++)
        for (int i = 0; i < count; i++) {
            long long time = run(commands[i], &memory[i], &busy[i]);
            if (time < 0) {
                fprintf(stderr, "%s failed\n", commands[i][0]);
                return 1;
            }
            times[i * rounds + round] = time;
        }
    for (int i = 0; i < count; i++) {
        qsort(times + i * rounds, (size_t)rounds, sizeof *times, ascending);
        dprintf(report, "%lld %ld %lld\n", times[i * rounds + rounds / 2], memory[i], busy[i]);
    }
    return 0;
}
