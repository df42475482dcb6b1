/*
 * The reference of the bench: bridges a tty and standard input and output with poll(2), as plainly as C can.
 * It makes no promise that robin makes (no lock, no restoring, no descriptor that never waits).
 *
 *     loop TTY [BYTES OF BUFFER]
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

/* Copies one read's worth. Returns 0 at the end of the input or after a hang-up. */
static int copy(int from, int to, char *buffer, size_t size)
{
	ssize_t n = read(from, buffer, size);
	if (n < 0 && errno == EINTR)
		return 1;
	if (n <= 0)
		return 0;
	for (ssize_t at = 0; at < n;) {
		ssize_t taken = write(to, buffer + at, (size_t)(n - at));
		if (taken < 0 && errno != EINTR)
			fail("write");
		if (taken > 0)
			at += taken;
	}
	return 1;
}

int main(int argc, char **argv)
{
	size_t size = argc > 2 ? (size_t)atol(argv[2]) : 1024;
	char *buffer = malloc(size);
	if (argc < 2 || size == 0 || buffer == NULL) {
		fprintf(stderr, "usage: loop TTY [BYTES]\n");
		return 2;
	}

	int tty = open(argv[1], O_RDWR | O_NOCTTY);
	if (tty < 0)
		fail(argv[1]);
	struct termios settings;
	if (tcgetattr(tty, &settings) < 0)
		fail("tcgetattr");
	cfmakeraw(&settings);
	if (tcsetattr(tty, TCSANOW, &settings) < 0)
		fail("tcsetattr");

	struct pollfd fds[2] = {{.fd = tty, .events = POLLIN}, {.fd = STDIN_FILENO, .events = POLLIN}};
	for (;;) {
		if (poll(fds, 2, -1) < 0) {
			if (errno == EINTR)
				continue;
			fail("poll");
		}
		if (fds[0].revents != 0 && !copy(tty, STDOUT_FILENO, buffer, size))
			return 0;
		if (fds[1].revents != 0 && !copy(STDIN_FILENO, tty, buffer, size))
			return 0;
	}
}
