// The cables of the virtual bench, between its simulated GPIO lines and a twin's rig socket.
//
//   wiring RIG-SOCKET CABLE...    in:21=reference      the twin's line moves GPIO21
//                                 in:27-=A1.pulse-2    the same, active low
//                                 out:22=A1.supply     GPIO22 switches the twin's output
//
// It prints "ready" once lines and outputs are as they should be. A signal ends it; then it says
// how late the edges were. Messages are taken exactly as RigProtocol writes them: keys sorted, no
// spaces, no escapes. Whatever else comes ends it with an error, because a cable that drops
// something looks like a meter that does. Only edges of lines without a cable go nowhere.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { CABLES_MAX = 32, MESSAGE_MAX = 1 << 16 };
static const int64_t SECOND = 1000000000;
// How often outputs are looked at, because a simulated line tells nobody when it moves. Relays take
// as long, and every look wakes the machine.
static const int64_t LOOK_TIME = 10000000;

struct cable {
  bool is_out, is_inverted;
  const char *name;
  int fd;      // of the attribute "pull" or, of an output, "value"
  char level;  // of an output, as last sent; 0: not yet
};

static struct cable cables[CABLES_MAX];
static int cable_count, output_count, rig, requests, answers;
static long edges;
static int64_t total_delay, worst_delay;
static volatile sig_atomic_t is_ended;

__attribute__((noreturn, format(printf, 1, 2))) static void fail(const char *format, ...) {
  va_list values;
  va_start(values, format);
  fputs("wiring: ", stderr);
  vfprintf(stderr, format, values);
  fputc('\n', stderr);
  exit(1);
}

static void end(int number) {
  (void)number;
  is_ended = 1;
}

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * SECOND + time.tv_nsec;
}

static bool takes(char **place, const char *literal) {
  size_t length = strlen(literal);
  if (strncmp(*place, literal, length) != 0) return false;
  *place += length;
  return true;
}

static bool takes_number(char **place, int64_t *number) {
  char *start = *place;
  *number = strtoll(start, place, 10);
  return *place != start;
}

static void plug(char *word) {
  if (cable_count == CABLES_MAX) fail("at most %d cables", CABLES_MAX);
  struct cable *cable = &cables[cable_count++];
  char *place = word, path[64];
  int64_t line;
  cable->is_out = takes(&place, "out:");
  if (!cable->is_out && !takes(&place, "in:")) fail("what is %s?", word);
  if (!takes_number(&place, &line)) fail("what is %s?", word);
  cable->is_inverted = takes(&place, "-");
  if (!takes(&place, "=") || !*place || strpbrk(place, "\"\\")) fail("what is %s?", word);
  cable->name = place;
  output_count += cable->is_out;
  snprintf(path, sizeof path, "/run/bench/gpio%d/%s", (int)line, cable->is_out ? "value" : "pull");
  cable->fd = open(path, cable->is_out ? O_RDONLY : O_WRONLY);
  if (cable->fd < 0) fail("%s: %s", path, strerror(errno));
}

static void move(const struct cable *cable, bool is_active) {
  const char *text = is_active != cable->is_inverted ? "pull-up" : "pull-down";
  if (pwrite(cable->fd, text, strlen(text), 0) < 0) fail("%s: %s", cable->name, strerror(errno));
}

#define REQUEST "{\"set\":{\"id\":%d,\"on\":%s,\"output\":\"%s\"}}\n"

static void look_at_outputs(void) {
  for (struct cable *cable = cables; cable < cables + cable_count; cable++) {
    char level, request[256];
    if (!cable->is_out) continue;
    if (pread(cable->fd, &level, 1, 0) != 1) fail("%s: %s", cable->name, strerror(errno));
    if (level == cable->level) continue;
    cable->level = level;
    bool is_on = (level == '1') != cable->is_inverted;
    int length = snprintf(request, sizeof request, REQUEST, ++requests, is_on ? "true" : "false",
                          cable->name);
    if (send(rig, request, length, MSG_NOSIGNAL) != length) fail("the twin takes no requests");
  }
}

static bool takes_edge(char **place, const struct cable *cable) {
  int64_t at, number;
  if (!takes(place, "{\"at\":") || !takes_number(place, &at)) return false;
  bool is_leading = takes(place, ",\"leading\":true");
  if (!is_leading && !takes(place, ",\"leading\":false")) return false;
  if (!takes(place, ",\"number\":") || !takes_number(place, &number)) return false;
  if (cable) {
    move(cable, is_leading);
    int64_t delay = now() - at;
    if (delay > worst_delay) worst_delay = delay;
    total_delay += delay;
    edges++;
  }
  return takes(place, "}");
}

