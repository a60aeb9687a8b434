/* health_probe tcp HOST:PORT | http HOST:PORT/PATH | unix SOCKET | file PATH
 * Looks once, waits at most two seconds. Exit 0: it is up; 1: it is not; 2: wrong usage. */
#include "address.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { PATIENCE_MS = 2000 };

static int is_open(int fd) {
    if (fd < 0) return 0;
    close(fd);
    return 1;
}

/* Reads the first bytes of the answer, however they are cut into packets. */
static size_t read_status_line(int fd, char *line, size_t size) {
    size_t have = 0;
    while (have < size - 1) {
        ssize_t got = read(fd, line + have, size - 1 - have);
        if (got <= 0) break;
        have += (size_t)got;
    }
    line[have] = '\0';
    return have;
}

static int answers_with_success(const char *target) {
    char address[256], request[1024], line[13];
    const char *path = strchr(target, '/');
    if (path == NULL || (size_t)(path - target) >= sizeof address) return 0;
    snprintf(address, sizeof address, "%.*s", (int)(path - target), target);
    int length = snprintf(request, sizeof request, "GET %s HTTP/1.0\r\nHost: %s\r\n\r\n", path, address);
    if (length >= (int)sizeof request) return 0;

    int fd = connect_to(address, PATIENCE_MS);
    if (fd < 0) return 0;
    struct timeval patience = {.tv_sec = PATIENCE_MS / 1000};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    int success = send(fd, request, (size_t)length, MSG_NOSIGNAL) == length
        && read_status_line(fd, line, sizeof line) == sizeof line - 1
        && strncmp(line, "HTTP/1.", 7) == 0 && line[9] == '2';
    close(fd);
    return success;
}

int main(int count, char **arguments) {
    if (count != 3) {
        fprintf(stderr, "usage: health_probe tcp HOST:PORT | http HOST:PORT/PATH | unix SOCKET | file PATH\n");
        return 2;
    }
    const char *kind = arguments[1], *target = arguments[2];
    if (strcmp(kind, "tcp") == 0) return !is_open(connect_to(target, PATIENCE_MS));
    if (strcmp(kind, "http") == 0) return !answers_with_success(target);
    if (strcmp(kind, "unix") == 0) return !is_open(connect_to_path(target));
    if (strcmp(kind, "file") == 0) return access(target, F_OK) != 0;
    fprintf(stderr, "health_probe: unknown kind %s\n", kind);
    return 2;
}
