import Documents
import FoundationEssentials
import MeterProfiles
import Station

/// A bench and a scenario without a fault, and copies with one.
struct GoodFiles {
  var bench = """
    bench: line-3
    adapters:
      left: { usb-serial: A10KZ3XF }
    buses:
      dut: { adapter: left, baud: 9600, stop-bits: 2 }
    gpio:
      main: { chip-label: pinctrl-bcm2711 }
    source: { voltage: 230 V ± 0.5 % }
    positions:
      A1:
        meter: { profile: integra-1221, variant: self-powered, bus: dut, address: 1 }
        pulse-1: { chip: main, line: GPIO17 }
        pulse-2: { chip: main, line: GPIO27 }
        supply: { chip: main, line: GPIO22, safe: off }
      A2:
        meter: { profile: integra-1221, variant: self-powered, bus: dut, address: 2 }
        pulse-1: { chip: main, line: GPIO5 }
        pulse-2: { chip: main, line: GPIO6 }
        supply: { chip: main, line: GPIO23, safe: off }
    loads:
      bank:
        output: { chip: main, line: GPIO26, safe: off }
        resistance: 46 Ω ± 0.2 %
        settle: 10 s
    reference:
      pulses: { chip: main, line: GPIO21, constant: 100000 imp/kWh }
      accuracy: 0.1 %
      calibrated-until: 2027-05-01

    """
  var scenario = """
    scenario: Pulse output 2
    profile: integra-1221
    needs: { variant: self-powered, outputs: [pulse-2], reference: active-energy }
    parameters:
      firmware: { default: "107" }
    steps:
      - apply: { supply: on }
      - identify: { firmware: "${firmware}" }
      - configure: { system-type: 3P4W, ct-primary: 5 A, energy-units: kilo }
      - apply: { load: bank }
      - read:
          voltage-l1: { within: ± 1 %, of: source }
      - count-pulses:
          output: pulse-2
          at-least: 200 pulses
          expect:
            error: ± 0.5 %
    finally:
      - apply: { load: off, supply: off }

    """
  /// A profile of one's own beside them, where a case needs one.
  var profile: String?
  var parameters: [(name: String, value: String)] = []
  var positions: [String] = []

  /// Where a text is replaced.
  enum File { case bench, scenario, profile }

  /// A text of a file, and what stands there instead.
  struct Patch: Sendable {
    var file: File
    var old: String
    var new: String
  }

  struct NotThere: Error { var text: String }

  /// Replaces a text that stands in the file exactly once.
  mutating func apply(_ patch: Patch) throws {
    func replaced(_ text: String) throws -> String {
      guard text.ranges(of: patch.old).count == 1 else { throw NotThere(text: patch.old) }
      return text.replacing(patch.old, with: patch.new)
    }
    switch patch.file {
    case .bench: bench = try replaced(bench)
    case .scenario: scenario = try replaced(scenario)
    case .profile:
      profile = try replaced(profile ?? BuiltInProfiles.text("integra-1221") ?? "")
    }
  }

  /// What a user is told of these files: every problem with the line it points at.
  func diagnostics() throws -> String {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("meterbench-planning-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    func write(_ text: String, to name: String) throws -> String {
      try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
      return "\(folder)/\(name)"
    }
    if let profile { _ = try write(profile, to: "meter.yaml") }
    var library = Library(today: "2026-06-01")
    do throws(DocumentError) {
      _ = try library.prepare(
        scenario: try failing { try write(scenario, to: "scenario.yaml") },
        bench: try failing { try write(bench, to: "bench.yaml") },
        parameters: parameters,
        positions: positions
      )
    } catch {}
    return DiagnosticText.lines(library).map { $0 + "\n" }.joined()
      .replacing("\(folder)/", with: "")
  }

  /// The path that `body` writes to; an unwritable one is told as a missing file.
  private func failing(_ body: () throws -> String) throws(DocumentError) -> String {
    (try? body()) ?? "not written"
  }
}
