public import Documents

/// The profiles that are part of the program, so that a bench needs no file for a known meter.
public enum BuiltInProfiles {
  /// Their names, in alphabetical order.
  public static let names = files.map(\.name)

  /// The text of a profile's file; nil where none has this name.
  public static func text(_ name: String) -> String? {
    files.first { $0.name == name }.map { String(decoding: $0.bytes, as: UTF8.self) }
  }

  /// What the file of a profile is called.
  public static func file(of name: String) -> String { "built-in/\(name).yaml" }

  /// A profile; nil where none has this name. Its file is called `built-in/NAME.yaml`.
  ///
  /// - Throws: the problems of the file; a test shows that there are none.
  public static func load(_ name: String) throws(DocumentError) -> MeterProfile? {
    guard let text = text(name) else { return nil }
    return try MeterProfile(text: text, file: file(of: name))
  }

  private static let files: [(name: String, bytes: [UInt8])] = [
    ("integra-1221", PackageResources.integra_1221_yaml),
    ("sdm120", PackageResources.sdm120_yaml),
    ("sdm630", PackageResources.sdm630_yaml),
  ]
}
