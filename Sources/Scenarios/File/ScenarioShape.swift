public import Documents
import Quantities
import Verdicts

/// The form of a scenario file.
public enum ScenarioShape {
  /// The whole file.
  public static let file = shape(
    steps: .list(of: .named("step", ScenarioShape.entry), count: 1...1000)
  )

  /// The file around its steps, which are read once the matrix is written out.
  static let frame = shape(steps: .list(of: .anything, count: 1...1000))

  private static func shape(steps: Shape) -> Shape {
    .mapping([
      .init(
        "scenario",
        .text(what: "the scenario's name"),
        required: true,
        doc: "The scenario's name."
      ),
      .init(
        "profile",
        .text(what: "a profile's name or path"),
        required: true,
        doc: "The meter type it is for."
      ),
      .init(
        "needs",
        .mapping([
          .init(
            "variant",
            .identifier(what: "a variant"),
            doc: "The hardware variant; other positions take no part."
          ),
          .init(
            "outputs",
            .list(of: .identifier(what: "a pulse output"), count: 1...8),
            doc: "Pulse outputs that must be wired."
          ),
          .init(
            "reference",
            .choice(["active-energy", "reactive-energy", "apparent-energy"]),
            doc: "The energy that the bench's reference must measure."
          ),
        ]),
        doc: "What a bench and a position must have."
      ),
      .init(
        "serial-number",
        SerialNumberFile.shape,
        doc: "What holds for the serial numbers that a run expects in its positions."
      ),
      .init(
        "parameters",
        .dictionary(
          of: .mapping([
            .init("required", .flag, doc: "True where the run must give a value with --set."),
            .init("default", .text(what: "a value"), doc: "The value where the run gives none."),
            .init("doc", .text(what: "an explanation"), doc: "What the parameter is for."),
          ]),
          keys: .identifier(what: "a parameter's name"),
          what: "parameters by name"
        ),
        doc: "Values given with --set NAME=VALUE, used as ${NAME}."
      ),
      .init(
        "subject",
        .choice(["meter", "bench"]),
        doc:
          "What is judged; the meter where nothing is said. With 'bench' the meters are known to be good: what they fail is an error of the bench."
      ),
      .init(
        "assume",
        .dictionary(
          of: .text(what: "a value"),
          keys: .identifier(what: "a setting"),
          what: "values by setting"
        ),
        doc: "Settings that nobody can read and that are taken on trust; the report says so."
      ),
      .init(
        "decision",
        decision,
        doc: "How numbers are decided; guarded where nothing is said."
      ),
      .init(
        "marginal",
        marginal,
        doc: "From which share of its limits on a passed number is marked."
      ),
      .init(
        "on-failure",
        .choice(["continue", "stop"]),
        doc: "What a failed step means where the step says nothing; stop where nothing is said."
      ),
      .init(
        "matrix",
        matrix,
        doc: "Runs all steps once for each combination of these values, used as ${NAME}."
      ),
      .init(
        "steps",
        steps,
        required: true,
        doc: "What is done, in order, on every position at once."
      ),
      .init(
        "finally",
        steps,
        doc: "What is done at the end in any case, even when the run is stopped."
      ),
    ])
  }

  static let decision = Shape.pattern(
    what: "'guarded', 'guarded 0.5' (w = 0.5·U), 'simple' or 'four-state'",
    schemaPattern: #"^(guarded|guarded [0-9]+(\.[0-9]+)?|simple|four-state)$"#
  ) { DecisionRule($0) != nil }

  static let marginal = Shape.quantity(.ratio, in: 0.01...1)

  private static let matrix = Shape.dictionary(
    of: .list(of: .text(what: "a value"), count: 1...1000),
    keys: .identifier(what: "a name"),
    what: "lists of values by name"
  )

  static let group = Shape.mapping([
    .init(
      "matrix",
      matrix,
      required: true,
      doc: "Runs the steps once for each combination of these values."
    ),
    .init(
      "steps",
      .list(of: .anything, count: 1...1000),
      required: true,
      doc: "The steps to repeat."
    ),
  ])

  static let inclusion = Shape.mapping([
    .init(
      "include",
      .text(what: "a scenario's path"),
      required: true,
      doc:
        "Runs the steps of another scenario file of the same profile; its path is taken from here."
    )
  ])

  // Computed, because a group of steps holds steps.
  private static var entry: Shape {
    .either([
      step,
      inclusion,
      .mapping([
        .init(
          "matrix",
          matrix,
          required: true,
          doc: "Runs the steps once for each combination of these values."
        ),
        .init(
          "steps",
          .list(of: .named("step", ScenarioShape.entry), count: 1...1000),
          required: true,
          doc: "The steps to repeat."
        ),
      ]),
    ])
  }

