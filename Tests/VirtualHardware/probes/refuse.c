// A kernel that refuses: loaded before the libraries of a program, it fails the setting of GPIO lines
// while the file /run/refuse-set is there, and the reading of their edges while /run/refuse-edges is.
#define _GNU_SOURCE
#include <errno.h>
#include <linux/gpio.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int refuses(const char *what) {
  if (access(what, F_OK) != 0) return 0;
  errno = EIO;
  return 1;
}

int ioctl(int fd, unsigned long request, ...) {
  va_list arguments;
  va_start(arguments, request);
  void *argument = va_arg(arguments, void *);
  va_end(arguments);
  int sets = request == GPIO_V2_LINE_SET_VALUES_IOCTL || request == GPIOHANDLE_SET_LINE_VALUES_IOCTL;
  if (sets && refuses("/run/refuse-set")) return -1;
  return (int)syscall(SYS_ioctl, fd, request, argument);
}

static int has_edges(int fd) {
  char path[64], name[64] = "";
  snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
  return readlink(path, name, sizeof name - 1) > 0 && strstr(name, "gpio");
}

ssize_t read(int fd, void *buffer, size_t size) {
  if (has_edges(fd) && refuses("/run/refuse-edges")) return -1;
  return syscall(SYS_read, fd, buffer, size);
}
