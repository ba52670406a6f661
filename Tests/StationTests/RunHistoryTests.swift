import Foundation
import GRDB
import Judging
import RunRecord
import Testing
import Verdicts

@testable import ResultStore
@testable import Station

/// Runs and their history: added at their end, made again from the records, never in the way of the verdict.
@Suite("Run history")
struct RunHistoryTests {
  private let folder: String
  private let history: String

  init() throws {
    folder =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("meterbench-runs-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    history = "\(folder)/history.sqlite"
    try """
    scenario: identity
    profile: integra-1221
    steps:
      - apply: { supply: on }
      - wait: { warm-up: 1 min }
      - identify: { serial-number: any, firmware: "107" }
    finally:
      - apply: { supply: off }
    """.write(toFile: "\(folder)/scenario.yaml", atomically: true, encoding: .utf8)
  }

  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

  /// Runs the scenario in this process.
  private func run(_ positions: String) throws -> RunSession.Result {
    var library = Library()
    let prepared = try library.prepare(
      scenario: "\(folder)/scenario.yaml",
      bench: "\(Self.root)/Benches/twin-4.yaml",
      parameters: [],
      positions: positions.split(separator: ",").map(String.init)
    )
    var options = RunSession.Options()
    options.folder = "\(folder)/runs/\(positions)"
    return try RunSession(prepared, options: options).run()
  }

  private var program: Program { Program(folder: folder) }

  private func output(_ arguments: [String]) throws -> (text: String, status: Int32) {
    try program.output(arguments)
  }

  private func arguments(_ positions: String) -> [String] {
    [
      "run", "scenario.yaml", "--bench", "\(Self.root)/Benches/twin-4.yaml", "--position",
      positions,
      "--output", "runs/\(positions)", "--quiet",
    ]
  }

  @Test(
    "runs that end at once, each in its process, are all in the history that none of them found"
  )
  func processes() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let choices = ["A1", "A2", "A3", "A4", "A1,A2", "A1,A3", "A1,A4", "A2,A3"]
    let running = try choices.map { try program.begin(arguments($0)) }
    for (process, pipe) in running {
      let text = String(
        decoding: pipe.fileHandleForReading.readDataToEndOfFile(),
        as: UTF8.self
      )
      process.waitUntilExit()
      #expect(process.terminationStatus == 0 && text.contains("history \(history)"), "\(text)")
    }
    let found = try RunHistory(path: history).open().runs()
    #expect(found.count == choices.count)
    #expect(Set(found.map(\.rig)) == ["twin"] && found.allSatisfy { $0.positions.count == 4 })
  }

  @Test("a history made from the records equals the one that grew with the runs")
  func rebuilt() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for positions in ["A1", "A2,A3"] {
      #expect(RunHistory(path: history).add(try run(positions)) == nil)
    }
    let grown = try RunHistory(path: history).open()
    let again = RunHistory(path: "\(folder)/again.sqlite")
    let change = try again.rebuild(folders: [folder])
    #expect(change.added == 2 && change.problems.isEmpty && change.setAside == nil)
    let made = try again.open()
    #expect(try made.names() == grown.names())
    for name in try grown.names() { #expect(try made.entry(of: name) == grown.entry(of: name)) }
  }

