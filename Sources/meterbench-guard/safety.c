#include "safety.h"

#include <stdio.h>
#include <time.h>

static const int64_t retry_ns = INT64_C(100000000);

bool safety_is_under_way(const struct safety *safety) { return safety->stage < STAGES; }

static void start(struct safety *safety, int64_t due_ns) {
  safety->stage = STAGE_LOAD;
  safety->due_ns = due_ns;
  safety->fails = false;
}

static void end(struct safety *safety) {
  safety->ends++;
  safety->has_failed = safety->fails;
  if (safety->fails) start(safety, now_ns() + retry_ns);
}

void safety_advance(struct safety *safety, struct bench *bench) {
  while (safety_is_under_way(safety) && safety->due_ns <= now_ns()) {
    char text[TEXT_MAX];
    if (!bench_make_safe(bench, (enum stage)safety->stage, text) && !safety->fails) {
      safety->fails = true;
      snprintf(safety->text, sizeof safety->text, "%s", text);
    }
    safety->due_ns = bench->load_switched_ns + bench->pause_ns;
    if (++safety->stage == STAGES) end(safety);
  }
}

void safety_begin(struct safety *safety, struct bench *bench) {
  if (!safety_is_under_way(safety)) start(safety, now_ns());
  safety_advance(safety, bench);
}

void safety_finish(struct safety *safety, struct bench *bench) {
  unsigned ends = safety->ends;
  safety_begin(safety, bench);
  while (safety_is_under_way(safety) && safety->ends == ends) {
    int64_t wait = safety->due_ns - now_ns();
    struct timespec pause = {.tv_sec = wait / 1000000000, .tv_nsec = wait % 1000000000};
    if (wait > 0) nanosleep(&pause, NULL);
    safety_advance(safety, bench);
  }
}

void safety_forget(struct safety *safety) { *safety = (struct safety){.stage = STAGES}; }
