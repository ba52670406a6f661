"""Runs every benchmark beside its peers and prints tables; Benchmarks/run has built the programs.

    measure.py BUILD-FOLDER

The repetitions of all that stand in one table are interleaved, so that a disturbance of the machine
meets all of them. A figure is the median, with the least and the greatest.
"""

import importlib.metadata
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time

BUILD = sys.argv[1]
RELEASE, PEERS = f"{BUILD}/release", f"{BUILD}/peers"
HERE = os.path.dirname(os.path.abspath(__file__))
METERBENCH = f"{RELEASE}/meterbench"
SCENARIO = "Scenarios/end-of-line.yaml"
BENCH = "Benches/twin-4.yaml"


def run(*command):
    """What a command prints; a command that fails ends everything with what it said."""
    result = subprocess.run(command, capture_output=True, text=True, timeout=300)
    if result.returncode != 0:
        said = (result.stderr + result.stdout).strip()[-2000:]
        sys.exit(f"measure.py: status {result.returncode} of {' '.join(command)}\n{said}")
    return result.stdout


class Responder:
    """The meter at the far side of a pseudo-terminal; without a rate it answers at once."""

    def __init__(self, *rate):
        self.command = [f"{PEERS}/responder", *map(str, rate)]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, text=True)
        path = self.process.stdout.readline().strip()
        if not path:
            sys.exit("measure.py: the responder does not start")
        return path

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


def interleave(repetitions, subjects):
    """Calls each subject in turn, again and again: its figures by its name."""
    figures = {name: [] for name in subjects}
    for _ in range(repetitions):
        for name, measure in subjects.items():
            figures[name].append(measure())
    return figures


def client(kind, path, registers, seconds, baud):
    """Transactions per second of one client."""
    program = {
        "c": [f"{PEERS}/c_client"],
        "pymodbus": [sys.executable, f"{HERE}/Peers/pymodbus_client.py"],
        "meterbench": [f"{RELEASE}/transactions"],
    }[kind[0]]
    arguments = [kind[1], path, str(registers), str(seconds), str(baud)]
    count, took = run(*program, *arguments).split()
    return int(count) / float(took)


def table(title, columns, rows):
    print(f"\n{title}\n")
    rows = [columns, *rows]
    widths = [max(len(row[i]) for row in rows) for i in range(len(columns))]
    for row in rows:
        cells = [row[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:])]
        print("  " + "   ".join(cells).rstrip())
    sys.stdout.flush()


def spread(figures, digits=0, scale=1):
    return [f"{f(figures) * scale:.{digits}f}" for f in (statistics.median, min, max)]


def instant(registers):
    """Every client against a meter that answers at once: cost alone."""
    kinds = {
        "floor: write, poll, read": ("c", "floor"),
        "libmodbus": ("c", "libmodbus"),
        "pymodbus, synchronous": ("pymodbus", "sync"),
        "pymodbus, asyncio": ("pymodbus", "async"),
        "meterbench, caller on the bus's lane": ("meterbench", "own-lane"),
        "meterbench, as in a run": ("meterbench", "hurried"),
    }
    with Responder() as path:
        figures = interleave(
            5, {n: lambda k=k: client(k, path, registers, 0.5, 115200) for n, k in kinds.items()}
        )
    median = {name: statistics.median(values) for name, values in figures.items()}
    floor = median["floor: write, poll, read"]
    table(
        f"Modbus over a PTY, {registers} registers, answered at once, no silence kept",
        ["client", "transactions/s", "min", "max", "x libmodbus", "µs over floor"],
        [
            [
                name,
                *spread(values),
                f"{median[name] / median['libmodbus']:.2f}",
                f"{1e6 / median[name] - 1e6 / floor:.1f}",
            ]
            for name, values in figures.items()
        ],
    )


def bound(baud, registers):
    """Transactions per second that a wire allows: 11-bit characters, two silences."""
    silence = 1750e-6 if baud > 19200 else 38.5 / baud
    return 1 / ((13 + 2 * registers) * 11 / baud + 2 * silence)


