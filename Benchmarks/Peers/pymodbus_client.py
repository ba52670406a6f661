"""pymodbus as a client: function 3 over a serial line for so many seconds.

    pymodbus_client.py sync|async PATH REGISTERS SECONDS BAUD

Prints the number of transactions and the seconds they took. No parity is asked for, because a
pseudo-terminal cannot have any and pyserial takes that for a failure.
"""

import asyncio
import sys
import time

from pymodbus.client import AsyncModbusSerialClient, ModbusSerialClient

WARM_UP = 5


def check(reply, registers):
    if reply.isError() or reply.registers[-1] != registers - 1:
        sys.exit(f"pymodbus_client: wrong reply: {reply}")


def measure_sync(path, registers, seconds, baud):
    client = ModbusSerialClient(path, baudrate=baud)
    if not client.connect():
        sys.exit(f"pymodbus_client: cannot open {path}")
    for _ in range(WARM_UP):
        check(client.read_holding_registers(0, count=registers, device_id=1), registers)
    start, done = time.monotonic(), 0
    while time.monotonic() - start < seconds:
        check(client.read_holding_registers(0, count=registers, device_id=1), registers)
        done += 1
    return done, time.monotonic() - start


async def measure_async(path, registers, seconds, baud):
    client = AsyncModbusSerialClient(path, baudrate=baud)
    if not await client.connect():
        sys.exit(f"pymodbus_client: cannot open {path}")
    for _ in range(WARM_UP):
        check(await client.read_holding_registers(0, count=registers, device_id=1), registers)
    start, done = time.monotonic(), 0
    while time.monotonic() - start < seconds:
        check(await client.read_holding_registers(0, count=registers, device_id=1), registers)
        done += 1
    return done, time.monotonic() - start


def main():
    kind, path, registers, seconds, baud = sys.argv[1:]
    arguments = path, int(registers), float(seconds), int(baud)
    if kind == "async":
        done, took = asyncio.run(measure_async(*arguments))
    else:
        done, took = measure_sync(*arguments)
    print(done, f"{took:.9f}")


main()
