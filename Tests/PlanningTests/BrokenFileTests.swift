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
