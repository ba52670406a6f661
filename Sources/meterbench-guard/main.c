// The guard of a bench: it holds every output line and every interlock of one, and keeps outputs
// energised only while a client renews a lease. Whatever ends the client, an interlock that opens,
// or a client that hangs, makes everything safe; the safe values are then held until the next
// client comes.
//
//   meterbench-guard NAME
//
// It listens on the abstract unix socket NAME, which is the bench's lock: no file can be left
// behind. `ready`, or why it cannot begin, goes to standard output, which it then closes.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "guard.h"

static volatile sig_atomic_t is_ending;

static void on_signal(int signal) {
  (void)signal;
  is_ending = 1;
}

// Signals are taken while the guard waits and at no other time.
static void prepare_signals(void) {
  struct sigaction action = {.sa_handler = on_signal};
  sigaction(SIGTERM, &action, NULL);
  sigset_t ending;
  sigemptyset(&ending);
  sigaddset(&ending, SIGTERM);
  sigprocmask(SIG_BLOCK, &ending, NULL);
  // What ends a session or a terminal is the client's business.
  signal(SIGINT, SIG_IGN);
  signal(SIGHUP, SIG_IGN);
  signal(SIGPIPE, SIG_IGN);
}

static int listen_on(const char *name) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  size_t length = strlen(name);
  if (length == 0 || length >= sizeof address.sun_path) {
    errno = ENAMETOOLONG;
    return -1;
  }
  memcpy(address.sun_path + 1, name, length);
  int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + length);
  if (listener < 0 || bind(listener, (struct sockaddr *)&address, size) < 0) return -1;
  return listen(listener, 8) < 0 ? -1 : listener;
}

static void leave_terminal(void) {
  int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
  for (int i = 0; nowhere >= 0 && i < 3; i++) dup2(nowhere, i);
  // No file system is kept from being unmounted.
  if (chdir("/") < 0) return;
}

int main(int count, char **arguments) {
  if (count != 2 || arguments[1][0] == '-') {
    fprintf(stderr,
            "usage: meterbench-guard NAME\n"
            "meterbench starts it for runs on a bench with GPIO outputs or interlocks; "
            "'meterbench guard' shows those that run.\n");
    return 64;
  }
  int listener = listen_on(arguments[1]);
  if (listener < 0) {
    printf("%s: %s\n", arguments[1], strerror(errno));
    return 1;
  }
  prepare_signals();
  printf("ready\n");
  fflush(stdout);
  leave_terminal();
  guard_serve(listener, &is_ending);
  return 0;
}
