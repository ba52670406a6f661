import Judging
import Testing
import Verdicts

@Suite("A load that is not as declared")
struct LoadBlameTests {
  static let steps = """
    steps:
      - apply: { supply: on }
      - wait: 5 s
      - apply: { load: bank-5A }
      - read: { current-l1: 5 A ± 2 % }
    finally:
      - apply: { load: off, supply: off }
    """

  @Test("A load that is a tenth low is the bench's error, and no meter's failure")
  func lowLoad() throws {
    let outcome = try Rehearsal(
      Self.steps,
      faults: ["fault: load-step, at: 0 s, amount: -10 %"]
    ).run()
    #expect(outcome.verdict == .error)
    let read = try #require(outcome.step("read", on: "A1"))
    #expect(read.findings.map(\.verdict) == [.error])
    #expect(read.remarks.contains { $0.part == "load bank-5A" })
  }

  @Test("A meter that shows a tenth less under a sound load fails")
  func lowMeter() throws {
    let outcome = try Rehearsal(
      Self.steps,
      faults: ["fault: register-error, at: 0 s, on: A1, of: current-l1, amount: -10 %"]
    ).run()
    #expect(outcome.verdict("A1") == .failed)
    #expect(outcome.verdict("A2") == .passed)
  }

  @Test("A rate stated as a value rests on the load as well")
  func rate() throws {
    let outcome = try Rehearsal(
      """
      steps:
        - apply: { supply: on }
        - wait: 5 s
        - configure: { ct-primary: 5 A, energy-units: kilo }
        - apply: { load: bank-5A }
        - count-pulses:
            output: pulse-2
            at-least: 20 pulses
            expect: { rate: 3.07 imp/s ± 2 % }
      finally:
        - apply: { load: off, supply: off }
      """,
      faults: ["fault: load-step, at: 0 s, amount: -10 %"]
    ).run()
    #expect(outcome.verdict == .error)
    #expect(outcome.kinds("A1").contains(.bench))
    #expect(!outcome.kinds("A1").contains(.limit))
  }

  private static func rate(_ limits: String) -> String {
    """
    steps:
      - apply: { supply: on }
      - wait: 5 s
      - configure: { ct-primary: 5 A, energy-units: kilo }
      - apply: { load: bank-5A }
      - count-pulses: { output: pulse-2, at-least: 100 pulses, expect: { rate: \(limits) } }
    finally:
      - apply: { load: off, supply: off }
    """
  }

  @Test("A load that is off within its declaration fails no meter, and passes none for it")
  func rateWithinDeclaration() throws {
    // The bench allows the load 1.2 %: as much as that a rate is nobody's.
    #expect {
      _ = try Rehearsal(Self.rate("3.067 imp/s ± 1 %")).plan()
    } throws: { "\($0)".contains("write 'expected ± …'") }
    var rehearsal = Rehearsal(
      Self.rate("3.067 imp/s ± 0.8 %"),
      faults: ["fault: load-step, at: 0 s, amount: -0.9 %"],
      meters: ["A2": "error: 0.9 %", "A3": "error: -3 %"]
    )
    rehearsal.allowsUndecidable = true
    let outcome = try rehearsal.run()
    #expect(outcome.step("count-pulses", on: "A1")?.findings.map(\.verdict) == [.inconclusive])
    #expect(outcome.step("count-pulses", on: "A2")?.findings.map(\.verdict) == [.inconclusive])
    #expect(outcome.step("count-pulses", on: "A3")?.findings.map(\.verdict) == [.failed])
  }

  @Test(
    "A current stated as a value allows for the declaration on a bench that only a certificate watches"
  )
  func certificate() throws {
    var rehearsal = Rehearsal(
      Self.steps.replacing("± 2 %", with: "± 0.5 %"),
      faults: ["fault: load-step, at: 0 s, amount: -0.6 %"]
    )
    rehearsal.bench = ReferenceRunTests.Kind.declaredLoad.bench
    rehearsal.allowsUndecidable = true
    let outcome = try rehearsal.run()
    #expect(outcome.verdict("A1") == .inconclusive)
  }

  @Test("A limit that the declared load cannot keep is refused before the run")
  func contradiction() {
    let rehearsal = Rehearsal(Self.steps.replacing("5 A ± 2 %", with: "4 A ± 2 %"))
    #expect {
      _ = try rehearsal.plan()
    } throws: { "\($0)".contains("load bank-5A gives current-l1 of 5 A here") }
  }
}

