import BenchEngine
import MeterProfiles
import Modbus
import Quantities

/// What a meter of a known type shows of itself, found by reading alone.
///
/// The walk goes from what is sure to what is not: an echo, the input registers, how much may be read at
/// once, what only one lineage has, and the settings. Registers that hold a secret are never read, and
/// nothing is ever written.
public struct Characterisation {
  let profile: MeterProfile
  public let address: UInt8
  /// The line, in words.
  public let line: String
  public private(set) var protocolFindings: [Finding] = []
  public private(set) var settings: [SettingFinding] = []
  public private(set) var evidence: [Evidence] = []
  /// What could not be told.
  public private(set) var unknown: [String] = []
  /// The most registers that one reply held.
  public private(set) var registersPerRead: UInt16 = 0
  /// The longest time to a first byte.
  public private(set) var longestResponse: Duration = .zero
  private var port: ReadingPort
  /// The first input register.
  private let start: UInt16

  /// Asks a meter.
  ///
  /// - Parameter progress: told what is looked at.
  /// - Throws: where nobody answers, or the line cannot be used.
  public init(
    profile name: String,
    connection: MeterPort.Connection,
    address: UInt8,
    progress: (String) -> Void
  ) throws {
    var library = Library()
    guard let profile = try library.profile(name) else {
      throw MeterPort.Failure(
        description: "there is no profile '\(name)'\(ProfileText.hint(name))",
        isUsage: true
      )
    }
    guard (1...247).contains(address) else {
      throw MeterPort.Failure(description: "the address is 1…247, not \(address)", isUsage: true)
    }
    let port = ReadingPort(
      try MeterPort(connection),
      unit: address,
      limits: profile.communication.limits
    )
    try self.init(
      profile: profile,
      line: MeterScan.text(connection),
      address: address,
      port: port,
      progress: progress
    )
  }

  /// Asks a meter through a port of any kind.
  init(
    profile: MeterProfile,
    line: String,
    address: UInt8,
    port: ReadingPort,
    progress: (String) -> Void = { _ in }
  ) throws {
    let inputs = profile.quantities.map(\.register).filter { $0.table == .input }
    guard let start = inputs.map(\.address).min() else {
      throw MeterPort.Failure(description: "\(profile.name) has no input registers to begin with")
    }
    self.profile = profile
    self.address = address
    self.start = start
    self.line = line
    self.port = port
    progress("the protocol")
    try askProtocol()
    progress("how much may be read at once")
    try sweepReads()
    progress("what only one lineage has")
    for lineage in profile.lineages { try askExclusive(of: lineage) }
    progress("the settings")
    try readSettings()
    longestResponse = self.port.longestResponse
    conclude()
  }

  /// Whether there are several lineages to choose from.
  public var hasLineages: Bool { profile.lineages.count > 1 }

  /// The lineage that the evidence points to; nil where it does not decide, or contradicts itself.
  public var lineage: String? {
    guard profile.lineages.count > 1 else { return profile.lineages.first }
    let scores = profile.lineages.map { name in
      (name, evidence.filter { $0.lineage == name }.reduce(0) { $0 + $1.weight })
    }
    let sorted = scores.sorted { $0.1 > $1.1 }
    guard sorted[0].1 >= 2, sorted[0].1 - sorted[1].1 >= 2 else { return nil }
    return sorted[0].0
  }

  // MARK: The walk

  private mutating func note(_ question: String, _ answer: ReadingPort.Answer) {
    protocolFindings.append(Finding(question: question, answer: answer.text))
  }

  private mutating func askProtocol() throws {
    let read = try port.ask(.readInputRegisters(address: start, count: 2))
    note("function 04, input \(hex(start)), 2 registers", read)
    if case .silent(let why) = read {
      throw MeterPort.Failure(
        description:
          "unit \(address) does not answer at \(line): \(why); look for it with 'meterbench scan'"
      )
    }
    if profile.communication.functions.contains(8) {
      let echo = try port.ask(.diagnostics(subfunction: 0, data: [0xA55A]))
      note("function 08, echo", echo)
    }
    let single = try port.ask(.readInputRegisters(address: start, count: 1))
    note("function 04, input \(hex(start)), 1 register", single)
    if case .registers(let words) = single, let word = words.first {
      protocolFindings.append(
        Finding(
          question: "type code",
          answer: "a single register reads \(word): half a number, or the family's type code"
        )
      )
    }
    note(
      "function 04, input \(hex(start + 1)), 2 registers (odd start)",
      try port.ask(.readInputRegisters(address: start + 1, count: 2))
    )
    let beyond = UInt16(0x3000)
    note(
      "function 04, input \(hex(beyond)), 2 registers (unknown)",
      try port.ask(.readInputRegisters(address: beyond, count: 2))
    )
  }

