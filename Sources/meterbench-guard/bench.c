#include "bench.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

int64_t now_ns(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static const char consumer[] = "meterbench-guard";

// What was held before, from which equal lines are taken over.
static struct bench old;

static cgpio_output_line *take_output(const char *text) {
  for (size_t i = 0; i < old.output_count; i++) {
    if (!old.outputs[i].line || strcmp(old.outputs[i].text, text) != 0) continue;
    cgpio_output_line *line = old.outputs[i].line;
    old.outputs[i].line = NULL;
    return line;
  }
  return NULL;
}

static cgpio_inputs *take_input(const char *text) {
  for (size_t i = 0; i < old.input_count; i++) {
    if (!old.inputs[i].line || strcmp(old.inputs[i].text, text) != 0) continue;
    cgpio_inputs *line = old.inputs[i].line;
    old.inputs[i].line = NULL;
    return line;
  }
  return NULL;
}

static int add_output(struct bench *bench, const char *line) {
  unsigned stage, safe, active_low, offset;
  char path[TEXT_MAX];
  if (sscanf(line, "output %u %u %u %u %255s", &stage, &safe, &active_low, &offset, path) != 5 ||
      stage >= STAGES)
    return -EINVAL;
  if (bench->output_count == PARTS_MAX) return -E2BIG;
  struct output *output = &bench->outputs[bench->output_count];
  *output = (struct output){.line = take_output(line), .stage = (enum stage)stage, .safe = safe != 0};
  strcpy(output->text, line);
  struct cgpio_output wanted = {
      .offset = offset, .active_low = active_low != 0, .is_active = output->safe};
  int result = output->line ? 0 : cgpio_output_open(path, &wanted, consumer, &output->line);
  if (result == 0) bench->output_count++;
  return result;
}

static int add_input(struct bench *bench, const char *line, struct input input,
                     struct cgpio_input wanted, const char *path) {
  if (bench->input_count == PARTS_MAX) return -E2BIG;
  size_t failed;
  strcpy(input.text, line);
  input.line = take_input(line);
  int result = input.line ? 0 : cgpio_inputs_open(path, &wanted, 1, consumer, &input.line, &failed);
  if (result == 0) bench->inputs[bench->input_count++] = input;
  return result;
}

static int add_interlock(struct bench *bench, const char *line) {
  unsigned must_be, active_low, bias, offset;
  char path[TEXT_MAX];
  if (sscanf(line, "interlock %u %u %u %u %255s", &must_be, &active_low, &bias, &offset, path) != 5)
    return -EINVAL;
  struct input input = {.is_interlock = true, .must_be_active = must_be != 0};
  struct cgpio_input wanted = {
      .offset = offset, .bias = (enum cgpio_bias)bias, .active_low = active_low != 0};
  return add_input(bench, line, input, wanted, path);
}

static int add_read_back(struct bench *bench, const char *line) {
  unsigned active_low, bias, offset;
  char path[TEXT_MAX];
  if (sscanf(line, "read-back %u %u %u %255s", &active_low, &bias, &offset, path) != 4)
    return -EINVAL;
  struct cgpio_input wanted = {
      .offset = offset, .bias = (enum cgpio_bias)bias, .active_low = active_low != 0};
  struct input input = {.is_interlock = false};
  int result = add_input(bench, line, input, wanted, path);
  if (result < 0) {
    // The chip may have values and no edges.
    input.without_edges = wanted.without_edges = true;
    result = add_input(bench, line, input, wanted, path);
  }
  if (result < 0) return result;
  size_t last = bench->input_count - 1;
  bench->inputs[last].was_active = bench_value(bench, last) == 1;
  return 0;
}

static int add_exclusion(struct bench *bench, const char *line) {
  struct exclusion exclusion;
  if (sscanf(line, "exclude %zu %zu", &exclusion.outputs[0], &exclusion.outputs[1]) != 2 ||
      exclusion.outputs[0] >= bench->output_count || exclusion.outputs[1] >= bench->output_count)
    return -EINVAL;
  if (bench->exclusion_count == PARTS_MAX) return -E2BIG;
  bench->exclusions[bench->exclusion_count++] = exclusion;
  return 0;
}

static int add_pause(struct bench *bench, const char *line) {
  // A bench file has 10 s at most; a longer one would keep supplies on for ever.
  const int64_t longest_ns = INT64_C(60000000000);
  int64_t pause_ns;
  if (sscanf(line, "pause %" SCNd64, &pause_ns) != 1 || pause_ns < 0 || pause_ns > longest_ns)
    return -EINVAL;
  bench->pause_ns = pause_ns;
  return 0;
}

static bool is_output(const char *line) { return strncmp(line, "output ", 7) == 0; }

static int add(struct bench *bench, const char *line) {
  if (strlen(line) >= LINE_TEXT_MAX) return -E2BIG;
  if (is_output(line)) return add_output(bench, line);
  if (strncmp(line, "interlock ", 10) == 0) return add_interlock(bench, line);
  if (strncmp(line, "read-back ", 10) == 0) return add_read_back(bench, line);
  if (strncmp(line, "exclude ", 8) == 0) return add_exclusion(bench, line);
  return add_pause(bench, line);
}

static bool is_wanted(const char *line, const char *text, size_t length) {
  for (const char *one = text; one < text + length; one += strlen(one) + 1)
    if (strcmp(one, line) == 0) return true;
  return false;
}

static void release_inputs(struct bench *bench) {
  for (size_t i = 0; i < bench->input_count; i++)
    if (bench->inputs[i].line) cgpio_inputs_close(bench->inputs[i].line);
  bench->input_count = 0;
}

// Lets go of old lines that are not wanted any more, and of those that only a new request brings back.
static void release_unwanted(const char *text, size_t length) {
  for (size_t i = 0; i < old.output_count; i++) {
    struct output *output = &old.outputs[i];
    if (is_wanted(output->text, text, length) && cgpio_output_value(output->line) != -ENODEV)
      continue;
    cgpio_output_close(output->line);
    output->line = NULL;
  }
  for (size_t i = 0; i < old.input_count; i++) {
    struct input *input = &old.inputs[i];
    // A read-back without edges is asked for them again.
    if (is_wanted(input->text, text, length) && !input->is_deaf && !input->without_edges) continue;
    cgpio_inputs_close(input->line);
    input->line = NULL;
  }
}

// Where the rest cannot be had the outputs stay.
static void keep_outputs(struct bench *bench) {
  release_inputs(bench);
  release_inputs(&old);
  bench->exclusion_count = 0;
  bench->pause_ns = old.pause_ns;
}

static size_t count_outputs(const char *text, size_t length) {
  size_t count = 0;
  for (const char *line = text; line < text + length; line += strlen(line) + 1)
    count += is_output(line);
  return count;
}

int bench_configure(struct bench *bench, const char *text, size_t length, size_t *failed) {
  *failed = 0;
  if (count_outputs(text, length) > PARTS_MAX) return -E2BIG;
  old = *bench;
  bench->output_count = bench->input_count = bench->exclusion_count = 0;
  bench->pause_ns = 0;
  release_unwanted(text, length);
  int first = 0;
  size_t index = 0;
  for (const char *line = text; line < text + length; line += strlen(line) + 1, index++) {
    // Behind a line that cannot be had outputs are taken all the same, to hold them.
    if (first < 0 && !is_output(line)) continue;
    int result = add(bench, line);
    if (result == 0 || first < 0) continue;
    first = result;
    *failed = index;
  }
  if (first < 0) keep_outputs(bench);
  return first;
}

void bench_release(struct bench *bench) {
  for (size_t i = 0; i < bench->output_count; i++) cgpio_output_close(bench->outputs[i].line);
  release_inputs(bench);
  bench->output_count = bench->exclusion_count = 0;
  bench->pause_ns = bench->load_switched_ns = 0;
}

bool bench_set(struct bench *bench, size_t output, bool active, char *text) {
  const char *what = "there is no such output";
  int result = -EINVAL;
  if (output < bench->output_count) {
    cgpio_output_line *line = bench->outputs[output].line;
    if (bench->outputs[output].stage == STAGE_LOAD && cgpio_output_value(line) != active)
      bench->load_switched_ns = now_ns();
    what = "the line cannot be set";
    result = cgpio_output_set(line, active);
    if (result == 0) {
      what = "the line cannot be read";
      result = cgpio_output_value(line);
    }
  }
  if (result < 0) {
    snprintf(text, TEXT_MAX, "%s: %s", what, strerror(-result));
    return false;
  }
  if (result == active) return true;
  snprintf(text, TEXT_MAX, "the line was set %s and reads %s", active ? "on" : "off",
           result ? "on" : "off");
  return false;
}

bool bench_make_safe(struct bench *bench, enum stage stage, char *text) {
  bool all = true;
  char reason[TEXT_MAX];
  for (size_t i = 0; i < bench->output_count; i++) {
    if (bench->outputs[i].stage != stage || bench_set(bench, i, bench->outputs[i].safe, reason))
      continue;
    if (all) snprintf(text, TEXT_MAX, "output %zu: %.200s", i, reason);
    all = false;
  }
  return all;
}

bool bench_any_unsafe(const struct bench *bench) {
  for (size_t i = 0; i < bench->output_count; i++) {
    int value = cgpio_output_value(bench->outputs[i].line);
    if (value != -ENODEV && value != bench->outputs[i].safe) return true;
  }
  return false;
}

bool bench_is_excluded(const struct bench *bench, size_t output) {
  for (size_t i = 0; i < bench->exclusion_count; i++) {
    const size_t *pair = bench->exclusions[i].outputs;
    if (pair[0] != output && pair[1] != output) continue;
    size_t other = pair[0] == output ? pair[1] : pair[0];
    // One that cannot be read may be on.
    if (cgpio_output_value(bench->outputs[other].line) != 0) return true;
  }
  return false;
}

int bench_value(const struct bench *bench, size_t input) {
  if (input >= bench->input_count) return -EINVAL;
  if (bench->inputs[input].is_deaf) return -EIO;
  return cgpio_inputs_value(bench->inputs[input].line, 0);
}

bool bench_is_open(const struct bench *bench, size_t input) {
  if (!bench->inputs[input].is_interlock) return false;
  int value = bench_value(bench, input);
  return value < 0 || (value == 1) != bench->inputs[input].must_be_active;
}

bool bench_any_open(const struct bench *bench) {
  for (size_t i = 0; i < bench->input_count; i++)
    if (bench_is_open(bench, i)) return true;
  return false;
}
