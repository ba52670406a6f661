#include "library.h"
#if CGPIO_MAJOR == 1

#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "CGPIO.h"

// How many edges the kernel keeps for a line of this interface; it drops what comes after.
enum { QUEUE = 16 };

const char *cgpio_version(void) { return gpiod_version_string(); }

bool cgpio_has_sequence(void) { return false; }

int cgpio_chip_read(const char *path, struct cgpio_chip *chip) {
  errno = 0;
  struct gpiod_chip *opened = gpiod_chip_open(path);
  if (!opened) return cgpio_error();
  cgpio_copy(chip->name, sizeof chip->name, gpiod_chip_name(opened));
  cgpio_copy(chip->label, sizeof chip->label, gpiod_chip_label(opened));
  chip->lines = gpiod_chip_num_lines(opened);
  gpiod_chip_close(opened);
  return 0;
}

int cgpio_lines_read(const char *path, struct cgpio_line *lines, size_t capacity) {
  errno = 0;
  struct gpiod_chip *chip = gpiod_chip_open(path);
  if (!chip) return cgpio_error();
  size_t count = gpiod_chip_num_lines(chip);
  if (count > capacity) count = capacity;
  int result = (int)count;
  for (size_t i = 0; i < count; i++) {
    struct gpiod_line *line = gpiod_chip_get_line(chip, (unsigned)i);
    if (!line) {
      result = cgpio_error();
      break;
    }
    cgpio_copy(lines[i].name, sizeof lines[i].name, gpiod_line_name(line));
    cgpio_copy(lines[i].consumer, sizeof lines[i].consumer, gpiod_line_consumer(line));
    lines[i].is_used = gpiod_line_is_used(line);
    lines[i].is_output = gpiod_line_direction(line) == GPIOD_LINE_DIRECTION_OUTPUT;
  }
  gpiod_chip_close(chip);
  return result;
}

// This interface gives a descriptor for each line; an epoll makes them one.
struct cgpio_inputs {
  struct gpiod_chip *chip;
  int epoll;
  size_t count;
  struct gpiod_line *lines[CGPIO_LINES_MAX];
};

static int bias_flag(enum cgpio_bias bias) {
  switch (bias) {
    case CGPIO_BIAS_PULL_UP: return GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_UP;
    case CGPIO_BIAS_PULL_DOWN: return GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_DOWN;
    case CGPIO_BIAS_DISABLED: return GPIOD_LINE_REQUEST_FLAG_BIAS_DISABLE;
    default: return 0;
  }
}

static int active_flag(bool active_low) {
  return active_low ? GPIOD_LINE_REQUEST_FLAG_ACTIVE_LOW : 0;
}

static int add_input(cgpio_inputs *all, const struct cgpio_input *input, const char *consumer) {
  errno = 0;
  struct gpiod_line *line = gpiod_chip_get_line(all->chip, input->offset);
  int flags = bias_flag(input->bias) | active_flag(input->active_low);
  int result = !line                  ? -1
               : input->without_edges ? gpiod_line_request_input_flags(line, consumer, flags)
                                      : gpiod_line_request_both_edges_events_flags(line, consumer, flags);
  if (result < 0) return cgpio_error();
  if (input->without_edges) {
    all->lines[all->count++] = line;
    return 0;
  }
  struct epoll_event watched = {.events = EPOLLIN, .data.u32 = (uint32_t)all->count};
  all->lines[all->count++] = line;
  int fd = gpiod_line_event_get_fd(line);
  return epoll_ctl(all->epoll, EPOLL_CTL_ADD, fd, &watched) < 0 ? cgpio_error() : 0;
}

int cgpio_inputs_open(const char *path, const struct cgpio_input *inputs, size_t count,
                      const char *consumer, cgpio_inputs **opened, size_t *failed) {
  *opened = NULL;
  *failed = count;
  if (count == 0 || count > CGPIO_LINES_MAX) return -EINVAL;
  cgpio_inputs *all = calloc(1, sizeof *all);
  if (!all) return -ENOMEM;
  errno = 0;
  all->epoll = epoll_create1(EPOLL_CLOEXEC);
  if (all->epoll >= 0) all->chip = gpiod_chip_open(path);
  int result = all->chip ? 0 : cgpio_error();
  for (size_t i = 0; result == 0 && i < count; i++) {
    result = add_input(all, &inputs[i], consumer);
    if (result < 0) *failed = i;
  }
  if (result < 0) {
    cgpio_inputs_close(all);
  } else {
    *opened = all;
  }
  return result;
}

