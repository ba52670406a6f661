#define _GNU_SOURCE
#include "CHost.h"

#include <errno.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

int chost_lock(int fd) {
  while (flock(fd, LOCK_EX | LOCK_NB) < 0) {
    if (errno != EINTR) return -errno;
  }
  return 0;
}

int chost_lock_identity(const char *path, char *text, size_t text_size) {
  struct stat node;
  if (stat(path, &node) < 0) return -errno;
  int length = snprintf(text, text_size, "%02x:%02x:%llu", major(node.st_dev), minor(node.st_dev),
                        (unsigned long long)node.st_ino);
  return length < 0 || (size_t)length >= text_size ? -ENAMETOOLONG : 0;
}
