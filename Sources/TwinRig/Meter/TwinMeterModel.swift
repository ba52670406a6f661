import Benches
import MeterProfiles
import Modbus
import Quantities

/// One simulated meter: what it measures, what it shows, what can be set.
///
/// It behaves as its profile says and knows nothing of whoever asks. Its registers are latched
/// every update interval of the profile and shown after its latency.
struct TwinMeterModel: Sendable {
  /// How long a meter is silent after its supply came.
  static let startUpTime = Duration.seconds(2)

  /// Whether it works.
  enum Condition: Hashable, Sendable {
    case unsupplied
    case starting(until: Instant)
    case running
  }

  let profile: MeterProfile
  let properties: TwinMeter
  let variant: String?
  let lineage: String?
  let faults: FaultScript
  let map: RegisterMap

  private(set) var condition = Condition.unsupplied
  /// Counts up with each change that its pulse outputs may depend on.
  var revision = 0
  var settings: MeterSettings
  private(set) var history: MeasuredHistory
  var demand: Demand
  /// What had been counted when counters were last reset.
  var countedAtReset = Flow.none
  /// What the counters showed when time began.
  var startEnergy = Flow.none
  /// What registers hold that a fault keeps from moving, by the quantity's index.
  var stuck: [Int: [UInt16]] = [:]
  /// It hears nothing until then.
  private var deafUntil = Instant.zero
  /// The end of the time in which protected settings can be written.
  var unlockedUntil: Instant?

  /// The primary current of the transformers that feed it, in A; nil where it has none.
  private let transformerPrimary: Double?
  /// Their ratio error, and their phase displacement in radians.
  private let transformerError: Double
  private let transformerDisplacement: Double
  /// Whether it is the bench's reference.
  let isReference: Bool
  /// The address by the bench's file, for meters whose profile has no setting for it.
  private let wiredAddress: UInt8
  let updateInterval: Duration
  private let latency: Duration
  /// The first moment of latching; meters are not in step with each other.
  private let firstLatch: Instant

  init(
    profile: MeterProfile,
    properties: TwinMeter,
    variant: String?,
    lineage: String?,
    bus: BusWiring?,
    address: UInt8,
    position: Position?,
    faults: FaultScript,
    random: SeededRandom
  ) throws(ImpossibleSetting) {
    let profile = profile.of(lineage: lineage)
    self.profile = profile
    self.properties = properties
    self.variant = variant
    self.lineage = lineage ?? profile.lineages.first
    isReference = properties.position == TwinPlant.reference
    let isReference = isReference
    self.faults = faults.filtered {
      $0.target == properties.position || (isReference && $0.kind == .silentReference)
    }
    map = RegisterMap(profile: profile, variant: variant, lineage: self.lineage)
    wiredAddress = address
    settings = MeterSettings(profile: profile)
    transformerPrimary = position?.transformerPrimary ?? settings.base("ct-primary")
    transformerError = position?.transformerError?.nominal.base ?? 0
    transformerDisplacement = (position?.transformerDisplacement?.nominal.base ?? 0) * .pi / 180
    if let bus {
      settings.preset("address", number: Double(address))
      settings.presetLine(bus.line)
    }
    try settings.apply(properties.settings)
    startEnergy[.init(kind: .activeImport)] = properties.startEnergy
    updateInterval = max(profile.readings?.updateInterval ?? .seconds(1), .milliseconds(1))
    latency = max(profile.readings?.latency ?? .zero, .zero)
    var random = random
    firstLatch = Instant(
      sinceOrigin: .seconds(rounding: updateInterval.inSeconds * (random.uniform() - 1))
    )
    demand = Demand(period: settings.demandPeriod)
    history = MeasuredHistory(depth: .seconds(3660) + latency + updateInterval)
    try checkFaults()
  }

  /// A fault of what the meter does not have would never show, and a test of the test would lie.
  private func checkFaults() throws(ImpossibleSetting) {
    for fault in faults.all {
      let name = fault.subject ?? ""
      switch fault.kind.subject {
      case .quantity where profile.quantity(name) == nil:
        throw ImpossibleSetting(
          text: "'\(fault.kind.rawValue)': the profile has no quantity '\(name)'"
        )
      case .setting where profile.setting(name) == nil:
        throw ImpossibleSetting(
          text: "'\(fault.kind.rawValue)': the profile has no setting '\(name)'"
        )
      default: break
      }
    }
  }