  /// One step.
  static let step = Shape.tagged(
    oneOf: [
      .init(
        "identify",
        .dictionary(
          of: .text(what: "a value, any or if-told"),
          keys: name,
          what: "expected values by name"
        ),
        doc:
          "Reads what identifies the meter and compares it; `any` takes every value, `if-told` none as well."
      ),
      .init(
        "read",
        .dictionary(of: requirement, keys: name, what: "requirements by quantity"),
        doc: "Reads quantities and judges them; `any` only reads."
      ),
      .init(
        "configure",
        .dictionary(of: .text(what: "a value"), keys: name, what: "values by setting"),
        doc: "Writes settings where they differ, and reads them back."
      ),
      .init(
        "count-pulses",
        countPulses,
        doc: "Counts pulses over a gate that opens and closes at leading edges."
      ),
      .init(
        "compare-registers",
        compareRegisters,
        doc: "Compares a register's advance with the pulses of the same gate (the dial test)."
      ),
      .init(
        "apply",
        .mapping([
          .init("supply", .onOff, doc: "Switches the meters' supply."),
          .init(
            "load",
            .identifier(what: "a load's name, or off"),
            doc: "Switches the load, and waits until it is steady."
          ),
        ]),
        doc: "Switches the supply and the load, in the safe order."
      ),
      .init(
        "wait",
        .either([
          .duration(.zero ... .seconds(30 * 86400)),
          .mapping([
            .init(
              "warm-up",
              .duration(.zero ... .seconds(86400)),
              required: true,
              doc: "Until the meter was supplied for so long."
            )
          ]),
        ]),
        doc: "Lets time pass."
      ),
      .init(
        "ask",
        .mapping([
          .init(
            "question",
            .text(what: "a question"),
            required: true,
            doc: "What the person at the bench is asked."
          ),
          .init(
            "choices",
            .list(of: .text(what: "an answer"), count: 1...20),
            doc: "The permitted answers; any text where nothing is said."
          ),
          .init("expect", .text(what: "an answer"), doc: "The answer that passes."),
        ]),
        doc: "Asks what only a person can see."
      ),
    ] + maintenance + tests,
    common: [
      .init(
        "name",
        .text(what: "the step's name"),
        doc: "The step's name in reports; unique in the scenario."
      ),
      .init(
        "timeout",
        .duration(.milliseconds(1) ... .seconds(30 * 86400)),
        doc: "The longest time the step may take."
      ),
      .init(
        "on-failure",
        .choice(["continue", "stop"]),
        doc: "Whether a position that failed here leaves the run; stop where nothing is said."
      ),
      .init(
        "read-retries",
        .integer(0...10),
        doc:
          "How often a read is repeated where no valid reply came; every attempt stays in the record."
      ),
      .init(
        "decision",
        .either([
          decision,
          .dictionary(
            of: decision,
            keys: .text(what: "a rule of the step"),
            what: "decision rules by rule"
          ),
        ]),
        doc:
          "How this step's numbers are decided: one word for all, or one for each rule by its name."
      ),
      .init(
        "precondition",
        .flag,
        doc:
          "True where the rules say what the scenario needs of the meter: where one does not hold, the position leaves the run, undecided."
      ),
      .init(
        "marginal",
        marginal,
        doc: "From which share of its limits on a passed number of this step is marked."
      ),
    ]
  )

  static let name = Shape.identifier(what: "a quantity's or setting's name")

  private static let requirement = Shape.either([
    .custom(what: "a value such as '230 V ± 1 %', or any", schemaPattern: nil) { text in
      guard text != "any" else { return nil }
      do throws(QuantityError) {
        let value = try ToleratedQuantity(parsing: text)
        return value.tolerance == nil
          ? "'\(text)' has no tolerance; write '\(text) ± 1 %', or at-least and at-most" : nil
      } catch {
        return error.description
      }
    },
    .mapping([
      .init("at-least", value, doc: "The least value."),
      .init("at-most", value, doc: "The greatest value."),
      .init(
        "magnitude",
        .flag,
        doc: "True where the sign is not judged, such as that of a power factor."
      ),
      .init(
        "within",
        .custom(what: "a tolerance such as '± 1 %', or accuracy", schemaPattern: nil) { text in
          guard text != "accuracy" else { return nil }
          do throws(QuantityError) {
            _ = try Tolerance(parsing: text)
            return nil
          } catch {
            return error.description
          }
        },
        doc: "The allowance around the value of 'of': a tolerance, or the maker's accuracy."
      ),
      .init(
        "of",
        .choice(["reference", "source", "load"]),
        doc:
          "What it is compared with: the reference's reading, or the bench's declared source or load."
      ),
    ]),
  ])

  private static let value = Shape.custom(what: "a value with its unit", schemaPattern: nil) {
    text in
    do throws(QuantityError) {
      if Double(text) == nil { _ = try Quantity(parsing: text) }
      return nil
    } catch {
      return error.description
    }
  }

  static let pulses = Shape.quantity(.pulseCount, in: 1...1e9)
  static let time = Shape.duration(.milliseconds(1) ... .seconds(30 * 86400))