def on_the_wire(registers):
    """A meter that answers when a wire would be done, with the standard's silence kept."""
    kinds = {
        "floor": ("c", "paced"),
        "libmodbus": ("c", "libmodbus-paced"),
        "meterbench": ("meterbench", "standard"),
    }
    rows = []
    for baud in (9600, 38400, 115200):
        with Responder(baud) as path:
            figures = interleave(
                5, {n: lambda k=k: client(k, path, registers, 1, baud) for n, k in kinds.items()}
            )
        library = statistics.median(figures["libmodbus"])
        most = bound(baud, registers)
        for name, values in figures.items():
            rows.append(
                [
                    f"{baud} baud, {name}",
                    *spread(values, 2),
                    f"{statistics.median(values) / library:.3f}",
                    f"{most:.2f}",
                    f"{statistics.median(values) / most:.1%}",
                ]
            )
    table(
        f"Modbus over a PTY at the speed of a wire, {registers} registers, silence kept",
        ["line, client", "transactions/s", "min", "max", "x libmodbus", "bound", "of bound"],
        rows,
    )


def edges():
    """Edges analysed per second on one core, and the memory that takes."""

    def rate(subject, millions):
        count, took, _ = run(f"{RELEASE}/edges", subject, str(millions)).split()
        return int(count) / float(took)

    names = {
        "bounce and losses": "filter",
        "all statistics, in batches": "analysis",
        "an open gate": "gate",
        "as in a run: stream, statistics, gate": "reader",
    }
    figures = interleave(5, {n: lambda s=s: rate(s, 20) for n, s in names.items()})
    table(
        "Pulse edges analysed, one core",
        ["analysis", "million/s", "min", "max"],
        [[name, *spread(values, 1, 1e-6)] for name, values in figures.items()],
    )

    def memory(millions):
        return int(run(f"{RELEASE}/edges", "reader", str(millions)).split()[2])

    figures = interleave(3, {f"{n} million edges": lambda n=n: memory(n) for n in (1, 10, 100)})
    table(
        "Peak memory of the analysis as in a run (VmHWM)",
        ["edges", "kB", "min", "max"],
        [[name, *spread(values)] for name, values in figures.items()],
    )


def virtual_time():
    """Virtual seconds of a whole end-of-line run over the seconds it takes."""
    length = []

    def speed():
        with tempfile.TemporaryDirectory() as folder:
            output = f"{folder}/run"
            start = time.monotonic()
            run(METERBENCH, "run", SCENARIO, "--bench", BENCH, "--output", output, "--no-history")
            took = time.monotonic() - start
            with open(f"{output}/record.ndjson", encoding="utf-8") as record:
                last = json.loads(record.readlines()[-1])
        if last["event"] != "run-ended":
            sys.exit("measure.py: the record of the twin's run does not end in order")
        length.append(last["at"] / 1e9)
        return length[-1] / took

    figures = interleave(5, {"end-of-line scenario, 4 meters": speed})
    table(
        f"Virtual time of a twin ({length[0]:.0f} s of test with start, record and reports)",
        ["run", "virtual s/s", "min", "max"],
        [[name, *spread(values)] for name, values in figures.items()],
    )


def start_up():
    """From the start of a command to the first byte that it prints."""
    commands = {
        "/bin/echo": ["/bin/echo", "hello"],
        "python3, printing": [sys.executable, "-c", "print(1)"],
        "python3, pymodbus imported": [
            sys.executable,
            "-c",
            "import pymodbus.client; print(1)",
        ],
        "meterbench --help": [METERBENCH, "--help"],
        "meterbench profiles": [METERBENCH, "profiles"],
        "meterbench check": [METERBENCH, "check", SCENARIO, "--bench", BENCH],
        "meterbench run, first step": [METERBENCH, "run", SCENARIO, "--bench", BENCH, "--no-history"],
    }

    def first_byte(command):
        with tempfile.TemporaryDirectory() as folder:
            extra = ["--output", f"{folder}/run"] if "run" in command else []
            return int(run(f"{PEERS}/first_byte", *command, *extra))

    figures = interleave(20, {n: lambda c=c: first_byte(c) for n, c in commands.items()})
    python = statistics.median(figures["python3, pymodbus imported"])
    table(
        "Start-up: time to the first byte of output",
        ["command", "ms", "min", "max", "x python3 with pymodbus"],
        [
            [name, *spread(values, 1, 1e-6), f"{statistics.median(values) / python:.2f}"]
            for name, values in figures.items()
        ],
    )


def main():
    libmodbus = run("pkg-config", "--modversion", "libmodbus").strip()
    pymodbus = importlib.metadata.version("pymodbus")
    load = os.getloadavg()[0]
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, Linux {platform.release()}, "
        f"libmodbus {libmodbus}, pymodbus {pymodbus}, load before the start {load:.2f}"
    )
    instant(2)
    instant(125)
    on_the_wire(2)
    edges()
    virtual_time()
    start_up()


main()
