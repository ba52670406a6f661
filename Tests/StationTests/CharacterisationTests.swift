import MeterProfiles
import Modbus
import Quantities
import Testing

@testable import Station

@Suite("Characterisation")
struct CharacterisationTests {
  /// A meter whose registers are a table; what is not in it is refused.
  private final class TableMeter {
    var input: [UInt16: UInt16] = [:]
    var holding: [UInt16: UInt16] = [:]
    var isSilent = false
    var asked: [Request] = []

    /// A meter of a lineage, with 1 in every quantity and the first value in every setting.
    init(lineage: String) throws {
      let type = try Self.profile().of(lineage: lineage)
      for quantity in type.quantities
      where quantity.lineages.isEmpty || quantity.lineages.contains(lineage) {
        put(1, quantity.register)
      }
      for setting in type.settings {
        guard case .register(let register, _) = setting.access else { continue }
        let number =
          switch setting.values {
          case .codes(let codes): codes.last?.number ?? 0
          case .range(let range, _): range.lowerBound
          case .numbers(let numbers, _): numbers.first ?? 0
          }
        put(number, register)
      }
    }

    static func profile() throws -> MeterProfile {
      try #require(try BuiltInProfiles.load("integra-1221"))
    }

    func put(_ number: Double, _ register: RegisterAddress) {
      let words = register.encoding.encode(number, order: .highFirst) ?? []
      for (offset, word) in words.enumerated() {
        let place = register.address + UInt16(offset)
        if register.table == .input { input[place] = word } else { holding[place] = word }
      }
    }

    func put(_ number: Double, quantity name: String) throws {
      put(number, try #require(try Self.profile().quantity(name)).register)
    }

    func answer(_ request: Request) -> ReadingPort.Answer {
      asked.append(request)
      if isSilent { return .silent("no reply") }
      func words(_ table: [UInt16: UInt16], _ from: UInt16, _ count: UInt16) -> ReadingPort.Answer {
        let found = (0..<count).compactMap { table[from &+ $0] }
        return found.count == Int(count) ? .registers(found) : .exception(.illegalDataAddress)
      }
      return switch request {
      case .readInputRegisters(let address, let count): words(input, address, count)
      case .readHoldingRegisters(let address, let count): words(holding, address, count)
      case .diagnostics(_, let data): .registers(data)
      default: .exception(.illegalFunction)
      }
    }

    func characterised() throws -> Characterisation {
      try Characterisation(
        profile: Self.profile(),
        line: "a table",
        address: 7,
        port: ReadingPort { (self.answer($0), responseTime: .milliseconds(40)) }
      )
    }
  }

  @Test(
    "Each lineage is recognised by the registers that it alone has",
    arguments: ["sdm630", "x96"]
  )
  func lineage(_ lineage: String) throws {
    let found = try TableMeter(lineage: lineage).characterised()
    #expect(found.lineage == lineage)
    #expect(found.report.contains("The meter follows **\(lineage)**"))
    #expect(found.longestResponse == .milliseconds(40))
  }

  @Test("Contradicting evidence decides nothing")
  func contradiction() throws {
    let meter = try TableMeter(lineage: "sdm630")
    for quantity in try TableMeter.profile().quantities where quantity.lineages == ["x96"] {
      meter.put(1, quantity.register)
    }
    // A value of pulse-1-energy that both maps have.
    meter.holding[0x56] = 0
    meter.holding[0x57] = 0
    let found = try meter.characterised()
    #expect(found.lineage == nil)
    #expect(found.unknown.contains { $0.hasPrefix("the lineage") })
    #expect(!found.overlay.contains("lineage:"))
  }

  @Test("A meter that reads 0 everywhere proves no lineage, though it refuses nothing")
  func zeros() throws {
    let meter = try TableMeter(lineage: "sdm630")
    meter.input = Dictionary(uniqueKeysWithValues: (0..<0x400).map { (UInt16($0), 0) })
    meter.holding = Dictionary(uniqueKeysWithValues: (0..<0x100).map { (UInt16($0), 0) })
    let found = try meter.characterised()
    #expect(found.lineage == nil)
    #expect(found.unknown.contains { $0.contains("put the meter under load") })
  }

  @Test("Nothing is written, and no register that holds a secret is read")
  func harmless() throws {
    let meter = try TableMeter(lineage: "x96")
    _ = try meter.characterised()
    let secrets = try TableMeter.profile().settings.filter(\.isSecret).compactMap {
      if case .register(let register, _) = $0.access { register.address } else { nil }
    }
    #expect(!secrets.isEmpty)
    for request in meter.asked {
      #expect(!request.isWrite)
      guard case .readHoldingRegisters(let address, let count) = request else { continue }
      #expect(!secrets.contains { (address..<(address + count)).contains($0) })
    }
  }

  @Test("A silent unit is told apart from one that refuses")
  func silence() throws {
    let meter = try TableMeter(lineage: "x96")
    meter.isSilent = true
    #expect(throws: MeterPort.Failure.self) { try meter.characterised() }
    meter.isSilent = false
    meter.input = [:]
    // An exception is an answer: the rest is still asked.
    #expect(try meter.characterised().settings.contains { $0.number != nil })
  }

  @Test("How many registers come at once is the most before the first refusal")
  func sweep() throws {
    let meter = try TableMeter(lineage: "sdm630")
    meter.input = Dictionary(uniqueKeysWithValues: (0..<50).map { (UInt16($0), 1) })
    #expect(try meter.characterised().registersPerRead == 50)
  }

  @Test("The overlay is a profile with the lineage that was found")
  func overlay() throws {
    let found = try TableMeter(lineage: "x96").characterised()
    let profile = try MeterProfile(text: found.overlay, file: "profile.yaml")
    #expect(profile.extended == "integra-1221")
    #expect(profile.lineages.first == "x96")
  }
}
