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
  /// What a simulated operator answers, by step, in the order of the file.
  public var answers: [Answer]
  /// What goes wrong, and when.
  public var faults: [TwinFault]

  /// An answer to the question of a step.
  public struct Answer: Hashable, Sendable {
    /// The step, or `position.step`.
    public var step: String
    public var answer: String

    /// An answer to the question of a step.
    public init(step: String, answer: String) {
      self.step = step
      self.answer = answer
    }
  }

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
  /// How long it must be left in peace after a reply; requests that come sooner are not heard.
  public var minimumPause = Duration.zero
  /// The most registers it gives at once; nil for as many as its profile says.
  public var registersPerRead: Int?
  /// Whether it answers for registers that it does not have, and for parts of numbers, with zeros instead of
  /// an exception.
  public var answersUnknown = false
  /// The code on the display while the self-test has failed: what stands where the profile writes X.
  public var errorCode = "0000 0001"
  /// What a read of a single register gives; nil where it gives what stands there.
  public var typeCode: UInt16?
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
  /// The quantity, setting or phase that it is about, where the kind has one.
  public var subject: String?
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
    /// The pulse constant is off by the amount.
    case pulseConstant = "pulse-constant"
    /// The output gives more pulses per second than it may.
    case uncappedRate = "uncapped-rate"
    /// Outputs 1 and 2 are exchanged.
    case swappedOutputs = "swapped-outputs"
    /// L1 and L2 are exchanged.
    case swappedPhases = "swapped-phases"
    /// The current of a phase flows backwards.
    case reversedPhase = "reversed-phase"
    /// Energy and power are off by the amount.
    case energyError = "energy-error"
    /// The current is displaced by the amount, which shows at low power factors.
    case phaseError = "phase-error"
    /// Energy and power are off by the amount below a tenth of the nominal current.
    case lightLoadError = "light-load-error"
    /// A quantity's register keeps its value.
    case stuckRegister = "stuck-register"
    /// A quantity's register is off by the amount.
    case registerError = "register-error"
    /// Every input register stands this many places too far.
    case shiftedRegisters = "shifted-registers"
    /// The words of a number are exchanged.
    case swappedWords = "swapped-words"
    /// Energy is added up in single precision: a full counter no longer moves.
    case floatAgeing = "float-ageing"
    /// Energy counters stop at their end.
    case noRollOver = "no-roll-over"
    /// The demand window is longer by the amount.
    case demandWindow = "demand-window"
    /// A reset leaves a quantity as it is.
    case resetForgets = "reset-forgets"
    /// A reset of anything clears a quantity that it must not.
    case resetClears = "reset-clears"
    /// Protected settings can be written without the password.
    case passwordIgnored = "password-ignored"
    /// The password is not taken.
    case passwordRefused = "password-refused"
    /// A setting is stored and has no effect.
    case settingIgnored = "setting-ignored"
    /// A setting returns to the factory's when the supply goes.
    case settingLost = "setting-lost"
    /// A setting that needs a restart takes effect at once.
    case settingAtOnce = "setting-at-once"
    /// A setting takes values that it must refuse.
    case settingUnchecked = "setting-unchecked"
    /// Energy is counted without a load: the amount.
    case creep
    /// Nothing is counted below a current: the amount.
    case startThreshold = "start-threshold"
    /// Energy counters begin anew when the supply goes.
    case energyLost = "energy-lost"
    /// Demand maxima begin anew when the supply goes.
    case demandLost = "demand-lost"
    /// The meter answers to every address.
    case everyAddress = "every-address"
    /// The meter needs longer to start: the amount.
    case slowStart = "slow-start"

    /// What `of` names.
    public enum Subject: Hashable, Sendable {
      case quantity, setting, phase
    }

    /// What `of` names; nil where the kind has no such key.
    public var subject: Subject? {
      switch self {
      case .stuckRegister, .registerError, .resetForgets, .resetClears: .quantity
      case .settingIgnored, .settingLost, .settingAtOnce, .settingUnchecked: .setting
      case .reversedPhase: .phase
      default: nil
      }
    }
  }
}
