import Judging
import Testing
import Verdicts

@testable import ResultStore

/// What goes in comes out: runs, meters and findings, each run once.
@Suite("History")
struct HistoryTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  private func run(_ name: String, _ change: (inout MadeRun) -> Void = { _ in }) -> MadeRun {
    var run = MadeRun(name, [.init("A1", "S1", 0.001), .init("A2", "S2", 0.009)])
    change(&run)
    return run
  }

  @Test("a run is found again with its meters, values, limits and reasons")
  func roundTrip() throws {
    let entry = try run("r1").entry()
    let history = try folder.filled([run("r1")])
    #expect(try history.entry(of: "r1") == entry)
    #expect(entry.positions.map(\.verdict) == [.passed, .failed])
    #expect(entry.positions.map(\.serial) == ["S1", "S2"])
    let failure = try #require(entry.positions[1].findings.first { $0.verdict == .failed })
    #expect(failure.reason == "limit" && failure.isSound && failure.value == 0.009)
    #expect(failure.upper == 0.005 && failure.margin == 0.005 - 0.009)
    let listed = try history.runs()
    #expect(listed.map(\.run) == ["r1"] && listed[0].verdict == .failed)
    #expect(listed[0].positions.map(\.firmware) == ["107", "107"])
  }

  @Test("lists are the newest first, and hold what every filter means")
  func selections() throws {
    let history = try folder.filled([
      run("old") { $0.day = 1 },
      run("new") { $0.day = 9 },
      run("twin") {
        $0.rig = "twin"
        $0.day = 5
      },
      run("other") {
        $0.meters = [.init("A1", "S9", 0)]
        $0.day = 4
        $0.bench = "line-4"
      },
    ])
    func names(_ change: (inout Selection) -> Void) throws -> [String] {
      var selection = Selection()
      change(&selection)
      return try history.runs(selection).map(\.run)
    }
    #expect(try names { _ in } == ["new", "twin", "other", "old"])
    #expect(try names { $0.serial = "S1" } == ["new", "twin", "old"])
    #expect(try names { $0.rig = "host" } == ["new", "other", "old"])
    #expect(try names { $0.bench = "line-4" } == ["other"])
    #expect(try names { $0.verdict = "failed" } == ["new", "twin", "old"])
    #expect(try names { $0.since = "2026-01-05" } == ["new", "twin", "other"])
    // The day of 'other' is the fifth of January, until its end.
    #expect(try names { $0.until = "2026-01-05" } == ["other", "old"])
    // One position must be meant by all: S2 never sat in A1.
    #expect(
      try names {
        $0.serial = "S2"
        $0.position = "A1"
      } == []
    )
  }

  @Test("a run is meant by the beginning of its name, where no other begins so")
  func prefixes() throws {
    let history = try folder.filled([run("20260105-a"), run("20260105-ab"), run("20260107-c")])
    #expect(try history.run(named: "20260107").run == "20260107-c")
    #expect(try history.run(named: "20260105-a").run == "20260105-a")
    for unclear in ["20260105", "x", "", "%", "2026010_"] {
      #expect(throws: HistoryError.self) { try history.run(named: unclear) }
    }
  }

  @Test("equal records are one run, at the place where it was seen last")
  func copies() throws {
    let history = try folder.filled([run("r1")])
    #expect(try history.add(try run("r1").entry(at: "/moved/record.ndjson")) == .known)
    #expect(try history.runs().map(\.record) == ["/moved/record.ndjson"])
  }

  @Test("a record that broke off gives way to the complete one, and never takes its place")
  func incomplete() throws {
    let history = try folder.filled([run("r1") { $0.isComplete = false }])
    #expect(try history.runs()[0].verdict == .error)
    #expect(try history.add(try run("r1").entry()) == .replaced)
    #expect(try history.add(try run("r1") { $0.isComplete = false }.entry()) == .known)
    #expect(try history.runs().map(\.verdict) == [.failed])
  }

  @Test("a second record of a real run, changed so that it passes, is refused")
  func changed() throws {
    let history = try folder.filled([run("r1")])
    let better = try run("r1") { $0.meters[1].error = 0 }.entry(at: "/forged/record.ndjson")
    #expect(better.verdict == .passed)
    let error = #expect(throws: HistoryError.self) { try history.add(better) }
    #expect(error?.kind == .record && error?.text.contains("/results/r1/record.ndjson") == true)
    #expect(try history.runs().map(\.verdict) == [.failed])
  }

  @Test("a record that does not say what was run has no place")
  func nameless() throws {
    let judged = Judge.judge(run("r1").events.dropFirst())
    let error = #expect(throws: HistoryError.self) {
      try RunEntry(judged, record: "/x/record.ndjson", fingerprint: "", events: 0)
    }
    #expect(error?.kind == .record)
  }

  @Test("a meter's earlier runs are those of its serial number, profile and rig, the newest first")
  func previous() throws {
    let history = try folder.filled([
      run("old") { $0.day = 1 },
      run("new") {
        $0.day = 2
        $0.meters[0].error = 0.009
        $0.meters[0].position = "B7"
      },
      run("twin") { $0.rig = "twin" },
      run("broken") {
        $0.day = 3
        $0.meters[0].fault = "bus dut"
      },
    ])
    let found = try history.previousRuns(serial: "S1", profile: "integra-1221", rig: "host")
    #expect(found.map(\.run) == ["broken", "new", "old"])
    #expect(found.map(\.verdict) == [.error, .failed, .passed])
    #expect(found.map(\.position) == ["A1", "B7", "A1"])
    #expect(found.map(\.hasFailure) == [false, true, false])
    #expect(
      try history.previousRuns(serial: "S1", profile: "integra-1221", rig: "twin").map(\.run)
        == ["twin"]
    )
    #expect(try history.previousRuns(serial: "S1", profile: "sdm120", rig: "host").isEmpty)
  }

  @Test("whatever a meter tells as its serial number is kept, and found")
  func hostile() throws {
    let told = "x\0'; DROP TABLE runs;--\u{1B}[2J\u{202E}"
    let history = try folder.filled([run("r1") { $0.meters[0].serial = told }])
    let found = try history.previousRuns(serial: told, profile: "integra-1221", rig: "host")
    #expect(found.map(\.run) == ["r1"])
    let kept = try #require(try history.runs()[0].positions[0].serial)
    #expect(kept.contains("DROP TABLE") && !kept.unicodeScalars.contains { $0.value < 0x20 })
  }
}
