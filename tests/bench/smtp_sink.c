#include "smtp_sink.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static pid_t child;
static int count_from = -1;

static void answer(int line, const char* text) {
    size_t size = strlen(text);
    if (write(line, text, size) != (ssize_t)size)
        _exit(1);
}

/* One connection, to its end; returns how many messages came. */
static long serve(int line) {
    static char buffer[1 << 16];
    size_t have = 0;
    int in_data = 0;
    long taken = 0;
    answer(line, "220 sink\r\n");
    for (;;) {
        const char* end_mark = in_data ? "\r\n.\r\n" : "\r\n";
        size_t mark = strlen(end_mark), size;
        char* end = memmem(buffer, have, end_mark, mark);
        if (end == NULL) {
            ssize_t got;
            if (have > sizeof buffer / 2 && in_data) { /* the rest of a long message */
                memmove(buffer, buffer + have - 4, 4);
                have = 4;
            }
            got = read(line, buffer + have, sizeof buffer - have);
            if (got <= 0)
                return taken;
            have += (size_t)got;
            continue;
        }
        size = (size_t)(end - buffer) + mark;
        if (in_data) {
            in_data = 0;
            ++taken;
            answer(line, "250 2.0.0 taken\r\n");
        } else if (strncmp(buffer, "EHLO", 4) == 0) {
            answer(line, "250-sink\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n");
        } else if (strncmp(buffer, "DATA", 4) == 0) {
            in_data = 1;
            answer(line, "354 go on\r\n");
        } else if (strncmp(buffer, "QUIT", 4) == 0) {
            answer(line, "221 2.0.0 bye\r\n");
            return taken;
        } else {
            answer(line, "250 2.0.0 ok\r\n");
        }
        memmove(buffer, buffer + size, have - size);
        have -= size;
    }
}

static void run(int listening, int told) {
    long taken = 0;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGPIPE, SIG_IGN);
    for (;;) {
        int on = 1, line = accept(listening, NULL, NULL);
        if (line < 0)
            _exit(1);
        setsockopt(line, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        taken += serve(line);
        close(line);
        if (pwrite(told, &taken, sizeof taken, 0) != sizeof taken)
            _exit(1);
    }
}

int smtp_sink_start(void) {
    struct sockaddr_in at;
    socklen_t size = sizeof at;
    int listening = socket(AF_INET, SOCK_STREAM, 0);
    FILE* told = tmpfile();
    memset(&at, 0, sizeof at);
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (told == NULL || listening < 0 || bind(listening, (struct sockaddr*)&at, sizeof at) != 0 ||
        listen(listening, 4) != 0 || getsockname(listening, (struct sockaddr*)&at, &size) != 0) {
        perror("smtp_sink");
        exit(1);
    }
    count_from = fileno(told);
    child = fork();
    if (child == 0)
        run(listening, count_from);
    close(listening);
    return ntohs(at.sin_port);
}

long smtp_sink_stop(void) {
    long taken = 0;
    int tries;
    /* The count is written when a connection has ended. */
    for (tries = 0; tries < 100 && pread(count_from, &taken, sizeof taken, 0) != sizeof taken;
         ++tries)
        usleep(10000);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    return taken;
}
