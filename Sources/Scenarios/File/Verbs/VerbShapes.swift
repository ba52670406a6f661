import Documents
import Quantities

/// The forms of steps that change what a meter holds, or how it talks.
extension ScenarioShape {
  static let maintenance: [Shape.Key] = [
    .init(
      "reset",
      .mapping([
        .init(
          "what",
          .identifier(what: "a reset"),
          required: true,
          doc: "The reset, by its name in the profile."
        ),
        .init(
          "cleared",
          quantities,
          doc:
            "What must be 0 afterwards; all that the profile names where nothing is said, nothing for []."
        ),
        .init("kept", quantities, doc: "What must keep its value."),
      ]),
      doc: "Clears counters or maxima, and looks at what was cleared and what was kept."
    ),
    .init(
      "restart",
      .mapping([
        .init(
          "off-for",
          .duration(.milliseconds(100) ... .seconds(3600)),
          doc: "How long the supply is off; 5 s where nothing is said."
        ),
        .init(
          "ready-within",
          .duration(.milliseconds(100) ... .seconds(3600)),
          required: true,
          doc: "The longest time from the supply to the first valid answer."
        ),
        .init(
          "kept",
          quantities,
          doc: "Counters and maxima that must have the same value afterwards."
        ),
      ]),
      doc: "Cuts the supply, and waits until the meter is ready and its self-test has passed."
    ),
    .init(
      "assign-address",
      .mapping([
        .init(
          "from",
          .integer(1...247),
          doc:
            "The address that the meters come with; the profile's factory value where nothing is said."
        )
      ]),
      doc: "Wakes one new meter after the other, and gives it the address of its position."
    ),
    .init(
      "communication",
      .mapping([
        .init("baud", allOrList, doc: "Line rates to try: a list, or all."),
        .init("parity-stop", allOrList, doc: "Parities with stop bits to try: a list, or all."),
        .init("address", .list(of: .integer(1...247), count: 1...247), doc: "Addresses to try."),
      ]),
      doc: "Talks under each setting of the line after a restart, and comes back to the first."
    ),
    .init(
      "shipping-settings",
      .dictionary(of: .text(what: "a value"), keys: name, what: "values by setting"),
      doc: "Writes the settings that the meter leaves with, and reads them back after a restart."
    ),
    .init(
      "restore-settings",
      .choice(["all"]),
      doc: "Gives each setting that the run has changed the value back that it had."
    ),
    .init(
      "must-refuse",
      .mapping([
        .init(
          "locked",
          .dictionary(of: .text(what: "a value"), keys: name, what: "values by setting"),
          doc: "Right values that are written without the password."
        ),
        .init(
          "invalid",
          .dictionary(of: .number(-1e15...1e15), keys: name, what: "numbers by setting"),
          doc: "Numbers, as they stand in the register, that are no value of the setting."
        ),
      ]),
      doc: "Writes what the meter must refuse."
    ),
  ]

  /// The forms of type tests.
  static let tests: [Shape.Key] = [
    .init(
      "demand",
      .mapping([
        .init("load", .identifier(what: "a load"), required: true, doc: "The load to switch on."),
        .init(
          "quantity",
          .identifier(what: "a demand"),
          required: true,
          doc: "The demand, such as active-power-demand."
        ),
        .init("maximum", .identifier(what: "a maximum"), doc: "The register of its maximum."),
        .init(
          "expect",
          .mapping([
            .init(
              "value",
              .tolerance(.ratio),
              doc: "The demand over a whole window, against the mean power of the reference."
            ),
            .init(
              "integration-time",
              .tolerance(.ratio),
              doc: "The window, from how fast the demand rises, against the set one."
            ),
            .init(
              "maximum",
              .tolerance(.ratio),
              doc: "The register of the maximum, against the greatest demand that was seen."
            ),
          ]),
          required: true,
          doc: "The rules."
        ),
      ]),
      doc: "Switches a load on and watches a demand rise over its window."
    ),
    .init(
      "no-load",
      .mapping([
        .init(
          "output",
          .identifier(what: "a pulse output"),
          required: true,
          doc: "The pulse output; it must have given pulses earlier in the run."
        ),
        .init("during", time, doc: "How long; the standard's least time where nothing is said."),
        .init(
          "at-most",
          .quantity(.pulseCount, in: 0...1000),
          doc: "The most pulses; 1 where nothing is said."
        ),
      ]),
      doc: "Counts pulses while voltage is on and no current flows (creep)."
    ),
    .init(
      "starting-current",
      .mapping([
        .init(
          "output",
          .identifier(what: "a pulse output"),
          required: true,
          doc: "The pulse output."
        ),
        .init(
          "at-least",
          .quantity(.pulseCount, in: 3...1e6),
          doc: "The pulses that prove it; 3 where nothing is said."
        ),
        .init(
          "within",
          time,
          doc: "How long they are waited for; twice the expected time where nothing is said."
        ),
      ]),
      doc: "Waits for pulses at the load that is on, which is the starting current."
    ),
    .init(
      "remeasure",
      .mapping([
        .init(
          "output",
          .identifier(what: "a pulse output"),
          required: true,
          doc: "The pulse output."
        ),
        .init(
          "gates",
          .integer(2...1000),
          required: true,
          doc: "How many gates are taken; all of them are judged."
        ),
        .init("at-least", pulses, doc: "Each gate holds at least so many whole periods."),
        .init("during", time, doc: "Each gate lasts at least so long."),
        .init(
          "expect",
          .mapping([
            .init("error", errorLimit, doc: "The error of every gate."),
            .init("mean-error", errorLimit, doc: "The mean of the gates' errors."),
            .init(
              "repeatability",
              .mapping([
                .init("at-most", .quantity(.ratio, in: 0...1), required: true, doc: "The greatest.")
              ]),
              doc: "The difference between the greatest and the least error."
            ),
            .init(
              "standard-deviation",
              .mapping([
                .init(
                  "at-most",
                  .either([.choice(["class/10"]), .quantity(.ratio, in: 0...1)]),
                  required: true,
                  doc: "The greatest; class/10 for a tenth of the class's limit."
                )
              ]),
              doc:
                "The experimental standard deviation of the gates' errors, from at least 5 gates."
            ),
          ]),
          required: true,
          doc: "The rules, fixed before the first gate."
        ),
      ]),
      doc: "Takes several gates of an output and judges all of them."
    ),
  ]

  private static let quantities = Shape.list(
    of: .identifier(what: "a quantity"),
    count: 0...100
  )

  private static let allOrList = Shape.either([
    .choice(["all"]), .list(of: .text(what: "a value"), count: 1...100),
  ])
}
