public import Documents

/// What a simulated rig is like: its source, its meters with their errors, and the faults that
/// appear on the way. A file with this section never touches hardware, and every record of it
/// says so.
public struct TwinDeclaration: Hashable, Sendable {
  /// The wall time at which every run starts, in milliseconds since 1970 (UTC).
  public var epochMilliseconds: Int64
  /// Seeds every random number of the twin.
  public var seed: UInt64
  /// The meters' own properties, by position, in the order of the file.
  public var meters: [TwinMeter]
  /// The relative error of the reference.
  public var referenceError: Double
  /// The deviation of the source from what the bench declares.
  public var faults: [TwinFault]

  /// The properties of the meter in a position; a faultless one where the file names none.
  public func meter(_ position: String) -> TwinMeter {
    meters.first { $0.position == position } ?? TwinMeter(position: position)
  }
}

/// A simulated meter's deviations from the ideal one of its profile.
public struct TwinMeter: Hashable, Sendable {
  public var position: String
  /// What it reports as its serial number.
  public var serial: UInt32 = 0
  /// What it reports as its firmware.
  public var firmware = "1.00"
  /// The relative error of its energy.
  public var error = 0.0
  /// The standard deviation of its pulses' moments, in seconds.
  public var pulseJitter = 0.0
  /// The width that its pulses really have; nil for the set one.
  public var pulseWidth: Duration?
  /// What its import register shows at the start, in Wh.
  public var startEnergy = 0.0
  /// The time from the end of a request to the first byte of the reply.
  public var responseTime = Duration.milliseconds(40)
  /// Settings that differ from the factory's, as files write them, in the order of the file.
  public var settings: [SettingValue] = []

  /// A setting and its value.
  public struct SettingValue: Hashable, Sendable {
    public var setting: String
    public var value: String

    /// A setting and its value.
    public init(setting: String, value: String) {
      self.setting = setting
      self.value = value
    }
  }

  /// A faultless meter.
  public init(position: String) { self.position = position }
}

/// A fault that a twin shows at a stated time.
public struct TwinFault: Hashable, Sendable {
  public var kind: Kind
  /// When it begins, from the start of the run.
  public var at: Duration
  /// When it ends; nil for never.
  public var until: Duration?
  /// The position, bus or part it strikes, as the file names it.
  public var target: String
  /// The pulse output, where it strikes one.
  public var output: String?
  /// The size, where the kind has one: a duration, a register value, a signal's number.
  public var amount: Double?
  public var location: SourceLocation

  /// The kinds of fault. The raw values are the words of the bench file.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// The meter no longer answers.
    case silentMeter = "silent-meter"
    /// The pulse output no longer moves.
    case silentOutput = "silent-output"
    /// One edge is lost on the way, without a trace.
    case droppedEdge = "dropped-edge"
    /// One whole pulse is missing, without a trace.
    case droppedPulse = "dropped-pulse"
    /// An additional pulse appears.
    case extraPulse = "extra-pulse"
    /// Contacts bounce at every edge, within the amount of time.
    case bounce
    /// The edge queue overflows.
    case edgeOverflow = "edge-overflow"
    /// Pulses have another width: the amount.
    case pulseWidth = "pulse-width"
    /// Replies come this much later.
    case lateReplies = "late-replies"
    /// Replies have a wrong check sum.
    case damagedReplies = "damaged-replies"
    /// A byte of noise comes before each reply.
    case noise
    /// The line returns what is sent.
    case echo
    /// Energy registers hold NaN.
    case notANumber = "nan-register"
    /// The self-test failed: input registers are not available.
    case selfTestError = "self-test-error"
    /// Every write is refused.
    case refusedWrites = "refused-writes"
    /// Writes are acknowledged and forgotten.
    case forgottenWrites = "forgotten-writes"
    /// The bus's adapter is pulled.
    case adapterPulled = "adapter-pulled"
    /// Nothing on the bus answers any more.
    case deadBus = "dead-bus"
    /// The reference's pulses stop.
    case silentReference = "silent-reference"
    /// An output does not switch.
    case stuckOutput = "stuck-output"
    /// An output falls off although it is on.
    case fallenOutput = "fallen-output"
    /// The load's power changes by the amount (a ratio).
    case loadStep = "load-step"
    /// An interlock opens.
    case interlockOpens = "interlock-opens"
    /// The run is interrupted, as by SIGINT.
    case interruption
    /// The machine is suspended for the amount of time.
    case suspend
  }
}