  /// Whether it measures, counts and answers.
  var isRunning: Bool { condition == .running }

  /// When it will be ready; nil where it is, or has no supply.
  var readyAt: Instant? {
    if case .starting(let until) = condition { until } else { nil }
  }

  /// The supply came or went.
  mutating func supply(_ isOn: Bool, at time: Instant) {
    switch (isOn, condition) {
    case (true, .unsupplied):
      let late = faults.active(.slowStart, at: time)?.duration(else: .zero) ?? .zero
      condition = .starting(until: time + Self.startUpTime + late)
    case (false, .starting), (false, .running):
      condition = .unsupplied
      unlockedUntil = nil
      demand.search(until: time, in: history)
      measure(.off, at: time)
    case (true, _), (false, _): return
    }
    revision += 1
  }

  /// The start-up is over: stored settings take effect.
  mutating func becomeReady(at time: Instant) {
    condition = .running
    settings.restart { setting, fault in faults.strikes(fault, setting, at: time) }
    if faults.active(.energyLost, at: time) != nil { resetEnergy(at: time, keeping: []) }
    demand.period = demandPeriod(at: time)
    demand.restart(at: time, maxima: faults.active(.demandLost, at: time) != nil)
    revision += 1
  }

  /// The demand window in effect.
  private func demandPeriod(at time: Instant) -> Duration {
    let own = faults.active(.demandWindow, at: time)?.amount ?? 0
    return max(.seconds(1), settings.demandPeriod + .seconds(rounding: own))
  }

  /// Energy counters begin anew, save those that `keeping` names.
  mutating func resetEnergy(at time: Instant, keeping: [Flow.Channel]) {
    let (counted, start) = (countedAtReset, startEnergy)
    countedAtReset = history.counted(at: time)
    startEnergy = .none
    for channel in keeping {
      countedAtReset[channel] = counted[channel]
      startEnergy[channel] = start[channel]
    }
  }

  /// What is at its terminals from now on.
  mutating func measure(_ mains: Mains, at time: Instant) {
    let seen = isRunning ? shown(mains, at: time) : .off
    demand.search(until: time, in: history)
    history.change(to: seen, isRunning ? flow(seen, at: time) : .none, at: time)
  }

  /// Whether L1 and L3 are exchanged, as the side of the incoming cable demands. The manual does not
  /// say whether currents alone change places; here voltages go with them.
  var exchangesPhases: Bool { settings.value("incomer-entry") == "TOP" }

  /// What is at the terminals as the meter's settings let it show.
  private func shown(_ mains: Mains, at time: Instant) -> Mains {
    var seen = mains
    if settings.value("system-type") ?? profile.onlySystem == "1P2W" {
      seen.phases = Array(seen.phases.prefix(1))
    }
    if seen.phases.count == 3 {
      if exchangesPhases { seen.phases.swapAt(0, 2) }
      if faults.active(.swappedPhases, at: time) != nil { seen.phases.swapAt(0, 1) }
    }
    let currents = ratio("ct-primary", transformerPrimary) * (1 + transformerError)
    let voltages = ratio("vt-primary", settings.base("vt-secondary"))
    for index in seen.phases.indices {
      seen.phases[index].current *= currents
      seen.phases[index].voltage *= voltages
      if faults.strikes(.reversedPhase, "L\(index + 1)", at: time) {
        seen.phases[index].cosine.negate()
        seen.phases[index].sine.negate()
      }
    }
    return seen
  }

  /// How much more a setting claims than is there; 1 where the meter has no such setting.
  private func ratio(_ setting: String, _ real: Double?) -> Double {
    guard let claimed = settings.base(setting), let real, real > 0 else { return 1 }
    return claimed / real
  }

