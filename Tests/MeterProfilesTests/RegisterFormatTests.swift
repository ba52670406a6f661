import MeterProfiles
import Modbus
import Testing

@Suite struct RegisterFormatTests {
  @Test(
    "A number stands in registers and is read from them",
    arguments: [
      (RegisterFormat.float32, 230.2, WordOrder.highFirst, [0x4366, 0x3333] as [UInt16]),
      (.float32, 60, .lowFirst, [0x0000, 0x4270]), (.float32, -0.5, .highFirst, [0xBF00, 0x0000]),
      (.uint32, 305_419_896, .highFirst, [0x1234, 0x5678]),
      (.uint32, 305_419_896, .lowFirst, [0x5678, 0x1234]), (.uint16, 65535, .highFirst, [0xFFFF]),
    ]
  )
  func registers(format: RegisterFormat, number: Double, order: WordOrder, words: [UInt16]) {
    #expect(format.encode(number, order: order) == words)
    let decoded = format.decode(words, order: order)
    #expect(decoded == (format == .float32 ? Double(Float(number)) : number))
    #expect(format.decode(words.dropLast(), order: order) == nil)
  }

  @Test(
    "A number that does not fit is refused",
    arguments: [
      (RegisterFormat.float32, 1e300), (.uint32, -1), (.uint32, 4_294_967_296), (.uint32, 0.5),
      (.uint16, 65536), (.uint16, .nan),
    ]
  )
  func tooGreat(format: RegisterFormat, number: Double) {
    #expect(format.encode(number, order: .highFirst) == nil)
  }

  @Test("A float32 energy steps by an eighth at 1048576")
  func spacing() {
    #expect(RegisterFormat.float32.spacing(at: 1_048_576) == 0.125)
    #expect(RegisterFormat.uint32.spacing(at: 1_048_576) == 1)
  }
}
