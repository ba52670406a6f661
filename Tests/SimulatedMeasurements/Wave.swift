import Glibc

/// Sine and cosine, by names that do not collide with Foundation's.
enum Wave {
  static func sine(_ angle: Double) -> Double { Glibc.sin(angle) }
  static func arctangent(_ tangent: Double) -> Double { Glibc.atan(tangent) }
  static func cosine(_ angle: Double) -> Double { Glibc.cos(angle) }
}
