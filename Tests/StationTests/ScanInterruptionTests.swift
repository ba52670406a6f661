import Foundation
import Testing

/// The program at a terminal, where somebody stops it while it asks for serial numbers.
@Suite("A scan that is interrupted", .timeLimit(.minutes(1)))
struct ScanInterruptionTests {
  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// Starts a program at a terminal of its own, sends it a signal when it asks, and prints what it printed and how it
  /// ended.
  private static let script = """
    import os, pty, signal, sys
    number, program = int(sys.argv[1]), sys.argv[2:]
    # A program that no signal ends must not hold the tests.
    signal.alarm(50)
    child, terminal = pty.fork()
    if child == 0:
        # The threads of the tests block signals, and what they start inherits that.
        signal.pthread_sigmask(signal.SIG_SETMASK, [])
        os.execv(program[0], program)
    shown = b""
    def more():
        global shown
        try: text = os.read(terminal, 4096)
        except OSError: return False
        shown += text
        return bool(text)
    while b"or skip: " not in shown and more(): pass
    os.kill(child, number)
    while more(): pass
    status = os.waitpid(child, 0)[1]
    print(shown.decode())
    print("exited", os.WEXITSTATUS(status) if os.WIFEXITED(status) else -os.WTERMSIG(status))
    """

  @Test(
    "It leaves no document of an earlier run, says that nothing was switched, and ends as the signal wants",
    arguments: [SIGINT, SIGTERM, SIGHUP]
  )
  func document(signal: Int32) throws {
    try UnitRunTests.withFolder { folder in
      try UnitRunTests.scenario.write(
        toFile: "\(folder)/scenario.yaml",
        atomically: true,
        encoding: .utf8
      )
      let passed = "<testsuites><testsuite name=\"an earlier run\" failures=\"0\"/></testsuites>"
      try passed.write(toFile: "\(folder)/st.xml", atomically: true, encoding: .utf8)
      let programs = URL(fileURLWithPath: Bundle.main.executablePath ?? CommandLine.arguments[0])
        .deletingLastPathComponent()
      let process = Process()
      process.executableURL = Self.root.appendingPathComponent(".build-test/venv/bin/python")
      process.arguments = [
        "-c", Self.script, "\(signal)", programs.appendingPathComponent("meterbench").path, "run",
        "scenario.yaml", "--bench", Self.root.appendingPathComponent("Benches/twin-4.yaml").path,
        "--scan-serials", "--junit", "st.xml", "--output", "run", "--no-history",
      ]
      process.currentDirectoryURL = URL(fileURLWithPath: folder)
      let pipe = Pipe()
      process.standardOutput = pipe
      do { try process.run() } catch {
        Issue.record("this test needs Python: run Packaging/install-packages test")
        throw error
      }
      let text = String(
        decoding: pipe.fileHandleForReading.readDataToEndOfFile(),
        as: UTF8.self
      )
      process.waitUntilExit()
      #expect(text.contains("exited \(128 + signal)\n"), "\(text)")
      #expect(text.contains("before the serial number of A1 was scanned; nothing was switched"))
      let document = try String(contentsOfFile: "\(folder)/st.xml", encoding: .utf8)
      #expect(!document.contains("an earlier run") && document.contains("nothing was switched"))
      #expect(!FileManager.default.fileExists(atPath: "\(folder)/run/record.ndjson"))
    }
  }
}
