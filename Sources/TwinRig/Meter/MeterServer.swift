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
    try read(address: address, count: count, from: .input, at: Instant(sinceOrigin: now))
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
    guard wanted.count <= properties.registersPerRead ?? profile.communication.registersPerRead
    else { throw .illegalDataAddress }
    if hasFailedSelfTest(at: now), table == profile.startUp?.selfTest?.withholds ?? .input {
      throw .illegalDataAddress
    }
    if let code = properties.typeCode, wanted.count == 1, table == .input { return [code] }
    guard properties.answersUnknown || map.canRead(wanted, in: table) else {
      throw .illegalDataAddress
    }
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
        let name = profile.quantities[index].name
        let stuckSince = faults.begin(of: .stuckRegister, name, at: now)
        shown = registers(
          of: measurand,
          quantity: index,
          // Nobody may have looked when it began.
          latchedAt: stuckSince.map { latchMoment(at: $0) } ?? moment,
          isSpoilt: isSpoilt
        )
        if stuckSince != nil {
          shown = stuck[index] ?? shown
          stuck[index] = shown
        }
      case .setting(let index):
        shown = registers(for: shownNumber(setting: index), format: entry.format)
      case .reset: shown = registers(for: 0, format: entry.format)
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
    case .reset:
      let found = profile.resets.first {
        if case .register(_, let code) = $0.access { code == number } else { false }
      }
      guard let found else { throw .illegalDataValue }
      if !isForgotten { reset(found, at: now) }
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
      if settings.number(index) != number {
        settings.store(number, at: index) { faults.strikes($1, $0, at: now) }
        settingsChanged(at: now)
      }
    }
  }

  /// Clears what a reset names, with the meter's faults.
  mutating func reset(_ reset: MeterReset, at now: Instant) {
    func struck(_ kind: TwinFault.Kind) -> [Measurand] {
      faults.all(kind).filter { $0.isActive(at: now) }
        .compactMap { Measurand(name: $0.subject ?? "") }
    }
    let named = reset.clears.compactMap(Measurand.init(name:)) + struck(.resetClears)
    let kept = struck(.resetForgets)
    demand.search(until: now, in: history)
    if named.contains(where: \.isEnergy) {
      resetEnergy(at: now, keeping: kept.filter(\.isEnergy).flatMap(\.channels))
    }
    if named.contains(where: \.isDemand) {
      demand.restart(
        at: now,
        maxima: true,
        keeping: kept.filter(\.isDemand).flatMap(\.channels)
      )
    }
    revision += 1
  }

  private func hasFailedSelfTest(at now: Instant) -> Bool {
    faults.active(.selfTestError, at: now) != nil
  }

  /// What stands on the display; nil where that is no more than its usual screens.
  func display(at now: Instant) -> String? {
    guard hasFailedSelfTest(at: now), let shows = profile.startUp?.selfTest?.shows,
      let first = shows.firstIndex(of: "X"), let last = shows.lastIndex(of: "X")
    else { return nil }
    return "\(shows[..<first])\(properties.errorCode)\(shows[shows.index(after: last)...])"
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
