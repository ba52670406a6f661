"""A pymodbus server with the registers of an Integra 1221 as either lineage of its family has them.

  integra_server.py LINEAGE PORT

It is written from the published register lists, not from the profile. Prints "ready" when it serves, and
"write FUNCTION" for each request that would change something.
"""

import asyncio
import sys

from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

WRITES = {5, 6, 15, 16, 22, 23}


def floats(table, last):
    """One block from 0 to `last` with zeros in the gaps, as the family answers."""
    return [SimData(0, values=[table.get(place, 0.0) for place in range(0, last + 2, 2)],
                    datatype=DataType.FLOAT32)]


INPUT = {
    0x00: 230.0, 0x02: 230.1, 0x04: 229.9, 0x06: 5.0, 0x08: 5.0, 0x0A: 5.0,
    0x0C: 1150.0, 0x0E: 1150.5, 0x10: 1149.5, 0x1E: 1.0, 0x20: 1.0, 0x22: 1.0,
    0x34: 3450.0, 0x38: 3450.0, 0x3E: 1.0, 0x46: 50.0, 0x48: 12.5, 0x54: 1200.0,
    0x56: 1300.0, 0xC8: 398.4, 0xCA: 398.4, 0xCC: 398.4, 0x156: 12.5,
}
HOLDING = {
    0x00: 3.0, 0x02: 30.0, 0x06: 230.0, 0x08: 5.0, 0x0A: 3.0, 0x0C: 100.0, 0x0E: 0.0,
    0x12: 3.0, 0x14: 1.0, 0x16: 0.0, 0x1C: 2.0, 0x1E: 0.0, 0x24: 3450.0,
}
OWN = {
    # SDM630: energies of the phases; the pulse's energy by parameter number.
    "sdm630": ({0x15A: 4.2, 0x15C: 4.1, 0x15E: 4.2, 0x166: 4.2}, {0x56: 37.0, 0x58: 37.0}),
    # X96: import and export demands, sequences and the load's nature; the pulse's energy by its own codes.
    "x96": ({0x58: 1200.0, 0x5A: 1300.0, 0xA0: 1.0, 0xA2: 1.0, 0xC0: 1.0}, {0x56: 1.0, 0x58: 4.0}),
}


def trace(sending, pdu):
    if not sending and pdu.function_code in WRITES:
        print(f"write {pdu.function_code}", flush=True)
    return pdu


async def serve(lineage, port):
    inputs, holding = OWN[lineage]
    none = [SimData(0, values=[False] * 8, datatype=DataType.BITS)]
    device = SimDevice(id=1, simdata=(
        none, none, floats(HOLDING | holding, 0x58), floats(INPUT | inputs, 0x17C)))
    server = ModbusTcpServer(device, address=("127.0.0.1", int(port)), trace_pdu=trace)
    await server.serve_forever(background=True)
    print("ready", flush=True)
    await server.serving


if __name__ == "__main__":
    asyncio.run(serve(*sys.argv[1:3]))
