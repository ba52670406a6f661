import Benches
import MeterProfiles
import Modbus
import Planning
import Quantities
import Rig
import RunRecord
import Scenarios
import Verdicts

extension PositionRunner {
  /// How the bench file says that this meter is talked to.
  var home: TalkSettings {
    TalkSettings(
      line: plan.bench.bus(position.bus)?.line ?? LineSettings(),
      address: position.address
    )
  }

  /// `communication`: from one way to talk straight to the next, and home in the end. Each way takes effect
  /// with a restart, and only then.
  func communication(_ test: CommunicationTest, _ step: PlannedStep) async throws {
    var now = home
    isAway = true
    for item in test.cases {
      let wanted = TalkSettings(item.settings, over: home)
      headedFor = [now, wanted]
      let found = try await move(from: &now, to: wanted, step)
      measure(step, item.id, .text(found), from: lane.now)
    }
    let found = try await move(from: &now, to: home, step)
    measure(step, "home", .text(found), from: lane.now)
    isAway = now != home
  }

  /// Sets the meter to another way to talk and follows it; what was found, in words.
  private func move(
    from now: inout TalkSettings,
    to wanted: TalkSettings,
    _ step: PlannedStep
  ) async throws -> String {
    guard wanted != now else { return "answers" }
    var found: [String] = []
    let current = Dictionary(
      now.numbers(in: profile).map { ($0.setting.name, $0.number) },
      uniquingKeysWith: { first, _ in first }
    )
    for (setting, number) in wanted.numbers(in: profile) where current[setting.name] != number {
      switch try await write(setting, number, step, remembers: false) {
      case .refused(blamesMeter: true): found.append("refuses \(setting.name)")
      case .refused(blamesMeter: false): found.append("\(setting.name) could not be written")
      case .same, .changed: break
      }
      // It must go on as it was until its restart.
      do { _ = try await read(setting, step) } catch let silence as MeterSilence {
        // Only a meter that is seen at its new setting did not wait for its restart.
        let assignment = SettingAssignment(setting: setting.name, to: number, setting)
        let moved = TalkSettings([assignment], over: now)
        try await talk(as: moved)
        let hasMoved = await answers()
        guard hasMoved else {
          try await talk(as: now)
          throw silence
        }
        now = moved
        found.append("\(setting.name) took effect before the restart")
        break
      }
    }
    try await powerCycle(offFor: .seconds(2))
    let applied = try await talk(as: wanted)
    if try await awaitReady(within: Self.restartLimit, step) != nil {
      let before = now
      now = wanted
      if found.isEmpty, try await answersStill(before, unlike: wanted, applied, step) {
        if try await somebodyElseAnswers(before, wanted, step) {
          observe(
            step,
            .condition,
            part: Part(.bus, position.bus),
            "a unit answers at \(before.text) while this meter has no supply, so it is another one"
          )
        } else {
          found.append("answers at \(before.text) as well")
        }
      }
      try await talk(as: wanted)
      return found.isEmpty ? "answers" : found.joined(separator: "; ")
    }
    guard let place = try await search([now, home, wanted], step) else {
      // Nobody knows where it went; the bus goes on as it is wired.
      try await talk(as: home)
      throw await silence("the meter answers nowhere after it was set to \(wanted.text)")
    }
    now = place
    if place == wanted, found.isEmpty {
      observe(
        step,
        .condition,
        "it answered at \(wanted.text) only after \(Quantity(Self.restartLimit.inSeconds, .second)), so the line may have been away"
      )
      return "answers"
    }
    found.append("silent; found at \(place.text)")
    return found.joined(separator: "; ")
  }

  /// Whether a unit answers as this meter did before, although this meter has no supply.
  private func somebodyElseAnswers(
    _ before: TalkSettings,
    _ now: TalkSettings,
    _ step: PlannedStep
  ) async throws -> Bool {
    guard position.supply != nil else { return false }
    try await switchboard.power(self, on: false)
    try await talk(as: before)
    let answers = try await hears(before.address, step)
    try await talk(as: now)
    try await switchboard.power(self, on: true)
    _ = try await awaitReady(within: Self.restartLimit, step)
    return answers
  }

  /// Whether the meter still answers as before. Stop bits alone make no difference to a receiver, and a
  /// pseudo-terminal none in parity: then nothing is asked, for the answer would say nothing.
  private func answersStill(
    _ before: TalkSettings,
    unlike wanted: TalkSettings,
    _ applied: LineSettings?,
    _ step: PlannedStep
  ) async throws -> Bool {
    let former = try await talk(as: before)
    func isSame(_ a: LineSettings?, _ b: LineSettings?) -> Bool {
      a?.baud == b?.baud && a?.parity == b?.parity
    }
    if before.address == wanted.address, isSame(former, applied) { return false }
    return try await hears(before.address, step)
  }