// The name of the line stands behind its edges.
static bool takes_edges(char *place) {
  const struct cable *cable = NULL;
  char *name = strstr(place, "],\"line\":\"");
  if (!name || !takes(&name, "],\"line\":\"")) return false;
  size_t length = strcspn(name, "\"\\");
  if (strcmp(name + length, "\"}}") != 0) return false;
  for (int i = 0; i < cable_count; i++) {
    const char *own = cables[i].name;
    if (strlen(own) == length && strncmp(own, name, length) == 0) cable = &cables[i];
  }
  do {
    if (!takes_edge(&place, cable)) return false;
  } while (takes(&place, ","));
  return takes(&place, "],");
}

static bool takes_answer(char *place) {
  int64_t id;
  if (!takes_number(&place, &id)) return false;
  // What the output really does is for whoever measures it, not for the cable.
  if (!takes(&place, ",\"isOn\":true")) takes(&place, ",\"isOn\":false");
  if (++answers == output_count) puts("ready");
  return strcmp(place, "}}") == 0;
}

static void receive(char *message) {
  char *place = message;
  if (takes(&place, "{\"edges\":{\"edges\":[") && takes_edges(place)) return;
  if (takes(&place, "{\"output\":{\"id\":") && takes_answer(place)) return;
  if (takes(&place, "{\"readBack\":{")) return; // what its answers say too
  fail("the twin says %s", message);
}

// Makes sure that the twin has all ends of the cables.
static void greet(char *hello) {
  char *place = hello, *outputs = strstr(hello, "\"outputs\":[");
  if (!takes(&place, "{\"hello\":{\"twin\":{") || !outputs || !strstr(hello, ",\"version\":2}}}")) {
    fail("no twin of this version: %s", hello);
  }
  if (!strstr(hello, "\"openInterlocks\":[]")) fail("no cables for interlocks: %s", hello);
  for (const struct cable *cable = cables; cable < cables + cable_count; cable++) {
    char quoted[128];
    snprintf(quoted, sizeof quoted, "\"%s\"", cable->name);
    char *found = strstr(hello, quoted);
    if (!found || (found > outputs) != cable->is_out) fail("no %s in %s", cable->name, hello);
    if (!cable->is_out) move(cable, false);
  }
  if (output_count == 0) puts("ready");
}

// The next message; NULL where no whole one has come by then.
static char *next_message(int64_t until) {
  static char text[MESSAGE_MAX];
  static size_t start, filled;
  while (!is_ended) {
    char *message = text + start, *stop = memchr(message, '\n', filled - start);
    if (stop) {
      *stop = 0;
      start = stop + 1 - text;
      return message;
    }
    memmove(text, message, filled -= start);
    start = 0;
    if (filled == sizeof text) fail("a message of more than %d bytes", MESSAGE_MAX);
    struct pollfd door = {.fd = rig, .events = POLLIN};
    int64_t left = until - now();
    if (left < 0) left = 0;
    int ready = ppoll(&door, 1, &(struct timespec){left / SECOND, left % SECOND}, NULL);
    if (ready == 0) return NULL;
    ssize_t count = ready < 0 ? -1 : read(rig, text + filled, sizeof text - filled);
    if (count == 0) fail("the twin hung up");
    if (count < 0 && errno != EINTR) fail("the rig socket: %s", strerror(errno));
    if (count > 0) filled += count;
  }
  return NULL;
}

int main(int count, char **words) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (count < 3 || strlen(words[1]) >= sizeof address.sun_path) {
    fputs("usage: wiring RIG-SOCKET in:LINE[-]=NAME|out:LINE[-]=NAME...\n", stderr);
    return 64;
  }
  setlinebuf(stdout);
  for (int i = 2; i < count; i++) plug(words[i]);
  strcpy(address.sun_path, words[1]);
  rig = socket(AF_UNIX, SOCK_STREAM, 0);
  if (rig < 0 || connect(rig, (struct sockaddr *)&address, sizeof address) < 0) {
    fail("%s: %s", words[1], strerror(errno));
  }
  // Without SA_RESTART: the wait ends, too.
  const struct sigaction action = {.sa_handler = end};
  sigaction(SIGTERM, &action, NULL);
  sigaction(SIGINT, &action, NULL);

  char *message = next_message(now() + 5 * SECOND);
  if (!message) fail("the twin says nothing; has it another client?");
  greet(message);
  for (int64_t look = now(); !is_ended;) {
    if (now() >= look) {
      look_at_outputs();
      look = now() + LOOK_TIME;
    }
    if ((message = next_message(look))) receive(message);
  }
  printf("%ld edges, %.2f ms late on average and %.2f ms at worst\n", edges,
         edges ? total_delay / 1e6 / edges : 0, worst_delay / 1e6);
  return 0;
}
