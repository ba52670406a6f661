import FoundationEssentials
import Glibc
import Judging
public import ResultStore
import RunRecord

/// The history of runs, as the commands use it.
public struct RunHistory: Sendable {
  /// Where the history is: what was given, else what METERBENCH_HISTORY says, else beside the results.
  public static func path(given: String?) -> String {
    let named = ProcessInfo.processInfo.environment["METERBENCH_HISTORY"]
    return given ?? named.flatMap { $0.isEmpty ? nil : $0 } ?? "results/history.sqlite"
  }

  public let path: String
  /// How long another process is waited for that holds the file.
  let patience: Duration

  /// The history at a path; nothing is opened yet.
  public init(path: String, patience: Duration = .seconds(10)) {
    (self.path, self.patience) = (path, patience)
  }

  /// Opens the history to read, once it is known to be whole. Runs that were killed are in it then.
  ///
  /// - Parameter note: is told of runs of which not all can be learned.
  /// - Throws: `HistoryError`.
  public func open(noting note: (String) -> Void = { _ in }) throws -> History {
    let history = try History(path, patience: patience)
    try history.check()
    // What is there can be read all the same.
    do { try KilledRuns.add(to: history).forEach { note($0.text) } } catch { note("\(error)") }
    return history
  }

  /// The run that a person means: by its name or the beginning of it, by its record, or by a folder that holds such a
  /// record, wherever the one lies that the history knows.
  ///
  /// - Throws: an error where no run is meant, or more than one.
  public static func run(_ name: String, in history: History) throws -> RunSummary {
    guard FileManager.default.fileExists(atPath: name) else {
      guard name.contains("/") else { return try history.run(named: name) }
      throw FileProblem(
        path: name,
        reason: "there is no such folder; give the folder of a run, or a run's name"
      )
    }
    guard let run = RecordFolder(name).run else {
      throw FileProblem(path: name, reason: "no record of a run is there")
    }
    guard let found = try history.run(exactly: run) else {
      throw FileProblem(
        path: name,
        reason:
          "its run \(run) is not in \(history.path); add it with 'meterbench results add \(name)'"
      )
    }
    return found
  }

  // MARK: Adding

  /// Notes that a run begins.
  func begin(_ run: String, record: String, isLocked: Bool) throws(HistoryError) {
    try History(path, ifAbsent: .made, patience: patience)
      .begin(
        BegunRun(run: run, record: Self.place(of: record), isLocked: isLocked, boot: Boot.current)
      )
  }

  /// Asks no longer for a run that was begun and never told its end.
  ///
  /// - Throws: where there is none of this name, or it goes on.
  public func forget(_ name: String) throws {
    let history = try History(path, patience: patience)
    let found = try history.begunRuns().filter { $0.run == name }
    guard !found.isEmpty else {
      throw FileProblem(
        path: path,
        reason:
          "no run \(name) was begun there without telling its end; see 'meterbench results list'"
      )
    }
    guard try !found.contains(where: KilledRuns.goesOn) else {
      throw FileProblem(path: path, reason: "run \(name) goes on")
    }
    for run in found { try history.forget(run) }
  }

  /// Adds a run that has just ended.
  ///
  /// - Returns: why it is not in the history, and how it gets there; nil where it is.
  public func add(_ result: RunSession.Result) -> String? {
    guard let seal = result.seal else {
      return
        "the run is not in the history, for its record does not hold all of it; what there is of it is added by who looks there next"
    }
    do {
      let entry = try RunEntry(
        result.run,
        record: Self.place(of: result.record),
        fingerprint: seal,
        events: result.events
      )
      try History(path, ifAbsent: .made, patience: patience).add(entry)
      return nil
    } catch {
      return
        "the run is not in the history: \(error)\nits record and verdict are whole; add it later: meterbench results add \(result.record) --history \(path)"
    }
  }

  /// Adds recorded runs: records, or folders that hold one.
  ///
  /// - Returns: what was added, and what could not be, in the order of the paths.
  public func add(records: [String]) throws -> HistoryChange {
    let history = try History(path, ifAbsent: .made, patience: patience)
    // The record itself tells more than a copy that was made while the run went on.
    _ = try KilledRuns.add(to: history)
    var change = HistoryChange()
    for record in records {
      do {
        let (entry, _, hasHole) = try Self.read(record)
        change.take(try history.add(entry))
        // What is left of it is gone, and this is a copy.
        guard !hasHole, try !RecordWriter.isWriting(entry.record) else { continue }
        for begun in try history.begunRuns() where begun.run == entry.run && begun.isLocked {
          if try !KilledRuns.goesOn(begun) { try history.forget(begun) }
        }
      } catch let error as HistoryError where error.kind != .record {
        throw error
      } catch {
        change.leaveOut(error)
      }
    }
    return change
  }

