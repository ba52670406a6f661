/// Names of lines as waveform viewers take them: identifiers of letters, digits and `_` that do not
/// begin with a digit (IEEE 1364-2005 clauses 3.7 and 18.2). Names that differ stay different.
///
/// The position stays in the name, because PulseView shows no scopes.
struct SignalNames {
  private var taken: Set<String> = []

  /// `A1_pulse_2` for `A1.pulse-2`.
  mutating func name(_ line: String) -> String {
    let wanted = Self.identifier(line)
    var name = wanted
    var number = 2
    while !taken.insert(name).inserted {
      name = "\(wanted)_\(number)"
      number += 1
    }
    return name
  }

  static func identifier(_ text: String) -> String {
    var name = ""
    for scalar in text.unicodeScalars.prefix(200) {
      switch scalar {
      case "a"..."z", "A"..."Z", "0"..."9", "_": name.unicodeScalars.append(scalar)
      default: name += "_"
      }
    }
    guard let first = name.utf8.first else { return "unnamed" }
    return (48...57).contains(first) ? "_" + name : name
  }
}
