// Takes interface 0 of a USB device from its driver and keeps it, as brltty does with adapters that
// it takes for braille displays: claim /dev/bus/usb/001/002
#include <fcntl.h>
#include <linux/usbdevice_fs.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

int main(int argc, char **argv) {
  struct usbdevfs_disconnect_claim claim;
  if (argc != 2) return 2;
  int fd = open(argv[1], O_RDWR);
  memset(&claim, 0, sizeof claim);
  if (fd < 0 || ioctl(fd, USBDEVFS_DISCONNECT_CLAIM, &claim) < 0) {
    perror(argv[1]);
    return 1;
  }
  puts("claimed");
  fflush(stdout);
  pause();
  return 0;
}
