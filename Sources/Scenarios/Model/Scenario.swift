public import MeterProfiles
public import Verdicts

/// A test as its file states it, with every value typed. It knows no wiring.
public struct Scenario: Sendable {
  public var name: String
  /// The meter type it is for.
  public var profile: MeterProfile
  /// Whether known-good meters judge the bench: what they fail is an error of the bench.
  public var judgesBench: Bool
  public var needs: Needs
  public var serialNumbers: SerialNumberRules
  public var parameters: [Parameter]
  /// Settings that cannot be read and are taken on trust, in the order of the file.
  public var assumptions: [SettingAssignment]
  /// How numbers are decided where a rule says nothing else.
  public var decision: DecisionRule
  /// The steps in the order of the file, every case of a matrix written out.
  public var steps: [Step]
  public var finally: [Step]
  /// The files that it includes, for the record.
  public var included: [IncludedFile]
  /// The file and its text, for the record.
  public var file: String
  public var text: String

  /// A file whose steps are part of the scenario.
  public struct IncludedFile: Hashable, Sendable {
    public var path: String
    public var text: String
  }

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

  /// A setting with its value.
  public init(setting: String, value: String, origin: Rule.Origin) {
    self.setting = setting
    self.value = value
    self.origin = origin
  }
}

/// One declarative action with its rules.
public struct Step: Hashable, Sendable {
  /// Stable and unique in the scenario: the title, the case of the matrix, and a number where two
  /// would be equal. It holds no run-time value.
  public var id: String
  public var action: Action
  public var rules: [Rule]
  /// Limits that depend on the load or on settings; the plan puts them into their rules.
  public var openLimits: [OpenLimit]
  /// The longest time the step may take; nil for the time that the plan predicts, with a margin.
  public var timeout: Duration?
  public var onFailure: OnFailure
  /// Whether its rules say what the scenario needs: a position that does not keep them leaves the run.
  public var isPrecondition: Bool
  /// How often a read may be repeated where no valid reply came.
  public var readRetries: Int
  public var origin: Rule.Origin

  /// Whether it uses a bus.
  public var talks: Bool {
    switch action {
    case .apply, .wait, .ask, .countPulses, .startingCurrent, .remeasure: false
    default: true
    }
  }

  /// A limit that the plan knows first.
  public struct OpenLimit: Hashable, Sendable {
    /// The rule's id.
    public var rule: String
    public var kind: Kind

    /// Where the limit comes from.
    public enum Kind: Hashable, Sendable {
      /// The standard of the class that the profile claims, at the point of the load.
      /// `share` of it: 1, or a tenth as for the meter constant.
      case accuracyClass(share: Double)
      /// The maker's accuracy of a quantity, whose range maximum a setting holds.
      case accuracy(String)
    }
  }

  /// What a failed step means for the rest of its position.
  public enum OnFailure: String, Hashable, Sendable, CaseIterable {
    case `continue`, stop
  }
}
