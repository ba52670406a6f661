// The way to safety: the loads at once, then the supplies when the loads' contactors had their time.
#ifndef GUARD_SAFETY_H
#define GUARD_SAFETY_H

#include "bench.h"

struct safety {
  // The next stage; STAGES where nothing is under way.
  int stage;
  int64_t due_ns;
  bool has_failed;
  // The first reason where something failed.
  char text[TEXT_MAX];
};

// Begins, unless it is under way; the loads are off when this returns.
void safety_begin(struct safety *safety, struct bench *bench);
// Goes on where a stage is due.
void safety_advance(struct safety *safety, struct bench *bench);
bool safety_is_under_way(const struct safety *safety);
// Goes to the end and waits for it, for those who have no time to come back.
void safety_finish(struct safety *safety, struct bench *bench);

#endif
