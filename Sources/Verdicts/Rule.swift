public import Quantities

/// What a measurement must satisfy, with the place in the scenario that says so.
public struct Rule: Hashable, Sendable, Codable {
  /// Where a rule was declared.
  public struct Origin: Hashable, Sendable, Codable {
    public var file: String
    /// 1-based.
    public var line: Int
    /// 1-based.
    public var column: Int

    /// A place in a file.
    public init(file: String, line: Int, column: Int) {
      self.file = file
      self.line = line
      self.column = column
    }
  }

  /// The form of the requirement.
  public enum Criterion: Hashable, Sendable, Codable {
    /// A number between limits in the base unit of `dimension`; a missing limit does not bind.
    case within(lower: Double?, upper: Double?, dimension: Dimension)
    /// A number around a nominal value that is itself measured: the half-width is
    /// `relative` · |nominal| + `absolute`.
    case around(nominal: String, relative: Double, absolute: Double, dimension: Dimension)
    /// A text that is one of these.
    case text(oneOf: [String])
  }

  /// Unique within the step; part of the JUnit case name, so it holds no run-time value.
  public var id: String
  /// The id of the measurement it judges.
  public var measurement: String
  /// The requirement.
  public var criterion: Criterion
  /// How a number is decided.
  public var decision: DecisionRule
  /// The share of the room to a limit from which on a passed number is marked as marginal, for process
  /// control; nil where none is.
  public var marginal: Double?
  /// Whether the rule says what the scenario needs, not what the meter owes: where it does not hold, nothing
  /// failed, and nothing was proven.
  public var isPrecondition: Bool {
    get { precondition ?? false }
    set { precondition = newValue ? true : nil }
  }
  /// Absent in records of rules that are none.
  private var precondition: Bool?
  /// The requirement as the scenario words it.
  public var text: String
  /// Where the scenario words it.
  public var origin: Origin

  /// A rule.
  public init(
    id: String,
    measurement: String,
    criterion: Criterion,
    decision: DecisionRule,
    marginal: Double? = nil,
    text: String,
    origin: Origin
  ) {
    self.id = id
    self.measurement = measurement
    self.criterion = criterion
    self.decision = decision
    self.marginal = marginal
    self.text = text
    self.origin = origin
  }
}
