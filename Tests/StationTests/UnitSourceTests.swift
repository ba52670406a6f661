import Documents
import Foundation
import HostRig
import Judging
import Planning
import Testing
import Verdicts

@testable import Station

/// Lists and scanners.
@Suite("Sources of serial numbers")
struct UnitSourceTests {
  @Test(
    "A list is read as spreadsheets write it",
    arguments: [
      "position,serial\nA1,21034567\nA2,21034568\n",
      "A1,21034567\r\nA2,21034568\r\n",
      "\u{FEFF}Position;Serial\r\n\"A1\";\"21034567\"\r\n\r\n A2 ; 21034568 \r\n",
    ]
  )
  func list(text: String) {
    let diagnostics = Diagnostics()
    let entries = SerialList.entries(of: text, file: "lot.csv", into: diagnostics)
    #expect(diagnostics.all.isEmpty)
    #expect(entries.map(\.position) == ["A1", "A2"])
    #expect(entries.map(\.label) == ["21034567", "21034568"])
  }

  @Test(
    "A line that is none of a list is refused with its place",
    arguments: [
      ("A1,1\nA2\n", 2), ("A1,1\nA2,\n", 2), ("A1,1,x\n", 1), (",1\n", 1), ("", 1),
      ("position,serial\n", 1), ("A1,1\nposition,serial,lot\n", 2),
    ]
  )
  func wrong(text: String, line: Int) {
    let diagnostics = Diagnostics()
    _ = SerialList.entries(of: text, file: "lot.csv", into: diagnostics)
    #expect(diagnostics.all.map(\.location.line) == [line])
  }

  @Test("A list that names one socket twice is refused at its line")
  func listed() throws {
    try UnitRunTests.withFolder { folder in
      let list = "\(folder)/lot.csv"
      try "A1,1\nA1,2\n".write(toFile: list, atomically: true, encoding: .utf8)
      let error = #expect(throws: DocumentError.self) {
        try UnitRunTests.prepare(UnitRunTests.scenario, UnitSources(list: list), in: folder)
      }
      #expect(error?.diagnostics.last?.location.file == list)
      #expect(error?.diagnostics.last?.location.line == 2)
    }
  }

  /// What a scan of some lines becomes, and what was shown.
  private func scan(
    _ lines: [String],
    rule: String = "pattern: '[0-9]{8}'",
    given: [(String, String)] = [],
    history: UnitHistory? = nil,
    end: PromptInput.Answer = .ended
  ) throws -> (outcome: Result<UnitScan.Outcome, UnitScan.Failure>, shown: String) {
    try UnitRunTests.withFolder { folder in
      let scenario = UnitRunTests.scenario.replacing(
        "steps:",
        with: "serial-number: { \(rule) }\nsteps:"
      )
      var sources = UnitSources(serials: given.map { ($0.0, $0.1) })
      sources.areAwaited = true
      let plan = try UnitRunTests.prepare(scenario, sources, in: folder).plan
      var rest = lines[...]
      var shown = ""
      let scan = UnitScan(
        plan,
        history: history,
        read: { rest.popFirst().map { .line($0) } ?? end },
        write: { shown += $0 }
      )
      do throws(UnitScan.Failure) { return (.success(try scan.run()), shown) } catch {
        return (.failure(error), shown)
      }
    }
  }

  @Test("Positions are asked in order, and what was scanned is shown")
  func scanned() throws {
    let (result, shown) = try scan(["\u{2}21034567\u{3}", " 21034568 "])
    let outcome = try result.get()
    #expect(outcome.serials.map(\.position) == ["A1", "A2"])
    #expect(outcome.serials.map(\.serial) == ["21034567", "21034568"])
    #expect(shown.contains("A1 holds 21034567") && shown.contains("A2 holds 21034568"))
  }

  @Test("A duplicate and a wrong form are refused at once, and asked for again")
  func refused() throws {
    let (result, shown) = try scan(["4711", "21034567", "21034567", "21034568"])
    #expect(try result.get().serials.map(\.serial) == ["21034567", "21034568"])
    #expect(shown.contains("has not the form"))
    #expect(shown.contains("refused: 21034567 is in A1 already"))
  }

  @Test("A meter that was named by argument is not asked for, and in no other socket")
  func given() throws {
    let (result, shown) = try scan(["21034567", "21034568"], given: [("A1", "21034567")])
    #expect(try result.get().serials.map(\.position) == ["A2"])
    #expect(shown.contains("is in A1 already") && !shown.contains("number of A1"))
  }

  @Test("A scanner that ends a code with two line ends leaves no socket out")
  func emptyLines() throws {
    let (result, _) = try scan(["21034567", "", "21034568", ""])
    #expect(try result.get().serials.map(\.serial) == ["21034567", "21034568"])
    #expect(try result.get().leftOut.isEmpty)
  }

  @Test(
    "'skip' leaves a socket out: it is not applicable, and not tested",
    arguments: ["skip", "SKIP", "Skip "]
  )
  func leftOut(word: String) throws {
    let (result, _) = try scan([word, "21034568"], rule: "expected: required")
    let sources = UnitSources().adding(try result.get())
    #expect(sources.leftOut == ["A1"] && !sources.areAwaited)
    let outcome = try UnitRunTests.run(sources)
    #expect(outcome.run.positions.prefix(2).map(\.verdict) == [.notApplicable, .passed])
    #expect(outcome.switchings("A1").allSatisfy { !$0 })
    #expect(try scan(["skip", "skip"]).outcome.get().leftOut == ["A1", "A2"])
  }

  @Test("Input that ends early is no answer")
  func ended() throws {
    let (result, _) = try scan(["21034567"])
    #expect(throws: UnitScan.Failure.ended(before: "A2")) { try result.get() }
  }

  @Test("A signal ends the scan, and says that nothing was switched")
  func interrupted() throws {
    let (result, shown) = try scan(["21034567"], end: .signal(SIGTERM))
    let failure = #expect(throws: UnitScan.Failure.self) { try result.get() }
    #expect(failure?.signal == SIGTERM && shown.hasSuffix("\n"))
    #expect(failure?.description.contains("SIGTERM before the serial number of A2") == true)
    #expect(failure?.description.contains("nothing was switched") == true)
  }

  private static let history = UnitRunTests.known { number in
    guard number == SerialNumber("21034567") else { return [] }
    return [EarlierRun(run: "r1", verdict: .passed, wallTime: "2026-01-02T08:00:00.000Z")]
  }

  @Test("A meter that the scenario tests no more is refused at the scan, and another one asked for")
  func testedBefore() throws {
    let (result, shown) = try scan(
      ["21034567", "21034569", "skip"],
      rule: "already-passed: refuse",
      history: Self.history
    )
    #expect(try result.get().serials.map(\.serial) == ["21034569"])
    #expect(
      shown.contains("refused: the meter with serial number 21034567 passed before, in run r1")
    )
    #expect(shown.contains("(serial-number, already-passed); put in another meter"))
  }

  @Test(
    "Where the scenario refuses no such meter, or nobody can be asked, the scan takes it",
    arguments: ["already-passed: warn", "failed-before: refuse", "already-passed: refuse"]
  )
  func taken(rule: String) throws {
    struct Locked: Error {}
    let isUnknown = rule == "already-passed: refuse"
    let (result, _) = try scan(
      ["21034567", "skip"],
      rule: rule,
      history: isUnknown ? UnitRunTests.known { _ in throw Locked() } : Self.history
    )
    #expect(try result.get().serials.map(\.serial) == ["21034567"])
  }
}
