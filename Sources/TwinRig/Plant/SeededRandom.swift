/// Random numbers that depend on nothing but their seed: SplitMix64 (Steele, Lea and Flood, "Fast
/// splittable pseudorandom number generators", OOPSLA 2014).
///
/// Not the standard library's generator, which cannot be seeded, and no function of the C library,
/// whose last digits differ between machines.
struct SeededRandom: Sendable {
  private var state: UInt64

  /// A sequence of its own for each name under one seed, so that a change to one part of a rig
  /// leaves the numbers of all others as they were.
  init(seed: UInt64, for name: String) {
    // FNV-1a; the standard library's hashes differ from process to process.
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    state = seed &+ hash
    _ = next()
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// A number from 0 to just below 1.
  mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A number of mean 0 and standard deviation 1: the sum of twelve uniform ones, which comes
  /// close to a normal distribution, never leaves ± 6 and needs no function of the C library.
  mutating func normal() -> Double {
    var sum = -6.0
    for _ in 0..<12 { sum += uniform() }
    return sum
  }
}
