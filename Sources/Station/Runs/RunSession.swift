import BenchEngine
import Benches
public import FoundationEssentials
import Glibc
import HostRig
public import Judging
import MeterProfiles
import Planning
import Quantities
import Reports
import Rig
public import RunRecord
import Scenarios
import TwinRig
import Verdicts

/// One run: from a plan to a record, a JUnit document and a judged result.
public struct RunSession: Sendable {
  /// What the caller chooses.
  public struct Options: Sendable {
    /// The folder for the record; made where it is not there.
    public var folder: String?
    /// The JUnit document; `junit.xml` in the folder where nil.
    public var junit: String?
    /// True for a JUnit document that is valid to the common schemas; false for the rich form.
    public var isStrict = false
    /// Answers to questions, by step or by `position.step`.
    public var answers: [String: String] = [:]
    /// Knows the earlier runs of meters; nil where nobody is to be asked.
    public var history: UnitHistory?
    /// Whether the run is to be in no history, also in none that is made from records later.
    public var staysOutOfHistory = false
    /// Told of every event as it is recorded, on the run's own thread: it must not block.
    public var observer: @Sendable (RecordedEvent) -> Void = { _ in }

    /// Told of every line of the record as it is written, on the run's own thread: it must not block.
    public var lines: @Sendable (Data) -> Void = { _ in }

    /// The usual choices.
    public init() {}
  }

  /// What a run leaves behind.
  public struct Result: Sendable {
    public var run: JudgedRun
    /// The signal that interrupted it; nil where none did.
    public var signal: Int32?
    public var record: String
    public var junit: String
    /// The HTML report.
    public var report: String
    /// Why a report could not be written; nil where all were.
    public var reportFailure: String?
    /// Why there is no HTML report; nil where there is one. The record holds all of it, so the status
    /// stays the verdict's.
    public var htmlFailure: String?
    /// Why there is no manifest; nil where there is one.
    public var manifestFailure: String?
    /// The digest that stands for the whole run; nil where the record does not hold all of it.
    public var seal: String?
    /// How many events the record holds.
    public var events = 0

    /// The exit status that states the verdict.
    public var exitStatus: Int32 {
      reportFailure == nil && manifestFailure == nil
        ? ExitStatus.of(run, signal: signal) : ExitStatus.benchError
    }
  }

  /// The version of the program.
  public static let version = "0.1.0"

  var prepared: Library.Prepared
  let options: Options
  /// What is wrong with the history that was asked; nil where nothing is.
  private var historyWarning: String?

  /// A session for a plan.
  public init(_ prepared: Library.Prepared, options: Options) {
    self.prepared = prepared
    self.options = options
  }

  private var plan: Plan { prepared.plan }
  var bench: Bench { plan.bench }

  /// Runs the plan.
  ///
  /// - Throws: `Refusal` where the run could not begin.
  public func run() throws(Refusal) -> Result {
    bench.twin == nil
      ? try runOnHardware() : try consultingHistory(of: RigKind.twin.rawValue).runOnTwin()
  }

  /// The session of a plan that knows what its meters did before.
  private func consultingHistory(of rig: String) throws(Refusal) -> RunSession {
    var session = self
    do throws(UnknownHistory) {
      session.historyWarning = try session.prepared.plan.consult(options.history, rig: rig)
    } catch {
      throw Refusal("\(error)")
    }
    return session
  }

  // MARK: Twin

  private func runOnTwin() throws(Refusal) -> Result {
    let relay = ExchangeRelay(hiding: prepared.secrets)
    let rig: TwinRig
    do throws(RigFault) {
      rig = try TwinRig(
        bench: bench,
        profiles: prepared.profiles,
        onExchange: { relay.exchanged($0, $1) },
        answers: options.answers
      )
    } catch {
      throw Refusal([error], in: bench)
    }
    let run = RunIdentity.twin(inputs + ["\(bench.twin?.seed ?? 0)"])
    let (reports, paths) = try openReports(run, rig.wallTime)
    let log = log(on: rig.lane, reports)
    relay.log = log
    let engine = Engine(plan: try noteBeginning(run, paths, reports), rig: rig, log: log)
    let start = started(run: run, rig: rig, host: "twin")
    var signal: Int32?
    do {
      signal = try rig.virtualLane.run { await engine.run(start) }
    } catch {
      log.append(.observed(Observation(kind: .tool, part: "twin", text: "\(error)")))
      log.append(.runEnded(RunEnd(how: .failed, text: "\(error)", outputsSafe: false)))
    }
    return finish(log, reports, paths, signal: signal)
  }

