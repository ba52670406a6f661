// Both sides send lines of text. The guard greets with `guard VERSION`, or with `busy PID` or
// `foreign USER` and hangs up: it serves one client at a time, of its own user. The client sends
// `begin LEASE-NS`, then a configuration as bench.h describes it, then `hold`, which is answered with
// `held`, or with `unfit LINE ERRNO` where line LINE of the configuration, counted from 0 on, cannot
// be had, or with `refused 0 WHY` where not everything is safe. From then on:
//
//   renew ID           begins or prolongs the lease    -> done ID
//   set ID OUTPUT 0|1  switches an output              -> done ID | refused ID WHY
//   get ID INPUT       asks for a read-back            -> value ID 0|1 | refused ID WHY
//
// and the guard says of itself:
//
//   interlock INPUT 1|0 TIME   an interlock opened or closed, at a time of CLOCK_MONOTONIC in ns
//   read-back INPUT 1|0 TIME   a read-back changed; before any answer that was given later
//   expired                    the lease was not renewed: everything is being made safe
//   unsafe WHY                 an output cannot be made safe; the guard goes on trying
//
// After an interlock or an expired lease nothing is energised before the next `begin`. At any time:
//
//   status             -> holding OUTPUTS INPUTS | unsafe WHY
//   quit               makes everything safe, gives the lines back and ends
//
// What is described as it was for the last client stays requested. Where not all is safe, and where a
// line cannot be had, the outputs stay.
//
// A client that ends its side, or says `quit`, is hung up on when everything is safe, or was told
// `unsafe` before: who waits for that may then go.
#define _GNU_SOURCE
#include "guard.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"
#include "safety.h"

// GuardReport.version is the same.
enum { VERSION = 2, CONFIG_MAX = 64 * 1024 };
static const int64_t second_ns = INT64_C(1000000000);
// How often a read-back is looked at whose chip gives no edges.
static const int64_t look_ns = INT64_C(10000000);

// What a client may do with the outputs.
enum phase {
  PHASE_IDLE, // it has not said `begin`
  PHASE_CONFIGURING,
  PHASE_HELD,    // the lines are there; nothing is energised before the first `renew`
  PHASE_LEASED,  // outputs may be energised
  PHASE_TRIPPED, // nothing is energised any more
};

static struct bench bench;
static struct safety safety = {.stage = STAGES};
// The lines of the configuration that the client is sending.
static char wanted[CONFIG_MAX];
static size_t wanted_length;

static int client = -1;
static enum phase phase;
static char heard[2 * TEXT_MAX];  // of a line that has not ended
static size_t heard_length;
static bool is_lost;
static int64_t lease_ns, lease_ends;
static int64_t next_look_ns;
// Whether the client knows that not everything is safe.
static bool has_told_unsafe;
static bool has_quit;

// A client that does not read is no client: lines that are left out would be worse than none.
__attribute__((format(printf, 1, 2))) static void say(const char *format, ...) {
  if (client < 0 || is_lost) return;
  char text[2 * TEXT_MAX];
  va_list values;
  va_start(values, format);
  int length = vsnprintf(text, sizeof text - 1, format, values);
  va_end(values);
  if (length >= (int)sizeof text - 1) length = sizeof text - 2;
  text[length++] = '\n';
  if (send(client, text, (size_t)length, MSG_NOSIGNAL | MSG_DONTWAIT) != length) is_lost = true;
}

static void trip(void) {
  if (phase == PHASE_HELD || phase == PHASE_LEASED) phase = PHASE_TRIPPED;
  safety_begin(&safety, &bench);
}

static void release(void) {
  bench_release(&bench);
  safety_forget(&safety);
}

static void tell_unsafe(void) {
  if (safety.has_failed && !has_told_unsafe) say("unsafe %s", safety.text);
  has_told_unsafe = safety.has_failed;
}

// For who waits until the end, its last words say what is not safe.
static void finish(void) {
  safety_finish(&safety, &bench);
  has_told_unsafe = false;
  tell_unsafe();
}

static void lose_client(void) {
  trip();
  finish();
  close(client);
  client = -1;
  is_lost = false;
  phase = PHASE_IDLE;
  wanted_length = heard_length = 0;
}

// -- Inputs

