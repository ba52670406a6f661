/// The least-squares line through (index, time) of a series of edges, one edge at a time.
///
/// For equally spaced abscissas recursive least squares has closed gains (the expanding-memory
/// polynomial filter of degree one): with n edges seen, the next prediction error d moves the line
/// at the new edge by d·(4n+2)/((n+1)(n+2)) and its slope by d·6/((n+1)(n+2)), and the residual sum
/// of squares grows by d²·n(n−1)/((n+1)(n+2)), the squared recursive residual of Brown, Durbin and
/// Evans (1975). Nothing larger than the deviation from the first period is ever formed and no term
/// is negative, so days of edges cannot cancel.
struct LineFit: Hashable, Sendable {
  /// Edges seen.
  private(set) var count = 0
  private var first: Int64 = 0
  /// The slope, and the expected next interval, each less the first interval.
  private var excess = 0.0
  private var step = 0.0
  private var squares = 0.0

  /// The first edge.
  mutating func start() { count = 1 }

  /// The edge that came `interval` nanoseconds after the one before.
  @inline(__always)
  mutating func add(_ interval: Int64) {
    let seen = Double(count)
    count &+= 1
    guard seen >= 2 else {
      first = interval
      return
    }
    let scale = 1 / ((seen + 1) * (seen + 2))
    let error = Double(interval &- first) - step
    excess += error * 6 * scale
    squares += error * error * (seen * (seen - 1) * scale)
    step = excess - error * (1 - (4 * seen + 2) * scale)
  }

  /// The slope: nanoseconds from edge to edge.
  var slope: Double { Double(first) + excess }

  /// The standard deviation of the residuals in nanoseconds, with n − 2 degrees of freedom; nil
  /// below three edges.
  var residualDeviation: Double? {
    count >= 3 ? (squares / Double(count - 2)).squareRoot() : nil
  }
}
