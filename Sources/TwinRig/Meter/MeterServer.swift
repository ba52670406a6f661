import Benches
import MeterProfiles
import Modbus
import Quantities

/// The meter's side of the bus.
extension TwinMeterModel: ServerModel {
  var supportedFunctions: Set<FunctionCode> {
    Set(profile.communication.functions.map(FunctionCode.init(rawValue:)))
  }

  mutating func readInputRegisters(
    address: UInt16,
    count: UInt16,
    at now: Duration
  ) throws(ExceptionCode) -> [UInt16] {
    // While the self-test's error shows, the measured registers are not available; settings are.
    if faults.active(.selfTestError, at: Instant(sinceOrigin: now)) != nil {
      throw .illegalDataAddress
    }
    return try read(address: address, count: count, from: .input, at: Instant(sinceOrigin: now))
  }

  mutating func readHoldingRegisters(
    address: UInt16,
    count: UInt16,
    at now: Duration
  ) throws(ExceptionCode) -> [UInt16] {
    try read(address: address, count: count, from: .holding, at: Instant(sinceOrigin: now))
  }

  mutating func writeRegisters(
    address: UInt16,
    values: [UInt16],
    at now: Duration
  ) throws(ExceptionCode) {
    let first = Int(address)
    let addresses = first..<(first + values.count)
    // One parameter for each write, and a whole one.
    guard let entry = map.holding.first(where: { $0.addresses == addresses }),
      let number = entry.format.decode(values, order: profile.communication.wordOrder)
    else { throw .illegalDataAddress }
    try write(number, to: entry.content, at: Instant(sinceOrigin: now))
  }

  mutating func writeRegister(
    address: UInt16,
    value: UInt16,
    at now: Duration
  ) throws(ExceptionCode) {
    try writeRegisters(address: address, values: [value], at: now)
  }

  mutating func diagnostics(
    subfunction: UInt16,
    data: [UInt16],
    at now: Duration
  ) throws(ExceptionCode) -> [UInt16] {
    guard subfunction == 0 else { throw .illegalFunction }
    return data
  }

  private mutating func read(
    address: UInt16,
    count: UInt16,
    from table: RegisterAddress.Table,
    at now: Instant
  ) throws(ExceptionCode) -> [UInt16] {
    let wanted = Int(address)..<(Int(address) + Int(count))
    guard wanted.count <= profile.communication.registersPerRead, map.canRead(wanted, in: table)
    else { throw .illegalDataAddress }
    // A map that is shifted answers with what stands this many places before.
    let shift = table == .input ? faults.active(.shiftedRegisters, at: now)?.amount ?? 0 : 0
    let shown = Int(shift)
    var words = try contents(
      of: (wanted.lowerBound - shown)..<(wanted.upperBound - shown),
      in: table,
      at: now
    )
    if faults.active(.swappedWords, at: now) != nil {
      for index in stride(from: 0, to: words.count - 1, by: 2) { words.swapAt(index, index + 1) }
    }
    return words
  }

  private mutating func contents(
    of wanted: Range<Int>,
    in table: RegisterAddress.Table,
    at now: Instant
  ) throws(ExceptionCode) -> [UInt16] {
    let moment = latchMoment(at: now)
    demand.search(until: moment, in: history)
    let isSpoilt = faults.active(.notANumber, at: now) != nil
    var words = [UInt16](repeating: 0, count: wanted.count)
    for entry in map.entries(in: table) where wanted.overlaps(entry.addresses) {
      var shown: [UInt16]
      switch entry.content {
      case .quantity(let measurand, let index):
        shown = registers(
          of: measurand,
          quantity: index,
          latchedAt: moment,
          isSpoilt: isSpoilt
        )
        if faults.strikes(.stuckRegister, profile.quantities[index].name, at: now) {
          shown = stuck[index] ?? shown
          stuck[index] = shown
        }
      case .setting(let index):
        shown = registers(for: shownNumber(setting: index), format: entry.format)
      case .unlock:
        // The password itself is never shown; looking keeps the meter unlocked.
        if isUnlocked(at: now) { unlock(at: now) }
        shown = registers(for: 0, format: entry.format)
      case .lockState:
        let isOpen = isUnlocked(at: now)
        if isOpen { unlock(at: now) }
        shown = registers(for: isOpen ? 1 : 0, format: entry.format)
      }
      for (place, word) in zip(entry.addresses, shown) where wanted.contains(place) {
        words[place - wanted.lowerBound] = word
      }
    }
    return words
  }

  private func shownNumber(setting index: Int) -> Double {
    switch profile.settings[index].name {
    case "serial-number": Double(properties.serial)
    case "firmware": Double(properties.firmware) ?? 0
    default: settings.number(index)
    }
  }

  private mutating func write(
    _ number: Double,
    to content: RegisterMap.Content,
    at now: Instant
  ) throws(ExceptionCode) {
    if faults.active(.refusedWrites, at: now) != nil { throw Self.cannotStore }
    let isForgotten = faults.active(.forgottenWrites, at: now) != nil
    switch content {
    case .quantity: throw .illegalDataAddress
    case .lockState: unlockedUntil = nil
    case .unlock:
      guard let password = profile.password,
        number == settings.number("password")
          ?? Double(password.factory),
        faults.active(.passwordRefused, at: now) == nil
      else { throw .illegalDataValue }
      unlock(at: now)
    case .setting(let index):
      let setting = profile.settings[index]
      guard case .register(_, isWritable: true) = setting.access else { throw .illegalDataAddress }
      let isChecked = !faults.strikes(.settingUnchecked, setting.name, at: now)
      guard !isChecked || settings.allows(number, at: index) else { throw .illegalDataValue }
      if setting.needsPassword, !isUnlocked(at: now),
        faults.active(.passwordIgnored, at: now) == nil
      {
        throw Self.cannotStore
      }
      if isForgotten { return }
      if setting.name == "reset" {
        reset(setting.text(for: number), at: now)
      } else if settings.number(index) != number {
        settings.store(number, at: index) { faults.strikes($1, $0, at: now) }
        settingsChanged(at: now)
      }
    }
  }

  /// A reset by the name of its code: energy, demand maxima, or all that it names.
  mutating func reset(_ what: String, at now: Instant) {
    let what = what.lowercased()
    let struck = faults.all(.resetForgets).filter { $0.isActive(at: now) }
    let kept = struck.flatMap { Measurand(name: $0.subject ?? "")?.channels ?? [] }
    let demands = struck.contains { Measurand(name: $0.subject ?? "")?.isDemand == true }
    demand.search(until: now, in: history)
    if what.contains("energy") || what.contains("all") {
      resetEnergy(at: now, keeping: demands ? [] : kept)
    }
    if what.contains("demand") || what.contains("ded") || what.contains("all") {
      demand.restart(at: now, maxima: true, keeping: demands ? kept : [])
    }
    for fault in faults.all(.resetClears) where fault.isActive(at: now) {
      guard let measurand = Measurand(name: fault.subject ?? "") else { continue }
      if measurand.isDemand {
        demand.restart(at: now, maxima: true)
      } else {
        resetEnergy(at: now, keeping: [])
      }
    }
    revision += 1
  }

  private func isUnlocked(at now: Instant) -> Bool {
    profile.password == nil || (unlockedUntil.map { now < $0 } ?? false)
  }

  private mutating func unlock(at now: Instant) {
    unlockedUntil = now + (profile.password?.window ?? .zero)
  }

  /// 05, by which this family says that a setting cannot be stored. The standard gives the code
  /// another meaning (Application Protocol V1.1b3, clause 7).
  private static let cannotStore = ExceptionCode.acknowledge
}