  private mutating func sweepReads() throws {
    var refused = false
    for count in [2, 10, 20, 40, 50, 60, 80, 82, 100, 120] as [UInt16] {
      let answer = try port.ask(.readInputRegisters(address: start, count: count))
      note("function 04, input \(hex(start)), \(count) registers", answer)
      guard case .registers = answer else {
        refused = true
        continue
      }
      if !refused { registersPerRead = count }
    }
    if !refused { unknown.append("the most registers in one reply: more than 120 were not tried") }
  }

  /// Quantities that no other lineage has: numbers there speak for it, refusals against.
  private mutating func askExclusive(of lineage: String) throws {
    let own = profile.quantities.filter { $0.lineages == [lineage] }.prefix(12)
    var (filled, empty, refused) = (0, 0, 0)
    for quantity in own {
      let answer = try port.ask(quantity.register.readRequest)
      note("\(quantity.name) (\(quantity.register)), which only \(lineage) has", answer)
      switch answer {
      case .registers(let words):
        if words.allSatisfy({ $0 == 0 }) { empty += 1 } else { filled += 1 }
      case .exception, .silent: refused += 1
      }
    }
    guard !own.isEmpty else { return }
    if filled > 0 {
      add(
        lineage,
        min(2, filled),
        "\(filled) of \(own.count) registers that only it has hold numbers"
      )
    }
    if refused == own.count {
      add(lineage, -2, "all \(own.count) registers that only it has are refused")
    }
    if empty == own.count {
      unknown.append(
        "the \(own.count) registers that only \(lineage) has read 0: they may be gaps, or nothing was counted yet; put the meter under load and look again"
      )
    }
  }

  private mutating func readSettings() throws {
    let lineages = profile.lineages.isEmpty ? [""] : profile.lineages
    let types = lineages.map { profile.of(lineage: $0) }
    for setting in profile.settings where !setting.isSecret {
      guard case .register(let register, _) = setting.access else { continue }
      var finding = SettingFinding(
        setting: setting.name,
        register: "\(register)",
        number: nil,
        meanings: []
      )
      switch try port.ask(register.readRequest) {
      case .registers(let words):
        let number = register.encoding.decode(words, order: profile.communication.wordOrder)
        finding.number = number
        finding.meanings = types.map { type in
          guard let number, let own = type.setting(setting.name),
            case .register(register, _) = own.access, own.permits(number)
          else { return "-" }
          return own.text(for: number)
        }
        weigh(setting.name, finding, lineages)
      case .exception(let code): finding.problem = "exception \(code)"
      case .silent(let why): finding.problem = why
      }
      settings.append(finding)
    }
  }

  /// A number that is a value in one lineage only decides.
  private mutating func weigh(_ name: String, _ finding: SettingFinding, _ lineages: [String]) {
    let fitting = zip(lineages, finding.meanings).filter { $0.1 != "-" }.map(\.0)
    guard lineages.count > 1, fitting.count == 1, let only = fitting.first,
      let number = finding.number
    else { return }
    // Registers that nobody has written may hold 0 whatever their codes are.
    add(
      only,
      number == 0 ? 1 : 3,
      "\(name) reads \(Decimal.text(number)), which is a value there only"
    )
  }

  private mutating func add(_ lineage: String, _ weight: Int, _ text: String) {
    evidence.append(Evidence(lineage: lineage, weight: weight, text: text))
  }

  private mutating func conclude() {
    if lineage == nil, profile.lineages.count > 1 {
      unknown.append(
        "the lineage: \(evidence.isEmpty ? "nothing speaks for any" : "the evidence does not decide")"
      )
    }
    for setting in settings
    where setting.number != nil && setting.meanings.allSatisfy({ $0 == "-" }) {
      unknown.append("\(setting.setting): the register holds no value that the profile knows")
    }
    for setting in settings where setting.number == nil {
      unknown.append("\(setting.setting): its register cannot be read (\(setting.problem ?? ""))")
    }
    for setting in profile.settings {
      if case .menu(let menu) = setting.access {
        unknown.append("\(setting.name): only the meter's menu shows it ('\(menu)')")
      }
    }
    unknown.append(
      "everything that needs a write: how the password unlocks, what is protected, resets"
    )
    unknown.append(
      "which setting a register really holds: change settings in the menu, one at a time, and look again"
    )
  }

  private func hex(_ address: UInt16) -> String {
    let digits = String(address, radix: 16, uppercase: true)
    return "0x" + String(repeating: "0", count: 4 - digits.count) + digits
  }
}
