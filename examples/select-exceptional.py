"""A test of code that waits for an exceptional condition, as GPIO interrupts are on Linux, with no GPIO.

    robin pair --packet -- python3 examples/select-exceptional.py

Descriptor ROBIN_MASTER_FD stands in for the GPIO's file: select(2) reports it in its third set, and a read clears it. The
test raises the condition through ROBIN_PORT, the other side of a pty in packet mode (ioctl_tty(2), TIOCPKT).

Raise it by a flush where the code under test is waiting already. Linux tells of stop and start (tcflow, ^S and ^Q written to
the master) only those who wait for data as well, select.select([fd], [], [fd]); others see it when they look again.
"""

import os
import select
import sys
import termios
import threading
import time
import unittest

TIOCPKT_FLUSHREAD = 0x01
TIOCPKT_STOP = 0x04
TIOCPKT_START = 0x08


class Switch:
    """The code under test: counts the interrupts of one GPIO."""

    def __init__(self, fd):
        self.fd = fd
        self.interrupts = 0
        self.last = b""

    def wait(self, timeout_s):
        """Whether there was an interrupt within so many seconds."""
        _, _, exceptional = select.select([], [], [self.fd], timeout_s)
        if not exceptional:
            return False
        self.last = os.read(self.fd, 16)  # clears it
        self.interrupts += 1
        return True


class SwitchTest(unittest.TestCase):
    def setUp(self):
        self.switch = Switch(int(os.environ["ROBIN_MASTER_FD"]))
        self.port = os.open(os.environ["ROBIN_PORT"], os.O_RDWR | os.O_NOCTTY)
        self.addCleanup(os.close, self.port)

    def test_waits_in_vain_where_nothing_happens(self):
        self.assertFalse(self.switch.wait(0))
        self.assertEqual(self.switch.interrupts, 0)

    def test_sees_an_interrupt_and_clears_it(self):
        termios.tcflush(self.port, termios.TCIFLUSH)  # raises it
        self.assertTrue(self.switch.wait(5))
        self.assertEqual(self.switch.last, bytes([TIOCPKT_FLUSHREAD]))
        self.assertFalse(self.switch.wait(0))

    def test_counts_each_interrupt(self):
        for kind, byte in ((termios.TCOOFF, TIOCPKT_STOP), (termios.TCOON, TIOCPKT_START)):
            termios.tcflow(self.port, kind)
            self.assertTrue(self.switch.wait(5))
            self.assertEqual(self.switch.last, bytes([byte]))
        self.assertEqual(self.switch.interrupts, 2)

    def test_takes_two_before_a_look_as_one(self):
        termios.tcflush(self.port, termios.TCIFLUSH)
        termios.tcflush(self.port, termios.TCIFLUSH)
        self.assertTrue(self.switch.wait(5))
        self.assertFalse(self.switch.wait(0))

    def test_wakes_up_while_it_waits(self):
        threading.Timer(0.05, termios.tcflush, (self.port, termios.TCIFLUSH)).start()
        started = time.monotonic()
        self.assertTrue(self.switch.wait(5))
        self.assertLess(time.monotonic() - started, 4)


if __name__ == "__main__":
    if "ROBIN_MASTER_FD" not in os.environ:
        sys.exit(f"run it so: robin pair --packet -- python3 {sys.argv[0]}")
    unittest.main()
