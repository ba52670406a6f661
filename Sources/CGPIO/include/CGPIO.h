// GPIO chips and lines through libgpiod 1.6 or 2.x: one face, and the library it was compiled for.
//
// Functions return zero or a count on success and -errno on failure. None waits for an edge; those of a
// chip behind USB or I2C take the time of a transfer. Times are nanoseconds of CLOCK_MONOTONIC. A line
// is active when its level, turned round by `active_low`, is high.
#ifndef CGPIO_H
#define CGPIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__clang__)
#pragma clang assume_nonnull begin
#endif

// The library's version as it calls itself, such as "1.6.3".
const char *cgpio_version(void);
// Whether the kernel numbers the edges, so that each lost one is known: true with 2.x.
bool cgpio_has_sequence(void);
// The most lines of one request.
enum { CGPIO_LINES_MAX = 64 };

// -- What is there

struct cgpio_chip {
  char name[32];
  char label[32];
  uint32_t lines;
};

struct cgpio_line {
  char name[32];
  // Who has requested it; empty where nobody has, or where nobody knows the name.
  char consumer[32];
  bool is_used;
  bool is_output;
};

// Describes the chip of a device file, without requesting anything.
int cgpio_chip_read(const char *path, struct cgpio_chip *chip);
// Describes the lines from offset 0 on, at most `capacity` of them; returns their number.
int cgpio_lines_read(const char *path, struct cgpio_line *lines, size_t capacity);

// -- Inputs with edges

enum cgpio_bias {
  CGPIO_BIAS_AS_IS = 0,
  CGPIO_BIAS_PULL_UP,
  CGPIO_BIAS_PULL_DOWN,
  CGPIO_BIAS_DISABLED,
};

struct cgpio_input {
  uint32_t offset;
  enum cgpio_bias bias;
  bool active_low;
  // Only its value is asked for: also where the chip gives no edges.
  bool without_edges;
};

struct cgpio_edge {
  int64_t time_ns;
  // The index of its input.
  uint32_t input;
  // Counts up by one with each edge of the line from 1 on, and wraps; 0 with libgpiod 1.6.
  uint32_t sequence;
  // Whether the line became active.
  bool is_leading;
  // Set on the last edge of a queue that was full: later ones may have been dropped.
  bool filled_queue;
};

typedef struct cgpio_inputs cgpio_inputs;

// Requests lines of one chip with both edges each. On failure `failed` is the index of the input that
// was refused, or `count` where the chip as a whole was, or the library does not tell.
int cgpio_inputs_open(const char *path, const struct cgpio_input *inputs, size_t count,
                      const char *consumer, cgpio_inputs *_Nullable *_Nonnull opened,
                      size_t *failed);
// Readable while edges wait.
int cgpio_inputs_fd(const cgpio_inputs *inputs);
// Takes edges that wait, oldest of each line first; 0 where none do.
int cgpio_inputs_take(cgpio_inputs *inputs, struct cgpio_edge *edges, size_t capacity);
// 1 where the line is active, else 0.
int cgpio_inputs_value(const cgpio_inputs *inputs, size_t index);
void cgpio_inputs_close(cgpio_inputs *_Nullable inputs);

// -- Outputs

struct cgpio_output {
  uint32_t offset;
  bool active_low;
  // The value that it takes with the request, without a pulse of another one before.
  bool is_active;
};

typedef struct cgpio_output_line cgpio_output_line;

// Requests a line as an output. Each has a request of its own, so that one that fails fails alone.
int cgpio_output_open(const char *path, const struct cgpio_output *output, const char *consumer,
                      cgpio_output_line *_Nullable *_Nonnull opened);
int cgpio_output_set(cgpio_output_line *line, bool active);
// What the chip says of the line: 1 active, 0 not. Where a chip cannot read outputs this is what
// was written.
int cgpio_output_value(const cgpio_output_line *line);
void cgpio_output_close(cgpio_output_line *_Nullable line);

#if defined(__clang__)
#pragma clang assume_nonnull end
#endif
#endif
