/// The JSON Schema (2020-12) of one line of a record's files.
public enum RecordSchema {
  public static let text = String(decoding: PackageResources.record_json, as: UTF8.self)
}
