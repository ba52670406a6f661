import Foundation
import Testing

/// What the pages promise of a whole run, tried with the program itself.
@Suite struct PromiseTests {
  /// Swift seeds its hashes anew in every process, so an order that comes from a dictionary would
  /// differ between two of them.
  @Test("The same files, seed and parameters give the same bytes in separate processes")
  func sameBytes() throws {
    var first: [String: Data] = [:]
    for process in 1...3 {
      let folder = try Self.faultyBench()
      let (output, status) = try Shell.run(
        "meterbench run Scenarios/short.yaml --bench Benches/faulty.yaml --output out",
        in: folder.path
      )
      #expect(status == 1, "\(output)")
      var files = ["printed": Data(output.utf8)]
      for name in ["record.ndjson", "junit.xml"] {
        files[name] = try Data(contentsOf: URL(filePath: "\(folder.path)/out/\(name)"))
      }
      #expect(files["record.ndjson"]?.isEmpty == false)
      if process == 1 { first = files }
      for (name, data) in files { #expect(data == first[name], "\(name) of process \(process)") }
    }
  }

  @Test("Every report of a twin's run says that the rig was a twin")
  func saysTwin() throws {
    let folder = try Self.faultyBench()
    let (summary, _) = try Shell.run(
      "meterbench run Scenarios/short.yaml --bench Benches/faulty.yaml --output out",
      in: folder.path
    )
    #expect(summary.contains("*** TWIN ***") && summary.contains("[rig: twin]"))
    let record = try String(contentsOfFile: "\(folder.path)/out/record.ndjson", encoding: .utf8)
    #expect(record.split(separator: "\n").first?.contains("\"rig\":\"twin\"") == true)
    let junit = try String(contentsOfFile: "\(folder.path)/out/junit.xml", encoding: .utf8)
    let suites = junit.ranges(of: "<testsuite ").count
    #expect(suites == 4)
    #expect(junit.ranges(of: "<property name=\"rig\" value=\"twin\"/>").count == suites)
    let (json, _) = try Shell.run(
      "meterbench run Scenarios/short.yaml --bench Benches/faulty.yaml -q --json",
      in: folder.path
    )
    #expect(json.contains("\"rig\": \"twin\""))
  }

  @Test("Nothing that is meant for a person gets into the record of a program without descriptors")
  func closedDescriptors() throws {
    for closed in ["2>&-", ">&- 2>&-", "<&- >&- 2>&-"] {
      let folder = try Self.faultyBench()
      let (output, status) = try Shell.run(
        "meterbench run Scenarios/short.yaml --bench Benches/faulty.yaml --output out \(closed)",
        in: folder.path
      )
      #expect(status == 1 || status == 3, "\(closed): \(output)")
      let record = try String(contentsOfFile: "\(folder.path)/out/record.ndjson", encoding: .utf8)
      #expect(record.split(separator: "\n").allSatisfy { $0.hasPrefix("{\"#\":") }, "\(closed)")
    }
  }

  @Test("What the disk has no room for is not named as if it were there", arguments: [8, 60])
  func fullDisk(blocks: Int) throws {
    let folder = try Self.faultyBench()
    // No file grows beyond so many blocks: the record stops at its beginning, or on its way.
    let (output, status) = try Shell.run(
      "ulimit -f \(blocks); meterbench run Scenarios/short.yaml --bench Benches/faulty.yaml --output out -q --no-history",
      in: folder.path
    )
    #expect(status == 3, "\(output)")
    let lines = output.split(separator: "\n")
    #expect(
      lines.contains("record  out/record.ndjson (it does not hold all of the run)"),
      "\(output)"
    )
    #expect(!lines.contains { $0.hasPrefix("seal ") }, "\(output)")
    #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/out/manifest.json"))
    let (junit, _) = try Shell.run("cat out/junit.xml", in: folder.path)
    let isFinal = junit.contains("cannot write out/record.ndjson")
    #expect(lines.contains("junit   out/junit.xml") == isFinal, "\(output)")
    #expect(output.contains("not written: out/junit.xml") == !isFinal, "\(output)")
  }

