public import Documents
import Quantities

/// The form of a profile file.
public enum ProfileShape {
  /// The whole file.
  public static let file = Shape.mapping([
    .init(
      "profile",
      .identifier(what: "the profile's name"),
      required: true,
      doc: "The name that bench and scenario files use."
    ),
    .init(
      "extends",
      .identifier(what: "a built-in profile"),
      doc: "A built-in profile that this file changes: its keys are laid over that one's."
    ),
    .init(
      "title",
      .text(what: "the meter's full name"),
      required: true,
      doc: "The meter's full name."
    ),
    .init("maker", .text(what: "the maker's name"), required: true, doc: "Who makes the meter."),
    .init(
      "sources",
      .dictionary(
        of: .text(what: "a document"),
        keys: .identifier(what: "a source's key"),
        what: "sources by key"
      ),
      doc: "Documents that the profile rests on, by key."
    ),
    .init(
      "variants",
      .list(of: .identifier(what: "a variant"), count: 1...20),
      doc: "Hardware variants of the type."
    ),
    .init(
      "system-types",
      .dictionary(
        of: .either([
          .pattern(what: "'all' or a list of variants", schemaPattern: "^all$") { $0 == "all" },
          names("variants"),
        ]),
        keys: system,
        what: "system types"
      ),
      doc: "System types the meter measures, each with the variants that can: a list, or `all`."
    ),
    .init(
      "lineages",
      .either([
        .list(of: .identifier(what: "a lineage"), count: 1...10),
        .dictionary(
          of: .anything,
          keys: .identifier(what: "a lineage"),
          what: "parts of a profile by lineage"
        ),
      ]),
      doc:
        "Register maps that the type may follow, perhaps each with what it has otherwise than this file; the first is used unless the bench says otherwise."
    ),
    .init(
      "lineage",
      .identifier(what: "a lineage"),
      doc:
        "The lineage that is used unless the bench says otherwise; the first where nothing is said."
    ),
    .init(
      "warm-up",
      .duration(.zero ... .seconds(86400)),
      required: true,
      doc: "How long the meter needs after power-up before its accuracy holds."
    ),
    .init("start-up", startUp, doc: "What the meter does before its first measurement."),
    .init(
      "reference-conditions",
      conditions,
      doc: "The conditions under which the maker verified the accuracy."
    ),
    .init("communication", communication, required: true, doc: "How the meter talks."),
    .init(
      "readings",
      readings,
      doc:
        "What moment a register value belongs to. Without it no energy from the meter's registers is judged."
    ),
    .init("password", password, doc: "How protected settings are unlocked."),
    .init(
      "quantities",
      .dictionary(
        of: .named("quantity", quantity),
        keys: .identifier(what: "a quantity"),
        what: "quantities by name"
      ),
      required: true,
      doc: "What the meter measures, by name."
    ),
    .init(
      "settings",
      .dictionary(
        of: .named("setting", setting),
        keys: .identifier(what: "a setting"),
        what: "settings by name"
      ),
      doc: "What can be set on the meter, by name."
    ),
    .init(
      "energies",
      .mapping([
        .init(
          "summation",
          .choice(PhaseSummation.allCases.map(\.rawValue)),
          doc: "How it puts the phases of reactive and apparent energy together."
        ),
        .init(
          "harmonics",
          .choice(HarmonicContent.allCases.map(\.rawValue)),
          doc: "Whether it counts all of the energy or that of the fundamental alone."
        ),
        .init("certainty", certainty, required: true, doc: "How sure that is."),
      ]),
      doc: "What the type means by energy; a reference that means something else is refused."
    ),
    .init(
      "accuracy-class",
      .mapping([
        .init("active", .text(what: "a class"), doc: "The class for active energy."),
        .init("reactive", .text(what: "a class"), doc: "The class for reactive energy."),
        .init(
          "rated-current",
          .text(what: "a current or a setting"),
          required: true,
          doc: "The rated current: a value, or the setting that holds it."
        ),
        .init(
          "maximum-current",
          .quantity(.ratio, in: 1...100),
          required: true,
          doc: "The maximum current, as a share of the rated one."
        ),
      ]),
      doc: "The accuracy classes that the maker claims."
    ),
    .init(
      "resets",
      .dictionary(
        of: .named("reset", reset),
        keys: .identifier(what: "a reset"),
        what: "resets by name"
      ),
      doc: "How counters and maxima are cleared, by name."
    ),
    .init(
      "pulse-outputs",
      .dictionary(
        of: .named("pulse-output", pulseOutput),
        keys: .identifier(what: "an output"),
        what: "outputs by name"
      ),
      doc: "The pulse outputs, by name."
    ),
  ])

