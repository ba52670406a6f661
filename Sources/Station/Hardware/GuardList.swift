import HostRig

/// The guards that hold outputs on this machine.
public enum GuardList {
  /// A guard.
  public struct Entry: Encodable, Sendable {
    public var bench: String
    public var process: Int
    public var user: Int
    public var state: State
    /// How many outputs it holds at their safe values; nil while a run has them.
    public var outputs: Int?
    /// How many interlocks and read-backs it holds.
    public var inputs: Int?
    /// The process of the run that it serves.
    public var run: Int?
    /// Which output does not get safe, and why.
    public var problem: String?
  }

  /// What a guard does.
  public enum State: String, Encodable, Sendable {
    /// It holds safe values; no run is on.
    case waiting
    case serving
    /// No run is on, and an output does not get safe.
    case unsafe
    /// It is another user's.
    case foreign
    case unknown
  }

  /// Those that run.
  ///
  /// - Throws: where one cannot be asked.
  public static func entries() throws -> [Entry] {
    try HostGuard.all().map { found in
      var entry = Entry(
        bench: found.bench,
        process: found.process,
        user: found.user,
        state: .unknown
      )
      switch found.state {
      case .waiting(let outputs, let inputs):
        entry.state = .waiting
        (entry.outputs, entry.inputs) = (outputs, inputs)
      case .serving(let process):
        entry.state = .serving
        entry.run = process
      case .unsafe(let why):
        entry.state = .unsafe
        entry.problem = why
      case .foreign: entry.state = .foreign
      case .unknown: break
      }
      return entry
    }
  }

  /// Ends a guard, which makes everything safe and gives its lines back.
  ///
  /// - Throws: where there is none, or where it may not be ended now.
  public static func release(bench: String) throws { try HostGuard.release(bench: bench) }

  /// The list for people.
  public static func text(_ entries: [Entry]) -> String {
    guard !entries.isEmpty else { return "no guard runs: no output of this machine is held" }
    return entries.map { entry in
      let what =
        switch entry.state {
        case .waiting:
          "holds \(entry.outputs ?? 0) outputs at their safe values, no run is on"
        case .serving: "serves the run of process \(entry.run ?? 0)"
        case .unsafe:
          "CANNOT make every output safe and goes on trying: \(entry.problem ?? ""); cut the supply "
            + "by hand"
        case .foreign: "belongs to the user with the number \(entry.user)"
        case .unknown: "gives no answer that this version knows"
        }
      return "\(entry.bench)  process \(entry.process): \(what)"
    }.joined(separator: "\n")
  }

  /// The list as JSON.
  public static func json(_ entries: [Entry]) -> String { JSON.text(entries) }
}
