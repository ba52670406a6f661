#define _GNU_SOURCE
#include "CHost.h"

#include <errno.h>
#include <fcntl.h>
#include <pty.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <termios.h>
#include <unistd.h>

int chost_tty_discard(int fd) { return tcflush(fd, TCIOFLUSH) < 0 ? -errno : 0; }

int chost_tty_discard_input(int fd) { return tcflush(fd, TCIFLUSH) < 0 ? -errno : 0; }

int chost_tty_pending(int fd) {
  int count = 0;
  return ioctl(fd, FIONREAD, &count) < 0 ? -errno : count;
}

int chost_tty_set_exclusive(int fd, bool exclusive) {
  return ioctl(fd, exclusive ? TIOCEXCL : TIOCNXCL) < 0 ? -errno : 0;
}

bool chost_tty_is_pseudo(int fd) {
  struct stat node;
  if (fstat(fd, &node) < 0 || !S_ISCHR(node.st_mode)) return false;
  return major(node.st_rdev) >= 136 && major(node.st_rdev) <= 143;
}

int chost_tty_columns(int fd) {
  struct winsize size;
  return ioctl(fd, TIOCGWINSZ, &size) < 0 ? 0 : size.ws_col;
}

int chost_tty_rows(int fd) {
  struct winsize size;
  return ioctl(fd, TIOCGWINSZ, &size) < 0 ? 0 : size.ws_row;
}

static int make_own(int fd) {
  if (fcntl(fd, F_SETFD, FD_CLOEXEC) < 0) return -errno;
  int flags = fcntl(fd, F_GETFL);
  if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0) return -errno;
  return 0;
}

int chost_pty_open(int *controller, int *peer, char *path, size_t path_size) {
  struct termios raw = {0};
  cfmakeraw(&raw);
  raw.c_cflag |= CREAD | CLOCAL;
  raw.c_cc[VMIN] = 1;
  cfsetspeed(&raw, B9600);
  if (openpty(controller, peer, NULL, &raw, NULL) < 0) return -errno;
  int result = make_own(*controller);
  if (result == 0) result = make_own(*peer);
  if (result == 0) result = -ptsname_r(*controller, path, path_size);
  if (result < 0) {
    close(*controller);
    close(*peer);
  }
  return result;
}
