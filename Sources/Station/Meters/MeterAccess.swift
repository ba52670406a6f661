import Benches
import Documents
import MeterProfiles
import Modbus
import Quantities

extension MeterPort.Connection {
  /// A connection from what a command line gives.
  ///
  /// - Throws: `MeterPort.Failure` where an endpoint is not HOST:PORT.
  public init(
    port: String?,
    tcp: String?,
    rtuOverTCP: String?,
    baud: Int,
    parity: String,
    stopBits: Int
  ) throws {
    func endpoint(_ text: String) throws -> (String, UInt16) {
      guard let colon = text.lastIndex(of: ":"),
        let port = UInt16(text[text.index(after: colon)...]), colon != text.startIndex
      else { throw MeterPort.Failure(description: "'\(text)' is not HOST:PORT", isUsage: true) }
      return (String(text[..<colon]), port)
    }
    if let port {
      self = .tty(path: port, LineSettings(baud: baud, parity: parity, stopBits: stopBits))
    } else if let tcp {
      let (host, port) = try endpoint(tcp)
      self = .tcp(host: host, port: port)
    } else {
      let (host, port) = try endpoint(rtuOverTCP ?? "")
      self = .rtuOverTCP(host: host, port: port)
    }
  }
}

/// One meter on a line: what `read` and `set` work with.
public final class MeterAccess {
  /// A quantity or setting as the meter shows it.
  public struct Reading: Sendable, Encodable {
    public var name: String
    public var text: String
    public var value: Double?
    public var unit: String?
    /// Why there is no value, or why it is not the one wished for; nil where all is well.
    public var problem: String?
    /// What was done, such as `written`.
    public var remark: String?
  }

  private let profile: MeterProfile
  private let port: MeterPort
  private let address: UInt8
  private var settings: [String: String] = [:]

  /// A meter on a line.
  public init(profile name: String, connection: MeterPort.Connection, address: UInt8) throws {
    guard (1...247).contains(address) else {
      throw MeterPort.Failure(description: "the address is 1…247, not \(address)", isUsage: true)
    }
    var library = Library()
    guard let profile = try library.profile(name) else {
      throw MeterPort.Failure(
        description: "there is no profile '\(name)'\(ProfileText.hint(name))",
        isUsage: true
      )
    }
    self.profile = profile
    self.address = address
    port = try MeterPort(connection)
  }

  /// Reads quantities and settings by name; all quantities where no name is given.
  public func read(_ names: [String]) throws -> [Reading] {
    let known = profile.quantities.map(\.name) + profile.settings.map(\.name)
    for name in names where !known.contains(name) {
      let hint = nearest(name, in: known).map { "; did you mean '\($0)'?" } ?? ""
      throw MeterPort.Failure(
        description: "\(profile.name) has no quantity or setting '\(name)'\(hint)",
        isUsage: true
      )
    }
    let wanted = names.isEmpty ? profile.quantities.map(\.name) : names
    return try wanted.map { name in
      if let quantity = profile.quantity(name) { return try read(quantity) }
      return try read(profile.setting(name), name)
    }
  }

  /// Writes settings where they differ, and reads them back.
  public func set(_ assignments: [(String, String)]) throws -> [Reading] {
    let prepared = try assignments.map { name, value in
      guard let setting = profile.setting(name) else {
        let hint = nearest(name, in: profile.settings.map(\.name)).map { "; did you mean '\($0)'?" }
        throw MeterPort.Failure(
          description: "\(profile.name) has no setting '\(name)'\(hint ?? "")",
          isUsage: true
        )
      }
      guard case .register(let register, true) = setting.access else {
        throw MeterPort.Failure(
          description: "\(name) cannot be written over the line",
          isUsage: true
        )
      }
      do throws(Setting.ValueError) {
        return (setting, register, try setting.number(for: value))
      } catch {
        throw MeterPort.Failure(description: error.text, isUsage: true)
      }
    }
    // What was written before one that fails was written all the same, and is shown.
    return try prepared.map { setting, register, wanted in
      do { return try set(setting, at: register, to: wanted) } catch let failure
        as MeterPort.Failure
      {
        return Reading(name: setting.name, text: "", problem: failure.description)
      }
    }
  }