  @Test("A run refused for its arguments, or without a place to say so, leaves no old document")
  func staleDocument() throws {
    for (arguments, status) in [
      ("--answer nosuch=1", 64), ("--set a=1 --set a=2", 64), ("--nonsense", 64),
      ("--set nosuch=1 2>/dev/full", 2),
    ] as [(String, Int32)] {
      let folder = try Self.faultyBench()
      _ = try folder.write("<testsuites tests=\"1\" failures=\"0\"/>", to: "ci.xml")
      let (output, found) = try Shell.run(
        "meterbench run Scenarios/short.yaml --bench Benches/faulty.yaml --junit ci.xml \(arguments)",
        in: folder.path
      )
      #expect(found == status, "\(arguments): \(output)")
      let junit = try String(contentsOfFile: "\(folder.path)/ci.xml", encoding: .utf8)
      #expect(junit.contains("<error "), "\(arguments)")
    }
  }

  @Test("A run that cannot begin for parts of the bench names them all, as the bench's error")
  func missingParts() throws {
    let folder = try Scratch()
    _ = try folder.write(
      """
      bench: desk-7
      adapters: { left: { usb-serial: NOSUCHTHING } }
      buses: { dut: { adapter: left, stop-bits: 2 } }
      gpio: { main: { chip-label: no-such-chip } }
      source: { voltage: 230 V ± 2 % }
      positions:
        A1:
          meter: { profile: integra-1221, variant: self-powered, bus: dut, address: 1 }
          supply: { chip: main, line: GPIO22, safe: off }
      """,
      to: "bench.yaml"
    )
    _ = try folder.write(
      """
      scenario: short
      profile: integra-1221
      steps:
        - apply: { supply: on }
        - read: { voltage-l1: 230 V ± 5 % }
      """,
      to: "short.yaml"
    )
    let (output, status) = try Shell.run(
      "meterbench run short.yaml --bench bench.yaml --output out --json 2>/dev/null",
      in: folder.path
    )
    #expect(status == 3)
    #expect(output.contains("\"part\" : \"chip main\"") && output.contains("\"line\" : 4"))
    #expect(output.contains("\"part\" : \"adapter left\"") && output.contains("\"line\" : 2"))
    let junit = try String(contentsOfFile: "\(folder.path)/out/junit.xml", encoding: .utf8)
    #expect(junit.contains("type=\"bench\"") && !junit.contains("<failure"))
    #expect(junit.contains("hostname=\"desk-7\"") && !junit.contains("timestamp=\"1970"))
    #expect(junit.contains("bench.yaml:2:") && junit.contains("bench.yaml:4:"))
  }

  /// A folder with a short scenario, and a bench on which everything random is at work and one meter
  /// fails.
  private static func faultyBench() throws -> Scratch {
    let folder = try Scratch()
    _ = try folder.write(
      """
      scenario: Short
      profile: integra-1221
      needs: { variant: self-powered, outputs: [pulse-2], reference: active-energy }
      steps:
        - apply: { supply: on }
        - wait: 5 s
        - identify: { serial-number: any }
        - configure: { system-type: 3P4W, ct-primary: 5 A, energy-units: kilo }
        - apply: { load: bank-5A }
        - read: { voltage-l1: { within: ± 1 %, of: source }, current-l1: 5 A ± 2 % }
        - count-pulses: { output: pulse-2, at-least: 60 pulses, expect: { error: ± 1 % } }
      finally:
        - apply: { load: off, supply: off }

      """,
      to: "Scenarios/short.yaml"
    )
    let bench = try Root.text("Benches/twin-4.yaml")
      .replacing("error: 0.15 %", with: "error: 1.8 %")
    let faults = """
        faults:
          - { fault: noise, on: A1, at: 0 s }
          - { fault: bounce, on: A2, output: pulse-2, at: 0 s, amount: 1 ms }
          - { fault: late-replies, on: A3, at: 0 s, amount: 50 ms }

      """
    _ = try folder.write(bench + faults, to: "Benches/faulty.yaml")
    return folder
  }
}
