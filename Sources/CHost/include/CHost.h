// What the kernel and glibc offer and Swift's Glibc module does not show: termios2, ppoll, eventfd,
// openpty, thread names, and the helpers whose C is shorter than their Swift.
//
// Unless said otherwise a function returns zero or something useful on success and -errno on
// failure; times are nanoseconds; descriptors are made close-on-exec and non-blocking.
#ifndef CHOST_H
#define CHOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__clang__)
#pragma clang assume_nonnull begin
#endif

// -- The process (process.c)

// To be called before anything is opened. Standard descriptors that are closed become /dev/null: a
// record or a serial line with such a number would get what is meant for a person. Writing to a
// closed pipe or beyond a file's size limit becomes an error instead of the end of the process.
void chost_process_secure(void);

// -- Clocks (clock.c)

// CLOCK_MONOTONIC: the base of the kernel's edge stamps; it stands still while suspended.
int64_t chost_monotonic_ns(void);
// CLOCK_BOOTTIME: as the monotonic clock, but it goes on while suspended.
int64_t chost_boottime_ns(void);
// CLOCK_REALTIME in whole milliseconds since 1970-01-01T00:00:00Z.
int64_t chost_realtime_ms(void);
// Whether the kernel says that something disciplines its wall clock (adjtimex, STA_UNSYNC).
bool chost_realtime_is_synchronised(void);

// -- Threads (thread.c)

// Names the calling thread for debuggers and ps; what exceeds 15 bytes is cut.
void chost_thread_set_name(const char *name);
// How late the kernel may end a timed wait of the calling thread in order to save power; 50 000 is
// the default, and 1 the least.
int chost_thread_set_timer_slack_ns(unsigned long slack);

// -- Waiting (wait.c)

enum chost_wait_result {
  CHOST_WAIT_TIMEOUT = 0,
  CHOST_WAIT_READY = 1,
  // The wake descriptor was signalled.
  CHOST_WAIT_WOKEN = 2,
  // Nothing is left to read and the other side is gone.
  CHOST_WAIT_HANGUP = 3,
};
// Waits until `fd` can be read (or written), `wake_fd` is signalled, or the time is up. A signal
// that is handled ends the wait with -EINTR.
int chost_wait(int fd, bool for_write, int wake_fd, int64_t timeout_ns);

// An eventfd that any thread may signal.
int chost_wake_open(void);
void chost_wake_signal(int wake_fd);
void chost_wake_clear(int wake_fd);

// -- Processes (process.c)

// Starts a program in a session of its own, with signals as a new process has them and no
// descriptor but its standard ones: input and error lead to /dev/null, and what it writes to its
// output can be read from `said`. Returns the process.
int chost_process_spawn(const char *program, const char *argument, int *said);

// -- Serial lines (tty_settings.c: termios2; tty.c: everything else)

enum chost_parity { CHOST_PARITY_NONE = 0, CHOST_PARITY_EVEN = 1, CHOST_PARITY_ODD = 2 };
struct chost_tty_settings {
  uint32_t baud;
  uint8_t data_bits;
  uint8_t parity;
  uint8_t stop_bits;
};
// Sets raw mode with any rate (BOTHER), discards what waits in both directions, and reads back
// what the driver really applied: success of the call alone means only that something was.
int chost_tty_configure(int fd, const struct chost_tty_settings *wanted,
                        struct chost_tty_settings *applied);
// What somebody set a line to: of a pseudo-terminal, seen from either side. -ENODATA where it is in the mode
// of a terminal, so nobody has set it for bytes.
int chost_tty_look(int fd, struct chost_tty_settings *found);
// Discards what was received and not yet read, and what was written and not yet sent.
int chost_tty_discard(int fd);
// Discards what was received and not yet read.
int chost_tty_discard_input(int fd);
// How many bytes were received and not yet read.
int chost_tty_pending(int fd);
// Refuses further opens of the line, except those of root, until released.
int chost_tty_set_exclusive(int fd, bool exclusive);
// Asks the driver to hand bytes on at once (ASYNC_LOW_LATENCY): an FTDI converter then waits 1 ms
// for more bytes instead of 16 ms. -ENOTTY or -EINVAL where there is nothing to ask.
int chost_tty_lower_latency(int fd);
// Lets the kernel drive RTS around each frame (TIOCSRS485), high or low while it sends. -ENOTTY
// where the driver cannot.
int chost_tty_enable_driver(int fd, bool high_on_send);
// Whether this is the peer side of a pseudo-terminal (character majors 136 to 143, the kernel's
// devices.txt).
bool chost_tty_is_pseudo(int fd);
// Columns of the terminal, or 0 where this is none.
int chost_tty_columns(int fd);
// Its lines, or 0.
int chost_tty_rows(int fd);

// A new pseudo-terminal in raw mode; `path` becomes the name of the peer side.
int chost_pty_open(int *controller, int *peer, char *path, size_t path_size);

// -- Locks (lock.c)

// Takes an exclusive flock, or fails with -EWOULDBLOCK where another open file has it.
int chost_lock(int fd);
// How /proc/locks names the file: "major:minor:inode" of the file system and the file.
int chost_lock_identity(const char *path, char *text, size_t text_size);

// -- Sockets (socket.c)

// Connects to the first address of `host` that answers within the time. `why` is set to a text
// where the name cannot be resolved (then the result is -EHOSTUNREACH), else to null.
int chost_tcp_connect(const char *host, const char *port, int64_t timeout_ns,
                      const char *_Nullable *_Nonnull why);
// A path that begins with '@' is a name in the abstract space, which has no file.
int chost_unix_connect(const char *path);
// The user and the process at the other end of a unix socket: of a connection's peer, or of who
// listened on the socket that was connected to.
int chost_unix_peer(int fd, uint32_t *user, int32_t *process);
// Listens on the first address of `host`; port "0" lets the kernel choose. `why` as above.
int chost_tcp_listen(const char *host, const char *port, const char *_Nullable *_Nonnull why);
int chost_unix_listen(const char *path);
// The next client, or -EAGAIN where none waits.
int chost_accept(int listener);
// The local TCP port.
int chost_local_port(int fd);
// As write(2), but a peer that is gone gives -EPIPE and never SIGPIPE.
int64_t chost_write(int fd, const void *bytes, size_t count);

// -- Signals (signal.c)

// Handles the signals from here on, whatever thread they hit, and makes a descriptor from which
// they can be taken. (Blocking them and reading a signalfd does not do: a Swift main thread waits
// in libdispatch's sigsuspend, which unblocks everything.) -EALREADY while another is open.
int chost_signals_open(const int *signals, size_t count);
// The number of the next signal, or -EAGAIN where none has come.
int chost_signals_take(int fd);
// Gives the signals back to whoever handled them before, and closes the descriptor.
void chost_signals_close(int fd);
// Blocks all signals in the calling thread that a handler could take elsewhere.
void chost_thread_block_signals(void);
// Whether the process was started with the signal ignored, as nohup does with SIGHUP.
bool chost_signal_is_ignored(int signal);
// A write to a peer that is gone then fails with EPIPE instead of ending the process.
void chost_ignore_sigpipe(void);

#if defined(__clang__)
#pragma clang assume_nonnull end
#endif
#endif
