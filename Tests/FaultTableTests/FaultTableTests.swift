import FoundationEssentials
import Modbus
import Quantities
import Testing

/// Every row of the fault table through the real bus over a real pseudo-terminal. Each must end in
/// the right value or in a named error, never in stale or mismatched data.
@Suite(.timeLimit(.minutes(2)))
struct FaultTableTests {
  @Test(arguments: Scenario.all)
  func `a misbehaving line ends in the right value or a named error`(
    scenario: Scenario
  ) async throws {
    let findings = try await Playing.shared.findings(of: scenario)
    #expect(findings.map(\.ending) == scenario.questions.map(\.expected))
  }

  @Test(arguments: Scenario.all)
  func `nothing that is heard prolongs a transaction`(scenario: Scenario) async throws {
    let findings = try await Playing.shared.findings(of: scenario)
    for (finding, question) in zip(findings, scenario.questions) {
      // Seconds for a busy machine, and far less than the limit of those who are patient.
      #expect(finding.took < longest(question) + .seconds(10), "\(finding.label)")
    }
  }

  @Test func `the documented table says what was found`() async throws {
    var found: [String] = []
    for scenario in Scenario.all {
      found.append(try await Playing.shared.findings(of: scenario).text)
    }
    var table = try DocumentedTable()
    #expect(table.names == Scenario.all.map(\.name))
    if ProcessInfo.processInfo.environment["METERBENCH_RECORD_GOLDEN"] != nil {
      try table.record(found)
      Issue.record("the table was recorded, and nothing was compared")
    } else {
      #expect(table.findings == found)
    }
  }

  /// The late window of the question before, a probe that stays unanswered and its late window,
  /// then the question itself; nothing of that where the reply comes at once.
  private func longest(_ question: Question) -> Duration {
    question.limits == Question.patient ? .zero : question.limits.responseLimit * 4
  }
}

/// Plays every scenario once, all side by side, for whoever asks.
private actor Playing {
  static let shared = Playing()

  private var plays: [String: Task<[Finding], any Error>] = [:]

  func findings(of scenario: Scenario) async throws -> [Finding] {
    if plays.isEmpty {
      for scenario in Scenario.all { plays[scenario.name] = Task { try await scenario.play() } }
    }
    return try await plays[scenario.name]?.value ?? []
  }
}
