import Benches
import Documents
import Rig

/// What keeps a command from its work: a sentence for people, an entry of JSON for programs.
public struct Problem: Error, Encodable, Sendable, CustomStringConvertible {
  public var severity = "error"
  /// The part of the rig that is to blame; nil where none is.
  public var part: String?
  public var file: String?
  public var line: Int?
  public var column: Int?
  /// Where in the file's structure; nil for a place that is not in one.
  public var path: String?
  public var message: String

  /// A problem of no part and no file.
  public init(_ message: String) { self.message = message }

  /// The problem that an error is.
  public init(_ error: any Error) {
    if let problem = error as? Problem { self = problem } else { self.init("\(error)") }
  }

  init(_ diagnostic: Diagnostic) {
    self.init(diagnostic.message)
    severity = diagnostic.severity.rawValue
    path = diagnostic.path
    place(diagnostic.location)
  }

  /// A fault of a part, with the place of the bench file that describes the part.
  init(_ fault: RigFault, in bench: Bench) {
    self.init(fault.text)
    part = "\(fault.part)"
    if let location = bench.location(of: fault.part) { place(location) }
  }

  private mutating func place(_ location: SourceLocation) {
    if location.isArgument {
      message = "\(location.file): \(message)"
      return
    }
    (file, line, column) = (location.file, location.line, location.column)
  }

  public var description: String {
    let place = file.flatMap { file in line.map { "\(file):\($0):\(column ?? 1): " } } ?? ""
    return place + (part.map { "\($0): " } ?? "") + message
  }
}

/// Problems of a command as its result in JSON, in the form in which `check` gives those of files.
public enum ProblemList {
  /// The JSON.
  public static func json(_ problems: [Problem]) -> String { JSON.text(problems) }
}

extension Bench {
  /// Where the file describes a part.
  fileprivate func location(of part: Part) -> SourceLocation? {
    switch part.kind {
    case .adapter: adapters.first { $0.name == part.name }?.location
    case .bus: buses.first { $0.name == part.name }?.location
    case .chip: chips.first { $0.name == part.name }?.location
    case .interlock: interlocks.first { $0.name == part.name }?.line.location
    case .output:
      outputs.compactMap { output in
        if output.name == part.name { return output.wiring.line.location }
        return "\(output.name) read-back" == part.name
          ? output.wiring.readBack?.line.location : nil
      }.first
    default: nil
    }
  }
}
