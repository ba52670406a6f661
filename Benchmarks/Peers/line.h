// What the C programs of the benchmarks share: the clock, the CRC and the times of a serial line.
#pragma once
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static inline int64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static inline void sleep_until(int64_t moment) {
  struct timespec t = {.tv_sec = moment / 1000000000, .tv_nsec = moment % 1000000000};
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) != 0) {
  }
}

static inline uint16_t crc16(const uint8_t *bytes, int count) {
  uint16_t crc = 0xFFFF;
  for (int i = 0; i < count; i++) {
    crc ^= bytes[i];
    for (int bit = 0; bit < 8; bit++) crc = crc & 1 ? crc >> 1 ^ 0xA001 : crc >> 1;
  }
  return crc;
}

static inline void append_crc(uint8_t *frame, int count) {
  uint16_t crc = crc16(frame, count);
  frame[count] = crc & 0xFF;
  frame[count + 1] = crc >> 8;
}

// Characters have 11 bits; the silence between frames is 3.5 of them, 1750 µs above 19200 baud.
static inline int64_t wire_ns(int baud, int bytes) { return (int64_t)bytes * 11 * 1000000000 / baud; }

static inline int64_t silence_ns(int baud) {
  return baud > 19200 ? 1750000 : (int64_t)77 * 500000000 / baud;
}

_Noreturn static inline void fail(const char *what) {
  perror(what);
  exit(1);
}
