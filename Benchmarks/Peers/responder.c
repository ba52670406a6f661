// The meter at the far side of every client: a pseudo-terminal that answers function 3.
//
//   responder          answers at once
//   responder BAUD     answers when a real line's last bit would have arrived: the request's wire
//                      time, the 3.5 characters by which a device knows its end, the reply's time
//
// Prints the path to open. Register i holds i. Requests are not checked: the clients are measured
// and not this program, whose own cost is the same for all of them.
#define _GNU_SOURCE
#include "line.h"

#include <pty.h>
#include <string.h>
#include <sys/prctl.h>
#include <termios.h>
#include <unistd.h>

enum { REQUEST = 8, MOST_REGISTERS = 125, REPLY = 5 + 2 * MOST_REGISTERS };

static int build_reply(uint8_t *reply, uint8_t unit, int count) {
  reply[0] = unit;
  reply[1] = 3;
  reply[2] = (uint8_t)(2 * count);
  for (int i = 0; i < count; i++) {
    reply[3 + 2 * i] = 0;
    reply[4 + 2 * i] = (uint8_t)i;
  }
  append_crc(reply, 3 + 2 * count);
  return 5 + 2 * count;
}

// Sleeps most of the way and spins the rest: a wire is never late, and timers are.
static void wait_for_wire(int64_t end) {
  int64_t most = end - 200000;
  if (most > now_ns()) sleep_until(most);
  while (now_ns() < end) {
  }
}

int main(int count, char **arguments) {
  int baud = count > 1 ? atoi(arguments[1]) : 0;
  struct termios raw;
  memset(&raw, 0, sizeof raw);
  cfmakeraw(&raw);
  raw.c_cflag |= CREAD | CLOCAL;
  raw.c_cc[VMIN] = 1;
  cfsetspeed(&raw, B115200);
  int controller, peer;
  char path[64];
  // The peer stays open, so that clients may come and go.
  if (openpty(&controller, &peer, path, &raw, NULL) < 0) fail("openpty");
  prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);
  puts(path);
  fflush(stdout);

  uint8_t request[REQUEST], reply[REPLY];
  int reply_registers = 0, reply_length = 0, got = 0;
  for (;;) {
    ssize_t more = read(controller, request + got, (size_t)(REQUEST - got));
    if (more <= 0) fail("read");
    int64_t asked = now_ns();
    got += (int)more;
    if (got < REQUEST) continue;
    got = 0;
    int registers = request[4] << 8 | request[5];
    if (request[1] != 3 || registers < 1 || registers > MOST_REGISTERS) {
      fprintf(stderr, "responder: not a request of function 3\n");
      return 1;
    }
    if (registers != reply_registers) {
      reply_length = build_reply(reply, request[0], registers);
      reply_registers = registers;
    }
    if (baud > 0) wait_for_wire(asked + wire_ns(baud, REQUEST + reply_length) + silence_ns(baud));
    if (write(controller, reply, (size_t)reply_length) != reply_length) fail("write");
  }
}
