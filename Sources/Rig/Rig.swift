public import Quantities

/// What a run drives: the host's real parts, or a twin's simulated ones.
///
/// Parts are asked for by their names in the bench file. The engine sees no more of a rig than
/// this.
public protocol Rig: Sendable {
  /// What kind of rig this is; every record and report says so.
  var kind: RigKind { get }

  /// Where the engine lives.
  var lane: any Lane { get }

  /// The wall clock at this moment, for the record's dates only.
  var wallTime: WallTime { get }

  /// How long the machine was suspended since its start; a change during a gate voids it.
  var suspendedTime: Duration { get }

  /// The bus of this name; nil where the bench file has none.
  func bus(_ name: String) -> Bus?

  /// The edges of a pulse line from now on; nil where the bench file has no such line.
  func edges(of line: LineName) -> EdgeStream?

  /// What the record says of the parts from the start: which device they are, and how they are set.
  var remarks: [String] { get }

  /// The switched outputs.
  var outputs: any Outputs { get }

  /// The person at the bench.
  var `operator`: any Operator { get }

  /// Brings the rig to life while `body` runs: buses open, edges flow, interruptions are heard.
  ///
  /// - Throws: a `RigFault` where a part cannot be brought up, else what `body` throws.
  func operate<Result: Sendable>(
    _ body: @escaping @Sendable () async throws -> Result
  ) async throws -> Result

  /// The interlocks that are open at this moment.
  var openInterlocks: [String] { get }

  /// What first cut the power or took a part of the rig away, from the moment on in which it did, be it
  /// handed out by `nextInterruption` or not; nil where nothing did.
  var firstFault: RigFault? { get }

  /// Waits for whatever ends or disturbs the run from outside; returns `.none` when cancelled.
  func nextInterruption() async -> Interruption
}

extension Rig {
  /// The first interlock that is open.
  public var firstFault: RigFault? {
    openInterlocks.first.map { RigFault(Part(.interlock, $0), "interlock \($0) is open") }
  }
}

/// Real hardware, or a simulation; a simulated pass must never be taken for a real one.
public enum RigKind: String, Hashable, Sendable, Codable {
  /// Every part is hardware of this machine.
  case host
  /// At least one part is simulated.
  case twin
}

/// The time of day in UTC.
public struct WallTime: Hashable, Sendable {
  /// Whole milliseconds since 1970-01-01T00:00:00Z.
  public var millisecondsSinceEpoch: Int64
  /// False where the system says that its wall clock is not disciplined.
  public var isSynchronised: Bool

  /// A time of day.
  public init(millisecondsSinceEpoch: Int64, isSynchronised: Bool = true) {
    self.millisecondsSinceEpoch = millisecondsSinceEpoch
    self.isSynchronised = isSynchronised
  }
}

/// What comes from outside while a run is on.
public enum Interruption: Hashable, Sendable {
  /// The waiting task was cancelled; nothing happened.
  case none
  /// A request to stop in order; `number` is the signal's.
  case stop(signal: Int32)
  /// An interlock opened; `at` is the moment on the lane's clock, nil where it was open before.
  case interlockOpened(String, at: Instant?)
  /// A shared part of the rig failed.
  case fault(RigFault)
}

/// A part of the rig, as reports name it: `bus dut`, `line A1.pulse-2`.
public struct Part: Hashable, Sendable, CustomStringConvertible {
  /// What kind of part.
  public enum Kind: String, Hashable, Sendable {
    case adapter, bus, chip, line, output, load, source, reference, interlock, `operator`, host
  }

  public var kind: Kind
  /// The name in the bench file.
  public var name: String

  /// A part by its kind and name.
  public init(_ kind: Kind, _ name: String) {
    self.kind = kind
    self.name = name
  }

  public var description: String { name.isEmpty ? kind.rawValue : "\(kind.rawValue) \(name)" }
}

/// A part of the rig that failed: a bench error, never a meter's failure.
public struct RigFault: Error, Hashable, Sendable, CustomStringConvertible {
  public var part: Part
  /// What happened, and what to do next.
  public var text: String

  /// A fault of a part.
  public init(_ part: Part, _ text: String) {
    self.part = part
    self.text = text
  }

  public var description: String {
    // A fault of this computer says by itself what failed.
    part == Part(.host, "") ? text : "\(part): \(text)"
  }
}

/// A pulse line by its role in the bench file: a position's output or the reference's.
public enum LineName: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// `output` of the meter in `position`.
  case pulse(position: String, output: String)
  /// The reference's pulses.
  case reference

  public var description: String {
    switch self {
    case .pulse(let position, let output): "\(position).\(output)"
    case .reference: "reference"
    }
  }
}

/// A switched output by its role in the bench file.
public enum OutputName: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The supply of the meter in `position`.
  case supply(position: String)
  /// The switch of a load.
  case load(String)

  public var description: String {
    switch self {
    case .supply(let position): position + Self.supplyEnd
    case .load(let name): Self.loadStart + name
    }
  }

  private static let supplyEnd = ".supply"
  private static let loadStart = "load "

  /// The output of a description; nil where it is none.
  public init?(_ description: String) {
    if description.hasPrefix(Self.loadStart) {
      self = .load(String(description.dropFirst(Self.loadStart.count)))
    } else if description.hasSuffix(Self.supplyEnd) {
      self = .supply(position: String(description.dropLast(Self.supplyEnd.count)))
    } else {
      return nil
    }
  }
}
