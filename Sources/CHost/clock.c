#define _GNU_SOURCE
#include "CHost.h"

#include <sys/timex.h>
#include <time.h>

static int64_t read_clock(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

int64_t chost_monotonic_ns(void) { return read_clock(CLOCK_MONOTONIC); }

int64_t chost_boottime_ns(void) { return read_clock(CLOCK_BOOTTIME); }

int64_t chost_realtime_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_REALTIME, &t);
  return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

bool chost_realtime_is_synchronised(void) {
  struct timex state = {.modes = 0};
  int clock = adjtimex(&state);
  return clock >= 0 && clock != TIME_ERROR && !(state.status & STA_UNSYNC);
}