  @Test(
    "a history that knows more than the records below a folder is left as it is, unless told to forget"
  )
  func missing() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let lost = try run("A1")
    for result in [lost, try run("A2")] { #expect(RunHistory(path: history).add(result) == nil) }
    let known = try RunHistory(path: history).open().names()
    let part = try output(["results", "rebuild", "runs/A2"])
    #expect(
      part.status == 2 && part.text.contains("the history knows 1 run that no"),
      "\(part.text)"
    )
    #expect(part.text.contains(try #require(lost.run.start?.run)))
    try FileManager.default.createDirectory(
      atPath: "\(folder)/none",
      withIntermediateDirectories: true
    )
    for arguments in [["none"], ["none", "--forget-missing"]] {
      let none = try output(["results", "rebuild"] + arguments)
      #expect(
        none.status == 2 && none.text.contains("no run was recorded below it"),
        "\(none.text)"
      )
    }
    #expect(try RunHistory(path: history).open().names() == known)

    let forgotten = try output(["results", "rebuild", "runs/A2", "--forget-missing"])
    #expect(forgotten.status == 0 && forgotten.text.contains("1 run added"), "\(forgotten.text)")
    #expect(try RunHistory(path: history).open().names().count == 1)
  }

  @Test("a run that was whole is not made one that breaks off, because its record was cut since")
  func cutLater() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    #expect(RunHistory(path: history).add(try run("A1")) == nil)
    let record = URL(fileURLWithPath: "\(folder)/runs/A1/record.ndjson")
    try Data(contentsOf: record).dropLast(40).write(to: record)
    let refused = try output(["results", "rebuild", "runs"])
    #expect(refused.status == 2 && refused.text.contains("the history knows 1 run"))
    #expect(try RunHistory(path: history).open().runs().map(\.verdict) == [.passed])
    // One that broke off before is what it was.
    #expect(try output(["results", "rebuild", "runs", "--forget-missing"]).status == 0)
    #expect(try RunHistory(path: history).open().runs().map(\.verdict) == [.error])
    #expect(try output(["results", "rebuild", "runs"]).status == 0)
  }

  @Test("a run whose record is broken now is not forgotten, and the record is named")
  func brokenLater() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    #expect(RunHistory(path: history).add(try run("A1")) == nil)
    try "{}\n".write(toFile: "\(folder)/runs/A1/record.ndjson", atomically: true, encoding: .utf8)
    let refused = try output(["results", "rebuild", "runs"])
    #expect(refused.status == 2 && refused.text.contains("the history knows 1 run"))
    #expect(refused.text.contains("runs/A1/record.ndjson"))
    #expect(try RunHistory(path: history).open().names().count == 1)
  }

  @Test("a record that is none is named, and the others are in the history")
  func broken() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    _ = try run("A1")
    try FileManager.default.createDirectory(
      atPath: "\(folder)/runs/B",
      withIntermediateDirectories: true
    )
    try "{}\n".write(toFile: "\(folder)/runs/B/record.ndjson", atomically: true, encoding: .utf8)
    let change = try RunHistory(path: history).rebuild(folders: [folder])
    #expect(change.added == 1 && change.problems.count == 1)
    #expect(change.problems.first?.contains("runs/B/record.ndjson") == true)
  }

  @Test("a damaged history costs no verdict and no record, is kept aside, and is made again")
  func damaged() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let damage = String(repeating: "no database ", count: 500)
    try damage.write(toFile: history, atomically: true, encoding: .utf8)
    let (text, status) = try output(arguments("A1"))
    #expect(status == 0 && text.contains("PASS"))
    #expect(text.contains("no sound history") && text.contains("results rebuild"))
    #expect(try StoredRun(path: "\(folder)/runs/A1").exitStatus == 0)
    #expect(try String(contentsOfFile: history, encoding: .utf8) == damage)
    #expect(try output(["results", "list"]).status == 2)

    let mended = try output(["results", "rebuild", "runs"])
    #expect(mended.status == 0 && mended.text.contains("history.sqlite.corrupt"))
    #expect(try String(contentsOfFile: "\(history).corrupt", encoding: .utf8) == damage)
    #expect(try output(["results", "list"]).text.contains("passed"))
  }

  @Test("a history that another process holds costs no verdict, and the run is added later")
  func held() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let result = try run("A1")
    let holder = try History(history, ifAbsent: .made)
    let impatient = RunHistory(path: history, patience: .zero)
    try holder.queue.inDatabase { database in
      try database.beginTransaction(.immediate)
      let said = try #require(impatient.add(result))
      #expect(said.contains("another process holds"))
      #expect(said.contains("meterbench results add \(result.record)"))
      try database.rollback()
    }
    #expect(result.exitStatus == 0)
    #expect(try impatient.add(records: [result.record]).added == 1)
  }

  @Test("a run without history leaves none")
  func without() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    #expect(try output(arguments("A1") + ["--no-history"]).status == 0)
    #expect(!FileManager.default.fileExists(atPath: history))
  }

  @Test(
    "a run that stayed out does so when the history is made anew, until somebody adds it by name"
  )
  func stayedOut() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    _ = try output(arguments("A1"))
    _ = try output(arguments("A2") + ["--no-history"])
    let rebuilt = try output(["results", "rebuild", "runs"])
    #expect(rebuilt.status == 0, "\(rebuilt.text)")
    #expect(rebuilt.text.contains("1 run added, 1 passed over (--no-history)"), "\(rebuilt.text)")
    #expect(try RunHistory(path: history).open().names().count == 1)
    #expect(try output(["results", "add", "runs/A2"]).text.contains("1 run added"))
    #expect(try output(["results", "rebuild", "runs"]).text.contains("2 runs added\n"))
  }

  @Test("show prints what the record gives; where it is gone, where it was and what is known")
  func shown() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    _ = try output(arguments("A1"))
    let direct = try output(["show", "runs/A1"])
    let shown = try output(["results", "show", "twin-"])
    #expect(shown.status == 0 && shown.text.hasPrefix(direct.text))
    try FileManager.default.removeItem(atPath: "\(folder)/runs/A1")
    let gone = try output(["results", "show", "twin-"])
    #expect(gone.status == 2 && gone.text.contains("runs/A1/record.ndjson"))
    #expect(gone.text.contains("serial-number 21034567"))
  }

  @Test("a run is found by any folder that holds its record, and a path is called no name")
  func folders() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    _ = try output(arguments("A1"))
    let copy = "\(folder)/copy"
    try FileManager.default.copyItem(atPath: "\(folder)/runs/A1", toPath: copy)
    // The history knows the copy's place from here on.
    #expect(try output(["results", "add", "copy"]).text.contains("1 known already"))
    for path in ["runs/A1", "runs/A1/record.ndjson", "copy"] {
      let shown = try output(["results", "show", path])
      #expect(shown.status == 0 && shown.text.contains("copy/record.ndjson"), "\(shown.text)")
    }
    let nowhere = try output(["results", "show", "runs/nope"])
    #expect(nowhere.status == 2 && nowhere.text.contains("runs/nope: there is no such folder"))
    #expect(!nowhere.text.contains("called"))
    _ = try output(arguments("A2") + ["--no-history"])
    let unknown = try output(["results", "show", "runs/A2"])
    #expect(unknown.status == 2 && unknown.text.contains("'meterbench results add runs/A2'"))
    // A name means the run of that name, whatever stands in this folder.
    let inside = try Program(folder: copy).output([
      "results", "show", "nope", "--history", history,
    ])
    #expect(inside.status == 2 && inside.text.contains("no run is called 'nope'"))
  }

  @Test("a list says where each run lies; in little room the end of the path stays")
  func places() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    _ = try output(arguments("A1"))
    let line = try #require(try output(["results", "list"]).text.split(separator: "\n").last)
    #expect(line.hasSuffix("  runs/A1"))
    let runs = try RunHistory(path: history).open().runs()
    let whole = HistoryText.list(runs)
    #expect(whole.hasSuffix("\(folder)/runs/A1"))
    let narrow = try #require(HistoryText.list(runs, width: 40).split(separator: "\n").last)
    #expect(narrow.hasSuffix("  …" + whole.suffix(15)))
    let last = try #require(whole.split(separator: "\n").last)
    let fitting = HistoryText.list(runs, width: last.count - 1)
    #expect(fitting.split(separator: "\n").last?.count == last.count - 1)
  }

  @Test("the page of charts replaces nothing but such a page")
  func page() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    _ = try output(arguments("A1"))
    let arguments = ["results", "chart", "--rig", "twin", "--output", "chart.html"]
    #expect(try output(arguments).status == 0)
    #expect(try output(arguments).status == 0)
    #expect(try output(["results", "chart", "--rig", "twin", "--output", history]).status == 2)
    #expect(try output(["results", "list"]).status == 0)
    #expect(try output(["results", "chart", "--output", "chart.html"]).text.contains("--rig twin"))
  }
}