  private func set(
    _ setting: Setting,
    at register: RegisterAddress,
    to wanted: Double
  ) throws -> Reading {
    let stored = register.stored(wanted, order: profile.communication.wordOrder)
    let before = try number(register)
    if before == stored {
      var reading = reading(setting, before)
      reading.remark = "was so already"
      return reading
    }
    if setting.needsPassword, let password = profile.password {
      try write(Double(password.factory), to: password.unlock)
    }
    try write(wanted, to: register)
    let after = try number(register)
    var reading = reading(setting, after)
    reading.remark =
      setting.needsRestart ? "written; takes effect after a power cycle" : "written"
    if after != stored, !setting.needsRestart {
      reading.problem = "reads back as \(setting.text(for: after))"
    }
    return reading
  }

  private func read(_ quantity: MeasuredQuantity) throws -> Reading {
    var reading = Reading(name: quantity.name, text: "")
    do {
      let number = try number(quantity.register)
      if let unit = try unit(of: quantity) {
        reading.text = unit == .one ? Decimal.text(number) : "\(Decimal.text(number)) \(unit)"
        reading.unit = unit.symbol
      } else {
        reading.text = Decimal.text(number)
        reading.remark = "its unit depends on a setting that cannot be read"
      }
      reading.value = number
      if !number.isFinite { reading.problem = "the register holds no number" }
    } catch let failure as MeterPort.Failure {
      reading.problem = failure.description
    }
    return reading
  }

  private func unit(of quantity: MeasuredQuantity) throws -> Unit? {
    if case .chosen(let name, _) = quantity.unit, settings[name] == nil,
      let setting = profile.setting(name), case .register(let register, _) = setting.access
    {
      settings[name] = setting.text(for: try number(register))
    }
    return quantity.unit.unit { settings[$0] }
  }

  private func read(_ setting: Setting?, _ name: String) throws -> Reading {
    guard let setting else { return Reading(name: name, text: "", problem: "unknown") }
    guard case .register(let register, _) = setting.access else {
      return Reading(name: name, text: "", problem: "can be seen in the meter's menu only")
    }
    guard !setting.isSecret else { return Reading(name: name, text: "secret") }
    do { return reading(setting, try number(register)) } catch let failure as MeterPort.Failure {
      return Reading(name: name, text: "", problem: failure.description)
    }
  }

  private func reading(_ setting: Setting, _ number: Double) -> Reading {
    Reading(
      name: setting.name,
      text: setting.isSecret ? "secret" : setting.text(for: number),
      value: setting.isSecret ? nil : number
    )
  }

  private func number(_ register: RegisterAddress) throws -> Double {
    let words = try port.registers(register.readRequest, unit: address, profile: profile)
    guard
      let number = register.encoding.decode(words, order: profile.communication.wordOrder)
    else { throw MeterPort.Failure(description: "\(register) gave too few registers") }
    return number
  }

  private func write(_ number: Double, to register: RegisterAddress) throws {
    guard let words = register.encoding.encode(number, order: profile.communication.wordOrder)
    else {
      throw MeterPort.Failure(description: "\(number) does not fit into \(register)")
    }
    _ = try port.registers(
      .writeRegisters(address: register.address, values: words),
      unit: address,
      profile: profile
    )
  }
}

/// Readings as people and programs read them.
public enum MeterText {
  /// A line for each reading.
  public static func table(_ readings: [MeterAccess.Reading]) -> String {
    let width = readings.map(\.name.count).max() ?? 0
    return readings.map { reading in
      let value = [
        reading.text, reading.problem.map { "problem: \($0)" }, reading.remark.map { "(\($0))" },
      ]
      .compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: "  ")
      return "\(reading.name.padded(to: width))  \(value)"
    }.joined(separator: "\n")
  }

  /// The readings as a JSON array.
  public static func json(_ readings: [MeterAccess.Reading]) -> String { JSON.text(readings) }
}
