#ifndef NODE_TOOLS_ADDRESS_H
#define NODE_TOOLS_ADDRESS_H

/* Connects to "HOST:PORT" within the given milliseconds. Returns a blocking socket, or -1. */
int connect_to(const char *address, int milliseconds);

/* Connects to the Unix socket at path. Returns a blocking socket, or -1. */
int connect_to_path(const char *path);

#endif