  /// The bus and this position talk so from now on.
  ///
  /// - Returns: what the line is set to really; nil where it is no serial line.
  @discardableResult
  func talk(as settings: TalkSettings) async throws -> LineSettings? {
    address = settings.address
    guard let bus = rig.bus(position.bus), case .adapter? = plan.bench.bus(position.bus)?.connection
    else { return nil }
    return try await bus.adjust(to: settings.line)
  }

  /// Looks for the meter at every rate, parity and address that it may have; nil where it answers
  /// nowhere.
  func search(_ likely: [TalkSettings], _ step: PlannedStep?) async throws -> TalkSettings? {
    let known = profile.communication
    var addresses: [UInt8] = []
    for address in likely.map(\.address) where !addresses.contains(address) {
      addresses.append(address)
    }
    var places = likely
    for baud in known.baudRates {
      for parity in known.parities {
        // A receiver hears either number of stop bits.
        let line = LineSettings(baud: baud, parity: parity, stopBits: known.stopBits.max() ?? 1)
        places += addresses.map { TalkSettings(line: line, address: $0) }
      }
    }
    let deadline = lane.now + Self.longestSearch
    // Twice: the line may have been away for a moment when the right place was tried.
    for place in places + places where lane.now < deadline {
      try await talk(as: place)
      if await answers() { return place }
    }
    return nil
  }

  private static let longestSearch = Duration.seconds(180)

  /// Brings a meter back that a step left somewhere else, and the bus's line in any case. A meter that is
  /// not where the bench file says leaves the run: its silence would be nobody's failure.
  ///
  /// - Parameter step: the step that left it; nil at the end of a run.
  func comeBack(_ step: PlannedStep?) async {
    await takeBack(step)
    guard isAway else { return }
    isAway = false
    let there = TalkSettings(line: home.line, address: address)
    var why = "it answers nowhere"
    do {
      // A step that was stopped between off and on left it without supply.
      if suppliedSince == nil {
        try await switchboard.power(self, on: true)
        try await lane.sleep(until: lane.now + Self.restartLimit / 3)
      }
      if let place = try await search([home, there] + headedFor, step) {
        if place != home {
          try await setBack(from: place)
          try await powerCycle(offFor: .seconds(2))
        }
        try await talk(as: home)
        if await settleAfterStart() {
          if place != home {
            note(step, "the meter was found at \(place.text) and set back to \(home.text)")
          }
          return
        }
        why = "it was found at \(place.text) and does not answer at \(home.text) after a restart"
      }
    } catch {
      why = "\(error)"
    }
    _ = try? await talk(as: home)
    let text = "the meter could not be set back to \(home.text): \(why)"
    log.append(.observed(Observation(position: name, kind: .undecided, text: text)))
    leave(text)
  }

  /// Writes back what a meter should have refused and did not, where the step was stopped before it could.
  private func takeBack(_ step: PlannedStep?) async {
    guard let (setting, number) = toTakeBack else { return }
    toTakeBack = nil
    let isBack = (try? await put(number, into: setting, at: address)) ?? false
    note(
      step,
      "\(setting.name) \(isBack ? "was set back" : "could not be set back") to \(setting.text(for: number)), which a stopped step had tried to change"
    )
  }

  /// Writes how the position is to be talked to, wherever the meter is; the restart that follows shows what
  /// came of it.
  private func setBack(from place: TalkSettings) async throws {
    for (setting, number) in home.numbers(in: profile) {
      _ = try await put(number, into: setting, at: place.address)
    }
  }

  /// Writes a setting with its password, outside any step: nothing is judged by the answers.
  ///
  /// - Returns: whether the meter took it.
  private func put(
    _ number: Double,
    into setting: Setting,
    at address: UInt8
  ) async throws -> Bool {
    guard case .register(let register, _) = setting.access, let bus = rig.bus(position.bus) else {
      return false
    }
    func send(_ number: Double, to register: RegisterAddress) async throws -> Bool {
      guard let words = register.encoding.encode(number, order: profile.communication.wordOrder)
      else { return false }
      let exchange = try await bus.exchange(
        .writeRegisters(address: register.address, values: words),
        with: UnitIdentifier(rawValue: address),
        limits: profile.communication.limits
      )
      return exchange.response != nil
    }
    if setting.needsPassword, let password = profile.password {
      _ = try await send(Double(password.factory), to: password.unlock)
    }
    return try await send(number, to: register)
  }
}

extension SettingAssignment {
  /// A setting with the value that a register number stands for.
  fileprivate init(setting name: String, to number: Double, _ setting: Setting) {
    self.init(
      setting: name,
      value: setting.text(for: number),
      origin: Rule.Origin(file: "", line: 0, column: 0)
    )
  }
}
