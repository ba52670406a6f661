import Documents
import Quantities

/// What a profile says of the time and the conditions in which the meter's values hold.
extension ProfileShape {
  static let startUp = Shape.mapping([
    .init(
      "screens",
      .list(of: .text(what: "what the display shows"), count: 1...20),
      doc: "What the display shows, in order."
    ),
    .init(
      "self-test",
      .mapping([
        .init(
          "shows",
          .text(what: "what the display shows"),
          required: true,
          doc: "What the display shows then."
        ),
        .init(
          "withholds",
          .choice(["input", "holding"]),
          required: true,
          doc: "The registers that cannot be read then."
        ),
      ]),
      doc: "How a failed self-test shows. Without it `restart` has no rule about the self-test."
    ),
    .init("certainty", certainty, required: true, doc: "How sure that is."),
  ])

  static let conditions = Shape.mapping([
    .init(
      "frequency",
      .list(of: .toleratedQuantity(.frequency, in: 1...1000), count: 1...5),
      doc: "The nominal frequencies with their tolerance; the plan compares the bench's source."
    ),
    .init(
      "others",
      .list(
        of: .either([
          .text(what: "a condition"),
          .mapping([
            .init("text", .text(what: "a condition"), required: true, doc: "The condition."),
            .init("variants", names("variants"), required: true, doc: "Variants it holds for."),
          ]),
        ]),
        count: 1...20
      ),
      doc: "What else must hold; the plan names them, for nothing on a bench shows them."
    ),
    .init(
      "source",
      .text(what: "where they stand"),
      required: true,
      doc: "Where they stand."
    ),
  ])
}
