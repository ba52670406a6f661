import Benches
import Documents
import MeterProfiles
import RunRecord
import Scenarios

/// The JSON Schemas of the files, for editors; that of a record for programs that read it.
public enum Schemas {
  /// What there is a schema for.
  public enum Kind: String, CaseIterable, Sendable {
    case bench, scenario, profile, record
  }

  /// The schema of a kind of file.
  public static func schema(_ kind: Kind) -> String {
    let id = "https://meterbench.dev/schema/\(kind.rawValue).json"
    return switch kind {
    case .bench: BenchShape.file.jsonSchema(title: "meterbench bench", id: id)
    case .profile: ProfileShape.file.jsonSchema(title: "meterbench profile", id: id)
    case .scenario:
      ScenarioShape.file.jsonSchema(title: "meterbench scenario", id: id, allowsPlaceholders: true)
    case .record: RecordSchema.text
    }
  }
}