  /// Makes the history anew from all records below these folders: it then holds them and no others. A run that was to
  /// stay out does so, unless somebody has added it since. A file that is no sound history is kept beside the new one.
  ///
  /// - Parameter forgetsMissing: whether runs go that the history knows and no record below the folders gives.
  /// - Throws: ``MissingRuns`` where there are such runs and they are not to go, another error where there is no record
  ///   or the history cannot be used. The history is then as it was.
  public func rebuild(folders: [String], forgetsMissing: Bool = false) throws -> HistoryChange {
    let records = try Self.records(below: folders)
    guard !records.isEmpty else {
      throw FileProblem(
        path: folders.joined(separator: ", "),
        reason: "no run was recorded below it; the history is left as it is"
      )
    }
    var change = HistoryChange()
    if let corrupt = corruption { change.setAside = try History.setAside(corrupt.path) }
    let history = try History(path, ifAbsent: .made, patience: patience)
    _ = try KilledRuns.add(to: history)
    // What another process adds while the records are read is none of these, and stays.
    let old = try history.states()
    let begun = try history.begunRuns().filter { try !KilledRuns.goesOn($0) }
    var entries: [RunEntry] = []
    var holed: Set<String> = []
    for record in records {
      do {
        let (entry, staysOut, hasHole) = try Self.read(record)
        if hasHole { holed.insert(entry.run) }
        if staysOut, try !history.holds(entry) {
          change.stayedOut += 1
        } else {
          entries.append(entry)
        }
      } catch let error as HistoryError where error.kind != .record {
        throw error
      } catch {
        change.leaveOut(error)
      }
    }
    // What breaks off earlier gives no run that went further: it may have lost the failure.
    let missing = Set(
      old.filter { state in !entries.contains { state.isCovered(by: $0) } }.map(\.run)
        + begun.map(\.run).filter { run in !entries.contains { $0.run == run } }
    )
    guard missing.isEmpty || forgetsMissing else {
      throw MissingRuns(path: path, runs: missing.sorted(), problems: change.problems)
    }
    for refused in try history.replace(old, with: entries) {
      change.problems.append(refused.description)
    }
    for run in begun where run.isLocked && !holed.contains(run.run) { try history.forget(run) }
    change.added = try history.names().count
    return change
  }

  /// Why the file is no sound history; nil where it is one, or where that is not the trouble.
  private var corruption: HistoryError? {
    do throws(HistoryError) {
      try History(path).check()
      return nil
    } catch {
      return error.kind == .corrupt ? error : nil
    }
  }

  // MARK: Records

  /// What a record gives, whether its run was to stay out, and whether it goes on behind a hole.
  static func read(_ record: String) throws -> (entry: RunEntry, staysOut: Bool, hasHole: Bool) {
    let stored = try StoredRun(path: record)
    let entry = try RunEntry(
      stored.run,
      record: place(of: RecordFolder(record).record),
      fingerprint: stored.seal ?? "",
      events: stored.events
    )
    return (entry, stored.run.start?.staysOutOfHistory == true, stored.hasHole)
  }

  /// The path that holds wherever a command is called.
  private static func place(of file: String) -> String {
    guard let resolved = realpath(file, nil) else { return file }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  /// All records below folders, by their paths.
  private static func records(below folders: [String]) throws -> [String] {
    var found: Set<String> = []
    for folder in folders {
      var isFolder = false
      guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder else {
        throw FileProblem(path: folder, reason: "there is no such folder")
      }
      do {
        for path in try FileManager.default.subpathsOfDirectory(atPath: folder)
        where path == "record.ndjson" || path.hasSuffix("/record.ndjson") {
          found.insert(place(of: "\(folder)/\(path)"))
        }
      } catch {
        throw FileProblem(path: folder, reason: "cannot be searched: \(error)")
      }
    }
    return found.sorted()
  }
}

/// Why a history is not made anew: whoever asks it later would not be told of these runs, and a meter that they failed
/// would be unknown.
public struct MissingRuns: Error, CustomStringConvertible {
  var path: String
  /// Runs that the history knows and no record gave.
  var runs: [String]
  /// Records that were found and cannot be used, and why.
  var problems: [String]

  public var description: String {
    let some = runs.prefix(5).joined(separator: ", ") + (runs.count > 5 ? ", …" : "")
    let sentence =
      "\(path): the history knows \(runs.count) \(runs.count == 1 ? "run" : "runs") that no sound record below these folders gives (\(some)), and is left as it is; name the folders of their records too, or drop them with --forget-missing"
    return (problems + [sentence]).joined(separator: "\n")
  }
}

/// What became of records that were to be added.
public struct HistoryChange: Sendable {
  public var added = 0
  /// Those that were there already.
  public var known = 0
  /// Those that took the place of another state of the same run.
  public var replaced = 0
  /// Runs that were made to be in no history, and are in none.
  public var stayedOut = 0
  /// Records that are not in the history, and why.
  public var problems: [String] = []
  /// Whether one of them is no longer what its run wrote.
  public var hasChangedRecord = false
  /// Where a history that was not sound is now; nil where none was.
  public var setAside: String?

  mutating func leaveOut(_ error: any Error) {
    problems.append("\(error)")
    if error is ChangedRecord { hasChangedRecord = true }
  }

  mutating func take(_ addition: History.Addition) {
    switch addition {
    case .added: added += 1
    case .known: known += 1
    case .replaced: replaced += 1
    }
  }
}

extension HistoryPage {
  /// Writes the page; it replaces nothing but such a page.
  ///
  /// - Throws: where the path holds something else, or cannot be written.
  public func write(to path: String) throws {
    try HTMLFile.write(document, to: path, opening: Self.opening)
  }
}
