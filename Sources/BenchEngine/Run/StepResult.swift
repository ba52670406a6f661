import RunRecord

/// How a step ended on a position, and the silence that is still to be explained.
struct StepResult: Sendable {
  var how: StepEnd.How
  var text: String?
  var silence: MeterSilence?
}

/// A meter that gave no valid reply.
struct MeterSilence: Error, Sendable {
  var text: String
  var supplyProven: Bool
  var busProvenBefore: Bool
  /// Whether bytes came that are no valid reply.
  var heard = false
}
