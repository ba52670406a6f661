import BenchEngine
import Benches
import Documents
import FoundationEssentials
public import Judging
import Planning
import RunRecord
import Scenarios
import Verdicts

/// A recorded run, judged by the rules of another scenario.
public struct RejudgedRun: Sendable {
  /// The folder of the run.
  public var path: String
  public var before: JudgedRun
  public var after: JudgedRun
}

/// Judges what runs measured by another scenario: other limits, other decision rules. Nothing is measured.
///
/// The other scenario must do what the runs did, step for step; only its rules may differ. A rule whose
/// value no run measured is inconclusive. Where a rule rests on the load, and the run had no reason to look at
/// it, what the rule does not pass is inconclusive as well.
public struct Rejudging {
  /// The runs cannot be judged by the scenario.
  public struct Refusal: Error, CustomStringConvertible {
    public var problems: [Problem]

    init(_ problems: [Problem]) { self.problems = problems }

    init(_ text: String) { problems = [Problem(text)] }

    public var description: String { problems.map(\.description).joined(separator: "\n") }
  }

  private let scenario: String
  private let parameters: [(name: String, value: String)]
  /// Most runs of a folder are of the same files.
  private var plans: [Inputs: (before: Plan, after: Plan)] = [:]

  private struct Inputs: Hashable {
    var texts: [String]
    var parameters: [RunStarted.Parameter]
  }

  /// - Parameters:
  ///   - scenario: the file of the other scenario.
  ///   - parameters: values for its parameters; those of each run hold where nothing is said.
  public init(scenario: String, parameters: [(name: String, value: String)] = []) {
    self.scenario = scenario
    self.parameters = parameters
  }

  /// Judges a run.
  ///
  /// - Parameter path: its folder, or its record.
  /// - Throws: `FileProblem` where there is no record, ``ChangedRecord`` where it was changed; `Refusal` where the
  ///   scenario measures something else.
  public mutating func judge(_ path: String) throws -> RejudgedRun {
    let folder = RecordFolder(path)
    let data = try folder.data()
    var events: [RecordedEvent] = []
    var before = Judge()
    var skipped: [Int] = []
    try folder.read(
      data,
      skipping: {
        before.skip($0)
        skipped.append($0)
      },
      {
        before.take($0)
        events.append($0)
      }
    )
    guard case .runStarted(let start)? = events.first?.event,
      let index = events.firstIndex(where: { if case .planned = $0.event { true } else { false } }),
      case .planned(let recorded) = events[index].event
    else { throw FileProblem(path: folder.record, reason: "it holds no plan") }
    events[index].event = .planned(try self.plan(start, recorded))
    var after = Judge()
    var rest = skipped[...]
    for event in events {
      while let next = rest.first, next < event.sequence {
        after.skip(next)
        rest.removeFirst()
      }
      after.take(event)
    }
    return RejudgedRun(path: path, before: before.judged(), after: after.judged())
  }

  /// The plan that the run would have had, with the positions that it had.
  private mutating func plan(
    _ start: RunStarted,
    _ recorded: RecordedPlan
  ) throws -> RecordedPlan {
    let (before, after) = try plans(of: start)
    let (old, new) = (before.steps + before.finally, after.steps + after.finally)
    guard old.map(\.step.id) == recorded.steps.map(\.id) else {
      throw Refusal(
        "run \(start.run): this version of meterbench plans other steps from its files than the run had; judge it with \(start.tool)"
      )
    }
    for (index, pair) in zip(old, new).enumerated() where !pair.0.measures(as: pair.1) {
      throw Refusal(
        "\(pair.1.step.origin.file):\(pair.1.step.origin.line):\(pair.1.step.origin.column): step \(index + 1), '\(pair.1.step.id)', does something else than '\(pair.0.step.id)' of run \(start.run) did; only rules may differ"
      )
    }
    guard old.count == new.count else {
      throw Refusal(
        "\(scenario) has \(new.count) steps, and run \(start.run) had \(old.count); only rules may differ"
      )
    }
    var plan = RecordedPlan(after)
    plan.positions = recorded.positions
    for index in plan.steps.indices {
      plan.steps[index].id = recorded.steps[index].id
      plan.steps[index].notApplicable = recorded.steps[index].notApplicable
      plan.steps[index].identifiesUnit = recorded.steps[index].identifiesUnit
      let isShown = new[index].hasLoadShown(by: old[index])
      // Values of which no fixed limit was asked do not allow for the load, and it may not have been looked at.
      for rule in plan.steps[index].rules.indices {
        let measurement = plan.steps[index].rules[rule].measurement
        guard new[index].loadTolerances[measurement] != nil,
          !isShown || old[index].loadTolerances[measurement] == nil
        else { continue }
        plan.steps[index].rules[rule].measurement += " with the load allowed for"
      }
      guard !isShown, let load = new[index].load else { continue }
      plan.steps[index].trustedLoad = TrustedLoad(
        load: load.name,
        rules: plan.steps[index].rules.map(\.id)
      )
    }
    return plan
  }

