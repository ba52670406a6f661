#ifndef CGPIO_LIBRARY_H
#define CGPIO_LIBRARY_H

#include <errno.h>
#include <gpiod.h>
#include <string.h>

// The library has no version macro. GPIOD_LINE_BULK_MAX_LINES is public in every 1.x and gone in
// 2.0.
#if defined(GPIOD_LINE_BULK_MAX_LINES)
#define CGPIO_MAJOR 1
#else
#define CGPIO_MAJOR 2
#endif

static inline int cgpio_error(void) { return -(errno ? errno : EIO); }

static inline void cgpio_copy(char *target, size_t size, const char *source) {
  target[0] = 0;
  if (source) strncat(target, source, size - 1);
}
#endif