// Takes the edges of an input that wait; their number. One that cannot be heard wakes the loop no
// more: it would for ever.
static size_t take_edges(struct input *input, struct cgpio_edge *edges, size_t capacity) {
  if (input->is_deaf || input->without_edges) return 0;
  int count = cgpio_inputs_take(input->line, edges, capacity);
  if (count < 0) input->is_deaf = true;
  return count < 0 ? 0 : (size_t)count;
}

// While a client configures, the numbers are not yet those of its configuration.
static void report(const char *what, size_t index, bool value, int64_t time_ns) {
  if (phase > PHASE_CONFIGURING) say("%s %zu %d %" PRId64, what, index, value, time_ns);
}

static void hear_interlock(size_t index) {
  struct input *input = &bench.inputs[index];
  struct cgpio_edge edges[64];
  size_t count = take_edges(input, edges, 64);
  bool is_open = bench_is_open(&bench, index);
  int64_t opened_ns = is_open ? now_ns() : 0;
  // One that closed again at once was open all the same. The first moment counts.
  for (size_t i = count; i-- > 0;)
    if (edges[i].is_leading != input->must_be_active) opened_ns = edges[i].time_ns;
  if (opened_ns != 0) {
    trip();
    report("interlock", index, true, opened_ns);
  }
  if (!is_open) report("interlock", index, false, now_ns());
}

static void show_read_back(size_t index, bool is_active, int64_t time_ns) {
  struct input *input = &bench.inputs[index];
  if (input->was_active == is_active) return;
  input->was_active = is_active;
  report("read-back", index, is_active, time_ns);
}

// Of one that chatters only the first change is told, and what came of it.
static void hear_read_back(size_t index) {
  if (index >= bench.input_count || bench.inputs[index].is_interlock) return;
  struct cgpio_edge edges[64];
  size_t count = take_edges(&bench.inputs[index], edges, 64);
  // Edges that the value read last time was ahead of are no change.
  size_t first = 0;
  while (first < count && edges[first].is_leading == bench.inputs[index].was_active) first++;
  if (first < count) show_read_back(index, edges[first].is_leading, edges[first].time_ns);
  // Not later than the value that it belongs to.
  int64_t time_ns = first + 1 < count ? edges[count - 1].time_ns : now_ns();
  int value = bench_value(&bench, index);
  if (value >= 0) show_read_back(index, value == 1, time_ns);
}

static void hear_input(size_t index, short events) {
  struct input *input = &bench.inputs[index];
  if (events & (POLLHUP | POLLERR | POLLNVAL)) input->is_deaf = true;
  if (input->is_interlock) {
    hear_interlock(index);
  } else {
    hear_read_back(index);
  }
}

static bool must_be_looked_at(const struct input *input) {
  return input->without_edges && phase == PHASE_LEASED;
}

static void look_at_read_backs(void) {
  if (next_look_ns > now_ns()) return;
  next_look_ns = now_ns() + look_ns;
  for (size_t i = 0; i < bench.input_count; i++)
    if (must_be_looked_at(&bench.inputs[i])) hear_read_back(i);
}

// -- What a client asks for

static void begin(const char *line) {
  int64_t wish_ns;
  if (sscanf(line, "begin %" SCNd64, &wish_ns) != 1 || wish_ns <= 0 || wish_ns > 60 * second_ns) {
    say("refused 0 a lease has up to a minute");
    return;
  }
  lease_ns = wish_ns;
  trip();
  safety_finish(&safety, &bench);
  has_told_unsafe = false;
  phase = PHASE_CONFIGURING;
  wanted_length = 0;
}

static void take_config(const char *line) {
  size_t length = strlen(line);
  if (wanted_length + length + 2 > sizeof wanted) {
    wanted_length = sizeof wanted;
    return;
  }
  memcpy(wanted + wanted_length, line, length + 1);
  wanted_length += length + 1;
}

