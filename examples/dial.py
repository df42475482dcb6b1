#!/usr/bin/env python3
"""A program that dials: a test of it needs no modem, only a recording of one.

    robin --record modem.jsonl /dev/ttyUSB0                       a session with the real one, once
    robin replay --strict modem.jsonl -- ./dial.py 5551234        and then as often as you like

Needs pyserial (Debian: python3-serial).
"""
import os
import sys

import serial


def ask(port, command, end):
    port.write(command.encode() + b"\r")
    answer = port.read_until(end)
    if not answer.endswith(end):
        sys.exit(f"{command}: {answer!r} came, and not {end!r}")
    return answer.decode().split("\r\n")[1]


def main():
    with serial.Serial(os.environ["ROBIN_PORT"], 38400, timeout=5) as port:
        print("modem:", ask(port, "ATI", b"\r\nOK\r\n"))
        print("signal:", ask(port, "AT+CSQ", b"\r\nOK\r\n"))
        print("call:", ask(port, "ATDT" + sys.argv[1], b"CONNECT 9600\r\n"))
        port.write(b"hello")
        print("echo:", port.read(5).decode())
        port.write(b"\x04")
        print("end:", port.read_until(b"CARRIER\r\n").decode().split("\r\n")[1])


main()