  // MARK: Hardware

  private func runOnHardware() throws(Refusal) -> Result {
    let missing = HardwareRig.missingParts(of: bench)
    guard missing.isEmpty else { throw Refusal(missing, in: bench) }
    let relay = ExchangeRelay(hiding: prepared.secrets)
    let rig: HardwareRig
    do throws(RigFault) {
      // A second signal: the outputs were told to be safe already; nothing else is waited for.
      rig = try HardwareRig(
        bench: bench,
        onExchange: { relay.exchanged($0, $1) },
        answers: options.answers,
        emergency: { signal, isSafe in
          if !isSafe { Self.warnOfLiveOutputs() }
          _exit(isSafe ? 128 + signal : ExitStatus.benchError)
        }
      )
      try Blocking.run(on: rig.lane) { () -> Swift.Result<Void, RigFault> in
        do throws(RigFault) { return .success(try await rig.open()) } catch {
          return .failure(error)
        }
      }.get()
    } catch {
      throw Refusal([error], in: bench)
    }
    // Only an open rig knows whether it is real.
    return try consultingHistory(of: rig.kind.rawValue).run(on: rig, relay)
  }

  private func run(on rig: HardwareRig, _ relay: ExchangeRelay) throws(Refusal) -> Result {
    let run = RunIdentity.host(
      inputs,
      millisecondsSinceEpoch: rig.wallTime.millisecondsSinceEpoch
    )
    let (reports, paths) = try openReports(run, rig.wallTime)
    let log = log(on: rig.lane, reports)
    relay.log = log
    let engine = Engine(plan: try noteBeginning(run, paths, reports), rig: rig, log: log)
    let start = started(run: run, rig: rig, host: Self.hostName)
    let signal = Blocking.run(on: rig.lane) { await engine.run(start) }
    return finish(log, reports, paths, signal: signal)
  }

  /// Past everything that may be stuck, standard error's own buffers among it.
  private static func warnOfLiveOutputs() {
    let text = "meterbench: not every output is known to be safe; cut the supply by hand\n"
    _ = text.withCString { write(STDERR_FILENO, $0, strlen($0)) }
  }

