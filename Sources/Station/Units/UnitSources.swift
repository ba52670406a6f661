/// From where a run is told which meters its positions hold.
public struct UnitSources: Sendable {
  /// Serial numbers by position.
  public var serials: [(position: String, serial: String)]
  /// A file that says more of them; see ``SerialList``.
  public var list: String?
  /// Positions whose sockets were found empty when their meters were to be named.
  public var leftOut: [String] = []
  /// Whether a person is still to be asked.
  public var areAwaited: Bool

  /// Nobody tells where nothing is given.
  public init(
    serials: [(position: String, serial: String)] = [],
    list: String? = nil,
    areAwaited: Bool = false
  ) {
    self.serials = serials
    self.list = list
    self.areAwaited = areAwaited
  }

  /// The sources with what was scanned, after which nothing is awaited.
  public func adding(_ scan: UnitScan.Outcome) -> UnitSources {
    var sources = self
    sources.serials += scan.serials
    sources.leftOut += scan.leftOut
    sources.areAwaited = false
    return sources
  }
}
