import Documents
import Quantities

/// The form of a bench file's `twin` section.
enum TwinShape {
  static let declaration = Shape.mapping([
    .init(
      "epoch",
      .pattern(what: "a time such as 2026-01-01T08:00:00Z", schemaPattern: nil) {
        UTC.milliseconds(parsing: $0) != nil
      },
      required: true,
      doc: "The wall time at which every run starts, in UTC."
    ),
    .init(
      "seed",
      .integer(0...Int.max),
      required: true,
      doc: "Seeds every random number, so that equal files give equal records."
    ),
    .init(
      "meters",
      .dictionary(
        of: meter,
        keys: .identifier(what: "a position's name"),
        what: "meters by position"
      ),
      doc: "Each meter's deviations from the ideal one of its profile."
    ),
    .init(
      "reference",
      .mapping([
        .init("error", .quantity(.ratio, in: -1...1), doc: "The relative error of the reference.")
      ]),
      doc: "The reference's deviations."
    ),
    .init(
      "answers",
      .dictionary(
        of: .text(what: "an answer"),
        keys: .text(what: "a step, or POSITION.STEP"),
        what: "answers by step"
      ),
      doc: "What a simulated operator answers to the questions of steps."
    ),
    .init(
      "faults",
      .list(of: .named("fault", fault), count: 0...1000),
      doc: "What goes wrong, and when."
    ),
  ])

  private static let meter = Shape.mapping([
    .init("serial", .integer(0...Int(UInt32.max)), doc: "The serial number that it reports."),
    .init("firmware", .text(what: "a firmware version"), doc: "The firmware that it reports."),
    .init("error", .quantity(.ratio, in: -1...1), doc: "The relative error of its energy."),
    .init(
      "pulse-jitter",
      .duration(.zero ... .seconds(10)),
      doc: "The standard deviation of its pulses' moments."
    ),
    .init(
      "pulse-width",
      .duration(.milliseconds(1) ... .seconds(10)),
      doc: "The width that its pulses really have."
    ),
    .init(
      "energy",
      .quantity(.activeEnergy, in: 0...1e10),
      doc: "What its import register shows at the start."
    ),
    .init(
      "response-time",
      .duration(.zero ... .seconds(60)),
      doc: "From the end of a request to the first byte of the reply; 40 ms where nothing is said."
    ),
    .init(
      "minimum-pause",
      .duration(.zero ... .seconds(10)),
      doc: "How long it hears nothing after a reply; it always hears where nothing is said."
    ),
    .init(
      "registers-per-read",
      .integer(2...125),
      doc: "The most registers it gives at once; as the profile says where nothing is said."
    ),
    .init(
      "unknown-registers",
      .choice(["refuse", "zero"]),
      doc:
        "What it answers for registers that it does not have and for parts of numbers; refuse where nothing is said."
    ),
    .init(
      "error-code",
      .text(what: "a code such as '0012 0004'"),
      doc:
        "The code that its display shows while its self-test has failed; 0000 0001 where nothing is said."
    ),
    .init(
      "type-code",
      .integer(0...65535),
      doc: "What a read of one input register gives, as some meters of the family have it."
    ),
    .init(
      "settings",
      .dictionary(
        of: .text(what: "a value"),
        keys: .identifier(what: "a setting"),
        what: "values by setting"
      ),
      doc: "Settings that differ from the factory's."
    ),
  ])

  private static let fault = Shape.mapping([
    .init(
      "fault",
      .choice(TwinFault.Kind.allCases.map(\.rawValue)),
      required: true,
      doc: "What goes wrong."
    ),
    .init(
      "at",
      .duration(.zero ... .seconds(1_000_000)),
      required: true,
      doc: "When it begins, from the start of the run."
    ),
    .init(
      "until",
      .duration(.zero ... .seconds(1_000_000)),
      doc: "When it ends; never where nothing is said."
    ),
    .init(
      "on",
      .identifier(what: "the position, bus, load or interlock that it strikes"),
      doc: "What it strikes: a position, a bus, a load or an interlock, as the kind demands."
    ),
    .init(
      "output",
      .identifier(what: "a pulse output"),
      doc: "The pulse output it strikes; every output of the position where nothing is said."
    ),
    .init(
      "of",
      .identifier(what: "a quantity, a setting or a phase"),
      doc: "The quantity, setting or phase that it is about, as the kind demands."
    ),
    .init(
      "amount",
      .custom(what: "a size", schemaPattern: nil) { _ in nil },
      doc: "The size with its unit, as the kind demands."
    ),
  ])
}
