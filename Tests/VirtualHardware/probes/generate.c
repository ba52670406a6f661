// Moves the lines of a simulated GPIO chip, as meters and relays would.
//
//   generate pulses LINE WIDTH-MS PERIOD-MS COUNT   pulses of one line, from low
//   generate edges PERIOD-US COUNT LINE...          COUNT edges of each line in turn
//
// It prints how many edges it made, and in what time; of pulses also between what bounds the widths of the
// narrowest and of the widest lie, by the clock that stamps edges.
#include <fcntl.h>
#include <math.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { LINES_MAX = 32 };

static int open_line(int line) {
  char path[64];
  snprintf(path, sizeof path, "/run/bench/gpio%d/pull", line);
  int fd = open(path, O_WRONLY);
  if (fd < 0) {
    perror(path);
    exit(1);
  }
  return fd;
}

static void move(int fd, int up) {
  const char *text = up ? "pull-up" : "pull-down";
  if (pwrite(fd, text, strlen(text), 0) < 0) {
    perror("pull");
    exit(1);
  }
}

static void rest(double seconds) {
  struct timespec time = {(time_t)seconds, (long)((seconds - (time_t)seconds) * 1e9)};
  while (nanosleep(&time, &time) < 0) continue;
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec / 1e9;
}

// A move lies somewhere between the moments before and after its call.
typedef struct { double before, after; } moment;

static moment move_timed(int fd, int up) {
  double before = now();
  move(fd, up);
  return (moment){before, now()};
}

static double less(double a, double b) { return a < b ? a : b; }
static double more(double a, double b) { return a > b ? a : b; }

// A meter is not held up by the program that looks at it, so neither is this.
static void go_first(void) {
  struct sched_param priority = {.sched_priority = 50};
  if (sched_setscheduler(0, SCHED_FIFO, &priority) < 0) {
    perror("sched_setscheduler");
    exit(1);
  }
}

int main(int count, char **words) {
  long made = 0;
  double start = now();
  if (count == 6 && strcmp(words[1], "pulses") == 0) {
    int fd = open_line(atoi(words[2]));
    double width = atof(words[3]) / 1e3, period = atof(words[4]) / 1e3;
    moment narrowest = {INFINITY, INFINITY}, widest = {0, 0};
    go_first();
    for (int i = 0; i < atoi(words[5]); i++, made += 2) {
      moment up = move_timed(fd, 1);
      rest(width);
      moment down = move_timed(fd, 0);
      double least = down.before - up.after, most = down.after - up.before;
      narrowest = (moment){less(narrowest.before, least), less(narrowest.after, most)};
      widest = (moment){more(widest.before, least), more(widest.after, most)};
      rest(period - width);
    }
    printf("narrowest %.6f %.6f\nwidest %.6f %.6f\n", narrowest.before, narrowest.after, widest.before, widest.after);
  } else if (count >= 5 && count - 4 <= LINES_MAX && strcmp(words[1], "edges") == 0) {
    int fds[LINES_MAX], lines = count - 4;
    for (int i = 0; i < lines; i++) fds[i] = open_line(atoi(words[4 + i]));
    double period = atof(words[2]) / 1e6;
    for (int i = 0; i < atoi(words[3]); i++) {
      for (int line = 0; line < lines; line++, made++) {
        move(fds[line], i % 2 == 0);
        if (period > 0) rest(period);
      }
    }
  } else {
    fprintf(stderr, "usage: generate pulses|edges …\n");
    return 64;
  }
  printf("%ld edges in %.2f s\n", made, now() - start);
  return 0;
}