  private static var hostName: String {
    var name = [CChar](repeating: 0, count: 256)
    gethostname(&name, name.count - 1)
    return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  // MARK: Record and reports

  private var inputs: [String] {
    [plan.scenario.text, bench.text] + plan.scenario.included.map(\.text)
      + profileTexts.map(\.text)
      + plan.scenario.parameters.map { "\($0.name)=\($0.value)" }
      + plan.activePositions.map(\.position.name)
      + unitInputs + [historyWarning].compactMap(\.self)
      + options.answers.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
  }

  /// What the run was told of its meters.
  private var unitInputs: [String] {
    plan.activePositions.flatMap { planned -> [String] in
      guard let expected = planned.expected else { return [] }
      let earlier = (expected.earlierRuns ?? []).map { "\($0.run) \($0.verdict.rawValue)" }
      return ["\(planned.position.name)=\(expected.label ?? expected.serialNumber.text)"] + earlier
    }
  }

  private var profileTexts: [RunStarted.SourceText] {
    var seen: Set<String> = []
    return prepared.profiles.values.sorted { $0.name < $1.name }
      .filter { seen.insert($0.name).inserted }
      .map { RunStarted.SourceText(path: $0.file, text: $0.text) }
  }

  private func started(run: String, rig: any Rig, host: String) -> RunStarted {
    let wallTime = rig.wallTime
    return RunStarted(
      tool: "meterbench \(Self.version)",
      program: rig.kind == .twin ? nil : BuildIdentifier.of("/proc/self/exe"),
      run: run,
      rig: rig.kind.rawValue,
      host: host,
      wallTime: UTC.text(millisecondsSinceEpoch: wallTime.millisecondsSinceEpoch),
      wallClockIsSynchronised: wallTime.isSynchronised,
      bench: .init(path: bench.file, text: bench.text),
      scenario: .init(path: plan.scenario.file, text: plan.scenario.text),
      included: plan.scenario.included.isEmpty
        ? nil : plan.scenario.included.map { .init(path: $0.path, text: $0.text) },
      profiles: profileTexts,
      scenarioName: plan.scenario.name,
      benchName: bench.name,
      parameters: plan.scenario.parameters.map { .init(name: $0.name, value: $0.value) },
      staysOutOfHistory: options.staysOutOfHistory ? true : nil
    )
  }

  private struct Paths {
    var record: String
    var junit: String
    var report: String
  }

  private func openReports(
    _ run: String,
    _ wallTime: WallTime
  ) throws(Refusal) -> (Locked<LiveReports>, Paths) {
    let folder: String
    do throws(FileProblem) {
      folder =
        if let folder = options.folder { folder } else { try Self.newFolder("results", run) }
    } catch {
      throw Refusal("the results cannot be kept: \(error)")
    }
    // A twin's run can be made again.
    var synchronise: (@Sendable (RecordWriter.Synchronisation) throws -> Void)?
    if bench.twin == nil {
      synchronise = { (all: RecordWriter.Synchronisation) throws in try all.run() }
    }
    do {
      try Self.makeFolder(folder)
      let place = RecordFolder(folder)
      let paths = Paths(
        record: place.record,
        junit: options.junit ?? place.file("junit.xml"),
        report: place.file("report.html")
      )
      let reports = try LiveReports(
        folder: place,
        junitPath: paths.junit,
        reportPath: paths.report,
        form: options.isStrict ? .strict : .rich,
        synchronise: synchronise,
        lines: options.lines,
        // Until the run is over, the document on disk says that it is not.
        placeholder: JUnitReport.crashDocument(
          text: "the run did not begin",
          bench: bench.name,
          wallTime: UTC.text(millisecondsSinceEpoch: wallTime.millisecondsSinceEpoch)
        )
      )
      return (Locked(reports), paths)
    } catch let error as RecordWriter.WriteError where error.isTaken {
      throw Refusal("\(folder) holds a record already; choose another folder")
    } catch {
      throw Refusal("the results cannot be kept: \(error)")
    }
  }

  /// Notes in the history that the run begins. Where that cannot be and the scenario rests on it, nothing runs.
  ///
  /// - Returns: the plan, with a warning where it cannot be.
  private func noteBeginning(
    _ run: String,
    _ paths: Paths,
    _ reports: Locked<LiveReports>
  ) throws(Refusal) -> Plan {
    var plan = plan
    do { try options.history?.begin(run, paths.record, reports.withLock { $0.isLocked }) } catch {
      guard !plan.restsOnHistory else {
        reports.withLock { $0.discard() }
        throw Refusal("the history does not take the run: \(error)")
      }
      plan.warnings.append(
        "the history cannot note that the run begins, and will not know of it if it is killed: \(error)"
      )
    }
    return plan
  }

  private static func makeFolder(_ path: String) throws(FileProblem) {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw FileProblem(path: path, error)
    }
  }

  /// A folder of this name, or of one with a number after it, that nobody else has: two runs of the same inputs may
  /// begin at once.
  private static func newFolder(_ parent: String, _ name: String) throws(FileProblem) -> String {
    try makeFolder(parent)
    var path = "\(parent)/\(name)"
    var number = 1
    while mkdir(path, 0o777) != 0 {
      guard errno == EEXIST else {
        throw FileProblem(path: path, reason: String(cString: strerror(errno)))
      }
      number += 1
      path = "\(parent)/\(name)-\(number)"
    }
    return path
  }

  private func log(on lane: any Lane, _ reports: Locked<LiveReports>) -> EventLog {
    let observer = options.observer
    return EventLog(lane: lane) { event in
      defer { observer(event) }
      try reports.withLock { try $0.take(event) }
    }
  }

  private func finish(
    _ log: EventLog,
    _ reports: Locked<LiveReports>,
    _ paths: Paths,
    signal: Int32?
  ) -> Result {
    do { try reports.withLock { try $0.settle() } } catch { log.fail("\(error)") }
    let run = log.judged()
    var result = Result(
      run: run,
      signal: signal,
      record: paths.record,
      junit: paths.junit,
      report: paths.report
    )
    do { try reports.withLock { try $0.finish(run) } } catch {
      result.reportFailure = "\(error)"
    }
    do { try reports.withLock { try $0.writeReport(run) } } catch {
      result.htmlFailure = "\(error)"
    }
    do { try reports.withLock { try $0.writeManifest(run) } } catch {
      result.manifestFailure = "\(error)"
    }
    (result.seal, result.events) = reports.withLock { ($0.seal, $0.events) }
    return result
  }
}
