import MeterProfiles

/// The built-in profiles, read once for all tests.
enum Profiles {
  static let integra = try? BuiltInProfiles.load("integra-1221")
  static let sdm630 = try? BuiltInProfiles.load("sdm630")
}
