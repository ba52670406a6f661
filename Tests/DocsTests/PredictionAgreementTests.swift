import Foundation
import Testing

/// What `plan` says beforehand of the uncertainty, against what `run` finds.
@Suite struct PredictionAgreementTests {
  /// The shipped scenarios with rules that the plan predicts, and a bench for each.
  static let scenarios = [
    ("end-of-line", "twin-4"), ("accuracy", "twin"), ("dial-test", "twin"),
    ("reactive-accuracy", "twin-reactive"), ("pulse-output-1", "twin"), ("pulse-output-2", "twin"),
    ("meter-constant", "twin"), ("sdm120-eol", "twin-sdm120"), ("sdm630-eol", "twin-sdm630"),
  ]

  @Test(
    "Observed uncertainty agrees with the predicted one within 20 %",
    arguments: scenarios
  )
  func agreement(scenario: String, bench: String) throws {
    let folder = try Scratch()
    let files = "\(Root.path)/Scenarios/\(scenario).yaml --bench \(Root.path)/Benches/\(bench).yaml"
    let plan = try Self.json("meterbench plan \(files) --json", in: folder)
    let run = try Self.json("meterbench run \(files) --json --quiet --output run", in: folder)
    var predicted: [String: (expanded: Double, unit: String)] = [:]
    for step in Self.list(plan["steps"]) {
      for prediction in Self.list(step["predictions"]) {
        let rule = "\(step["id"] ?? "") / \(prediction["rule"] ?? "")"
        guard let expanded = prediction["expandedUncertainty"] as? Double,
          let limit = prediction["limit"] as? Double,
          // The last bit of a register's number decides nothing, and doubles at a power of two.
          expanded > limit * 1e-5
        else { continue }
        predicted[rule] = (expanded, prediction["unit"] as? String ?? "")
      }
    }
    var compared = 0
    for position in Self.list(run["positions"]) {
      for step in Self.list(position["steps"]) {
        for finding in Self.list(step["findings"]) {
          let name = finding["rule"] as? String ?? ""
          let rule = "\(step["step"] ?? "") / \(name)"
          guard let expected = predicted[rule], var found = finding["uncertainty"] as? Double
          else { continue }
          // What a meter's own scatter adds cannot be known before.
          guard name != "standard-deviation" else { continue }
          // Of a rate and a constant it is a share of what is expected.
          let measurement = finding["measurement"] as? [String: Any]
          let unit = measurement?["unit"] as? String
          if expected.unit == "1", unit != "1" {
            found /= abs(try #require(measurement?["number"] as? Double))
          }
          compared += 1
          #expect(
            abs(found / expected.expanded - 1) <= 0.2,
            "\(position["position"] ?? "") \(rule): predicted \(expected.expanded), found \(found)"
          )
        }
      }
    }
    #expect(compared > 0)
  }

  @Test(
    "Where pulses are slower than a register's updates, the plan gives the ends of a span, and the run lies in it"
  )
  func span() throws {
    let folder = try Scratch()
    try """
    scenario: slow pulses
    profile: integra-1221
    needs: { outputs: [pulse-1] }
    steps:
      - apply: { supply: on }
      - wait: { warm-up: 1 min }
      - configure: { system-type: 3P4W, ct-primary: 5 A, energy-units: kilo, pulse-1-energy: active-import, pulse-width: 100 ms, pulse-weight: 0.1 kWh }
      - apply: { load: rated }
      - compare-registers: { output: pulse-1, at-least: 12 pulses, expect: { difference: ± 2 % } }
    finally:
      - apply: { load: off, supply: off }
    """.write(toFile: "\(folder.path)/slow.yaml", atomically: true, encoding: .utf8)
    let files = "slow.yaml --bench \(Root.path)/Benches/twin.yaml"
    let plan = try Self.json("meterbench plan \(files) --json", in: folder)
    let run = try Self.json("meterbench run \(files) --json --quiet --output run", in: folder)
    let predictions = Self.list(plan["steps"]).flatMap { Self.list($0["predictions"]) }
    let prediction = try #require(predictions.first)
    let least = try #require(prediction["leastUncertainty"] as? Double)
    let greatest = try #require(prediction["greatestUncertainty"] as? Double)
    let expanded = try #require(prediction["expandedUncertainty"] as? Double)
    #expect(least < expanded && expanded < greatest)
    let found = Self.list(run["positions"]).flatMap { Self.list($0["steps"]) }
      .filter { ($0["step"] as? String)?.hasPrefix("compare-registers") == true }
      .flatMap { Self.list($0["findings"]) }.compactMap { $0["uncertainty"] as? Double }
    #expect(found.count == 2)
    // As the ends are chosen apart, and what a poll catches is not known beforehand.
    for uncertainty in found {
      #expect(least * 0.95 <= uncertainty && uncertainty <= greatest * 1.05)
    }
  }

  private static func json(_ line: String, in folder: Scratch) throws -> [String: Any] {
    let (output, _) = try Shell.run("\(line) 2>/dev/null", in: folder.path)
    let value = try JSONSerialization.jsonObject(with: Data(output.utf8))
    return try #require(value as? [String: Any])
  }

  private static func list(_ value: Any?) -> [[String: Any]] { value as? [[String: Any]] ?? [] }
}
