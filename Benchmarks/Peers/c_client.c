// The C clients: function 3 over a serial line for so many seconds.
//
//   c_client floor PATH REGISTERS SECONDS BAUD        write, poll, read; nothing is checked
//   c_client libmodbus PATH REGISTERS SECONDS BAUD    libmodbus with its defaults
//   c_client paced ... / c_client libmodbus-paced ... the same, and the standard's silence of 3.5
//                                                     characters kept before each request
//
// Prints the number of transactions and the seconds they took.
#define _GNU_SOURCE
#include "line.h"

#include <errno.h>
#include <fcntl.h>
#include <modbus.h>
#include <poll.h>
#include <string.h>
#include <sys/prctl.h>
#include <termios.h>
#include <unistd.h>

enum { WARM_UP = 20 };

static int line;
static uint8_t request[8] = {1, 3};
static modbus_t *library;

static void open_bare(const char *path, int registers) {
  line = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK);
  if (line < 0) fail(path);
  struct termios raw;
  if (tcgetattr(line, &raw) < 0) fail("tcgetattr");
  cfmakeraw(&raw);
  if (tcsetattr(line, TCSANOW, &raw) < 0 || tcflush(line, TCIOFLUSH) < 0) fail("tcsetattr");
  request[5] = (uint8_t)registers;
  append_crc(request, 6);
}

static void ask_bare(int registers) {
  uint8_t reply[260];
  int wanted = 5 + 2 * registers;
  if (write(line, request, sizeof request) != sizeof request) fail("write");
  for (int got = 0; got < wanted;) {
    struct pollfd watched = {.fd = line, .events = POLLIN};
    if (poll(&watched, 1, 1000) != 1) fail("no reply");
    ssize_t more = read(line, reply + got, sizeof reply - (size_t)got);
    if (more <= 0) fail("read");
    got += (int)more;
  }
}

static void open_library(const char *path, int baud) {
  library = modbus_new_rtu(path, baud, 'E', 8, 1);
  if (!library || modbus_set_slave(library, 1) < 0 || modbus_connect(library) < 0) {
    fprintf(stderr, "c_client: %s: %s\n", path, modbus_strerror(errno));
    exit(1);
  }
}

static void ask_library(int registers) {
  uint16_t values[125];
  if (modbus_read_registers(library, 0, registers, values) != registers ||
      values[registers - 1] != registers - 1) {
    fprintf(stderr, "c_client: wrong reply: %s\n", modbus_strerror(errno));
    exit(1);
  }
}

int main(int count, char **arguments) {
  if (count != 6) {
    fprintf(stderr, "usage: c_client KIND PATH REGISTERS SECONDS BAUD\n");
    return 64;
  }
  int uses_library = strncmp(arguments[1], "libmodbus", 9) == 0;
  int keeps_silence = strstr(arguments[1], "paced") != NULL;
  int registers = atoi(arguments[3]), baud = atoi(arguments[5]);
  double seconds = atof(arguments[4]);
  prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);
  if (uses_library) {
    open_library(arguments[2], baud);
  } else {
    open_bare(arguments[2], registers);
  }
  int64_t start = 0, now = now_ns();
  long done = -WARM_UP;
  while (done < 1 || now - start < seconds * 1e9) {
    if (keeps_silence) sleep_until(now + silence_ns(baud));
    if (done == 0) start = keeps_silence ? now : now_ns();
    if (uses_library) {
      ask_library(registers);
    } else {
      ask_bare(registers);
    }
    now = now_ns();
    done++;
  }
  printf("%ld %.9f\n", done, (double)(now - start) / 1e9);
}
