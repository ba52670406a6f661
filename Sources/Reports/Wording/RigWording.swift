/// What a reader must know of the rig before anything else.
enum RigWording {
  /// Nil for a real rig.
  static func warning(_ rig: String) -> String? {
    switch rig {
    case "host": nil
    case "unknown": "The record does not say whether the rig was real."
    default: "The rig is a \(rig): it is simulated. This run says nothing about a real meter."
    }
  }
}
