/// How a meter puts the phases of reactive and apparent energy together. The raw values are the words of the files.
public enum PhaseSummation: String, Hashable, Sendable, CaseIterable {
  /// The sum of the phases' flows, each with its sign.
  case vector
  /// The sum of their magnitudes.
  case arithmetic
}

/// What of a distorted current counts as energy. The raw values are the words of the files.
public enum HarmonicContent: String, Hashable, Sendable, CaseIterable {
  /// The fundamental and all harmonics.
  case total
  /// The fundamental alone.
  case fundamental
}
