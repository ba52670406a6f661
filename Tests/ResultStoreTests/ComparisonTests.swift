import ResultStore
import Testing
import Verdicts

/// What is different between two runs.
@Suite("Comparison")
struct ComparisonTests {
  private func run(_ meters: [MadeRun.Meter], _ change: (inout MadeRun) -> Void = { _ in })
    throws -> RunEntry
  {
    var run = MadeRun("r", meters)
    change(&run)
    return try run.entry()
  }

  @Test("equal runs differ in nothing")
  func equal() throws {
    let one = try run([.init("A1", "S1", 0.001)])
    let found = Comparison(one, one)
    #expect(found.differences.isEmpty && found.verdicts.isEmpty && found.values.isEmpty)
    #expect(found.compared == 1)
  }

  @Test("a value that moved by more than √(U₁² + U₂²) is named, one that moved by less is not")
  func moved() throws {
    // √2 · 0.001 = 0.00141
    let before = try run([.init("A1", "S1", 0), .init("A2", "S2", 0)])
    let after = try run([.init("A1", "S1", 0.0014), .init("A2", "S2", 0.0015)])
    let found = Comparison(before, after)
    #expect(found.values.map(\.meter.serial) == ["S2"])
    #expect(abs((found.values.first?.en ?? 0) - 1.5 / 2.0.squareRoot()) < 1e-12)
    #expect(found.verdicts.isEmpty && found.compared == 2)
  }

  @Test("a meter is the same by its serial number, in whatever socket")
  func swapped() throws {
    let before = try run([.init("A1", "S1", 0), .init("A2", "S2", 0.009)])
    let after = try run([.init("A1", "S2", 0.009), .init("A2", "S1", 0)])
    let found = Comparison(before, after)
    #expect(found.verdicts.isEmpty && found.values.isEmpty)
    let other = Comparison(before, try run([.init("A1", "S1", 0), .init("A2", "S7", 0)]))
    #expect(other.verdicts.map(\.meter.isAnother) == [true, true])
    #expect(other.verdicts.map(\.after) == [.passed, .passed])
  }

  @Test("files, parameters and positions that are not the same are named")
  func differences() throws {
    let before = try run([.init("A1", "S1", 0), .init("A2", "S2", 0)])
    let after = try run([.init("A1", "S1", 0)]) {
      $0.scenarioText += "\n# changed"
      $0.rig = "twin"
    }
    let found = Comparison(before, after)
    #expect(found.differences.map(\.kind) == ["rig", "scenario"])
    #expect(found.verdicts.map(\.before) == [.passed])
    #expect(found.verdicts.map(\.after) == [nil])
  }
}
