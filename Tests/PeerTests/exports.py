"""Reads what `meterbench export` wrote, with programs that others wrote, and holds it against the record.

    exports.py RUN EXPORT

tshark dissects the frames, sigrok-cli and vcdvcd the waveforms, LibreOffice opens the tables. Each
check prints a line that begins with `ok` or `not ok`.
"""

import collections
import csv
import json
import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

from vcdvcd import VCDVCD

run, export = sys.argv[1], sys.argv[2]


def check(name, right, found=""):
    print(f"ok {name}" if right else f"not ok {name}: {str(found)[:400]}", flush=True)


def events(file, kind):
    with open(os.path.join(run, file), encoding="utf-8") as lines:
        return [event for event in map(json.loads, lines) if event["event"] == kind]


def output(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def fields(*names):
    command = ["tshark", "-n", "-r", f"{export}/bus.pcapng", "-o", "mbrtu.crc_verification:TRUE"]
    command += ["-T", "fields", "-E", "separator=|", "-E", "aggregator=,"]
    for name in names:
        command += ["-e", name]
    return [line.split("|") for line in output(*command).splitlines()]


def frames():
    """Every frame of the record is a packet; sound ones are dissected as what they are."""
    recorded = [f for e in events("frames.ndjson", "exchanged") for f in e["frames"]]
    packets = fields(
        "frame.comment", "mbrtu.unit_id", "modbus.func_code", "modbus.regval_uint16",
        "mbrtu.crc16.incorrect", "modbus.reference_num")
    check("tshark: as many packets as frames", len(packets) == len(recorded),
          f"{len(packets)} packets, {len(recorded)} frames")
    wrong = []
    kinds = collections.Counter()
    for frame, (comment, unit, function, values, damaged, reference) in zip(recorded, packets):
        data = bytes.fromhex(frame["bytes"])
        kind = frame["kind"]
        kinds[kind] += 1
        right = comment.startswith(kind)
        if frame.get("masked"):
            # A secret is not in it, so that it is no frame.
            kinds["masked"] += 1
            right = right and unit == ""
        elif kind in ("request", "reply"):
            right = right and unit == str(data[0]) and function == str(data[1] & 0x7F) and not damaged
        if kind == "reply" and data[1] in (3, 4) and not frame.get("masked"):
            words = [str(int.from_bytes(data[i:i + 2], "big")) for i in range(3, 3 + data[2], 2)]
            right = right and values == ",".join(words)
        if kind == "request" and data[1] in (3, 4):
            right = right and reference == str(int.from_bytes(data[2:4], "big"))
        if not right:
            wrong.append((frame, comment, unit, function, values, damaged, reference))
    check(f"tshark: unit, function, registers and CRC of {dict(kinds)}",
          not wrong and kinds["request"] > 0 and kinds["reply"] > 0, wrong[:1])


def leading_edges():
    """The leading edges of each line of the record, and whether its level was ever lost."""
    counts = collections.Counter()
    for batch in events("edges.ndjson", "edges"):
        repeated = set(batch["repeated"])
        leading = batch["firstIsLeading"]
        for index in range(len(batch["times"])):
            if index and index not in repeated:
                leading = not leading
            counts[batch["line"].replace(".", "_").replace("-", "_")] += leading
    return counts


def waveforms():
    expected = leading_edges()
    path = f"{export}/edges.vcd"
    vcd = VCDVCD(path)
    found = {}
    for name in vcd.signals:
        levels = [level for _, level in vcd[name].tv]
        found[name.split(".")[-1]] = sum(a != "1" and b == "1" for a, b in zip(levels, levels[1:]))
    check(f"vcdvcd: the leading edges of {len(expected)} lines", found == dict(expected), found)

    # A sample for each millisecond.
    text = output("sigrok-cli", "-I", "vcd:downsample=1000000", "-i", path,
                  "-O", "csv:label=channel:header=false")
    rows = [row for row in csv.reader(text.splitlines()) if not row[0].startswith("META")]
    names = [name.split(".")[-1] for name in rows[0]]
    found = collections.Counter()
    last = None
    for row in rows[1:]:
        if last is not None and row != last:
            for name, before, now in zip(names, last, row):
                found[name] += before == "0" and now == "1"
        last = row
    seen = {name: count for name, count in found.items() if count}
    check("sigrok-cli: the leading edges of every line", seen == dict(expected), seen)


def is_near(seen, cell):
    # LibreOffice keeps eleven digits of a small number in its files.
    return abs(seen - float(cell)) <= 1e-10 * abs(seen)


def tables():
    """LibreOffice opens the tables: as many rows and columns, numbers as numbers, texts as texts."""
    names = ["findings", "measurements"]
    office = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
    table = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
    text = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
    with tempfile.TemporaryDirectory() as folder:
        output("soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless",
               "--infilter=CSV:44,34,76,1,,1033", "--convert-to", "fods", "--outdir", folder,
               *[f"{export}/{name}.csv" for name in names])
        for name in names:
            opened = []
            for row in ElementTree.parse(f"{folder}/{name}.fods").iter(f"{table}table-row"):
                cells = []
                for cell in row.iter(f"{table}table-cell"):
                    value = cell.get(f"{office}value")
                    if value is None:
                        value = "\n".join("".join(p.itertext()) for p in cell.iter(f"{text}p"))
                    else:
                        value = float(value)
                    cells += [value] * int(cell.get(f"{table}number-columns-repeated", "1"))
                opened.append(cells)
            with open(f"{export}/{name}.csv", newline="", encoding="utf-8") as file:
                written = list(csv.reader(file))
            check(f"LibreOffice: {len(written)} rows of {name}.csv",
                  len([row for row in opened if any(c != "" for c in row)]) == len(written),
                  f"{len(opened)} rows instead of {len(written)}")
            numbers = {"value", "lower", "upper", "margin", "uncertainty", "from", "to"}
            wrong = []
            compared = 0
            for row, cells in zip(written, opened):
                for title, cell, seen in zip(written[0], row, cells + [""] * len(row)):
                    if title in numbers and cell and row is not written[0]:
                        compared += 1
                        if not (isinstance(seen, float) and is_near(seen, cell)):
                            wrong.append((title, cell, seen))
                    elif str(seen) != cell and not (isinstance(seen, float) and is_near(seen, cell)):
                        wrong.append((title, cell, seen))
            check(f"LibreOffice: {compared} numbers of {name}.csv are numbers, to ten digits",
                  compared > 0 and not wrong, wrong[:3])


frames()
waveforms()
tables()
