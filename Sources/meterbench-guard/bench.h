// What the guard holds: output lines with their safe values, their read-backs, and interlocks.
#ifndef GUARD_BENCH_H
#define GUARD_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "CGPIO.h"

enum { PARTS_MAX = 512, TEXT_MAX = 256, LINE_TEXT_MAX = TEXT_MAX + 64 };

// The two stages of the way to safety: loads first, so that no supply breaks their current.
enum stage { STAGE_LOAD = 0, STAGE_SUPPLY = 1, STAGES = 2 };

struct output {
  cgpio_output_line *line;
  // The line of the configuration that wants it.
  char text[LINE_TEXT_MAX];
  enum stage stage;
  bool safe;
};

struct input {
  cgpio_inputs *line;
  char text[LINE_TEXT_MAX];
  // For an interlock: the state in which the bench may be energised.
  bool is_interlock;
  bool must_be_active;
  // For a read-back: what it showed last, and whether its chip gives no edges.
  bool was_active;
  bool without_edges;
  // Its edges cannot be read: the chip was pulled, or fails.
  bool is_deaf;
};

// Two outputs that are never on together.
struct exclusion {
  size_t outputs[2];
};

struct bench {
  size_t output_count;
  struct output outputs[PARTS_MAX];
  size_t input_count;
  struct input inputs[PARTS_MAX];
  size_t exclusion_count;
  struct exclusion exclusions[PARTS_MAX];
  // From the last switching of a load to that of a supply, on the way to safety.
  int64_t pause_ns;
  int64_t load_switched_ns;
};

// CLOCK_MONOTONIC, as kernels stamp edges.
int64_t now_ns(void);

// Takes a configuration in the place of the one before: lines of text, each ended by a zero, `length`
// bytes in all.
//
//   pause NS
//   output STAGE SAFE ACTIVE-LOW OFFSET PATH
//   exclude OUTPUT OUTPUT
//   interlock MUST-BE ACTIVE-LOW BIAS OFFSET PATH
//   read-back ACTIVE-LOW BIAS OFFSET PATH
//
// STAGE and BIAS are the numbers of enum stage and enum cgpio_bias, OUTPUT counts the outputs from
// 0 on. What is described as it was before stays requested, so that an output never lets go of its
// safe value; else a line is requested anew, an output with its safe value. Returns 0, or -errno with
// the number of the line of text that is to blame; outputs that were to be had are then held all the
// same.
int bench_configure(struct bench *bench, const char *text, size_t length, size_t *failed);
// Gives every line back.
void bench_release(struct bench *bench);

// Sets one output and looks whether the line took it; on failure the text says why.
bool bench_set(struct bench *bench, size_t output, bool active, char *text);
// Sets the outputs of a stage to their safe values, whatever fails on the way; false where
// something did, with the first reason.
bool bench_make_safe(struct bench *bench, enum stage stage, char *text);
// Whether a line is not known to be at its safe value; one whose chip is gone switches nothing any
// more, and only a new request brings it back.
bool bench_any_unsafe(const struct bench *bench);
// Whether another output keeps this one from being on.
bool bench_is_excluded(const struct bench *bench, size_t output);

// 1 where an input is active, 0 where not, or -errno.
int bench_value(const struct bench *bench, size_t input);
// Whether an interlock is open; one that cannot be read counts as open.
bool bench_is_open(const struct bench *bench, size_t input);
bool bench_any_open(const struct bench *bench);

#endif
