/// A JSON value that is written with its keys in the order of the program.
indirect enum JSONText {
  case null
  case bool(Bool)
  case integer(Int64)
  /// A value that JSON cannot hold is written as `"NaN"`, `"+Inf"` or `"-Inf"`, as in the record.
  case number(Double)
  case text(String)
  case list([JSONText])
  case object([(String, JSONText)])

  static func text(orNull text: String?) -> JSONText { text.map { .text($0) } ?? .null }

  static func number(orNull number: Double?) -> JSONText { number.map { .number($0) } ?? .null }

  /// The value on lines of its own, two spaces for each level (RFC 8259).
  var document: String {
    var out = ""
    write(to: &out, depth: 0)
    return out + "\n"
  }

  private func write(to out: inout String, depth: Int) {
    switch self {
    case .null: out += "null"
    case .bool(let value): out += value ? "true" : "false"
    case .integer(let value): out += "\(value)"
    case .number(let value):
      if value.isFinite {
        out += "\(value)"
      } else {
        out += value.isNaN ? "\"NaN\"" : value < 0 ? "\"-Inf\"" : "\"+Inf\""
      }
    case .text(let value): Self.quote(value, to: &out)
    case .list(let values):
      Self.write("[", values, "]", to: &out, depth: depth) { value, out in
        value.write(to: &out, depth: depth + 1)
      }
    case .object(let members):
      Self.write("{", members, "}", to: &out, depth: depth) { member, out in
        Self.quote(member.0, to: &out)
        out += ": "
        member.1.write(to: &out, depth: depth + 1)
      }
    }
  }

  private static func write<Part>(
    _ open: String,
    _ parts: [Part],
    _ close: String,
    to out: inout String,
    depth: Int,
    _ write: (Part, inout String) -> Void
  ) {
    out += open
    for (index, part) in parts.enumerated() {
      out += (index == 0 ? "\n" : ",\n") + String(repeating: "  ", count: depth + 1)
      write(part, &out)
    }
    if !parts.isEmpty { out += "\n" + String(repeating: "  ", count: depth) }
    out += close
  }

  private static func quote(_ text: String, to out: inout String) {
    out += "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": out += "\\\""
      case "\\": out += "\\\\"
      case "\n": out += "\\n"
      case "\r": out += "\\r"
      case "\t": out += "\\t"
      case "\0"..<" ":
        let digits = String(scalar.value, radix: 16)
        out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: out.unicodeScalars.append(scalar)
      }
    }
    out += "\""
  }
}