static void hold(void) {
  if (phase != PHASE_CONFIGURING) {
    say("refused 0 nothing is configured: begin anew");
    return;
  }
  size_t length = wanted_length;
  wanted_length = 0;
  // What is on and does not obey is not let go, and no run begins beside it.
  if (safety.has_failed && bench_any_unsafe(&bench)) {
    say("refused 0 %s", safety.text);
    return;
  }
  size_t failed = 0;
  int result = length < sizeof wanted ? bench_configure(&bench, wanted, length, &failed) : -E2BIG;
  safety_forget(&safety);
  safety_finish(&safety, &bench);
  if (result < 0) {
    say("unfit %zu %d", failed, -result);
    return;
  }
  if (safety.has_failed) {
    say("refused 0 %s", safety.text);
    return;
  }
  // A page that has to come back from the disk would come late. Without the right to it the guard
  // works as well, only less promptly on a machine that swaps. What is requested later is not locked:
  // a limit on locked memory would make that fail.
  mlockall(MCL_CURRENT);
  phase = PHASE_HELD;
  for (size_t i = 0; i < bench.input_count; i++)
    if (bench_is_open(&bench, i)) say("interlock %zu 1 %" PRId64, i, now_ns());
  say("held");
}

// After a trip it still is a sign of life, and is answered as one.
static void renew(const char *line) {
  int64_t id;
  if (sscanf(line, "renew %" SCNd64, &id) != 1) return;
  if (phase != PHASE_TRIPPED) {
    phase = PHASE_LEASED;
    lease_ends = now_ns() + lease_ns;
  }
  say("done %" PRId64, id);
}

static const char *obstacle(size_t output) {
  if (phase == PHASE_HELD) return "the client has no lease yet";
  if (phase != PHASE_LEASED) return "everything was made safe before";
  if (safety_is_under_way(&safety)) return "everything is being made safe";
  if (bench_any_open(&bench)) return "an interlock is open";
  if (bench_is_excluded(&bench, output)) return "an output that excludes it is on";
  return NULL;
}

static void set(const char *line) {
  int64_t id;
  size_t output;
  int active;
  char text[TEXT_MAX];
  if (sscanf(line, "set %" SCNd64 " %zu %d", &id, &output, &active) != 3) return;
  bool energises = output < bench.output_count && (active != 0) != bench.outputs[output].safe;
  const char *why = energises ? obstacle(output) : NULL;
  if (why) {
    say("refused %" PRId64 " nothing is energised: %s", id, why);
  } else if (bench_set(&bench, output, active != 0, text)) {
    say("done %" PRId64, id);
  } else {
    say("refused %" PRId64 " %s", id, text);
  }
}

static void get(const char *line) {
  int64_t id;
  size_t input;
  if (sscanf(line, "get %" SCNd64 " %zu", &id, &input) != 2) return;
  hear_read_back(input);
  int value = bench_value(&bench, input);
  if (value < 0) {
    say("refused %" PRId64 " the line cannot be read: %s", id, strerror(-value));
  } else {
    say("value %" PRId64 " %d", id, value);
  }
}

static void obey(const char *line) {
  if (strncmp(line, "begin ", 6) == 0) {
    begin(line);
  } else if (strcmp(line, "quit") == 0) {
    has_quit = true;
  } else if (strcmp(line, "status") == 0) {
    if (safety.has_failed) {
      say("unsafe %s", safety.text);
    } else {
      say("holding %zu %zu", bench.output_count, bench.input_count);
    }
  } else if (strcmp(line, "hold") == 0) {
    hold();
  } else if (phase == PHASE_CONFIGURING) {
    take_config(line);
  } else if (phase == PHASE_IDLE) {
    // Nothing is held for it.
  } else if (strncmp(line, "renew ", 6) == 0) {
    renew(line);
  } else if (strncmp(line, "set ", 4) == 0) {
    set(line);
  } else if (strncmp(line, "get ", 4) == 0) {
    get(line);
  }
}

static void hear_client(void) {
  ssize_t length = recv(client, heard + heard_length, sizeof heard - heard_length, MSG_DONTWAIT);
  if (length < 0 && (errno == EAGAIN || errno == EINTR)) return;
  // A full buffer without an end of line is no client of ours, and receives nothing.
  if (length <= 0) {
    lose_client();
    return;
  }
  heard_length += (size_t)length;
  char *line = heard, *end;
  while (!is_lost && (end = memchr(line, '\n', heard_length - (size_t)(line - heard)))) {
    *end = 0;
    obey(line);
    line = end + 1;
  }
  heard_length -= (size_t)(line - heard);
  memmove(heard, line, heard_length);
}

