#define _GNU_SOURCE
#include "CHost.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

// Modbus frames are small and each is answered before the next: waiting to fill a segment would
// add the peer's delayed acknowledgement, 40 ms, to every exchange.
static void send_at_once(int fd) {
  int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

static int resolve(const char *host, const char *port, int flags, struct addrinfo **list,
                   const char *_Nullable *_Nonnull why) {
  struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = flags};
  *why = NULL;
  int result = getaddrinfo(host, port, &hints, list);
  if (result == 0) return 0;
  *why = gai_strerror(result);
  return -EHOSTUNREACH;
}

static int open_socket(int family, int protocol) {
  int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);
  return fd < 0 ? -errno : fd;
}

// The result of a connect that is under way, when it is there.
static int finish_connect(int fd, int64_t deadline) {
  while (true) {
    int64_t left = deadline - chost_monotonic_ns();
    if (left <= 0) return -ETIMEDOUT;
    struct pollfd watched = {.fd = fd, .events = POLLOUT};
    struct timespec timeout = {.tv_sec = left / 1000000000, .tv_nsec = left % 1000000000};
    int count = ppoll(&watched, 1, &timeout, NULL);
    if (count < 0 && errno != EINTR) return -errno;
    if (count <= 0) continue;
    int error = 0;
    socklen_t size = sizeof error;
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0) return -errno;
    return -error;
  }
}

static int connect_to(const struct addrinfo *address, int64_t deadline) {
  int fd = open_socket(address->ai_family, address->ai_protocol);
  if (fd < 0) return fd;
  int result = 0;
  if (connect(fd, address->ai_addr, address->ai_addrlen) < 0) {
    // EINTR leaves the connect under way, like EINPROGRESS.
    result = errno == EINPROGRESS || errno == EINTR ? finish_connect(fd, deadline) : -errno;
  }
  if (result < 0) {
    close(fd);
    return result;
  }
  send_at_once(fd);
  return fd;
}

int chost_tcp_connect(const char *host, const char *port, int64_t timeout_ns,
                      const char *_Nullable *_Nonnull why) {
  int64_t deadline = chost_monotonic_ns() + timeout_ns;
  struct addrinfo *list = NULL;
  int result = resolve(host, port, 0, &list, why);
  if (result < 0) return result;
  result = -EADDRNOTAVAIL;
  for (struct addrinfo *address = list; address; address = address->ai_next) {
    result = connect_to(address, deadline);
    if (result >= 0) break;
  }
  freeaddrinfo(list);
  return result;
}

int chost_tcp_listen(const char *host, const char *port, const char *_Nullable *_Nonnull why) {
  struct addrinfo *list = NULL;
  int fd = resolve(host, port, AI_PASSIVE, &list, why);
  if (fd < 0) return fd;
  fd = open_socket(list->ai_family, list->ai_protocol);
  if (fd >= 0) {
    int on = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, list->ai_addr, list->ai_addrlen) < 0 || listen(fd, SOMAXCONN) < 0) {
      int error = errno;
      close(fd);
      fd = -error;
    }
  }
  freeaddrinfo(list);
  return fd;
}

static int unix_address(const char *path, struct sockaddr_un *address) {
  *address = (struct sockaddr_un){.sun_family = AF_UNIX};
  size_t length = strlen(path);
  if (length >= sizeof address->sun_path) return -ENAMETOOLONG;
  strcpy(address->sun_path, path);
  // A name in the abstract space has no terminator (unix(7)), so its length is told exactly.
  if (path[0] != '@') return sizeof *address;
  address->sun_path[0] = 0;
  return (int)(offsetof(struct sockaddr_un, sun_path) + length);
}

int chost_unix_connect(const char *path) {
  struct sockaddr_un address;
  int size = unix_address(path, &address);
  if (size < 0) return size;
  int fd = open_socket(AF_UNIX, 0);
  if (fd < 0) return fd;
  if (connect(fd, (struct sockaddr *)&address, (socklen_t)size) < 0) {
    int error = errno;
    close(fd);
    return -error;
  }
  return fd;
}

int chost_unix_listen(const char *path) {
  struct sockaddr_un address;
  int size = unix_address(path, &address);
  if (size < 0) return size;
  int fd = open_socket(AF_UNIX, 0);
  if (fd < 0) return fd;
  if (bind(fd, (struct sockaddr *)&address, (socklen_t)size) < 0 || listen(fd, SOMAXCONN) < 0) {
    int error = errno;
    close(fd);
    return -error;
  }
  return fd;
}

int chost_unix_peer(int fd, uint32_t *user, int32_t *process) {
  struct ucred peer;
  socklen_t size = sizeof peer;
  if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0) return -errno;
  *user = peer.uid;
  *process = peer.pid;
  return 0;
}

int chost_accept(int listener) {
  int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (fd < 0) return -errno;
  send_at_once(fd);
  return fd;
}

int chost_local_port(int fd) {
  struct sockaddr_storage address;
  socklen_t size = sizeof address;
  if (getsockname(fd, (struct sockaddr *)&address, &size) < 0) return -errno;
  if (address.ss_family == AF_INET6) return ntohs(((struct sockaddr_in6 *)&address)->sin6_port);
  return ntohs(((struct sockaddr_in *)&address)->sin_port);
}

int64_t chost_write(int fd, const void *bytes, size_t count) {
  ssize_t sent = send(fd, bytes, count, MSG_NOSIGNAL);
  if (sent < 0 && errno == ENOTSOCK) sent = write(fd, bytes, count);
  return sent < 0 ? -errno : sent;
}