  static let certainty = Shape.choice(Certainty.allCases.map(\.rawValue))
  static let system = Shape.pattern(
    what: "a system type such as 3P4W",
    schemaPattern: "^[1-3]P[2-4]W$"
  ) {
    ["1P2W", "1P3W", "3P3W", "3P4W"].contains($0)
  }
  static let address = Shape.integer(0...0xFFFF)
  static let unit = Shape.pattern(what: "a unit such as V or kWh", schemaPattern: nil) {
    Unit.named($0) != nil
  }

  static func names(_ what: String) -> Shape {
    .list(of: .identifier(what: "one of the \(what)"), count: 1...20)
  }

  /// The ends of a range.
  private static let ends: [Shape.Key] = [
    .init("from", .text(what: "a value with its unit"), required: true, doc: "The least value."),
    .init("to", .text(what: "a value with its unit"), required: true, doc: "The greatest value."),
  ]

  private static let communication = Shape.mapping([
    .init(
      "functions",
      .list(of: .integer(1...127), count: 1...30),
      required: true,
      doc: "Function codes the meter supports."
    ),
    .init(
      "baud",
      .list(of: .integer(50...4_000_000), count: 1...20),
      required: true,
      doc: "Line rates it can be set to."
    ),
    .init(
      "parity",
      .list(of: .choice(["none", "even", "odd"]), count: 1...3),
      required: true,
      doc: "Parities it can be set to."
    ),
    .init(
      "stop-bits",
      .list(of: .integer(1...2), count: 1...2),
      required: true,
      doc: "Stop bits it can be set to."
    ),
    .init(
      "response-limit",
      .duration(.milliseconds(1) ... .seconds(60)),
      required: true,
      doc: "The longest time from the end of a request to the first byte of the reply."
    ),
    .init(
      "minimum-pause",
      .duration(.zero ... .seconds(60)),
      required: true,
      doc: "The least pause before the meter may be asked again."
    ),
    .init(
      "registers-per-read",
      .integer(1...125),
      required: true,
      doc: "The most registers in one reply."
    ),
    .init(
      "word-order",
      .choice(["high-first", "low-first"]),
      required: true,
      doc: "Which register of a pair holds the high word."
    ),
  ])

  private static let readings = Shape.mapping([
    .init(
      "update-interval",
      .duration(.zero ... .seconds(3600)),
      required: true,
      doc: "How often the registers get new values."
    ),
    .init(
      "latency",
      .duration(.zero ... .seconds(3600)),
      required: true,
      doc: "How old a value is when it is put into its register."
    ),
    .init("certainty", certainty, required: true, doc: "How sure that is."),
  ])

  private static let password = Shape.mapping([
    .init(
      "unlock",
      address,
      required: true,
      doc: "The holding register that the password is written to."
    ),
    .init("state", address, doc: "The holding register that reads 1 while unlocked."),
    .init(
      "window",
      .duration(.seconds(1) ... .seconds(86400)),
      required: true,
      doc: "How long the meter stays unlocked."
    ),
    .init("factory", .integer(0...9999), required: true, doc: "The password of a new meter."),
    .init("certainty", certainty, required: true, doc: "How sure that is."),
  ])

