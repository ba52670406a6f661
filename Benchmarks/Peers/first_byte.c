// How long a command takes from its start to the first byte of its output, on either stream.
//
//   first_byte COMMAND [ARGUMENT]...
//
// Prints the time in nanoseconds. A command that fails or says nothing is a failure.
#define _GNU_SOURCE
#include "line.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

int main(int count, char **arguments) {
  if (count < 2) {
    fprintf(stderr, "usage: first_byte COMMAND [ARGUMENT]...\n");
    return 64;
  }
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) < 0) fail("pipe2");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
  pid_t child;
  int64_t start = now_ns();
  if (posix_spawnp(&child, arguments[1], &actions, NULL, arguments + 1, environ) != 0) {
    fail(arguments[1]);
  }
  close(ends[1]);
  char buffer[4096];
  ssize_t got = read(ends[0], buffer, 1);
  int64_t first = now_ns();
  if (got != 1) {
    fprintf(stderr, "first_byte: %s printed nothing\n", arguments[1]);
    return 1;
  }
  while (read(ends[0], buffer, sizeof buffer) > 0) {
  }
  int status;
  if (waitpid(child, &status, 0) < 0 || status != 0) {
    fprintf(stderr, "first_byte: %s ended with wait status %d\n", arguments[1], status);
    return 1;
  }
  printf("%lld\n", (long long)(first - start));
}