  private mutating func plans(of start: RunStarted) throws -> (before: Plan, after: Plan) {
    let sources =
      [start.bench, start.scenario] + (start.included ?? []) + start.profiles
    let inputs = Inputs(texts: sources.map(\.text), parameters: start.parameters)
    if let known = plans[inputs] { return known }
    let common = ([start.bench] + start.profiles).map { ($0.path, $0.text) }
    let own = ([start.scenario] + (start.included ?? [])).map { ($0.path, $0.text) }
    let given = start.parameters.map { (name: $0.name, value: $0.value) }
    let changed = Set(parameters.map(\.name))
    let made = (
      before: try prepare(start.scenario.path, start, common + own, given),
      after: try prepare(
        scenario,
        start,
        common,
        given.filter { !changed.contains($0.name) } + parameters
      )
    )
    plans[inputs] = made
    return made
  }

  private func prepare(
    _ scenario: String,
    _ start: RunStarted,
    _ texts: [(String, String)],
    _ parameters: [(name: String, value: String)]
  ) throws -> Plan {
    var library = Library(
      today: String(start.wallTime.prefix(10)),
      given: Dictionary(texts, uniquingKeysWith: { first, _ in first })
    )
    do throws(DocumentError) {
      return try library.prepare(
        scenario: scenario,
        bench: start.bench.path,
        parameters: parameters,
        allowsUndecidable: true
      ).plan
    } catch {
      throw Refusal(library.errors)
    }
  }
}

extension PlannedStep {
  /// Whether the run of another plan looked at the load as this step needs it.
  fileprivate func hasLoadShown(by other: PlannedStep) -> Bool {
    guard let relied = reliedOnLoad else { return true }
    return other.reliedOnLoad.map { $0.isLimit || !relied.isLimit } ?? false
  }

  /// Whether this step does what another one does, whatever their rules are.
  fileprivate func measures(as other: PlannedStep) -> Bool {
    step.id == other.step.id && load == other.load
      && step.action.measured == other.step.action.measured
  }
}

extension Action {
  /// The action without what follows from its rules.
  fileprivate var measured: Action {
    switch self {
    case .countPulses(var count):
      count.needsReference = false
      return .countPulses(count)
    case .remeasure(var test):
      test.gate.needsReference = false
      return .remeasure(test)
    case .demand(var test):
      test.needsReference = false
      return .demand(test)
    // Where an assignment stands in its file is no part of what it does.
    case .configure(let settings): return .configure(settings.map(\.placeless))
    case .shippingSettings(let settings): return .shippingSettings(settings.map(\.placeless))
    case .communication(var test):
      for index in test.cases.indices {
        test.cases[index].settings = test.cases[index].settings.map(\.placeless)
      }
      return .communication(test)
    case .read(var read):
      // What no run read is missing, and the rule that asks for it inconclusive.
      (read.quantities, read.compared, read.magnitudes) = ([], [], [])
      return .read(read)
    default: return self
    }
  }
}

extension SettingAssignment {
  fileprivate var placeless: Self {
    SettingAssignment(
      setting: setting,
      value: value,
      origin: Rule.Origin(file: "", line: 0, column: 0)
    )
  }
}
