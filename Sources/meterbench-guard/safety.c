#include "safety.h"

#include <stdio.h>
#include <time.h>

bool safety_is_under_way(const struct safety *safety) { return safety->stage < STAGES; }

void safety_advance(struct safety *safety, struct bench *bench) {
  while (safety_is_under_way(safety) && safety->due_ns <= now_ns()) {
    char text[TEXT_MAX];
    if (!bench_make_safe(bench, (enum stage)safety->stage, text) && !safety->has_failed) {
      safety->has_failed = true;
      snprintf(safety->text, sizeof safety->text, "%s", text);
    }
    safety->stage++;
    safety->due_ns = bench->load_switched_ns + bench->pause_ns;
  }
}

void safety_begin(struct safety *safety, struct bench *bench) {
  if (!safety_is_under_way(safety)) {
    safety->stage = STAGE_LOAD;
    safety->due_ns = now_ns();
    safety->has_failed = false;
  }
  safety_advance(safety, bench);
}

void safety_finish(struct safety *safety, struct bench *bench) {
  safety_begin(safety, bench);
  while (safety_is_under_way(safety)) {
    int64_t wait = safety->due_ns - now_ns();
    struct timespec pause = {.tv_sec = wait / 1000000000, .tv_nsec = wait % 1000000000};
    if (wait > 0) nanosleep(&pause, NULL);
    safety_advance(safety, bench);
  }
}
