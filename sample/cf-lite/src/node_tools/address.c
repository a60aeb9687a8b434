#include "address.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int wait_until_connected(int fd, int milliseconds) {
    struct pollfd writable = {.fd = fd, .events = POLLOUT};
    if (poll(&writable, 1, milliseconds) != 1) return -1;
    int error = 0;
    socklen_t size = sizeof error;
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0 || error != 0) return -1;
    return 0;
}

static int connect_to_one(const struct addrinfo *candidate, int milliseconds) {
    int fd = socket(candidate->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return -1;
    int done = connect(fd, candidate->ai_addr, candidate->ai_addrlen) == 0
        || (errno == EINPROGRESS && wait_until_connected(fd, milliseconds) == 0);
    if (done && fcntl(fd, F_SETFL, 0) == 0) return fd;
    close(fd);
    return -1;
}

int connect_to(const char *address, int milliseconds) {
    char host[256];
    const char *colon = strrchr(address, ':');
    if (colon == NULL || (size_t)(colon - address) >= sizeof host) return -1;
    snprintf(host, sizeof host, "%.*s", (int)(colon - address), address);

    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found = NULL;
    if (getaddrinfo(host, colon + 1, &hints, &found) != 0) return -1;
    int fd = -1;
    for (struct addrinfo *candidate = found; candidate != NULL && fd < 0; candidate = candidate->ai_next)
        fd = connect_to_one(candidate, milliseconds);
    freeaddrinfo(found);
    return fd;
}

int connect_to_path(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) return -1;
    strcpy(address.sun_path, path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return -1;
    if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0) return fd;
    close(fd);
    return -1;
}