  private static let quantity = Shape.mapping([
    .init("title", .text(what: "a title"), required: true, doc: "What is measured."),
    .init("input", address, doc: "The input register, counted from 0."),
    .init(
      "holding",
      address,
      doc: "The holding register, counted from 0, where it is not an input register."
    ),
    .init(
      "format",
      .choice(RegisterFormat.allCases.map(\.rawValue)),
      doc: "How the number stands in the registers; float32 where nothing is said."
    ),
    .init(
      "unit",
      .either([
        unit,
        .mapping([
          .init(
            "setting",
            .identifier(what: "a setting"),
            required: true,
            doc: "The setting that chooses the unit."
          ),
          .init(
            "choices",
            .dictionary(
              of: unit,
              keys: .identifier(what: "a value of the setting"),
              what: "units by value"
            ),
            required: true,
            doc: "The unit for each value."
          ),
        ]),
      ]),
      required: true,
      doc: "The unit of the number: fixed, or the choice of a setting."
    ),
    .init(
      "systems",
      .list(of: system, count: 1...4),
      doc: "System types that have it; all where nothing is said."
    ),
    .init("variants", names("variants"), doc: "Variants that have it; all where nothing is said."),
    .init(
      "lineages",
      names("lineages"),
      doc: "Lineages whose map holds it; all where nothing is said."
    ),
    .init("certainty", certainty, required: true, doc: "How sure the address is."),
    .init("resolution", .number(0...1e12), doc: "The step of the stored number, in its unit."),
    .init(
      "rolls-over-at",
      .number(1...1e15),
      doc: "The number at which a counter begins anew at 0, in its unit."
    ),
    .init(
      "ranges",
      .list(
        of: .mapping(
          [
            .init(
              "variants",
              names("variants"),
              doc: "Variants it holds for; all where nothing is said."
            )
          ] + ends
        ),
        count: 1...10
      ),
      doc: "The values it is made for; the plan refuses to judge its accuracy beyond them."
    ),
    .init(
      "accuracy",
      .mapping([
        .init("reading", .quantity(.ratio, in: 0...1), doc: "The share of the reading."),
        .init("range", .quantity(.ratio, in: 0...1), doc: "The share of the range maximum."),
        .init(
          "of",
          .either([
            .custom(what: "a value such as '277 V' or a setting", schemaPattern: nil) { _ in nil },
            .mapping([
              .init(
                "product",
                .list(of: .identifier(what: "a setting"), count: 1...4),
                required: true,
                doc: "Settings whose values are multiplied."
              ),
              .init(
                "times",
                .dictionary(
                  of: .number(0.1...10),
                  keys: system,
                  what: "numbers by system type"
                ),
                doc: "What the product is multiplied with, by system type."
              ),
            ]),
          ]),
          doc:
            "The range maximum: a value, the setting that holds it, or settings that are multiplied."
        ),
        .init(
          "source",
          .text(what: "where the formula stands"),
          required: true,
          doc: "Where the formula stands."
        ),
      ]),
      doc: "The maker's accuracy: ± (share of reading + share of range maximum)."
    ),
    .init("note", .text(what: "a note"), doc: "What a user of the value should know."),
  ])

  private static let setting = Shape.mapping([
    .init("title", .text(what: "a title"), required: true, doc: "What is set."),
    .init("holding", address, doc: "The holding register, counted from 0."),
    .init(
      "format",
      .choice(RegisterFormat.allCases.map(\.rawValue)),
      doc: "How the number stands in the registers; float32 where nothing is said."
    ),
    .init("writable", .flag, doc: "False where the register can only be read."),
    .init(
      "menu",
      .text(what: "the menu's wording"),
      doc: "The menu entry, for a setting without a known register."
    ),
    .init(
      "codes",
      .dictionary(
        of: .number(-1e9...1e9),
        keys: .text(what: "a value's name"),
        what: "numbers by name"
      ),
      doc: "The values by name, with the numbers that stand for them."
    ),
    .init(
      "range",
      .mapping(ends),
      doc: "The least and the greatest value."
    ),
    .init(
      "values",
      .list(of: .text(what: "a value with its unit"), count: 1...100),
      doc: "The permitted values."
    ),
    .init("factory", .text(what: "a value"), doc: "The value of a new meter."),
    .init("password", .flag, doc: "True where the password must be given first."),
    .init("restart", .flag, doc: "True where it takes effect after a power cycle only."),
    .init("secret", .flag, doc: "True where the value must not enter a record."),
    .init("display", .flag, doc: "True where it changes nothing but the display."),
    .init("variants", names("variants"), doc: "Variants that have it; all where nothing is said."),
    .init(
      "lineages",
      names("lineages"),
      doc: "Lineages whose map holds it; all where nothing is said."
    ),
    .init("certainty", certainty, required: true, doc: "How sure that is."),
    .init("note", .text(what: "a note"), doc: "What a user of the setting should know."),
  ])

