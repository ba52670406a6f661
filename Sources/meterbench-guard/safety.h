// The way to safety: the loads at once, then the supplies when the loads' contactors had their time;
// again from the start where an output did not obey, until all did.
#ifndef GUARD_SAFETY_H
#define GUARD_SAFETY_H

#include "bench.h"

struct safety {
  // The next stage; STAGES where nothing is under way.
  int stage;
  int64_t due_ns;
  // Whether an output did not obey on the way that is under way, and on the last that came to its
  // end, with the first reason.
  bool fails;
  bool has_failed;
  char text[TEXT_MAX];
  // How many ways came to their ends.
  unsigned ends;
};

// Begins, unless it is under way; the loads that obey are off when this returns, or where a next try
// waits for its time they were told so a moment ago.
void safety_begin(struct safety *safety, struct bench *bench);
// Goes on where a stage is due.
void safety_advance(struct safety *safety, struct bench *bench);
bool safety_is_under_way(const struct safety *safety);
// Goes to the end and waits for it, for those who have no time to come back. Where an output does
// not obey the next try remains under way.
void safety_finish(struct safety *safety, struct bench *bench);
// Forgets what is under way: there are no lines any more.
void safety_forget(struct safety *safety);

#endif
