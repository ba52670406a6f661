#define _GNU_SOURCE
#include "CHost.h"

#include <errno.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

int chost_wait(int fd, bool for_write, int wake_fd, int64_t timeout_ns) {
  struct pollfd watched[2] = {
      {.fd = fd, .events = for_write ? POLLOUT : POLLIN},
      {.fd = wake_fd, .events = POLLIN},
  };
  if (timeout_ns < 0) timeout_ns = 0;
  struct timespec timeout = {
      .tv_sec = timeout_ns / 1000000000,
      .tv_nsec = timeout_ns % 1000000000,
  };
  int count = ppoll(watched, 2, &timeout, NULL);
  if (count < 0) return -errno;
  if (count == 0) return CHOST_WAIT_TIMEOUT;
  if (watched[1].revents) return CHOST_WAIT_WOKEN;
  if (watched[0].revents & POLLNVAL) return -EBADF;
  // Bytes that came before the hang-up are still to be read.
  if (watched[0].revents & watched[0].events) return CHOST_WAIT_READY;
  return CHOST_WAIT_HANGUP;
}

int chost_wake_open(void) {
  int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  return fd < 0 ? -errno : fd;
}

// Both can fail only in ways that change nothing: a full counter is signalled already, and an
// empty one is clear.
void chost_wake_signal(int wake_fd) {
  uint64_t one = 1;
  ssize_t written = write(wake_fd, &one, sizeof one);
  (void)written;
}

void chost_wake_clear(int wake_fd) {
  uint64_t count;
  ssize_t got = read(wake_fd, &count, sizeof count);
  (void)got;
}
