/* log_relay FILE TAG [HOST:PORT]
 * Appends every line of its input to FILE and, given an address, sends it there as a syslog line over TCP.
 * The file is what counts: an aggregator that is away or slow costs lines there, and never holds up the writer. */
#include "address.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { RETRY_SECONDS = 5, CONNECT_MS = 200, LINE_MAX_BYTES = 8192 };

static const char *aggregator;
static int aggregator_fd = -1;
static time_t retry_at;

static int aggregator_is_there(void) {
    if (aggregator == NULL) return 0;
    if (aggregator_fd >= 0) return 1;
    time_t now = time(NULL);
    if (now < retry_at) return 0;
    retry_at = now + RETRY_SECONDS;
    aggregator_fd = connect_to(aggregator, CONNECT_MS);
    return aggregator_fd >= 0;
}

static void send_line(const char *tag, const char *hostname, const char *line, size_t length) {
    if (length == 0 || !aggregator_is_there()) return;
    char message[LINE_MAX_BYTES + 512], stamp[32];
    time_t now = time(NULL);
    struct tm local;
    strftime(stamp, sizeof stamp, "%b %e %H:%M:%S", localtime_r(&now, &local));
    int size = snprintf(message, sizeof message, "<14>%s %s vcap.%s: %.*s\n", stamp, hostname, tag, (int)length, line);
    if (size >= (int)sizeof message) size = sizeof message - 1;
    /* A line that fits only in part would glue itself to the next one, so the connection ends with it. */
    if (send(aggregator_fd, message, (size_t)size, MSG_NOSIGNAL | MSG_DONTWAIT) == size) return;
    close(aggregator_fd);
    aggregator_fd = -1;
}

static void append(int fd, const char *bytes, size_t length) {
    while (length > 0) {
        ssize_t written = write(fd, bytes, length);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return; /* A full disk must not end the daemon that writes to us. */
        bytes += written;
        length -= (size_t)written;
    }
}

int main(int count, char **arguments) {
    if (count < 3 || count > 4) {
        fprintf(stderr, "usage: log_relay FILE TAG [HOST:PORT]\n");
        return 2;
    }
    if (count == 4 && arguments[3][0] != '\0') aggregator = arguments[3];
    int file = open(arguments[1], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (file < 0) {
        perror(arguments[1]);
        return 1;
    }
    signal(SIGTERM, SIG_IGN); /* It ends with its input, after the last words of a daemon that is being stopped. */
    signal(SIGHUP, SIG_IGN);

    char hostname[256] = "-", line[LINE_MAX_BYTES];
    gethostname(hostname, sizeof hostname - 1);
    size_t have = 0;
    for (;;) {
        ssize_t got = read(STDIN_FILENO, line + have, sizeof line - have);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) break;
        append(file, line + have, (size_t)got);
        have += (size_t)got;
        char *start = line, *end;
        while ((end = memchr(start, '\n', have)) != NULL) {
            send_line(arguments[2], hostname, start, (size_t)(end - start));
            have -= (size_t)(end - start) + 1;
            start = end + 1;
        }
        if (have == sizeof line) { /* A line longer than the buffer is sent in pieces. */
            send_line(arguments[2], hostname, line, have);
            have = 0;
        }
        memmove(line, start, have);
    }
    send_line(arguments[2], hostname, line, have);
    return 0;
}
