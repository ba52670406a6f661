import Judging
import Planning
import Testing
import Verdicts

/// What the plan says of rules without a gate, and what the run makes of them.
@Suite("Predictions of readings and of how gates differ")
struct ReadPredictionTests {
  private static func rehearsal(
    _ step: String,
    on kind: ReferenceRunTests.Kind = .pulses
  ) -> Rehearsal {
    var rehearsal = Rehearsal(Script.underLoad("  - \(step)"))
    rehearsal.bench = kind.bench
    return rehearsal
  }

  private static func isRefused(_ rehearsal: Rehearsal) throws -> Bool {
    do { _ = try rehearsal.plan() } catch let unsound as Rehearsal.Unsound {
      #expect(unsound.description.contains("cannot be passed"), "\(unsound)")
      return true
    }
    return false
  }

  @Test(
    "A time base that expired makes an error of a power that its clock made of the reference's pulses",
    arguments: [("2027-12-31", Verdict.passed), ("2020-12-31", .error)]
  )
  func timeBase(until: String, verdict: Verdict) throws {
    var rehearsal = Self.rehearsal("read: { active-power: { within: ± 2 %, of: reference } }")
    rehearsal.bench = rehearsal.bench.replacing(
      "twin:\n",
      with: "time-base: { rate: 10 ppm, calibrated-until: \(until) }\ntwin:\n"
    )
    let outcome = try rehearsal.run()
    #expect(outcome.verdict == verdict)
    #expect(outcome.run.remarks.contains { $0.part == "time base" } == (verdict == .error))
  }

  @Test("A voltage of the reference is not predicted from what the load draws")
  func voltage() throws {
    let rehearsal = Self.rehearsal(
      "read: { voltage-l1: { within: ± 0.5 %, of: reference } }",
      on: .power
    )
    #expect(try rehearsal.run().verdict == .passed)
  }

  @Test("The worst of the positions decides whether a rule can be passed")
  func positions() throws {
    func rehearsal(error: String, of position: String) -> Rehearsal {
      var rehearsal = Self.rehearsal("read: { active-power: { within: ± 0.5 %, of: reference } }")
      let supply = ["A1": "GPIO22", "A2": "GPIO23"][position] ?? ""
      let line = "    supply: { chip: main, line: \(supply), safe: off }\n"
      rehearsal.bench = rehearsal.bench.replacing(
        line,
        with: line + "    ct-error: 0 % ± \(error)\n    ct-displacement: 0 ° ± 0.01 °\n"
      )
      return rehearsal
    }
    #expect(try !Self.isRefused(rehearsal(error: "0.03 %", of: "A1")))
    #expect(try Self.isRefused(rehearsal(error: "1 %", of: "A1")))
    #expect(try !Self.isRefused(rehearsal(error: "0.03 %", of: "A2")))
    #expect(try Self.isRefused(rehearsal(error: "1 %", of: "A2")))
  }

  @Test("A standard deviation is refused below what the bench scatters by, and not above")
  func standardDeviation() throws {
    func rehearsal(_ expect: String) -> Rehearsal {
      Self.rehearsal(
        "remeasure: { output: pulse-2, at-least: 20 pulses, gates: 10, expect: { \(expect) } }"
      )
    }
    let wide = try rehearsal("repeatability: { at-most: 1 % }").plan().plan
    let range = try #require(wide.steps.flatMap(\.predictions).first { $0.rule == "repeatability" })
    // Without a scatter of the meter's own.
    let least = range.expanded / 2.0.squareRoot() * 100
    #expect(try !Self.isRefused(rehearsal("standard-deviation: { at-most: \(least * 1.05) % }")))
    #expect(try Self.isRefused(rehearsal("standard-deviation: { at-most: \(least * 0.95) % }")))
  }

  @Test("A limit around zero is refused where what is known of it is wider, and not above")
  func zero() throws {
    func rehearsal(_ limit: String) -> Rehearsal {
      var rehearsal = Self.rehearsal("read: { reactive-power: { within: \(limit), of: load } }")
      // A degree of displacement makes 60 var of 3450 W.
      let line = "    supply: { chip: main, line: GPIO22, safe: off }\n"
      rehearsal.bench = rehearsal.bench.replacing(
        line,
        with: line + "    ct-error: 0 % ± 0.03 %\n    ct-displacement: 0 ° ± 1 °\n"
      )
      return rehearsal
    }
    #expect(try Self.isRefused(rehearsal("± 30 var")))
    #expect(try !Self.isRefused(rehearsal("± 300 var")))
  }

  @Test("What a reading and its declared load are not known by is in their budgets")
  func budgets() throws {
    let outcome = try Self.rehearsal(
      "read: { active-power: { within: ± 3 %, of: load }, active-energy-import: { at-most: 1 MWh } }"
    ).run()
    #expect(outcome.verdict == .passed)
    let step = try #require(outcome.step("read", on: "A1"))
    func contribution(_ name: String, to id: String) throws -> (value: Double, of: Double) {
      let measurement = try #require(step.measurements.first { $0.id == id })
      let component = measurement.budget?.components.first { $0.name == name }
      return (try #require(component).contribution, try #require(measurement.number))
    }
    // V²/R with 230 V ± 0.5 % and ± 0.2 %, rectangular.
    let load = try contribution("load as declared", to: "active-power of load")
    #expect(abs(load.value / (load.of * 0.012 / 3.0.squareRoot()) - 1) < 0.01)
    // A step of 1 Wh, rectangular.
    let energy = try contribution("register resolution", to: "active-energy-import")
    #expect(abs(energy.value - 0.5 / 3.0.squareRoot()) < 1e-9)
  }

  @Test(
    "What the bench scatters by is in the budget of a repeatability, and a meter's jitter is not"
  )
  func repeatability() throws {
    let outcome = try Self.rehearsal(
      "remeasure: { output: pulse-2, at-least: 20 pulses, gates: 5, expect: { repeatability: { at-most: 1 % } } }"
    ).run()
    let step = try #require(outcome.step("remeasure", on: "A1"))
    let range = try #require(step.measurements.first { $0.id == "repeatability" })
    let names = range.budget?.ranked.map(\.name) ?? []
    #expect(names.contains { $0.hasPrefix("reference pulse interpolation") })
    #expect(names.contains("edge time"))
    #expect(!names.contains("pulse jitter"))
    #expect(!names.contains("reference accuracy"))
  }
}
