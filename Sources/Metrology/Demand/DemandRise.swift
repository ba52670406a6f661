public import Quantities

/// The readings of a demand that rises.
///
/// A sliding window of length T shows P·t/T a time t after the load P came, so T is the final value over
/// the slope, whatever moment the readings belong to: their age moves the line and does not tilt it.
public struct DemandRise: Sendable {
  private let came: Instant
  private var points: [(time: Double, value: Double)] = []
  /// The greatest reading.
  public private(set) var greatest = 0.0

  /// - Parameter came: when the load came.
  public init(came: Instant) { self.came = came }

  /// Whether the newest readings of a demand rise no more. While a window fills, five readings at two hundredths
  /// of it rise by two per cent.
  public static func isFlat(_ readings: [Double]) -> Bool {
    guard readings.count >= 5, let least = readings.min(), let most = readings.max() else {
      return false
    }
    return most - least <= 0.002 * abs(most)
  }

  /// Takes the next reading.
  public mutating func add(_ value: Double, at moment: Instant) {
    points.append((moment.duration(since: came).inSeconds, value))
    greatest = max(greatest, value)
  }

  /// A straight rise.
  public struct Fit: Hashable, Sendable {
    /// The window in seconds: the final value over the slope.
    public var window: Double
    /// The value where the rise began.
    public var start: Double
    /// The time that the fitted readings span, in seconds.
    public var span: Double
    /// The standard deviation of the window, in seconds.
    public var deviation: Double
    /// How many readings the line was fitted to.
    public var readings: Int
  }

  /// The least-squares line through the readings between a tenth and nine tenths of the final value; nil
  /// where there are too few, or they lie on no line.
  public func fit(final: Double) -> Fit? {
    guard final > 0, final.isFinite else { return nil }
    let risen = points.filter { (0.1 * final...0.9 * final).contains($0.value) }
    guard risen.count >= 5, let first = risen.first, let last = risen.last else {
      return nil
    }
    let count = Double(risen.count)
    let meanTime = risen.reduce(0) { $0 + $1.time } / count
    let meanValue = risen.reduce(0) { $0 + $1.value } / count
    let spread = risen.reduce(0) { $0 + ($1.time - meanTime) * ($1.time - meanTime) }
    let slope =
      risen.reduce(0) { $0 + ($1.time - meanTime) * ($1.value - meanValue) } / spread
    guard slope > 0, spread > 0 else { return nil }
    let residual = risen.reduce(0) { sum, point in
      let off = point.value - meanValue - slope * (point.time - meanTime)
      return sum + off * off
    }
    let deviation = (residual / (count - 2)).squareRoot()
    // A block that jumps lies on no line.
    guard deviation < 0.05 * final else { return nil }
    let window = final / slope
    return Fit(
      window: window,
      start: meanValue - slope * meanTime,
      span: last.time - first.time,
      deviation: window * deviation / (slope * spread.squareRoot()),
      readings: risen.count
    )
  }
}
