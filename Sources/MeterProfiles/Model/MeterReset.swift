/// A way to clear counters or maxima.
public struct MeterReset: Hashable, Sendable {
  public var name: String
  public var title: String
  public var access: Access
  /// The quantities that are 0 afterwards.
  public var clears: [String]
  public var certainty: Certainty
  public var note: String?

  /// How it is done.
  public enum Access: Hashable, Sendable {
    /// By writing a number to a register.
    case register(RegisterAddress, code: Double)
    /// On the meter's front; the text is the menu's own wording.
    case menu(String)
  }
}