// Root, or who started the guard: another user may not have the right to switch these lines.
static bool is_allowed(const struct ucred *owner) {
  return owner->uid == 0 || owner->uid == geteuid();
}

static void turn_away(int other, const char *format, int value) {
  char text[64];
  int length = snprintf(text, sizeof text, format, value);
  send(other, text, (size_t)length, MSG_NOSIGNAL | MSG_DONTWAIT);
  close(other);
}

static void welcome(int listener) {
  int other = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
  if (other < 0) return;
  struct ucred owner = {.uid = (uid_t)-1};
  socklen_t size = sizeof owner;
  getsockopt(other, SOL_SOCKET, SO_PEERCRED, &owner, &size);
  if (!is_allowed(&owner)) {
    turn_away(other, "foreign %d\n", (int)geteuid());
  } else if (client >= 0) {
    getsockopt(client, SOL_SOCKET, SO_PEERCRED, &owner, &size);
    turn_away(other, "busy %d\n", (int)owner.pid);
  } else {
    client = other;
    has_told_unsafe = false;
    say("guard %d", VERSION);
  }
}

// -- The loop

static bool has_nothing_to_do(int64_t idle_until) {
  return client < 0 && bench.output_count == 0 && idle_until <= now_ns();
}

static int64_t next_deadline(int64_t idle_until) {
  int64_t deadline = client < 0 && bench.output_count == 0 ? idle_until : INT64_MAX;
  if (safety_is_under_way(&safety) && safety.due_ns < deadline) deadline = safety.due_ns;
  if (phase == PHASE_LEASED && lease_ends < deadline) deadline = lease_ends;
  for (size_t i = 0; i < bench.input_count; i++)
    if (must_be_looked_at(&bench.inputs[i]) && next_look_ns < deadline) deadline = next_look_ns;
  return deadline;
}

static void wait_and_serve(int listener, int64_t idle_until) {
  static struct pollfd watched[PARTS_MAX + 2];
  size_t inputs = bench.input_count;
  for (size_t i = 0; i < inputs; i++) {
    const struct input *input = &bench.inputs[i];
    bool is_heard = !input->is_deaf && !input->without_edges;
    watched[i] = (struct pollfd){.fd = is_heard ? cgpio_inputs_fd(input->line) : -1, .events = POLLIN};
  }
  watched[inputs] = (struct pollfd){.fd = client, .events = POLLIN};
  watched[inputs + 1] = (struct pollfd){.fd = listener, .events = POLLIN};
  int64_t deadline = next_deadline(idle_until);
  int64_t left = deadline == INT64_MAX ? 0 : deadline - now_ns();
  if (left < 0) left = 0;
  struct timespec timeout = {left / second_ns, left % second_ns};
  sigset_t none;
  sigemptyset(&none);
  // A wait that fails says nothing of who has something to say; what is due is due all the same.
  if (ppoll(watched, inputs + 2, deadline == INT64_MAX ? NULL : &timeout, &none) < 0)
    for (size_t i = 0; i < inputs + 2; i++) watched[i].revents = 0;
  // Inputs come first; what a client says may change which there are.
  for (size_t i = 0; i < inputs; i++)
    if (watched[i].revents) hear_input(i, watched[i].revents);
  look_at_read_backs();
  if (phase == PHASE_LEASED && lease_ends <= now_ns()) {
    trip();
    say("expired");
  }
  safety_advance(&safety, &bench);
  // Who configures gets its answer with 'hold'.
  if (phase > PHASE_CONFIGURING) tell_unsafe();
  if (client >= 0 && !is_lost && watched[inputs].revents) hear_client();
  if (client >= 0 && is_lost) lose_client();
  if (watched[inputs + 1].revents) welcome(listener);
}

void guard_serve(int listener, const volatile sig_atomic_t *is_ending) {
  // Who has a guard started is expected soon.
  int64_t idle_until = now_ns() + 10 * second_ns;
  while (!*is_ending && !has_quit && !has_nothing_to_do(idle_until)) {
    bool was_busy = client >= 0;
    wait_and_serve(listener, idle_until);
    if (was_busy && client < 0) idle_until = 0;
  }
  finish();
  release();
  // In this order: whoever waits for the guard's end finds its name free then.
  close(listener);
  if (client >= 0) close(client);
}
