"""Runs a command on a terminal of its own and prints what the screen shows at
the end: terminal.py COLUMNS COMMAND...

A line that the terminal had to wrap ends in "<wrapped>"; blanks at the ends of
lines are left out. The exit status is the command's. Knows what guss uses:
carriage return, line feed, and "erase to the end of the line"; any other
control sequence is shown as "<escape>".
"""

import fcntl
import os
import pty
import struct
import sys
import termios


def run(columns, command):
    """What the command wrote, and its status."""
    child, master = pty.fork()
    if child == 0:
        size = struct.pack("HHHH", 24, columns, 0, 0)
        fcntl.ioctl(2, termios.TIOCSWINSZ, size)
        os.execvp(command[0], command)
    written = b""
    while True:
        try:
            part = os.read(master, 65536)
        except OSError:  # the other end is closed
            part = b""
        if not part:
            break
        written += part
    return written.decode(), os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


class Screen:
    """The rows of a terminal that is endlessly high."""

    def __init__(self, columns):
        self.columns = columns or 80
        self.rows = [""]
        self.column = 0

    def put(self, character):
        if self.column == self.columns:
            self.rows[-1] += "<wrapped>"
            self.rows.append("")
            self.column = 0
        row = self.rows[-1].ljust(self.column)
        self.rows[-1] = row[: self.column] + character + row[self.column + 1 :]
        self.column += 1

    def show(self, text):
        while text:
            if text.startswith("\033[K"):
                self.rows[-1] = self.rows[-1][: self.column]
                text = text[3:]
                continue
            character, text = text[0], text[1:]
            if character == "\r":
                self.column = 0
            elif character == "\n":
                self.rows.append("")
            elif character == "\033":
                self.rows[-1] += "<escape>"
            else:
                self.put(character)


def main():
    columns = int(sys.argv[1])
    written, status = run(columns, sys.argv[2:])
    screen = Screen(columns)
    screen.show(written)
    print("\n".join(row.rstrip() for row in screen.rows).rstrip("\n"))
    return status


sys.exit(main())
