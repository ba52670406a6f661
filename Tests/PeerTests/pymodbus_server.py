"""A pymodbus server as it comes, with the registers of a meter and no option set.

  pymodbus_server.py serial PATH
  pymodbus_server.py tcp PORT

Prints "ready" when it serves.
"""

import asyncio
import sys

from pymodbus.server import ModbusSerialServer, ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

# Singles that decimal text shows exactly; what lies beyond the last one is not there.
INPUT_REGISTERS = [230.5, 229.75, 231.25, 4.875, 5.0, 5.125]
# The demand period at 2 and the energy units at 30 are settings; the others fill the gap.
HOLDING_REGISTERS = [0.0, 30.0] + [0.0] * 14


def device():
    none = [SimData(0, values=[False] * 8, datatype=DataType.BITS)]
    holding = [SimData(0, values=HOLDING_REGISTERS, datatype=DataType.FLOAT32)]
    inputs = [SimData(0, values=INPUT_REGISTERS, datatype=DataType.FLOAT32)]
    return SimDevice(id=1, simdata=(none, none, holding, inputs))


async def serve(kind, place):
    if kind == "serial":
        server = ModbusSerialServer(device(), port=place, baudrate=9600)
    else:
        server = ModbusTcpServer(device(), address=("127.0.0.1", int(place)))
    await server.serve_forever(background=True)
    print("ready", flush=True)
    await server.serving


if __name__ == "__main__":
    asyncio.run(serve(*sys.argv[1:3]))
