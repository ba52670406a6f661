#include "library.h"
#if CGPIO_MAJOR == 2

#include <stdlib.h>

#include "CGPIO.h"

// The most that the kernel keeps for a request (16 for each of the 64 lines that it allows).
enum { QUEUE = 1024, BATCH = 256 };

const char *cgpio_version(void) { return gpiod_api_version(); }

bool cgpio_has_sequence(void) { return true; }

int cgpio_chip_read(const char *path, struct cgpio_chip *chip) {
  errno = 0;
  struct gpiod_chip *opened = gpiod_chip_open(path);
  struct gpiod_chip_info *info = opened ? gpiod_chip_get_info(opened) : NULL;
  int result = info ? 0 : cgpio_error();
  if (info) {
    cgpio_copy(chip->name, sizeof chip->name, gpiod_chip_info_get_name(info));
    cgpio_copy(chip->label, sizeof chip->label, gpiod_chip_info_get_label(info));
    chip->lines = (uint32_t)gpiod_chip_info_get_num_lines(info);
    gpiod_chip_info_free(info);
  }
  if (opened) gpiod_chip_close(opened);
  return result;
}

static int line_count(struct gpiod_chip *chip) {
  struct gpiod_chip_info *info = gpiod_chip_get_info(chip);
  if (!info) return cgpio_error();
  int count = (int)gpiod_chip_info_get_num_lines(info);
  gpiod_chip_info_free(info);
  return count;
}

int cgpio_lines_read(const char *path, struct cgpio_line *lines, size_t capacity) {
  errno = 0;
  struct gpiod_chip *chip = gpiod_chip_open(path);
  if (!chip) return cgpio_error();
  int count = line_count(chip);
  if (count > 0 && (size_t)count > capacity) count = (int)capacity;
  for (int i = 0; i < count; i++) {
    struct gpiod_line_info *info = gpiod_chip_get_line_info(chip, (unsigned)i);
    if (!info) {
      count = cgpio_error();
      break;
    }
    cgpio_copy(lines[i].name, sizeof lines[i].name, gpiod_line_info_get_name(info));
    cgpio_copy(lines[i].consumer, sizeof lines[i].consumer, gpiod_line_info_get_consumer(info));
    lines[i].is_used = gpiod_line_info_is_used(info);
    lines[i].is_output = gpiod_line_info_get_direction(info) == GPIOD_LINE_DIRECTION_OUTPUT;
    gpiod_line_info_free(info);
  }
  gpiod_chip_close(chip);
  return count;
}

// A request of lines that share one descriptor.
struct request {
  struct gpiod_line_config *config;
  struct gpiod_line_request *lines;
  size_t count;
  unsigned offsets[CGPIO_LINES_MAX];
};

static int add_line(struct request *request, unsigned offset, struct gpiod_line_settings *settings) {
  request->offsets[request->count++] = offset;
  errno = 0;
  return gpiod_line_config_add_line_settings(request->config, &offset, 1, settings) < 0
             ? cgpio_error()
             : 0;
}

static int make_request(struct request *request, const char *path, const char *consumer,
                        size_t queue) {
  struct gpiod_request_config *config = gpiod_request_config_new();
  if (!config) return -ENOMEM;
  gpiod_request_config_set_consumer(config, consumer);
  if (queue) gpiod_request_config_set_event_buffer_size(config, queue);
  errno = 0;
  struct gpiod_chip *chip = gpiod_chip_open(path);
  if (chip) request->lines = gpiod_chip_request_lines(chip, config, request->config);
  int result = request->lines ? 0 : cgpio_error();
  if (chip) gpiod_chip_close(chip);
  gpiod_request_config_free(config);
  return result;
}

static void end_request(struct request *request) {
  if (request->lines) gpiod_line_request_release(request->lines);
  if (request->config) gpiod_line_config_free(request->config);
}

struct cgpio_inputs {
  struct request request;
  struct gpiod_edge_event_buffer *buffer;
};

static enum gpiod_line_bias bias_of(enum cgpio_bias bias) {
  switch (bias) {
    case CGPIO_BIAS_PULL_UP: return GPIOD_LINE_BIAS_PULL_UP;
    case CGPIO_BIAS_PULL_DOWN: return GPIOD_LINE_BIAS_PULL_DOWN;
    case CGPIO_BIAS_DISABLED: return GPIOD_LINE_BIAS_DISABLED;
    default: return GPIOD_LINE_BIAS_AS_IS;
  }
}

static int add_input(struct request *request, const struct cgpio_input *input) {
  struct gpiod_line_settings *settings = gpiod_line_settings_new();
  if (!settings) return -ENOMEM;
  gpiod_line_settings_set_direction(settings, GPIOD_LINE_DIRECTION_INPUT);
  gpiod_line_settings_set_edge_detection(
      settings, input->without_edges ? GPIOD_LINE_EDGE_NONE : GPIOD_LINE_EDGE_BOTH);
  gpiod_line_settings_set_bias(settings, bias_of(input->bias));
  gpiod_line_settings_set_active_low(settings, input->active_low);
  gpiod_line_settings_set_event_clock(settings, GPIOD_LINE_CLOCK_MONOTONIC);
  int result = add_line(request, input->offset, settings);
  gpiod_line_settings_free(settings);
  return result;
}

