import Quantities
public import Verdicts

/// The time stamps of edges.
public enum EdgeStamp {
  /// The half-width of one stamp: the kernel stamps in its interrupt, which other interrupts may delay.
  public static let halfWidth = Duration.microseconds(50)
}

/// The usual sources of uncertainty of an energy error, each relative to the energy of the gate
/// unless its comment says otherwise.
extension UncertaintyBudget.Component {
  /// A source known by limits only: rectangular, u = a/√3 (JCGM 100:2008, clause 4.3.7).
  ///
  /// - Parameters:
  ///   - name: What it comes from.
  ///   - halfWidth: The half-width a.
  ///   - sensitivity: The measurand's change for one unit of the source.
  ///   - isSystematic: Whether it is off by the same in every measurement.
  public static func rectangular(
    _ name: String,
    halfWidth: Double,
    sensitivity: Double = 1,
    isSystematic: Bool = false
  ) -> Self {
    Self(
      name: name,
      evaluation: .b,
      distribution: .rectangular,
      standardUncertainty: abs(halfWidth) / UncertaintyBudget.Distribution.rectangular.divisor,
      sensitivity: sensitivity,
      isSystematic: isSystematic
    )
  }

  /// The reference's stated accuracy ± a: u = a/√3 (clause 4.3.7).
  ///
  /// - Parameter limit: The relative limit a: 0.001 for ± 0.1 %.
  public static func referenceAccuracy(_ limit: Double) -> Self {
    .rectangular("reference accuracy", halfWidth: limit, isSystematic: true)
  }

  /// A certificate's expanded uncertainty U with its coverage factor k: u = U/k (clause 4.3.3).
  ///
  /// - Parameters:
  ///   - expanded: The relative expanded uncertainty U.
  ///   - coverageFactor: The coverage factor k that the certificate states; above zero.
  public static func calibration(expanded: Double, coverageFactor: Double = 2) -> Self {
    Self(
      name: "calibration of the reference",
      evaluation: .b,
      distribution: .normal,
      standardUncertainty: abs(expanded) / coverageFactor,
      isSystematic: true
    )
  }

  /// A register's resolution q at both ends of an advance E: each end is rectangular with the
  /// half-width q/2 (clause F.2.2.1), so together u = q/(√6·E), a triangular distribution of the
  /// half-width q.
  ///
  /// - Parameters:
  ///   - step: The register's step q.
  ///   - energy: The advance E in the same unit.
  public static func registerResolution(step: Double, energy: Double) -> Self {
    bothEnds("register resolution", step: step, energy: energy)
  }

  /// A single reading of a register with the step q: rectangular with the half-width q/2
  /// (clause F.2.2.1), in the register's own unit.
  ///
  /// - Parameter step: The register's step q.
  public static func registerStep(_ step: Double) -> Self {
    .rectangular("register resolution", halfWidth: step / 2)
  }

  /// A single reading of a number whose format has the spacing q there, as binary32 has: rectangular with
  /// the half-width q/2 (clause F.2.2.1), in the register's own unit.
  public static func numberFormat(spacing: Double) -> Self {
    .rectangular("number format", halfWidth: spacing / 2)
  }

  /// A single edge's time stamp, known to ± a: rectangular, u = a/√3 (clause 4.3.7), in seconds.
  public static func timeStamp(_ name: String, halfWidth: Duration) -> Self {
    .rectangular(name, halfWidth: halfWidth.inSeconds)
  }

  /// The moment at which a register was latched, known to ± a at one end of the gate: rectangular,
  /// u = e/(√3·E), where e is the energy that passes in a (clauses 4.3.7 and 5.1.3).
  ///
  /// - Parameters:
  ///   - end: Which end of the gate.
  ///   - energyHalfWidth: The energy e in Wh: a·P at a mean power P.
  ///   - energy: The energy E of the gate in Wh.
  public static func momentOfReading(
    _ end: MetrologyError.GateEnd,
    energyHalfWidth: Double,
    energy: Double
  ) -> Self {
    .rectangular("moment of reading, \(end.rawValue)", halfWidth: energyHalfWidth / energy)
  }

  /// What an interpolation leaves open.
  static func interpolation(_ name: String, _ interpolation: Interpolation) -> Self {
    Self(
      name: name,
      evaluation: .b,
      distribution: interpolation.distribution,
      standardUncertainty: abs(interpolation.standardUncertainty)
    )
  }

  /// The time stamps of the gate's two edges, each known to ± a: u = √2·a/(√3·T)
  /// (clauses 4.3.7 and 5.1.2).
  ///
  /// - Parameters:
  ///   - halfWidth: The half-width a of one stamp.
  ///   - gate: The gate's duration T.
  public static func edgeTime(halfWidth: Duration, gate: Duration) -> Self {
    .rectangular(
      "edge time",
      halfWidth: 2.0.squareRoot() * halfWidth.inSeconds / gate.inSeconds
    )
  }

  /// The name of the one source that is the meter's own.
  public static let pulseJitterName = "pulse jitter"

  /// The meter's own pulse jitter at the gate's two edges: u = √2·s/T, where s is the standard
  /// deviation of the leading edges about a fitted line with n − 2 degrees of freedom
  /// (clauses 4.2.5 and 5.1.2). It is never the spread of the periods over √N, because the errors
  /// of neighbouring periods cancel.
  ///
  /// - Parameters:
  ///   - residual: The deviation s in seconds.
  ///   - edges: How many leading edges n it was computed from; at least three.
  ///   - gate: The gate's duration T.
  public static func pulseJitter(residual: Double, edges: Int, gate: Duration) -> Self {
    Self(
      name: pulseJitterName,
      evaluation: .a,
      distribution: .normal,
      standardUncertainty: 2.0.squareRoot() * residual / gate.inSeconds,
      degreesOfFreedom: Double(max(1, edges - 2))
    )
  }

  /// The rate of the host's clock, known to ± a: rectangular, u = a/√3 (clause 4.3.7). It counts
  /// where energy is power times time; where the reference's energy is read on the same clock it
  /// cancels.
  ///
  /// - Parameter limit: The limit a in parts per million.
  public static func hostClockRate(partsPerMillion limit: Double) -> Self {
    .rectangular("host clock rate", halfWidth: limit * 1e-6, isSystematic: true)
  }

  /// A load that is stable to ± a where its mean is taken for its value: rectangular, u = a/√3
  /// (clause 4.3.7).
  ///
  /// - Parameter limit: The relative limit a: 0.002 for ± 0.2 %.
  public static func loadInstability(_ limit: Double) -> Self {
    .rectangular("load instability", halfWidth: limit)
  }

  private static func bothEnds(_ name: String, step: Double, energy: Double) -> Self {
    Self(
      name: name,
      evaluation: .b,
      distribution: .triangular,
      standardUncertainty: abs(step / energy) / UncertaintyBudget.Distribution.triangular.divisor
    )
  }
}
