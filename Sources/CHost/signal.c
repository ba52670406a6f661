#define _GNU_SOURCE
#include "CHost.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

// The write end of the pipe, or -1.
static atomic_int pipe_in = -1;
static struct sigaction previous[NSIG];
static bool is_handled[NSIG];

static void handle(int signal) {
  int saved = errno;
  int fd = atomic_load(&pipe_in);
  unsigned char number = (unsigned char)signal;
  // A full pipe holds thousands of signals already; one more would say nothing new.
  ssize_t written = fd < 0 ? 0 : write(fd, &number, 1);
  (void)written;
  errno = saved;
}

int chost_signals_open(const int *signals, size_t count) {
  int ends[2];
  if (atomic_load(&pipe_in) >= 0) return -EALREADY;
  if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0) return -errno;
  atomic_store(&pipe_in, ends[1]);
  struct sigaction action = {.sa_handler = handle, .sa_flags = SA_RESTART};
  sigemptyset(&action.sa_mask);
  for (size_t index = 0; index < count; index++) {
    int signal = signals[index];
    if (signal <= 0 || signal >= NSIG || sigaction(signal, &action, &previous[signal]) < 0) {
      chost_signals_close(ends[0]);
      return -EINVAL;
    }
    is_handled[signal] = true;
  }
  return ends[0];
}

int chost_signals_take(int fd) {
  unsigned char number;
  ssize_t got = read(fd, &number, 1);
  if (got < 0) return -errno;
  return got == 1 ? number : -EIO;
}

void chost_signals_close(int fd) {
  for (int signal = 1; signal < NSIG; signal++) {
    if (is_handled[signal]) sigaction(signal, &previous[signal], NULL);
    is_handled[signal] = false;
  }
  close(atomic_exchange(&pipe_in, -1));
  close(fd);
}

void chost_thread_block_signals(void) {
  sigset_t set;
  sigfillset(&set);
  // Faults must reach the thread that made them.
  const int faults[] = {SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGSYS, SIGTRAP, SIGABRT};
  for (size_t index = 0; index < sizeof faults / sizeof *faults; index++) {
    sigdelset(&set, faults[index]);
  }
  pthread_sigmask(SIG_BLOCK, &set, NULL);
}

bool chost_signal_is_ignored(int signal) {
  struct sigaction action;
  return sigaction(signal, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

void chost_ignore_sigpipe(void) { signal(SIGPIPE, SIG_IGN); }
