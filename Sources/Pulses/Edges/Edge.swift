public import Quantities

/// A transition of a line, as its source saw it: before any thought of bounce.
///
/// Sixteen bytes for each, because a run may hold millions.
public struct Edge: Hashable, Sendable {
  /// The moment of the transition.
  public var time: Instant
  private var number: UInt32
  private var flags: UInt8

  private static let leading: UInt8 = 1
  private static let numbered: UInt8 = 2

  /// A transition at `time`.
  ///
  /// - Parameters:
  ///   - time: The moment of the transition.
  ///   - isLeading: Whether the line became active, after its active level was applied.
  ///   - sequence: The number its source gave it; nil where the source does not number edges.
  public init(time: Instant, isLeading: Bool, sequence: UInt32? = nil) {
    self.time = time
    number = sequence ?? 0
    flags = (isLeading ? Edge.leading : 0) | (sequence == nil ? 0 : Edge.numbered)
  }

  /// Whether the line became active (true) or inactive (false), after the line's active level was
  /// applied.
  public var isLeading: Bool {
    get { flags & Edge.leading != 0 }
    set { flags = newValue ? flags | Edge.leading : flags & ~Edge.leading }
  }

  /// The number that the source gave this edge; it counts up by one for each edge of a line and
  /// wraps. Nil where the source does not number its edges.
  public var sequence: UInt32? {
    get { flags & Edge.numbered != 0 ? number : nil }
    set {
      number = newValue ?? 0
      flags = newValue == nil ? flags & ~Edge.numbered : flags | Edge.numbered
    }
  }

  @inline(__always) var isNumbered: Bool { flags & Edge.numbered != 0 }
  @inline(__always) var rawSequence: UInt32 { number }
}

/// A change of a line's level after bounce was taken out, stamped at the first of its edges.
public struct Transition: Hashable, Sendable, Codable {
  /// The moment of the first edge.
  public var time: Instant
  /// Whether the line became active.
  public var isLeading: Bool

  /// A change of level at `time`.
  public init(time: Instant, isLeading: Bool) {
    self.time = time
    self.isLeading = isLeading
  }
}
