// Tells the kernel that its wall clock is right, as a time daemon does: what must not be taken for
// expired, or for valid, by a clock that nobody set.
#include <stdio.h>
#include <sys/timex.h>

int main(void) {
  struct timex state = {.modes = ADJ_STATUS | ADJ_MAXERROR | ADJ_ESTERROR};
  if (adjtimex(&state) < 0) {
    perror("adjtimex");
    return 1;
  }
  return 0;
}
