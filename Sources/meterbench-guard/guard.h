// Serves one client at a time, and everything else that keeps outputs from staying on.
#ifndef GUARD_GUARD_H
#define GUARD_GUARD_H

#include <signal.h>

// Serves the listening socket until it is told to end or has nothing to hold; every output is safe
// and every line given back when it returns. It waits for signals with an empty mask, and for
// nothing else in between; `is_ending` says that one came.
void guard_serve(int listener, const volatile sig_atomic_t *is_ending);

#endif
