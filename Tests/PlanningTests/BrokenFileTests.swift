import Foundation
import Testing

/// One broken pair of files, and the name of the golden text with all that a user is told.
struct BrokenCase: Sendable, CustomTestStringConvertible {
  var name: String
  var patches: [GoodFiles.Patch]
  var parameters: [(name: String, value: String)] = []
  var positions: [String] = []

  init(_ name: String, _ patches: GoodFiles.Patch...) {
    self.name = name
    self.patches = patches
  }

  var testDescription: String { name }

  func given(_ name: String, _ value: String) -> BrokenCase {
    var copy = self
    copy.parameters.append((name, value))
    return copy
  }

  func only(_ positions: String...) -> BrokenCase {
    var copy = self
    copy.positions = positions
    return copy
  }
}

@Suite("Broken files")
struct BrokenFileTests {
  @Test("The files that the broken ones are made of have no fault")
  func soundBase() throws {
    #expect(try GoodFiles().diagnostics() == "")
    var own = GoodFiles()
    try own.apply(
      .profile(
        "certainty: manual\n    note: Exchanges",
        "certainty: manual\n    note: It exchanges"
      )
    )
    try own.apply(.scenario("profile: integra-1221", "profile: meter.yaml"))
    for address in [1, 2] {
      let rest = "variant: self-powered, bus: dut, address: \(address)"
      try own.apply(.bench("profile: integra-1221, \(rest)", "profile: meter.yaml, \(rest)"))
    }
    #expect(try own.diagnostics() == "")
  }

  @Test(
    "What works and is probably not meant is warned of",
    arguments: [
      (
        GoodFiles.Patch.bench("line: GPIO26, safe: off }", "line: GPIO26, safe: on }"),
        "bench.yaml:22:13: warning: load bank is on whenever no run is"
      ),
      (
        .bench("calibrated-until: 2027-05-01", "calibrated-until: 2026-05-31"),
        ": warning: the calibration of the reference ended on 2026-05-31"
      ),
      (
        .bench(
          "loads:",
          "interlocks: { door: { chip: main, line: GPIO4, must-be: active } }\nloads:"
        ),
        "warning: interlock 'door' has no 'bias', so a broken wire may read as closed; say pull-down"
      ),
      (
        .bench(
          "loads:",
          "interlocks: { door: { chip: main, line: GPIO4, bias: pull-up, must-be: active } }\nloads:"
        ),
        "warning: interlock 'door' cannot fail open: with pull-up a broken wire reads as closed"
      ),
      (
        .bench(
          "loads:",
          "interlocks: { door: { chip: main, line: GPIO4, bias: pull-up, active: low, must-be: inactive } }\nloads:"
        ),
        "warning: interlock 'door' cannot fail open"
      ),
    ]
  )
  func warnings(patch: GoodFiles.Patch, text: String) throws {
    var files = GoodFiles()
    try files.apply(patch)
    let diagnostics = try files.diagnostics()
    #expect(diagnostics.contains(text))
    #expect(!diagnostics.contains(": error: "))
  }

  @Test("An interlock whose broken wire reads as open is not warned of")
  func failSafeInterlocks() throws {
    for line in [
      "bias: pull-up, active: low, must-be: active", "bias: pull-up, must-be: inactive",
      "bias: pull-down, must-be: active", "bias: disabled, must-be: active",
    ] {
      var files = GoodFiles()
      try files.apply(
        .bench("loads:", "interlocks: { door: { chip: main, line: GPIO4, \(line) } }\nloads:")
      )
      #expect(try files.diagnostics() == "", "\(line)")
    }
  }

  @Test("A broken file is refused with the exact place and words", arguments: BrokenCase.all)
  func golden(_ one: BrokenCase) throws {
    var files = GoodFiles()
    for patch in one.patches { try files.apply(patch) }
    files.parameters = one.parameters
    files.positions = one.positions
    let text = try files.diagnostics()
    #expect(text.contains(": error: "), "nothing was refused")
    try expect(text, isGolden: "\(one.name).txt")
  }

  @Test("Every golden text belongs to a case")
  func noOrphans() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder)
    let names = BrokenCase.all.map { "\($0.name).txt" }
    #expect(Set(names).count == names.count)
    #expect(Set(files) == Set(names))
  }

  private static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().appendingPathComponent("Broken").path

  /// With `METERBENCH_RECORD_GOLDEN` set the text is written; read the difference before it is
  /// committed.
  private func expect(_ text: String, isGolden name: String) throws {
    let path = "\(Self.folder)/\(name)"
    if ProcessInfo.processInfo.environment["METERBENCH_RECORD_GOLDEN"] != nil {
      try Data(text.utf8).write(to: URL(fileURLWithPath: path))
      Issue.record("\(name) was recorded, and nothing was compared")
      return
    }
    let golden = try String(contentsOfFile: path, encoding: .utf8)
    #expect(text == golden)
  }
}

extension GoodFiles.Patch {
  static func bench(_ old: String, _ new: String) -> Self { Self(file: .bench, old: old, new: new) }
  static func scenario(_ old: String, _ new: String) -> Self {
    Self(file: .scenario, old: old, new: new)
  }
  static func profile(_ old: String, _ new: String) -> Self {
    Self(file: .profile, old: old, new: new)
  }
}
