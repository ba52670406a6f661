import Documents
import Quantities

/// The forms that the tests read with.
enum Samples {
  static let serial: Shape = .mapping([
    .init("baud", .integer(300...115_200), required: true, doc: "Speed of the line."),
    .init("parity", .choice(["none", "even", "odd"]), doc: "Parity of each character."),
    .init("stop-bits", .choice(["1", "1.5", "2"]), doc: "Stop bits."),
  ])

  static let values: Shape = .mapping([
    .init("name", .text(what: "a name"), doc: ""),
    .init("id", .identifier(what: "a position's name"), doc: ""),
    .init("address", .integer(1...247), doc: "Unit identifier."),
    .init("any-integer", .integer(.min ... .max), doc: ""),
    .init("gain", .number(0...1), doc: ""),
    .init("enabled", .flag, doc: ""),
    .init("supply", .onOff, doc: ""),
    .init("voltage", .quantity(.voltage, in: 0...300), doc: ""),
    .init("power", .quantity(.activePower), doc: ""),
    .init("accuracy", .quantity(.ratio, in: 0...0.07), doc: ""),
    .init("timeout", .duration(.milliseconds(1) ... .seconds(3600)), doc: ""),
    .init("at-least", .duration(.zero ... .seconds(Int64.max)), doc: ""),
    .init("resistance", .toleratedQuantity(.resistance, in: 1...1000), doc: ""),
    .init("error", .tolerance(.ratio), doc: ""),
    .init("allowance", .tolerance(.voltage), doc: ""),
    .init(
      "endpoint",
      .pattern(what: "host:port", schemaPattern: "^[^:]+:[0-9]+$") { $0.contains(":") },
      doc: ""
    ),
    .init("outputs", .list(of: .identifier(what: "an output"), count: 1...2), doc: ""),
    .init("extra", .anything, doc: ""),
  ])

  static let positions: Shape = .dictionary(
    of: .mapping([.init("line", .text(what: "a line"), required: true, doc: "")]),
    keys: .identifier(what: "a position's name"),
    what: "positions by name"
  )

  /// A recursive form: a step may hold steps.
  static let step: Shape = .named(
    "step",
    .tagged(
      oneOf: [
        .init("wait", .duration(.zero ... .seconds(60)), doc: "Let time pass."),
        .init("apply", .mapping([.init("supply", .onOff, doc: "")]), doc: "Switch outputs."),
        .init("repeat", .list(of: step, count: 1...10), doc: "Steps of its own."),
      ],
      common: [.init("id", .identifier(what: "a step's name"), required: true, doc: "Its name.")]
    )
  )

  static let steps: Shape = .mapping([
    .init("steps", .list(of: step, count: 1 ... .max), required: true, doc: "What to do.")
  ])

  static let alternatives: Shape = .mapping([
    .init("of", .either([.onOff, .quantity(.time)]), doc: ""),
    .init(
      "meter",
      .either([
        .identifier(what: "a meter's name"), .mapping([.init("tcp", .flag, doc: "")]),
        .mapping([
          .init("usb", .flag, required: true, doc: ""), .init("port", .integer(1...9), doc: ""),
        ]),
      ]),
      doc: ""
    ),
  ])

  static func read(_ yaml: String, as shape: Shape = .anything) -> [String] {
    let diagnostics = Diagnostics()
    if let document = try? Document(text: yaml, file: "f", into: diagnostics) {
      shape.validate(document.root, into: diagnostics)
    }
    return diagnostics.all.map(\.description)
  }
}
