import Glibc

/// A small seeded generator (SplitMix64), so that every run draws the same numbers.
public struct SeededRandom: RandomNumberGenerator {
  private var state: UInt64

  /// A generator with a seed of its own.
  public init(seed: UInt64) { state = seed &* 0x2545_F491_4F6C_DD1D &+ 0x9E37_79B9_7F4A_7C15 }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// 0..<1.
  mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// Uniform within ± a.
  mutating func within(_ a: Double) -> Double { (2 * uniform() - 1) * a }

  /// Mean 0, standard deviation 1, by the method of Box and Muller: the tails are real ones.
  mutating func normal() -> Double {
    let radius = (-2 * Glibc.log(1 - uniform())).squareRoot()
    return radius * Glibc.cos(2 * Double.pi * uniform())
  }
}