  /// What it counts of what it sees.
  private func flow(_ seen: Mains, at time: Instant) -> Flow {
    func sum(_ kind: TwinFault.Kind) -> Double {
      faults.all(kind).filter { $0.isActive(at: time) }.reduce(0) { $0 + ($1.amount ?? 0) }
    }
    let nominal = settings.base("ct-primary") ?? 5
    let (steady, light) = (properties.error + sum(.energyError), sum(.lightLoadError))
    let displacement = sum(.phaseError) * .pi / 180 + transformerDisplacement
    var flow = Flow(seen, displacement: displacement) { phase in
      1 + steady + (phase.current < 0.1 * nominal ? light : 0)
    }
    let apparent = seen.apparentPower
    let own = seen.isEnergised ? sum(.creep) : 0
    let threshold = faults.all(.startThreshold).filter { $0.isActive(at: time) }
    let isBelow = threshold.contains { fault in
      seen.phases.allSatisfy { $0.current < fault.amount ?? 0 }
    }
    // A type without the setting has neither the limit nor the noise that it keeps out.
    let limit = settings.value("energy-low-power-limit")
    let least = Self.lowPowerLimit * nominal * (seen.phases.map(\.voltage).max() ?? 0)
    if isBelow || (limit == "on" && apparent < least) { flow.stopCounting() }
    // Without the limit, the noise of the inputs is counted as well.
    let noise =
      limit != "off" || !seen.isEnergised ? 0 : Self.noise * nominal * seen.phases[0].voltage
    flow[.init(kind: .activeImport)] += own + noise
    return flow
  }

  /// The power below which nothing is counted, as a share of nominal current times voltage: 40 % of
  /// the starting current of class 0.5S in all three phases, for the manual gives none.
  private static let lowPowerLimit = 0.0012
  /// The noise of the inputs, as the same share.
  private static let noise = 0.0006

  /// The world went on by so much while the run's clock stood still.
  mutating func skip(_ duration: Duration, at time: Instant) {
    history.skip(duration, at: time)
  }

  /// A setting took another value.
  mutating func settingsChanged(at time: Instant) {
    if demand.period != demandPeriod(at: time) {
      demand.search(until: time, in: history)
      demand.period = demandPeriod(at: time)
      demand.restart(at: time, maxima: false)
    }
    revision += 1
  }

  /// A setting is changed in the menu; false where it cannot be.
  mutating func setByHand(_ name: String, to value: String, at time: Instant) -> Bool {
    guard let index = profile.settings.firstIndex(where: { $0.name == name }),
      let number = try? profile.settings[index].number(for: value)
    else { return false }
    let faults = faults
    settings.store(number, at: index) { faults.strikes($1, $0, at: time) }
    settingsChanged(at: time)
    return true
  }

  /// The moment of the values that registers show at `time`.
  func latchMoment(at time: Instant) -> Instant {
    let age = (time - latency).nanoseconds - firstLatch.nanoseconds
    let interval = updateInterval.nanoseconds
    guard age >= 0 else { return .zero }
    return Instant(nanoseconds: firstLatch.nanoseconds + age / interval * interval)
  }

  /// Whether it answers requests to this unit on a line with these settings.
  func answers(
    _ unit: UnitIdentifier,
    on line: LineSettings,
    hasParity: Bool = true,
    isSerial: Bool,
    at time: Instant
  ) -> Bool {
    isRunning
      && (settings.address(else: wiredAddress) == unit.rawValue
        || faults.active(.everyAddress, at: time) != nil)
      && (!isSerial || settings.fits(line, hasParity: hasParity))
      && faults.active(.silentMeter, at: time) == nil
      && faults.active(.silentReference, at: time) == nil
  }

  /// Whether its pause after the last reply is over.
  func hears(at time: Instant) -> Bool {
    properties.minimumPause == .zero || time >= deafUntil
  }

  /// Its reply ends at this moment.
  mutating func answered(at time: Instant) { deafUntil = time + properties.minimumPause }

  /// One of its pulse outputs under the present settings; nil where it does not work.
  func output(_ name: String) -> PulseOutput.Resolved? {
    guard isRunning, let output = profile.pulseOutput(name) else { return nil }
    if let variant, !output.variants.isEmpty, !output.variants.contains(variant) { return nil }
    guard case .works(let resolved) = output.resolve(in: profile, where: { settings.value($0) })
    else { return nil }
    return resolved
  }
}
