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
  private(set) var revision = 0
  var settings: MeterSettings
  private(set) var history: MeasuredHistory
  var demand: Demand
  /// What energy registers showed at their last reset, in Wh and Ah of one phase.
  var energyAtReset = 0.0
  var chargeAtReset = 0.0
  /// What the import register showed when energy was last reset, in Wh.
  var startEnergy: Double
  /// The end of the time in which protected settings can be written.
  var unlockedUntil: Instant?

  /// The address by the bench's file, for meters whose profile has no setting for it.
  private let wiredAddress: UInt8
  private let updateInterval: Duration
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
    faults: FaultScript,
    random: SeededRandom
  ) throws(ImpossibleSetting) {
    self.profile = profile
    self.properties = properties
    self.variant = variant
    self.lineage = lineage ?? profile.lineages.first
    let isReference = properties.position == TwinPlant.reference
    self.faults = faults.filtered {
      $0.target == properties.position || (isReference && $0.kind == .silentReference)
    }
    map = RegisterMap(profile: profile, variant: variant, lineage: self.lineage)
    wiredAddress = address
    settings = MeterSettings(profile: profile)
    if let bus {
      settings.preset("address", number: Double(address))
      settings.presetLine(bus.line)
    }
    try settings.apply(properties.settings)
    startEnergy = properties.startEnergy
    updateInterval = max(profile.readings?.updateInterval ?? .seconds(1), .milliseconds(1))
    latency = max(profile.readings?.latency ?? .zero, .zero)
    var random = random
    firstLatch = Instant(
      sinceOrigin: .seconds(rounding: updateInterval.inSeconds * (random.uniform() - 1))
    )
    demand = Demand(period: settings.demandPeriod)
    history = MeasuredHistory(depth: .seconds(3600) + latency + updateInterval)
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
    case (true, .unsupplied): condition = .starting(until: time + Self.startUpTime)
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
    settings.restart()
    demand.period = settings.demandPeriod
    demand.restart(at: time, maxima: false)
    revision += 1
  }

  /// What is at its terminals from now on.
  mutating func measure(_ mains: Mains, at time: Instant) {
    var seen = isRunning ? mains : .off
    if settings.value("system-type") == "1P2W" { seen.phases = min(seen.phases, 1) }
    demand.search(until: time, in: history)
    history.change(to: seen, gain: 1 + properties.error, at: time)
  }

  /// The world went on by so much while the run's clock stood still.
  mutating func skip(_ duration: Duration, at time: Instant) {
    history.skip(duration, at: time)
  }

  /// A setting took another value.
  mutating func settingsChanged(at time: Instant) {
    if demand.period != settings.demandPeriod {
      demand.search(until: time, in: history)
      demand.period = settings.demandPeriod
      demand.restart(at: time, maxima: false)
    }
    revision += 1
  }

  /// The moment of the values that registers show at `time`.
  func latchMoment(at time: Instant) -> Instant {
    let age = (time - latency).nanoseconds - firstLatch.nanoseconds
    let interval = updateInterval.nanoseconds
    guard age >= 0 else { return .zero }
    return Instant(nanoseconds: firstLatch.nanoseconds + age / interval * interval)
  }

  /// Whether it answers requests to this unit on a line with these settings.
  func answers(_ unit: UnitIdentifier, on line: LineSettings, isSerial: Bool, at time: Instant)
    -> Bool
  {
    isRunning && settings.address(else: wiredAddress) == unit.rawValue
      && (!isSerial || settings.fits(line))
      && faults.active(.silentMeter, at: time) == nil
      && faults.active(.silentReference, at: time) == nil
  }

  /// One of its pulse outputs under the present settings; nil where it does not work.
  func output(_ name: String) -> PulseOutput.Resolved? {
    guard isRunning, let output = profile.pulseOutput(name) else { return nil }
    if let variant, !output.variants.isEmpty, !output.variants.contains(variant) { return nil }
    guard case .works(let resolved) = output.resolve(in: profile, where: { settings.value($0) })
    else { return nil }
    return resolved
  }
}
