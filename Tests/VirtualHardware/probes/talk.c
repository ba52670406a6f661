// A client of the guard that says what a test wants it to: talk NAME connects to the abstract socket
// NAME, sends standard input there, and prints what comes back until the guard hangs up.
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static ssize_t copy(int from, int to) {
  char text[4096];
  ssize_t length = read(from, text, sizeof text);
  return length > 0 && write(to, text, (size_t)length) != length ? -1 : length;
}

int main(int argc, char **argv) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (argc != 2 || strlen(argv[1]) >= sizeof address.sun_path - 1) return 2;
  memcpy(address.sun_path + 1, argv[1], strlen(argv[1]));
  socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + strlen(argv[1]));
  int guard = socket(AF_UNIX, SOCK_STREAM, 0);
  if (connect(guard, (struct sockaddr *)&address, size) < 0) {
    perror(argv[1]);
    return 1;
  }
  struct pollfd watched[] = {{.fd = guard, .events = POLLIN}, {.fd = 0, .events = POLLIN}};
  while (poll(watched, 2, -1) > 0) {
    if (watched[0].revents && copy(guard, 1) <= 0) return 0;
    if (watched[1].revents && copy(0, guard) <= 0) {
      shutdown(guard, SHUT_WR);
      watched[1].fd = -1;
    }
  }
  return 1;
}