/// A bench without anything that watches its load.
@Suite("A load that nothing watches")
struct UnwatchedLoadTests {
  private static let low = ["fault: load-step, at: 0 s, amount: -10 %"]
  private static let lowMeter = ["A1": "error: -5 %"]
  private static let gate = """
    needs: { outputs: [pulse-2], reference: active-energy }
    steps:
      - apply: { supply: on }
      - wait: 2 s
      - configure: { system-type: 3P4W, ct-primary: 5 A, energy-units: kilo }
      - apply: { load: bank-5A }
      - count-pulses: { output: pulse-2, at-least: 900 pulses, expect: { error: LIMIT } }
    finally:
      - apply: { load: off, supply: off }
    """

  private static func bench(_ reference: String) -> String {
    let text = ReferenceRunTests.Kind.registers.bench
    guard let start = text.firstRange(of: "reference:\n"),
      let end = text.firstRange(of: "twin:\n")
    else { return text }
    return text[..<start.lowerBound] + reference + text[end.lowerBound...]
  }

  @Test("A reading beyond a fixed limit blames nobody, whether the load is low or the meter")
  func reading() throws {
    let meter = ["fault: register-error, at: 0 s, on: A1, of: current-l1, amount: -10 %"]
    for faults in [Self.low, meter] {
      var rehearsal = Rehearsal(LoadBlameTests.steps, faults: faults)
      rehearsal.bench = Self.bench("")
      let outcome = try rehearsal.run()
      let finding = try #require(outcome.step("read", on: "A1")?.findings.first)
      #expect(finding.verdict == .inconclusive)
      #expect(finding.reason?.text.contains("nothing shows that load bank-5A gave") == true)
      #expect(outcome.verdict == .inconclusive)
    }
  }

  @Test("An error against a load that no certificate vouches for blames nobody")
  func declared() throws {
    for (faults, meters) in [(Self.low, [:]), ([], Self.lowMeter)] {
      var rehearsal = Rehearsal(
        Self.gate.replacing("LIMIT", with: "± 2 %"),
        faults: faults,
        meters: meters
      )
      rehearsal.bench = Self.bench("reference: { declared-load: true }\n")
      let outcome = try rehearsal.run()
      let finding = try #require(outcome.step("count-pulses", on: "A1")?.findings.first)
      #expect(finding.verdict == .inconclusive)
      #expect(outcome.verdict == .inconclusive)
    }
  }

  @Test("A certificate vouches for a declared load while it holds")
  func certificate() throws {
    func verdict(until day: String) throws -> Verdict? {
      var rehearsal = Rehearsal(Self.gate.replacing("LIMIT", with: "± 2 %"), meters: Self.lowMeter)
      rehearsal.bench = Self.bench(
        "reference: { declared-load: true, certificate: R-7, calibrated-until: \(day) }\n"
      )
      return try rehearsal.run().verdict("A1")
    }
    #expect(try verdict(until: "2027-01-01") == .failed)
    #expect(try verdict(until: "2026-01-01") == .error)
  }

  @Test("A class by the current is judged where the reference's register shows the current")
  func classByCurrent() throws {
    func outcome(_ faults: [String], _ meters: [String: String]) throws -> Rehearsal.Outcome {
      var rehearsal = Rehearsal(
        Self.gate.replacing("LIMIT", with: "class").replacing("900", with: "4000"),
        faults: faults,
        meters: meters
      )
      rehearsal.bench = ReferenceRunTests.Kind.registers.bench
        .replacing("accuracy: 0.1 %", with: "accuracy: 0.05 %")
      return try rehearsal.run()
    }
    #expect(try outcome([], Self.lowMeter).verdict("A1") == .failed)
    let low = try outcome(Self.low, Self.lowMeter)
    #expect(low.verdict("A1") == .inconclusive)
    #expect(low.verdict("A2") == .inconclusive)
    #expect(low.reasons("A2").contains { $0.kind == .condition && $0.text.contains("declares") })
  }
}
