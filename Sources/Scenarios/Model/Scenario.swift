public import MeterProfiles
public import Verdicts

/// A test as its file states it, with every value typed. It knows no wiring.
public struct Scenario: Sendable {
  public var name: String
  /// The meter type it is for.
  public var profile: MeterProfile
  public var needs: Needs
  public var parameters: [Parameter]
  /// Settings that cannot be read and are taken on trust, in the order of the file.
  public var assumptions: [SettingAssignment]
  /// How numbers are decided where a rule says nothing else.
  public var decision: DecisionRule
  /// The steps in the order of the file, every case of a matrix written out.
  public var steps: [Step]
  public var finally: [Step]
  /// The file and its text, for the record.
  public var file: String
  public var text: String

  /// What a position and a bench must have.
  public struct Needs: Hashable, Sendable {
    public var variant: String?
    public var outputs: [String] = []
    /// The kind of energy that the reference must measure; the word of the bench file.
    public var reference: String?
    /// Where the needs stand.
    public var origin: Rule.Origin
  }

  /// A value given when the run is started.
  public struct Parameter: Hashable, Sendable {
    public var name: String
    /// The value of this run; the file's default where none was given.
    public var value: String

    /// A parameter with its value.
    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }
}

/// A setting with the value a scenario gives it.
public struct SettingAssignment: Hashable, Sendable {
  /// The setting's name in the profile.
  public var setting: String
  /// The value in the profile's one spelling.
  public var value: String
  public var origin: Rule.Origin
}

/// One declarative action with its rules.
public struct Step: Hashable, Sendable {
  /// Stable and unique in the scenario: the title, the case of the matrix, and a number where two
  /// would be equal. It holds no run-time value.
  public var id: String
  public var action: Action
  public var rules: [Rule]
  /// The longest time the step may take; nil for the time that the plan predicts, with a margin.
  public var timeout: Duration?
  public var onFailure: OnFailure
  /// How often a read may be repeated where no valid reply came.
  public var readRetries: Int
  public var origin: Rule.Origin

  /// What a failed step means for the rest of its position.
  public enum OnFailure: String, Hashable, Sendable, CaseIterable {
    case `continue`, stop
  }
}

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
    }
  }
}

/// What `identify` reads. Each item is a text measurement of the setting's or quantity's name.
public struct Identify: Hashable, Sendable {
  /// Names of settings or quantities that identify the meter, such as `serial-number`.
  public var items: [String]
}

/// What `read` reads, all of it at once where the registers lie together.
public struct Read: Hashable, Sendable {
  public var quantities: [String]
  /// Quantities that a rule compares with the reference's reading of the same name.
  public var compared: [String]
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
  /// Whether a rule needs the expected energy.
  public var needsReference: Bool
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
