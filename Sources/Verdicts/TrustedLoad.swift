/// A load that nothing on the bench watches, and the rules of a step that take the bench file's word for it.
///
/// What they find beyond their limits may be the load's, and is never the meter's proven failure.
public struct TrustedLoad: Hashable, Sendable, Codable {
  /// The load's name.
  public var load: String
  /// Ids of the rules: fixed limits of currents, powers and rates, and comparisons with the load.
  public var rules: [String]

  /// A load, and the rules that trust it.
  public init(load: String, rules: [String]) {
    self.load = load
    self.rules = rules
  }
}
