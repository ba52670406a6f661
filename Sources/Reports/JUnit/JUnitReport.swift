public import Judging
import Markup
import Quantities
import RunRecord
public import Verdicts

/// A run as JUnit XML.
///
/// No two consumers agree on the format. Both forms keep to what all of them read: suites that are
/// not nested, exact counters, one result for each case, three decimals, UTC. Consumers
/// differ most in where they look for a text, so a message stands in the body again.
public enum JUnitReport {
  /// How much a document may say.
  public enum Form: Hashable, Sendable, CaseIterable {
    /// With file and line of the rule, values as properties of the case, and attachments: what
    /// GitLab, GitHub actions, Testmo and the Jenkins JUnit plugin show.
    case rich
    /// Only what the schema of the Ant tasks and the one of the Jenkins xUnit plugin both allow.
    case strict
  }

  /// Where a run's record is, and how it is known to be that of this document.
  public struct Record: Hashable, Sendable {
    public var path: String
    /// The digest of its last line; nil while the run goes on.
    public var seal: String?

    /// A run's record.
    public init(path: String, seal: String? = nil) {
      self.path = path
      self.seal = seal
    }
  }

  /// The document of a run.
  ///
  /// A failure is the meter's; an error is the bench's, or an open question. A run whose verdict
  /// is not passed shows at least one case that says why.
  ///
  /// - Parameters:
  ///   - run: the run.
  ///   - form: how much the document may say.
  ///   - attachments: paths of evidence, the most important first, as the consumer of the document
  ///     finds them (relative to its workspace). Cases that did not pass name them in the rich
  ///     form, suites in both.
  ///   - record: the run's record, as properties.
  public static func document(
    _ run: JudgedRun,
    form: Form = .rich,
    attachments: [String] = [],
    record: Record? = nil
  ) -> String {
    let suites = JUnitSuite.suites(run, record: record)
    return document(
      suites,
      form: form,
      attachments: attachments,
      name: JUnitNames.title(run.start?.scenarioName ?? "unknown scenario"),
      host: run.start.map { JUnitNames.title($0.benchName) } ?? "localhost",
      duration: run.duration
    )
  }

  /// The document of a run that left no record: one case in error. Both forms allow it.
  ///
  /// - Parameters:
  ///   - text: what happened.
  ///   - kind: whose fault it was.
  ///   - bench: the bench's name; nil where it is not known.
  ///   - wallTime: when, in UTC, as `YYYY-MM-DDThh:mm:ss`; 1970 where it is nil or no such text.
  public static func crashDocument(
    text: String,
    kind: Reason.Kind = .tool,
    bench: String? = nil,
    wallTime: String? = nil
  ) -> String {
    let suite = JUnitSuite(
      name: "meterbench.run",
      timestamp: wallTime.flatMap { WallTime($0) },
      duration: .zero,
      properties: [("rig", "unknown")],
      cases: [
        JUnitCase(
          name: "run",
          result: JUnitCase.Result(.error, kind, text, details: [])
        )
      ],
      output: ["verdict: error"]
    )
    return document(
      [suite],
      form: .strict,
      attachments: [],
      name: "meterbench",
      host: bench.map { JUnitNames.title($0) } ?? "localhost",
      duration: .zero
    )
  }

  private static func document(
    _ suites: [JUnitSuite],
    form: Form,
    attachments: [String],
    name: String,
    host: String,
    duration: Duration
  ) -> String {
    let attached = attachments.map(attachmentLine)
    var document = ""
    for limits in JUnitLimits.ladder {
      document = text(
        suites,
        form: form,
        limits: limits,
        attached: attached,
        name: name,
        host: host,
        duration: duration
      )
      if document.utf8.count <= JUnitLimits.document { break }
    }
    return document
  }

  private static func text(
    _ suites: [JUnitSuite],
    form: Form,
    limits: JUnitLimits,
    attached: [String],
    name: String,
    host: String,
    duration: Duration
  ) -> String {
    func total(_ element: JUnitCase.Element) -> String {
      "\(suites.reduce(0) { $0 + $1.count(element) })"
    }
    let attributes: KeyValuePairs<String, String?> =
      switch form {
      case .strict: [:]
      case .rich:
        [
          "name": name,
          "tests": "\(suites.reduce(0) { $0 + $1.cases.count })",
          "failures": total(.failure),
          "errors": total(.error),
          "skipped": total(.skipped),
          "time": seconds(duration),
        ]
      }
    var xml = XMLWriter()
    xml.element("testsuites", attributes) { xml in
      for (index, suite) in suites.enumerated() {
        write(
          suite,
          index: index,
          host: host,
          form: form,
          limits: limits,
          attached: attached,
          to: &xml
        )
      }
    }
    return xml.finish()
  }