int cgpio_inputs_fd(const cgpio_inputs *inputs) { return inputs->epoll; }

static int take_from(cgpio_inputs *inputs, size_t index, struct cgpio_edge *edges) {
  struct gpiod_line_event events[QUEUE];
  errno = 0;
  int count = gpiod_line_event_read_multiple(inputs->lines[index], events, QUEUE);
  if (count < 0) return cgpio_error();
  for (int i = 0; i < count; i++) {
    edges[i] = (struct cgpio_edge){
        .time_ns = (int64_t)events[i].ts.tv_sec * 1000000000 + events[i].ts.tv_nsec,
        .input = (uint32_t)index,
        .is_leading = events[i].event_type == GPIOD_LINE_EVENT_RISING_EDGE,
        .filled_queue = count == QUEUE && i == QUEUE - 1,
    };
  }
  return count;
}

int cgpio_inputs_take(cgpio_inputs *inputs, struct cgpio_edge *edges, size_t capacity) {
  struct epoll_event ready[CGPIO_LINES_MAX];
  int count = epoll_wait(inputs->epoll, ready, (int)inputs->count, 0);
  if (count < 0) return errno == EINTR ? 0 : -errno;
  size_t used = 0;
  for (int i = 0; i < count && capacity - used >= QUEUE; i++) {
    int more = take_from(inputs, ready[i].data.u32, edges + used);
    if (more < 0) return used ? (int)used : more;
    used += (size_t)more;
  }
  return (int)used;
}

int cgpio_inputs_value(const cgpio_inputs *inputs, size_t index) {
  errno = 0;
  int value = gpiod_line_get_value(inputs->lines[index]);
  return value < 0 ? cgpio_error() : value;
}

void cgpio_inputs_close(cgpio_inputs *inputs) {
  if (!inputs) return;
  for (size_t i = 0; i < inputs->count; i++) gpiod_line_release(inputs->lines[i]);
  if (inputs->chip) gpiod_chip_close(inputs->chip);
  if (inputs->epoll >= 0) close(inputs->epoll);
  free(inputs);
}

struct cgpio_output_line {
  struct gpiod_chip *chip;
  struct gpiod_line *line;
};

int cgpio_output_open(const char *path, const struct cgpio_output *output, const char *consumer,
                      cgpio_output_line **opened) {
  *opened = NULL;
  errno = 0;
  struct gpiod_chip *chip = gpiod_chip_open(path);
  struct gpiod_line *line = chip ? gpiod_chip_get_line(chip, output->offset) : NULL;
  int flags = active_flag(output->active_low);
  int result = 0;
  if (!line || gpiod_line_request_output_flags(line, consumer, flags, output->is_active) < 0)
    result = cgpio_error();
  cgpio_output_line *made = result == 0 ? calloc(1, sizeof *made) : NULL;
  if (made) {
    *made = (cgpio_output_line){.chip = chip, .line = line};
    *opened = made;
    return 0;
  }
  // With the chip its lines go.
  if (chip) gpiod_chip_close(chip);
  return result < 0 ? result : -ENOMEM;
}

int cgpio_output_set(cgpio_output_line *line, bool active) {
  errno = 0;
  return gpiod_line_set_value(line->line, active) < 0 ? cgpio_error() : 0;
}

int cgpio_output_value(const cgpio_output_line *line) {
  errno = 0;
  int value = gpiod_line_get_value(line->line);
  return value < 0 ? cgpio_error() : value;
}

void cgpio_output_close(cgpio_output_line *line) {
  if (!line) return;
  gpiod_line_release(line->line);
  gpiod_chip_close(line->chip);
  free(line);
}
#endif
