#define _GNU_SOURCE
#include "CHost.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <unistd.h>

extern char **environ;

void chost_process_secure(void) {
  for (int fd = 0; fd <= 2; fd++) {
    if (fcntl(fd, F_GETFD) < 0) {
      // open gives the lowest free number, and those below are taken by now.
      (void)open("/dev/null", fd == 0 ? O_RDONLY : O_WRONLY);
    }
  }
  signal(SIGPIPE, SIG_IGN);
  signal(SIGXFSZ, SIG_IGN);
}

static int describe(posix_spawn_file_actions_t *files, posix_spawnattr_t *attributes, int said) {
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  int result = posix_spawn_file_actions_addopen(files, 0, "/dev/null", O_RDWR, 0);
  if (result == 0) result = posix_spawn_file_actions_adddup2(files, said, 1);
  if (result == 0) result = posix_spawn_file_actions_adddup2(files, 0, 2);
  if (result == 0) result = posix_spawn_file_actions_addclosefrom_np(files, 3);
  if (result == 0) result = posix_spawnattr_setsigmask(attributes, &none);
  if (result == 0) result = posix_spawnattr_setsigdefault(attributes, &all);
  if (result == 0)
    result = posix_spawnattr_setflags(
        attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  return result;
}

int chost_process_spawn(const char *program, const char *argument, int *said) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) < 0) return -errno;
  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&files);
  posix_spawnattr_init(&attributes);
  char *arguments[] = {(char *)program, (char *)argument, NULL};
  pid_t process = 0;
  int result = describe(&files, &attributes, ends[1]);
  if (result == 0)
    result = posix_spawn(&process, program, &files, &attributes, arguments, environ);
  posix_spawn_file_actions_destroy(&files);
  posix_spawnattr_destroy(&attributes);
  close(ends[1]);
  if (result != 0) {
    close(ends[0]);
    return -result;
  }
  *said = ends[0];
  return process;
}
