// <asm/termbits.h> and <termios.h> both define struct termios and cannot meet in one translation
// unit, so termios2 lives here and nothing else does.
#include "CHost.h"

#include <asm/ioctls.h>
#include <asm/termbits.h>
#include <errno.h>
#include <linux/serial.h>
#include <sys/ioctl.h>

static void set_raw(struct termios2 *t) {
  t->c_iflag &= ~(tcflag_t)(IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR | ICRNL | IXON |
                            IXOFF | IXANY | INPCK | IGNPAR);
  t->c_oflag &= ~(tcflag_t)OPOST;
  t->c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK | ECHONL | ICANON | ISIG | IEXTEN);
  t->c_cflag &= ~(tcflag_t)(CSIZE | PARENB | PARODD | CMSPAR | CSTOPB | CRTSCTS | CBAUD |
                            (CBAUD << IBSHIFT));
  t->c_cflag |= CREAD | CLOCAL;
  // With VMIN 0 an empty read gives 0, as a hang-up does; with 1 it gives EAGAIN.
  t->c_cc[VMIN] = 1;
  t->c_cc[VTIME] = 0;
}

static tcflag_t size_flag(uint8_t bits) {
  switch (bits) {
    case 5: return CS5;
    case 6: return CS6;
    case 7: return CS7;
    default: return CS8;
  }
}

static uint8_t size_of(tcflag_t flags) {
  switch (flags & CSIZE) {
    case CS5: return 5;
    case CS6: return 6;
    case CS7: return 7;
    default: return 8;
  }
}

static uint8_t parity_of(tcflag_t flags) {
  if (!(flags & PARENB)) return CHOST_PARITY_NONE;
  return flags & PARODD ? CHOST_PARITY_ODD : CHOST_PARITY_EVEN;
}

static struct chost_tty_settings settings_of(const struct termios2 *t) {
  return (struct chost_tty_settings){
      .baud = t->c_ospeed,
      .data_bits = size_of(t->c_cflag),
      .parity = parity_of(t->c_cflag),
      .stop_bits = t->c_cflag & CSTOPB ? 2 : 1,
  };
}

int chost_tty_configure(int fd, const struct chost_tty_settings *wanted,
                        struct chost_tty_settings *applied) {
  struct termios2 t;
  if (ioctl(fd, TCGETS2, &t) < 0) return -errno;
  set_raw(&t);
  t.c_cflag |= size_flag(wanted->data_bits) | BOTHER | (BOTHER << IBSHIFT);
  // A character with wrong parity reads as NUL then, which no checksum survives.
  if (wanted->parity != CHOST_PARITY_NONE) {
    t.c_cflag |= PARENB;
    t.c_iflag |= INPCK;
  }
  if (wanted->parity == CHOST_PARITY_ODD) t.c_cflag |= PARODD;
  if (wanted->stop_bits == 2) t.c_cflag |= CSTOPB;
  t.c_ispeed = t.c_ospeed = wanted->baud;
  if (ioctl(fd, TCSETSF2, &t) < 0) return -errno;
  if (ioctl(fd, TCGETS2, &t) < 0) return -errno;
  *applied = settings_of(&t);
  return 0;
}

int chost_tty_look(int fd, struct chost_tty_settings *found) {
  struct termios2 t;
  if (ioctl(fd, TCGETS2, &t) < 0) return -errno;
  if (t.c_lflag & ICANON) return -ENODATA;
  *found = settings_of(&t);
  return 0;
}

int chost_tty_lower_latency(int fd) {
  struct serial_struct serial;
  if (ioctl(fd, TIOCGSERIAL, &serial) < 0) return -errno;
  serial.flags |= ASYNC_LOW_LATENCY;
  return ioctl(fd, TIOCSSERIAL, &serial) < 0 ? -errno : 0;
}

int chost_tty_enable_driver(int fd, bool high_on_send) {
  struct serial_rs485 mode = {
      .flags = SER_RS485_ENABLED | (high_on_send ? SER_RS485_RTS_ON_SEND : SER_RS485_RTS_AFTER_SEND),
  };
  if (ioctl(fd, TIOCSRS485, &mode) < 0) return -errno;
  struct serial_rs485 applied = {0};
  if (ioctl(fd, TIOCGRS485, &applied) < 0) return -errno;
  return (applied.flags & mode.flags) == mode.flags ? 0 : -EOPNOTSUPP;
}
