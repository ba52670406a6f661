import Foundation

/// The scenario library, run by the program itself on twins.
enum Library {
  static let root = #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" }

  /// Every scenario with its bench.
  static let pairs = [
    ("accuracy", "twin"), ("as-delivered", "twin-new-meters"), ("communication", "twin"),
    ("dial-test", "twin"), ("display", "twin"),
    ("end-of-line", "twin-4"), ("energy-rollover", "twin-rollover"), ("maximum-demand", "twin"),
    ("menu-settings", "twin"), ("meter-constant", "twin"),
    ("no-load", "twin"), ("phase-order", "twin"), ("pulse-output-1", "twin"),
    ("pulse-output-2", "twin"), ("reactive-accuracy", "twin-reactive"), ("resets", "twin"),
    ("sdm120-eol", "twin-sdm120"), ("sdm630-eol", "twin-sdm630"), ("self-test", "twin"),
    ("settings", "twin"), ("starting-current", "twin"), ("three-wire", "twin"),
    ("firmware-acceptance", "twin"),
  ]

  /// The scenarios of the Integra 1221 that look for defects.
  static func scenarios() throws -> Set<String> {
    let files = try FileManager.default.contentsOfDirectory(atPath: root + "/Scenarios")
    let names = Set(files.map { String($0.dropLast(5)) })
    // Its meter is known to be good; the engine's tests show what a golden meter's error means.
    let golden: Set = ["golden-meter"]
    guard names.subtracting(golden) == Set(pairs.map(\.0)) else { throw Unknown(names: names) }
    return names.subtracting(["firmware-acceptance", "sdm120-eol", "sdm630-eol"] + golden)
  }

  struct Unknown: Error { var names: Set<String> }

  /// A run of the library with a defect.
  struct Run: Sendable {
    var defect: Defect
    var outcome: Outcome
  }

  /// All of them, two at a time.
  static func runAll() async throws -> [Run] {
    try await withThrowingTaskGroup(of: (Int, Run).self) { group in
      var runs: [Run?] = Defect.all.map { _ in nil }
      var next = 0
      func add() {
        guard next < Defect.all.count else { return }
        let (index, defect) = (next, Defect.all[next])
        next += 1
        group.addTask {
          let outcome = try run(
            defect.scenario,
            on: defect.bench,
            position: defect.position,
            fault: defect.fault
          )
          return (index, Run(defect: defect, outcome: outcome))
        }
      }
      for _ in 0..<2 { add() }
      while let (index, run) = try await group.next() {
        runs[index] = run
        add()
      }
      return runs.compactMap(\.self)
    }
  }

  /// Runs a scenario on a bench with a fault of the meter.
  static func run(
    _ scenario: String,
    on bench: String,
    position: String?,
    fault: String?,
    answers: [String] = []
  ) throws -> Outcome {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "defects-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var text = try String(contentsOfFile: "\(root)/Benches/\(bench).yaml", encoding: .utf8)
    if let fault {
      text += "  faults:\n    - { fault: \(fault), at: 0 s, on: \(position ?? "A1") }\n"
    }
    let file = folder.appending(path: "bench.yaml")
    try text.write(to: file, atomically: true, encoding: .utf8)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: root + "/.build/release/meterbench")
    process.currentDirectoryURL = URL(fileURLWithPath: root)
    process.arguments =
      [
        "run", "Scenarios/\(scenario).yaml", "--bench", file.path, "--quiet", "--json",
        "--no-history",
        "--output", folder.appending(path: "out").path,
      ] + (position.map { ["--position", $0] } ?? []) + answers.flatMap { ["--answer", $0] }
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return try Outcome(data, scenario: scenario)
  }
}
