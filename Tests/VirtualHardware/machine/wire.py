"""The cable between the two serial adapters of the virtual machine.

wire.py DIRECTORY LOG connects to the sockets c0 and c1 in it and carries bytes from one to the other. It
always takes what comes, because an emulator that has to wait for its peer stands still as a whole;
what the far end does not take is kept up to a limit and then dropped, as a receiver overruns.

LOG is the emulator's trace of what the guest's driver sets the two adapters to. An adapter that is set
to another rate or parity than the one that speaks receives nothing it can use: the emulated ones carry
bytes whatever they are set to, so the bytes are spoilt here.

The socket "wire" takes lines: cut, mend, pace BYTES-PER-SECOND (0: none), corrupt N (flips a bit in
each of the next N bytes). Each is answered with the counts so far.
"""

import re
import select
import socket
import sys
import time

KEPT = 1 << 16


def connect(path):
    for _ in range(1000):
        try:
            end = socket.socket(socket.AF_UNIX)
            end.connect(path)
            end.setblocking(False)
            return end
        except OSError:
            end.close()
            time.sleep(0.01)
    sys.exit(f"wire: no {path}")


class Settings:
    """What the adapters are set to, from the emulator's trace."""

    LINE = re.compile(r"usb_serial_set_\w+ dev \d+:(\d+) (baud rate|parity) (\w+)")

    def __init__(self, log):
        self.log = open(log, errors="replace")
        self.rest = ""
        self.known = {}

    def differ(self):
        self.rest += self.log.read()
        *lines, self.rest = self.rest.split("\n")
        for line in lines:
            found = self.LINE.search(line)
            if found:
                device, what, value = found.groups()
                self.known.setdefault(int(device), {})[what] = value
        sides = [self.known[device] for device in sorted(self.known)]
        return len(sides) == 2 and any(
            sides[0].get(what) != sides[1].get(what) for what in ("baud rate", "parity"))


class Wire:
    def __init__(self, directory, log):
        self.settings = Settings(log)
        self.ends = [connect(f"{directory}/{name}") for name in ("c0", "c1", "wire")]
        self.waiting = [bytearray(), bytearray()]
        self.carried, self.lost = [0, 0], [0, 0]
        self.is_cut, self.pace, self.corrupt = False, 0.0, 0
        self.credit = [0.0, 0.0]
        self.commands = b""

    def run(self):
        last = time.monotonic()
        while True:
            ready = [self.ends[i] for i in (0, 1) if self.waiting[i] and self.room(i) >= 1]
            is_paced = self.pace and any(self.waiting)
            readable, writable, _ = select.select(self.ends, ready, [], 0.001 if is_paced else None)
            now = time.monotonic()
            for i in (0, 1):
                most = max(64.0, self.pace * 0.01)
                earned = self.credit[i] + (now - last) * self.pace
                self.credit[i] = min(earned, most) if self.waiting[i] else 0.0
            last = now
            for end in readable:
                self.take(self.ends.index(end))
            for end in writable:
                self.give(self.ends.index(end))

    def room(self, i):
        return self.credit[i] if self.pace else len(self.waiting[i])

    def take(self, i):
        try:
            data = self.ends[i].recv(65536)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            sys.exit(0)
        if i == 2:
            self.commands += data
            while b"\n" in self.commands:
                line, self.commands = self.commands.split(b"\n", 1)
                self.obey(line.decode().split())
            return
        self.carried[i] += len(data)
        if self.is_cut:
            self.lost[i] += len(data)
            return
        data = bytearray(data)
        for place in range(min(self.corrupt, len(data))):
            data[place] ^= 1
        self.corrupt -= min(self.corrupt, len(data))
        if self.settings.differ():
            data = bytearray(byte ^ 0xA5 for byte in data)
        room = KEPT - len(self.waiting[1 - i])
        self.lost[i] += max(0, len(data) - room)
        self.waiting[1 - i] += data[:room]

    def give(self, i):
        try:
            sent = self.ends[i].send(self.waiting[i][: int(self.room(i))])
        except BlockingIOError:
            return
        except OSError:
            sys.exit(0)
        del self.waiting[i][:sent]
        self.credit[i] -= sent if self.pace else 0

    def obey(self, words):
        if words[:1] == ["cut"]:
            self.is_cut = True
        elif words[:1] == ["mend"]:
            self.is_cut = False
        elif words[:1] == ["pace"]:
            self.pace = float(words[1])
        elif words[:1] == ["corrupt"]:
            self.corrupt = int(words[1])
        text = f"carried={self.carried} lost={self.lost} cut={self.is_cut} pace={self.pace} settings={self.settings.known}\n"
        self.ends[2].setblocking(True)
        self.ends[2].sendall(text.encode())
        self.ends[2].setblocking(False)


Wire(sys.argv[1], sys.argv[2]).run()