int cgpio_inputs_open(const char *path, const struct cgpio_input *inputs, size_t count,
                      const char *consumer, cgpio_inputs **opened, size_t *failed) {
  *opened = NULL;
  *failed = count;
  if (count == 0 || count > CGPIO_LINES_MAX) return -EINVAL;
  cgpio_inputs *all = calloc(1, sizeof *all);
  if (!all) return -ENOMEM;
  all->request.config = gpiod_line_config_new();
  all->buffer = gpiod_edge_event_buffer_new(BATCH);
  int result = all->request.config && all->buffer ? 0 : -ENOMEM;
  for (size_t i = 0; result == 0 && i < count; i++) {
    result = add_input(&all->request, &inputs[i]);
    if (result < 0) *failed = i;
  }
  if (result == 0) result = make_request(&all->request, path, consumer, QUEUE);
  if (result < 0) {
    cgpio_inputs_close(all);
  } else {
    *opened = all;
  }
  return result;
}

int cgpio_inputs_fd(const cgpio_inputs *inputs) {
  return gpiod_line_request_get_fd(inputs->request.lines);
}

static uint32_t index_of(const struct request *request, unsigned offset) {
  uint32_t index = 0;
  while (index < request->count && request->offsets[index] != offset) index++;
  return index;
}

int cgpio_inputs_take(cgpio_inputs *inputs, struct cgpio_edge *edges, size_t capacity) {
  struct gpiod_line_request *lines = inputs->request.lines;
  errno = 0;
  int ready = gpiod_line_request_wait_edge_events(lines, 0);
  if (ready < 0) return errno == EINTR ? 0 : cgpio_error();
  if (ready == 0) return 0;
  int count =
      gpiod_line_request_read_edge_events(lines, inputs->buffer, capacity < BATCH ? capacity : BATCH);
  if (count < 0) return cgpio_error();
  for (int i = 0; i < count; i++) {
    struct gpiod_edge_event *event = gpiod_edge_event_buffer_get_event(inputs->buffer, (unsigned)i);
    edges[i] = (struct cgpio_edge){
        .time_ns = (int64_t)gpiod_edge_event_get_timestamp_ns(event),
        .input = index_of(&inputs->request, gpiod_edge_event_get_line_offset(event)),
        .sequence = (uint32_t)gpiod_edge_event_get_line_seqno(event),
        .is_leading = gpiod_edge_event_get_event_type(event) == GPIOD_EDGE_EVENT_RISING_EDGE,
    };
  }
  return count;
}

static int value_of(const struct request *request, size_t index) {
  errno = 0;
  switch (gpiod_line_request_get_value(request->lines, request->offsets[index])) {
    case GPIOD_LINE_VALUE_ACTIVE: return 1;
    case GPIOD_LINE_VALUE_INACTIVE: return 0;
    default: return cgpio_error();
  }
}

int cgpio_inputs_value(const cgpio_inputs *inputs, size_t index) {
  return value_of(&inputs->request, index);
}

void cgpio_inputs_close(cgpio_inputs *inputs) {
  if (!inputs) return;
  end_request(&inputs->request);
  if (inputs->buffer) gpiod_edge_event_buffer_free(inputs->buffer);
  free(inputs);
}

struct cgpio_output_line {
  struct request request;
};

static enum gpiod_line_value value_for(bool active) {
  return active ? GPIOD_LINE_VALUE_ACTIVE : GPIOD_LINE_VALUE_INACTIVE;
}

static int add_output(struct request *request, const struct cgpio_output *output) {
  struct gpiod_line_settings *settings = gpiod_line_settings_new();
  if (!settings) return -ENOMEM;
  gpiod_line_settings_set_direction(settings, GPIOD_LINE_DIRECTION_OUTPUT);
  gpiod_line_settings_set_active_low(settings, output->active_low);
  gpiod_line_settings_set_output_value(settings, value_for(output->is_active));
  int result = add_line(request, output->offset, settings);
  gpiod_line_settings_free(settings);
  return result;
}

int cgpio_output_open(const char *path, const struct cgpio_output *output, const char *consumer,
                      cgpio_output_line **opened) {
  *opened = NULL;
  cgpio_output_line *line = calloc(1, sizeof *line);
  if (!line) return -ENOMEM;
  line->request.config = gpiod_line_config_new();
  int result = line->request.config ? add_output(&line->request, output) : -ENOMEM;
  if (result == 0) result = make_request(&line->request, path, consumer, 0);
  if (result < 0) {
    cgpio_output_close(line);
  } else {
    *opened = line;
  }
  return result;
}

int cgpio_output_set(cgpio_output_line *line, bool active) {
  struct request *request = &line->request;
  errno = 0;
  return gpiod_line_request_set_value(request->lines, request->offsets[0], value_for(active)) < 0
             ? cgpio_error()
             : 0;
}

int cgpio_output_value(const cgpio_output_line *line) { return value_of(&line->request, 0); }

void cgpio_output_close(cgpio_output_line *line) {
  if (!line) return;
  end_request(&line->request);
  free(line);
}
#endif
