import Foundation

/// The program that was built beside the tests, in a folder, with a history of its own.
struct Program {
  var folder: String

  var history: String { "\(folder)/history.sqlite" }

  /// Begins it; nobody is at its standard input.
  func begin(_ arguments: [String]) throws -> (process: Process, output: Pipe) {
    let programs = URL(fileURLWithPath: Bundle.main.executablePath ?? CommandLine.arguments[0])
      .deletingLastPathComponent()
    let process = Process()
    process.executableURL = programs.appendingPathComponent("meterbench")
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.environment = ["PATH": "/usr/bin:/bin", "METERBENCH_HISTORY": history]
    let pipe = Pipe()
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    return (process, pipe)
  }

  /// Runs it: all that it printed, and its status.
  func output(_ arguments: [String]) throws -> (text: String, status: Int32) {
    let (process, pipe) = try begin(arguments)
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (String(decoding: data, as: UTF8.self), process.terminationStatus)
  }
}
