import Documents
import Verdicts

/// The form of `serial-number` in a scenario file, and its meaning.
enum SerialNumberFile {
  static let shape = Shape.mapping([
    .init(
      "pattern",
      .custom(what: "a regular expression", schemaPattern: nil) {
        SerialNumberRules.problem(withPattern: $0)
      },
      doc:
        "The form that the whole number must have. A group (?<reported>…) is the part that the meter reports, (?<checked>…) the part with the check digit."
    ),
    .init(
      "check-digit",
      .choice(CheckDigit.allCases.map(\.rawValue)),
      doc: "How its last characters follow from the others; not looked at where nothing is said."
    ),
    .init(
      "expected",
      .choice(["required", "optional"]),
      doc:
        "Whether a run must say which meter each position holds; optional where nothing is said."
    ),
    .init("already-passed", ruling, doc: "What becomes of a meter that passed before; \(usual)."),
    .init("failed-before", ruling, doc: "What becomes of a meter that failed before; \(usual)."),
  ])

  private static let ruling = Shape.choice(SerialNumberRules.Ruling.allCases.map(\.rawValue))
  private static let usual = "warn where nothing is said"

  /// - Parameters:
  ///   - node: the value of `serial-number`; nil where the file has none.
  ///   - root: the whole file.
  static func rules(_ node: Node?, in root: Node) -> SerialNumberRules {
    var rules = SerialNumberRules(origin: Rule.Origin(node ?? root))
    guard let node else { return rules }
    func ruling(_ key: String) -> SerialNumberRules.Ruling? {
      node[key]?.text.flatMap { SerialNumberRules.Ruling(rawValue: $0) }
    }
    rules.pattern = node["pattern"]?.text
    rules.checkDigit = node["check-digit"]?.text.flatMap { CheckDigit(rawValue: $0) }
    rules.isRequired = node["expected"]?.text == "required"
    rules.alreadyPassed = ruling("already-passed") ?? rules.alreadyPassed
    rules.failedBefore = ruling("failed-before") ?? rules.failedBefore
    return rules
  }
}