  private static let pulseOutput = Shape.mapping([
    .init("title", .text(what: "a title"), required: true, doc: "What the output is for."),
    .init("variants", names("variants"), doc: "Variants that have it; all where nothing is said."),
    .init(
      "counts",
      .either([
        .identifier(what: "a quantity"),
        .mapping([
          .init(
            "setting",
            .identifier(what: "a setting"),
            required: true,
            doc: "The setting that chooses what is counted."
          ),
          .init(
            "choices",
            .dictionary(
              of: .identifier(what: "a quantity"),
              keys: .identifier(what: "a value of the setting"),
              what: "quantities by value"
            ),
            required: true,
            doc: "The quantity for each value; other values switch the output off."
          ),
        ]),
      ]),
      required: true,
      doc: "The energy that a pulse stands for."
    ),
    .init(
      "constant",
      .mapping([
        .init(
          "per-displayed-unit",
          .number(1e-6...1e9),
          doc: "Pulses for each unit that the energy display shows."
        ),
        .init(
          "setting",
          .identifier(what: "a setting"),
          doc: "The setting that holds the energy of one pulse."
        ),
      ]),
      required: true,
      doc: "How many pulses stand for how much energy: one of the two keys."
    ),
    .init(
      "width",
      .mapping([
        .init(
          "at-least",
          .duration(.microseconds(1) ... .seconds(60)),
          doc: "The least width, where nothing else is known."
        ),
        .init("setting", .identifier(what: "a setting"), doc: "The setting that holds the width."),
      ]),
      required: true,
      doc: "The pulse width: one of the two keys."
    ),
    .init(
      "maximum-rate",
      .quantity(.pulseRate, in: 1e-6...1e6),
      doc: "The most pulses per second the output can give."
    ),
    .init(
      "valid-when",
      .dictionary(
        of: .list(of: .text(what: "a value"), count: 1...20),
        keys: .identifier(what: "a setting"),
        what: "permitted values by setting"
      ),
      doc: "Settings under which the output is valid."
    ),
    .init("rating", .text(what: "a rating"), doc: "What the contact may carry."),
    .init("certainty", certainty, required: true, doc: "How sure that is."),
    .init("note", .text(what: "a note"), doc: "What a user of the output should know."),
  ])

  private static let reset = Shape.mapping([
    .init("title", .text(what: "a title"), required: true, doc: "What is cleared."),
    .init("holding", .integer(0...65535), doc: "The holding register, counted from 0."),
    .init(
      "format",
      .choice(RegisterFormat.allCases.map(\.rawValue)),
      doc: "How the number stands in the register; float32 where nothing is said."
    ),
    .init("code", .number(0...1e9), doc: "The number that is written to it."),
    .init(
      "menu",
      .text(what: "the menu's wording"),
      doc: "The menu entry; used where no register is known."
    ),
    .init(
      "clears",
      .list(of: .identifier(what: "a quantity"), count: 1...200),
      required: true,
      doc: "What is 0 afterwards."
    ),
    .init("certainty", certainty, required: true, doc: "How sure that is."),
    .init("note", .text(what: "a note"), doc: "What a user of the reset should know."),
  ])
}
