/*
 * The cable between ttyS1 and ttyS2, preloaded into QEMU: "-chardev serial,id=s1,path=nm:s1:s2" and
 * "-chardev serial,id=s2,path=nm:s2:s1" become its two ends. It carries data, RTS to CTS, DTR to DSR and DCD, break, and
 * garbles what is sent while the two ends' speeds differ. QEMU believes that it talks to a tty of the host.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <termios.h>
#include <unistd.h>

struct end {
  int fd, lines; /* lines: TIOCM_DTR and TIOCM_RTS as this end has them */
  char name[32], peer_name[32];
  struct termios termios;
};

static struct end ends[2];
static int count;
static int far_fd; /* the second end's, until it is opened */

/* In QEMU, where the break that a tty would deliver is an event of its character device. */
extern void *qemu_chr_find(const char *) __attribute__((weak));
extern void qemu_chr_be_event(void *, int) __attribute__((weak));
enum { CHR_EVENT_BREAK = 0 };

#define REAL(type, name, ...)                                                                                           \
  static type (*real)(__VA_ARGS__);                                                                                     \
  if (!real) real = (type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name)

/* However the runner ends, the guest ends with it. */
__attribute__((constructor)) static void end_with_parent(void) { prctl(PR_SET_PDEATHSIG, SIGKILL); }

static struct end *end_of(int fd) {
  for (int i = 0; i < count; i++)
    if (ends[i].fd == fd) return &ends[i];
  return NULL;
}

static struct end *peer_of(struct end *end) {
  for (int i = 0; i < count; i++)
    if (strcmp(ends[i].name, end->peer_name) == 0) return &ends[i];
  return NULL;
}

static int open_end(const char *path) {
  if (count == 2) return -1;
  struct end *end = &ends[count];
  if (sscanf(path, "nm:%31[^:]:%31s", end->name, end->peer_name) != 2) return -1;
  if (count++ == 0) {
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair)) return -1;
    end->fd = pair[0];
    far_fd = pair[1];
    fcntl(far_fd, F_SETFD, FD_CLOEXEC);
  } else {
    end->fd = far_fd;
  }
  fcntl(end->fd, F_SETFL, O_RDWR | O_NONBLOCK);
  fcntl(end->fd, F_SETFD, FD_CLOEXEC);
  return end->fd;
}

int open64(const char *path, int flags, ...) {
  REAL(int, open64, const char *, int, ...);
  va_list args;
  va_start(args, flags);
  int mode = va_arg(args, int);
  va_end(args);
  return strncmp(path, "nm:", 3) == 0 ? open_end(path) : real(path, flags, mode);
}

int tcgetattr(int fd, struct termios *termios) {
  REAL(int, tcgetattr, int, struct termios *);
  if (!end_of(fd)) return real(fd, termios);
  memset(termios, 0, sizeof *termios);
  return 0;
}

int tcsetattr(int fd, int action, const struct termios *termios) {
  REAL(int, tcsetattr, int, int, const struct termios *);
  struct end *end = end_of(fd);
  if (!end) return real(fd, action, termios);
  end->termios = *termios;
  return 0;
}

int tcsendbreak(int fd, int duration) {
  REAL(int, tcsendbreak, int, int);
  struct end *end = end_of(fd);
  if (!end) return real(fd, duration);
  void *device = qemu_chr_find ? qemu_chr_find(end->peer_name) : NULL;
  if (device) qemu_chr_be_event(device, CHR_EVENT_BREAK);
  return 0;
}

int ioctl(int fd, unsigned long request, ...) {
  REAL(int, ioctl, int, unsigned long, ...);
  va_list args;
  va_start(args, request);
  void *arg = va_arg(args, void *);
  va_end(args);
  struct end *end = request == TIOCMGET || request == TIOCMSET ? end_of(fd) : NULL;
  if (!end) return real(fd, request, arg);
  int *word = arg;
  if (request == TIOCMSET) {
    end->lines = *word & (TIOCM_DTR | TIOCM_RTS);
    return 0;
  }
  struct end *peer = peer_of(end);
  int lines = peer ? peer->lines : 0;
  *word = end->lines | (lines & TIOCM_RTS ? TIOCM_CTS : 0) | (lines & TIOCM_DTR ? TIOCM_DSR | TIOCM_CAR : 0);
  return 0;
}

ssize_t writev(int fd, const struct iovec *parts, int n) {
  REAL(ssize_t, writev, int, const struct iovec *, int);
  struct end *end = end_of(fd), *peer = end ? peer_of(end) : NULL;
  if (!peer || n != 1 || cfgetospeed(&end->termios) == cfgetospeed(&peer->termios)) return real(fd, parts, n);
  unsigned char garbled[256];
  size_t length = parts->iov_len < sizeof garbled ? parts->iov_len : sizeof garbled;
  for (size_t i = 0; i < length; i++) garbled[i] = ((unsigned char *)parts->iov_base)[i] ^ 0xa5;
  return write(fd, garbled, length);
}
