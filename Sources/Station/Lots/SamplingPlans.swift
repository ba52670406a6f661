import Documents
import Judging
import Quantities

/// The sampling plans that are part of the program, each in a file of its own.
public enum SamplingPlans {
  /// Their names, in alphabetical order.
  public static let names = files.map(\.name)

  /// A plan; nil where none has this name.
  static func load(_ name: String) throws -> SamplingPlan? {
    guard let bytes = files.first(where: { $0.name == name })?.bytes else { return nil }
    let diagnostics = Diagnostics()
    let root = try Document(
      text: String(decoding: bytes, as: UTF8.self),
      file: "built-in/\(name).yaml",
      into: diagnostics
    ).root
    shape.validate(root, into: diagnostics)
    try diagnostics.throwIfErrors()
    return SamplingPlan(
      name: name,
      title: root["title"]?.text ?? name,
      source: root["source"]?.text ?? "",
      isCertain: root["certainty"]?.text == "standard",
      rows: (root["lots"]?.items ?? []).map {
        SamplingPlan.Row(
          below: $0["below"]?.integer(),
          sample: $0["sample"]?.integer() ?? 0,
          accept: $0["accept"]?.integer() ?? 0
        )
      }
    )
  }

  private static let files: [(name: String, bytes: [UInt8])] = [
    ("arrete-2013-normal", PackageResources.arrete_2013_normal_yaml),
    ("arrete-2013-tightened", PackageResources.arrete_2013_tightened_yaml),
    ("iso-2859-1-aql-1", PackageResources.iso_2859_1_aql_1_yaml),
  ]

  private static let shape = Shape.mapping([
    .init("plan", .text(what: "a plan's name"), required: true, doc: "The plan's name."),
    .init("title", .text(what: "a title"), required: true, doc: "What it is."),
    .init("source", .text(what: "a document"), required: true, doc: "Where it stands."),
    .init(
      "certainty",
      .choice(["standard", "secondary", "memory"]),
      required: true,
      doc: "How sure it is."
    ),
    .init(
      "lots",
      .list(
        of: .mapping([
          .init("below", .integer(1...Int.max), doc: "The first size that it no longer holds for."),
          .init("sample", .integer(1...1_000_000), required: true, doc: "The sample."),
          .init("accept", .integer(0...1_000_000), required: true, doc: "The acceptance number."),
        ]),
        count: 1...50
      ),
      required: true,
      doc: "By lot size."
    ),
  ])
}
