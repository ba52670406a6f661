public import Quantities

/// What a step does.
public enum Action: Hashable, Sendable {
  /// Reads what identifies the meter.
  case identify(Identify)
  /// Reads quantities.
  case read(Read)
  /// Writes settings where they differ, and reads them back.
  case configure([SettingAssignment])
  /// Counts pulses over an edge-synchronous gate.
  case countPulses(CountPulses)
  /// Compares a register's advance with the pulses of the same gate: the dial test.
  case compareRegisters(CompareRegisters)
  /// Switches the supply and the load.
  case apply(Apply)
  /// Lets time pass.
  case wait(Wait)
  /// Asks the person at the bench.
  case ask(Ask)
  /// Clears counters or maxima, and looks at what was cleared and what was kept.
  case reset(Reset)
  /// Cuts the supply and waits until the meter is ready again.
  case restart(Restart)
  /// Watches a demand rise after the load came.
  case demand(DemandTest)
  /// Counts pulses without a load.
  case noLoad(NoLoad)
  /// Waits for pulses at a very small load.
  case startingCurrent(StartingCurrent)
  /// Takes several gates and judges all of them.
  case remeasure(Remeasure)
  /// Gives each meter the address that its position has in the bench file.
  case assignAddress(AssignAddress)
  /// Talks under every setting of the line, and comes back.
  case communication(CommunicationTest)
  /// Writes the settings that the meter leaves with, and reads them back after a restart.
  case shippingSettings([SettingAssignment])
  /// Gives every setting back the value that it had before the run.
  case restoreSettings
  /// Writes what the meter must refuse.
  case mustRefuse(MustRefuse)

  /// The word of the scenario file.
  public var verb: String {
    switch self {
    case .identify: "identify"
    case .read: "read"
    case .configure: "configure"
    case .countPulses: "count-pulses"
    case .compareRegisters: "compare-registers"
    case .apply: "apply"
    case .wait: "wait"
    case .ask: "ask"
    case .reset: "reset"
    case .restart: "restart"
    case .demand: "demand"
    case .noLoad: "no-load"
    case .startingCurrent: "starting-current"
    case .remeasure: "remeasure"
    case .assignAddress: "assign-address"
    case .communication: "communication"
    case .shippingSettings: "shipping-settings"
    case .restoreSettings: "restore-settings"
    case .mustRefuse: "must-refuse"
    }
  }
}

/// What `identify` reads. Each item is a text measurement of the setting's or quantity's name.
public struct Identify: Hashable, Sendable {
  /// Names of settings or quantities that identify the meter, such as `serial-number`.
  public var items: [String]
  /// Those of them that a meter need not have: older ones of a family do not answer for all.
  public var optional: Set<String> = []
}

/// What `read` reads, all of it at once where the registers lie together.
public struct Read: Hashable, Sendable {
  public var quantities: [String]
  /// Quantities that a rule compares with the reference's reading of the same name.
  public var compared: [String]
  /// Quantities of which a rule judges the value without its sign.
  public var magnitudes: [String]
}

/// Pulses over a gate that opens and closes at leading edges.
public struct CountPulses: Hashable, Sendable {
  public var output: String
  /// The gate closes at the first leading edge after so many whole periods.
  public var atLeastPulses: Int?
  /// … and after so long.
  public var atLeastTime: Duration?
  /// The load's power may leave its mean by so much (a ratio) while the gate is open.
  public var loadStability: Double?
  /// What the source must keep while the gate is open.
  public var source = SourceConditions()
  /// Whether a rule needs the expected energy.
  public var needsReference: Bool
  /// Whether more pulses are due than the output may give.
  public var isOverload = false
}

/// How far what a source gives may be off what the bench declares of it.
public struct SourceConditions: Hashable, Sendable {
  /// Of each voltage; nil where it is not watched.
  public var voltage: Tolerance?
  /// Of the frequency; nil where it is not watched.
  public var frequency: Tolerance?

  /// Conditions; none where nothing is said.
  public init(voltage: Tolerance? = nil, frequency: Tolerance? = nil) {
    self.voltage = voltage
    self.frequency = frequency
  }

  public var isEmpty: Bool { voltage == nil && frequency == nil }
}

/// A register's advance against pulses over one gate.
public struct CompareRegisters: Hashable, Sendable {
  public var output: String
  /// The energy register; nil for the one that the output counts.
  public var quantity: String?
  public var atLeastPulses: Int?
  public var atLeastTime: Duration?
}

/// Outputs to switch, in the safe order.
public struct Apply: Hashable, Sendable {
  /// On or off; nil leaves it.
  public var supply: Bool?
  public var load: LoadChange?

  /// Outputs to switch.
  public init(supply: Bool?, load: LoadChange?) {
    self.supply = supply
    self.load = load
  }

  /// What happens to the load.
  public enum LoadChange: Hashable, Sendable {
    case off
    case on(String)
  }
}

/// Time to pass.
public enum Wait: Hashable, Sendable {
  case time(Duration)
  /// Until the meter was supplied for so long.
  case warmUp(Duration)
}

/// A question for a person; the answer is the text measurement `answer`.
public struct Ask: Hashable, Sendable {
  public var question: String
  public var choices: [String]
}

/// A reset that the profile knows.
public struct Reset: Hashable, Sendable {
  /// The reset's name in the profile.
  public var reset: String
  /// Quantities that must be 0 afterwards.
  public var cleared: [String]
  /// Quantities that must not.
  public var kept: [String]
}

/// A power cycle.
public struct Restart: Hashable, Sendable {
  /// How long the supply is off.
  public var offTime: Duration
  /// How long the meter may take.
  public var limit: Duration
  /// How long it is waited for at most.
  public var patience: Duration
  /// Counters and maxima that must outlast it.
  public var kept: [String]
}

/// A demand that rises from 0 to the power of a load, over the demand window.
public struct DemandTest: Hashable, Sendable {
  /// The load that is switched on.
  public var load: String
  /// The demand.
  public var quantity: String
  /// The register of its maximum; nil where no rule asks for it.
  public var maximum: String?
  /// The setting that holds the window.
  public var period: String
  /// Whether a rule compares the demand with the reference.
  public var needsReference: Bool
}

/// Pulses without a load.
public struct NoLoad: Hashable, Sendable {
  public var output: String
  /// How long; nil for the standard's least time.
  public var time: Duration?
}

/// Pulses at a very small load.
public struct StartingCurrent: Hashable, Sendable {
  public var output: String
  /// How many pulses prove that the meter counts.
  public var pulses: Int
  /// How long they are waited for; nil for twice the time that they should take.
  public var time: Duration?
}

/// Several gates of one output.
public struct Remeasure: Hashable, Sendable {
  /// Each gate.
  public var gate: CountPulses
  public var gates: Int
}

/// New addresses for new meters.
public struct AssignAddress: Hashable, Sendable {
  /// The address that the meters come with.
  public var from: UInt8
}

/// Line settings to try one after the other.
public struct CommunicationTest: Hashable, Sendable {
  /// Each with the settings that differ from those in use.
  public var cases: [Case]

  /// One way to talk.
  public struct Case: Hashable, Sendable {
    /// The rule's and the measurement's id, such as `19200 baud 8E1`.
    public var id: String
    public var settings: [SettingAssignment]
  }
}

/// Writes that a meter must refuse.
public struct MustRefuse: Hashable, Sendable {
  public var writes: [Write]

  /// One write.
  public struct Write: Hashable, Sendable {
    public var setting: String
    /// What is written, as a register number.
    public var number: Double
    /// Whether the value is right, and the meter is to refuse it because it is locked.
    public var isLocked: Bool
  }
}
