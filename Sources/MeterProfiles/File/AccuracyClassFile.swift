public import Documents
import Quantities

/// The classes whose limits are part of the program, each in a file of its own.
public enum AccuracyClasses {
  /// Their names, in alphabetical order.
  public static let names = files.map(\.name)

  /// The text of a class's file; nil where none has this name.
  public static func text(_ name: String) -> String? {
    files.first { $0.name == name }.map { String(decoding: $0.bytes, as: UTF8.self) }
  }

  /// A class; nil where none has this name.
  ///
  /// - Throws: the problems of the file; a test shows that there are none.
  public static func load(_ name: String) throws(DocumentError) -> AccuracyClass? {
    guard let text = text(name) else { return nil }
    let diagnostics = Diagnostics()
    let document = try Document(text: text, file: "built-in/\(name).yaml", into: diagnostics)
    shape.validate(document.root, into: diagnostics)
    try diagnostics.throwIfErrors()
    return AccuracyClass(name: name, document.root)
  }

  private static let files: [(name: String, bytes: [UInt8])] = [
    ("arrete-2013-d", PackageResources.arrete_2013_d_yaml),
    ("iec-62053-21-1", PackageResources.iec_62053_21_1_yaml),
    ("iec-62053-21-1-ct", PackageResources.iec_62053_21_1_ct_yaml),
    ("iec-62053-21-2", PackageResources.iec_62053_21_2_yaml),
    ("iec-62053-21-2-ct", PackageResources.iec_62053_21_2_ct_yaml),
    ("iec-62053-22-0.2S", PackageResources.iec_62053_22_0_2S_yaml),
    ("iec-62053-22-0.5S", PackageResources.iec_62053_22_0_5S_yaml),
    ("iec-62053-24-0.5S", PackageResources.iec_62053_24_0_5S_yaml),
    ("mid-a", PackageResources.mid_a_yaml),
    ("mid-a-ct", PackageResources.mid_a_ct_yaml),
    ("mid-b", PackageResources.mid_b_yaml),
    ("mid-b-ct", PackageResources.mid_b_ct_yaml),
    ("mid-c", PackageResources.mid_c_yaml),
    ("mid-c-ct", PackageResources.mid_c_ct_yaml),
  ]

  private static let certainty = Shape.choice(AccuracyClass.Certainty.allCases.map(\.rawValue))
  private static let side = Shape.choice(["inductive", "capacitive"])
  private static let clause = Shape.text(what: "a clause")
  private static let multiple = Shape.number(0...100)

  /// The form of a class's file.
  static let shape = Shape.mapping([
    .init("class", .text(what: "a class"), required: true, doc: "The class."),
    .init("energy", .choice(["active", "reactive"]), required: true, doc: "The energy."),
    .init("standard", .text(what: "a standard"), required: true, doc: "The standard."),
    .init("edition", .text(what: "a year"), required: true, doc: "Its edition."),
    .init(
      "sources",
      .dictionary(
        of: .text(what: "a source"),
        keys: .identifier(what: "a key"),
        what: "sources by key"
      ),
      doc: "What was seen of it."
    ),
    .init("note", .text(what: "a note"), doc: "What a user should know."),
    .init(
      "limits",
      .list(
        of: .mapping([
          .init("load", .choice(["balanced", "single"]), required: true, doc: "The load."),
          .init("from", multiple, required: true, doc: "The least current."),
          .init("below", multiple, doc: "The end of the range."),
          .init("factor", .number(0...1), doc: "cos φ or sin φ."),
          .init("side", side, doc: "The side."),
          .init(
            "factors",
            .list(of: .text(what: "a factor such as '0.5 inductive'"), count: 2...2),
            doc: "Everything between two factors, over 1, instead of one."
          ),
          .init("limit", .quantity(.ratio, in: 0...1), required: true, doc: "The limit."),
          .init("clause", clause, required: true, doc: "Where it stands."),
          .init("certainty", certainty, required: true, doc: "How sure it is."),
        ]),
        count: 1...100
      ),
      required: true,
      doc: "The limits."
    ),
    .init(
      "starting-current",
      .mapping([
        .init("current", multiple, required: true, doc: "The current."),
        .init("clause", clause, required: true, doc: "Where it stands."),
        .init("certainty", certainty, required: true, doc: "How sure it is."),
      ]),
      required: true,
      doc: "The starting current."
    ),
    .init(
      "no-load",
      .mapping([
        .init("voltage", multiple, required: true, doc: "The voltage."),
        .init("pulses", .number(0...100), required: true, doc: "The most pulses."),
        .init("time-factor", .number(1...1e6), required: true, doc: "The factor of the time."),
        .init("clause", clause, required: true, doc: "Where it stands."),
        .init("certainty", certainty, required: true, doc: "How sure it is."),
        .init("note", .text(what: "a note"), doc: "What a user should know."),
      ]),
      doc: "The test without load."
    ),
  ])
}

extension AccuracyClass {
  fileprivate init?(name: String, _ root: Node) {
    guard let designation = root["class"]?.text, let standard = root["standard"]?.text,
      let edition = root["edition"]?.text,
      let start = root["starting-current"]?["current"]?.number()
    else { return nil }
    self.init(
      name: name,
      designation: designation,
      standard: "\(standard):\(edition)",
      isReactive: root["energy"]?.text == "reactive",
      limits: (root["limits"]?.items ?? []).map { node in
        Limit(
          isSingle: node["load"]?.text == "single",
          from: node["from"]?.number() ?? 0,
          below: node["below"]?.number(),
          factors: Self.factors(node),
          limit: node["limit"]?.quantity(.ratio)?.base ?? 0,
          clause: node["clause"]?.text ?? "",
          certainty: node["certainty"]?.text.flatMap(Certainty.init(rawValue:)) ?? .memory
        )
      },
      startingCurrent: start,
      noLoad: root["no-load"].map {
        NoLoad(
          voltage: $0["voltage"]?.number() ?? 1,
          pulses: $0["pulses"]?.number() ?? 1,
          timeFactor: $0["time-factor"]?.number() ?? 0,
          clause: $0["clause"]?.text ?? ""
        )
      }
    )
  }

  private static func factors(_ node: Node) -> Factors {
    var ends: [Side: Double] = [:]
    for item in node["factors"]?.items ?? [] {
      let words = item.text?.split(separator: " ") ?? []
      guard words.count == 2, let side = Side(rawValue: String(words[1])) else { continue }
      ends[side] = Double(words[0])
    }
    guard let inductive = ends[.inductive], let capacitive = ends[.capacitive] else {
      return .point(
        node["factor"]?.number() ?? 1,
        node["side"]?.text.flatMap(Side.init(rawValue:))
      )
    }
    return .range(inductive: inductive, capacitive: capacitive)
  }
}