  static let countPulses = Shape.mapping([
    .init("output", .identifier(what: "a pulse output"), required: true, doc: "The pulse output."),
    .init("at-least", pulses, doc: "The gate holds at least so many whole periods."),
    .init("during", time, doc: "The gate lasts at least so long."),
    .init(
      "overload",
      .flag,
      doc:
        "True where more pulses are due than the output may give, to see that it keeps its limit."
    ),
    .init(
      "conditions",
      .mapping([
        .init(
          "load-stability",
          .quantity(.ratio, in: 0...1),
          doc: "How far the reference's power may leave its mean while the gate is open."
        ),
        .init(
          "voltage",
          .tolerance(.voltage),
          doc:
            "How far the voltages that the reference meter shows may be off the source's declared one while the gate is open."
        ),
        .init(
          "frequency",
          .tolerance(.frequency),
          doc:
            "How far the frequency that the reference meter shows may be off the source's declared one while the gate is open."
        ),
      ]),
      doc: "What must hold while the gate is open; a violation is never the meter's failure."
    ),
    .init(
      "expect",
      .mapping([
        .init(
          "error",
          errorLimit,
          doc:
            "The relative error of the energy against the reference: a tolerance, or class for the limit of the profile's class at this load."
        ),
        .init(
          "rate-limit",
          .quantity(.pulseRate, in: 1e-6...1e6),
          doc: "The most pulses per second, over the gate."
        ),
        .init(
          "rate",
          .custom(what: "'expected ± 1 %' or a rate such as '3.07 imp/s ± 1 %'", schemaPattern: nil)
          { text in
            PulseRequirement.rate(text) == nil
              ? "expected 'expected ± 1 %' or a rate such as '3.07 imp/s ± 1 %', found '\(text)'"
              : nil
          },
          doc: "The pulse rate: against the one expected from the reference's power, or a value."
        ),
        .init(
          "constant",
          .custom(what: "a constant such as '3200 imp/kWh ± 0.5 %'", schemaPattern: nil) { text in
            PulseRequirement.constant(text) == nil
              ? "expected a constant such as '3200 imp/kWh ± 0.5 %', found '\(text)'" : nil
          },
          doc: "The pulses for each kilowatt-hour of the reference."
        ),
        .init("width", interval, doc: "The width of every pulse."),
        .init("off-time", interval, doc: "The time between every two pulses."),
        .init(
          "jitter",
          .mapping([.init("at-most", time, required: true, doc: "The greatest jitter.")]),
          doc: "The standard deviation of the edges about an even train."
        ),
      ]),
      required: true,
      doc: "The rules."
    ),
  ])

  /// A tolerance, a known error with its tolerance as a golden meter has it, or the word for the limit of the class.
  static let errorLimit = Shape.either([
    .choice(["class", "class/10"]), .tolerance(.ratio), .toleratedQuantity(.ratio, in: -1...1),
  ])

  static let interval = Shape.either([
    .toleratedQuantity(.time, in: 1e-6...3600),
    .mapping([
      .init("at-least", time, doc: "The least time."),
      .init("at-most", time, doc: "The greatest time."),
    ]),
  ])

  private static let compareRegisters = Shape.mapping([
    .init("output", .identifier(what: "a pulse output"), required: true, doc: "The pulse output."),
    .init(
      "register",
      .identifier(what: "an energy quantity"),
      doc: "The energy register; the one that the output counts where nothing is said."
    ),
    .init("at-least", pulses, doc: "The gate holds at least so many whole periods."),
    .init("during", time, doc: "The gate lasts at least so long."),
    .init(
      "expect",
      .mapping([
        .init(
          "difference",
          errorLimit,
          required: true,
          doc:
            "The relative difference between the pulses' energy and the register's advance: a tolerance, or class/10 for a tenth of the class's limit, as the test of the meter constant asks."
        )
      ]),
      required: true,
      doc: "The rules."
    ),
  ])
}

/// The texts of pulse rules that have a form of their own.
enum PulseRequirement {
  enum Rate {
    case expected(Tolerance)
    case value(ToleratedQuantity)
  }

  static func rate(_ text: String) -> Rate? {
    if text.hasPrefix("expected") {
      return (try? Tolerance(parsing: String(text.dropFirst(8)), as: .pulseRate)).map(Rate.expected)
    }
    let value = try? ToleratedQuantity(parsing: text, as: .pulseRate)
    return value?.tolerance == nil ? nil : value.map(Rate.value)
  }

  /// The share of a class's limit that a text stands for; nil where it stands for none.
  static func shareOfClass(_ text: String?) -> Double? {
    switch text {
    case "class": 1
    case "class/10": 0.1
    default: nil
    }
  }

  static func constant(_ text: String) -> ToleratedQuantity? {
    guard let value = try? ToleratedQuantity(parsing: text), value.tolerance != nil,
      [.activeConstant, .reactiveConstant, .apparentConstant].contains(value.nominal.dimension)
    else { return nil }
    return value
  }
}