  private static func write(
    _ suite: JUnitSuite,
    index: Int,
    host: String,
    form: Form,
    limits: JUnitLimits,
    attached: [String],
    to xml: inout XMLWriter
  ) {
    xml.element(
      "testsuite",
      [
        "name": suite.name,
        "package": form == .strict ? host : nil,
        "id": "\(index)",
        "tests": "\(suite.cases.count)",
        "failures": "\(suite.count(.failure))",
        "errors": "\(suite.count(.error))",
        "skipped": "\(suite.count(.skipped))",
        "time": seconds(suite.duration),
        "timestamp": suite.timestamp?.text ?? (form == .strict ? WallTime.unknown.text : nil),
        "hostname": host,
      ]
    ) { xml in
      write(suite.properties, to: &xml)
      for testCase in suite.cases {
        write(testCase, of: suite, form: form, limits: limits, attached: attached, to: &xml)
      }
      xml.element(
        "system-out",
        cdata: (JUnitLimits.output(suite.output) + attached).joined(separator: "\n")
      )
      if form == .strict { xml.element("system-err") }
    }
  }

  private static func write(
    _ testCase: JUnitCase,
    of suite: JUnitSuite,
    form: Form,
    limits: JUnitLimits,
    attached: [String],
    to xml: inout XMLWriter
  ) {
    let origin = form == .rich ? testCase.origin : nil
    xml.element(
      "testcase",
      [
        "name": testCase.name,
        "classname": suite.name,
        "time": seconds(testCase.duration),
        "file": origin?.file,
        "line": origin.map { "\($0.line)" },
      ]
    ) { xml in
      if form == .rich, limits.hasProperties, let finding = testCase.finding {
        write(finding.properties, to: &xml)
      }
      guard let result = testCase.result else { return }
      xml.element(
        result.element.rawValue,
        [
          "message": Visible.line(result.message, limit: limits.message),
          "type": result.element == .skipped ? nil : result.type,
        ],
        text: JUnitLimits.cut(result.body, to: limits.body)
      )
      if form == .rich, result.element != .skipped, !attached.isEmpty {
        xml.element("system-out", text: attached.joined(separator: "\n"))
      }
    }
  }

  private static func write(
    _ properties: [(name: String, value: String)],
    to xml: inout XMLWriter
  ) {
    guard !properties.isEmpty else { return }
    xml.element("properties") { xml in
      for (name, value) in properties {
        xml.element(
          "property",
          ["name": JUnitNames.title(name), "value": JUnitLimits.value(value)]
        )
      }
    }
  }

  /// The line that Jenkins, GitLab and Azure take for a link. A path that its syntax cannot hold
  /// is still said.
  private static func attachmentLine(_ path: String) -> String {
    let line = Visible.line(path)
    return line == path && !path.contains(where: { "[]|".contains($0) })
      ? "[[ATTACHMENT|\(path)]]" : "attachment: \(line)"
  }

  /// Seconds with three decimals, never negative, never with an exponent.
  private static func seconds(_ duration: Duration) -> String {
    let nanoseconds = max(0, duration.nanoseconds)
    let milliseconds = nanoseconds / 1_000_000 + (nanoseconds % 1_000_000 >= 500_000 ? 1 : 0)
    let fraction = "\(milliseconds % 1000)"
    return "\(milliseconds / 1000)."
      + String(repeating: "0", count: 3 - fraction.count) + fraction
  }
}

extension Finding {
  /// The numbers of a case, in base units and with all their digits.
  fileprivate var properties: [(name: String, value: String)] {
    guard let measurement else { return [] }
    guard case .number(let number, let dimension) = measurement.value else {
      return [("value", measurement.text)]
    }
    var properties = [("value", "\(number)"), ("unit", dimension.baseUnit.symbol)]
    if let lower { properties.append(("lower", "\(lower)")) }
    if let upper { properties.append(("upper", "\(upper)")) }
    if let uncertainty = measurement.expandedUncertainty {
      properties.append(("uncertainty", "\(uncertainty)"))
    }
    properties.append(("decision", rule.decision.description))
    if isMarginal { properties.append(("marginal", "true")) }
    return properties
  }
}
