internal import Quantities

extension Shape {
  /// The JSON Schema (draft 2020-12) of files of this form, for editors that check and complete
  /// YAML. The same form always gives the same text.
  ///
  /// Every file that the schema refuses is refused by `validate` too, but for the spellings of
  /// units that files may also use (`us` for `µs`): editors are to suggest the printed symbols.
  ///
  /// - Parameters:
  ///   - title: what the files are.
  ///   - id: the schema's own identifier, an absolute URI.
  ///   - allowsPlaceholders: true where `${name}` may stand for any value.
  public func jsonSchema(title: String, id: String, allowsPlaceholders: Bool = false) -> String {
    var schema = SchemaWriter(allowsPlaceholders: allowsPlaceholders)
    let root = schema.schema(of: self)
    var members: [(String, JSON)] = [
      ("$schema", .string("https://json-schema.org/draft/2020-12/schema")),
      ("$id", .string(id)),
      ("title", .string(title)),
    ]
    members += root
    if !schema.definitions.isEmpty {
      members.append(("$defs", .object(schema.definitions)))
    }
    return JSON.object(members).text() + "\n"
  }
}

/// Collects the definitions of named shapes while a schema is written.
private struct SchemaWriter {
  let allowsPlaceholders: Bool
  /// In the order in which the shapes were first met.
  private(set) var definitions: [(String, JSON)] = []

  typealias Members = [(String, JSON)]

  init(allowsPlaceholders: Bool) { self.allowsPlaceholders = allowsPlaceholders }

  mutating func schema(of shape: Shape) -> Members {
    let members = strictSchema(of: shape)
    guard allowsPlaceholders, shape.isRestrictedScalar else { return members }
    let placeholder: Members = [
      ("type", .string("string")), ("pattern", .string("\\$\\{[^}]+\\}")),
    ]
    return [("anyOf", .array([.object(members), .object(placeholder)]))]
  }

  private mutating func strictSchema(of shape: Shape) -> Members {
    switch shape {
    case .text(let what):
      // An unquoted 123 or true is a text to meterbench, but a number or a boolean to editors.
      return [("type", Self.scalars), ("minLength", .integer(1)), Self.description(what)]
    case .identifier(let what):
      return [
        // An unquoted true is a name to meterbench, but a boolean to editors.
        ("type", .array([.string("string"), .string("boolean")])),
        ("pattern", .string("^[A-Za-z][A-Za-z0-9._-]*$")),
        Self.description(what),
      ]
    case .custom(let what, let pattern, _):
      let patterns = pattern.map { [("pattern", JSON.string($0))] } ?? []
      return [("type", Self.scalars)] + patterns + [Self.description(what)]
    case .integer(let range):
      return [("type", .string("integer"))] + Self.bounds(range)
    case .number(let range):
      return [("type", .string("number"))] + Self.bounds(range)
    case .flag:
      return [("type", .string("boolean"))]
    case .onOff:
      // Readers of YAML 1.1 take on and off for booleans.
      return [("enum", .array([.string("on"), .string("off"), .bool(true), .bool(false)]))]
    case .choice(let words):
      return [("enum", .array(words.flatMap(Self.spellings)))]
    case .quantity(let dimension, _), .toleratedQuantity(let dimension, _):
      return quantity(shape, dimension)
    case .duration:
      return quantity(shape, .time)
    case .tolerance(let dimension):
      let units = dimension.map { Self.units([$0, .ratio]) } ?? Self.units(Dimension.allCases)
      return [
        ("type", .string("string")),
        ("pattern", .string("^\\s*(±|\\+/-)\\s*\(Self.number)\\s*(\(units))\\s*$")),
        Self.description(shape.expectation),
      ]
    case .list(let item, let count):
      return list(item, count)
    case .mapping(let keys):
      return mapping(tags: [], others: keys)
    case .tagged(let tags, let common):
      return mapping(tags: tags, others: common)
    case .dictionary(let value, let keys, let what):
      return [
        ("type", .string("object")), Self.description(what),
        ("propertyNames", .object(schema(of: keys))),
        ("additionalProperties", .object(schema(of: value))),
      ]
    case .either(let shapes):
      return [("anyOf", .array(shapes.map { .object(schema(of: $0)) }))]
    case .anything:
      return []
    case .definition(let name, let body):
      return reference(name, body)
    }
  }

  private mutating func reference(_ name: String, _ body: () -> Shape) -> Members {
    if !definitions.contains(where: { $0.0 == name }) {
      // The name is taken before its body is written, so that a recursive body ends.
      let index = definitions.count
      definitions.append((name, .object([])))
      definitions[index].1 = .object(schema(of: body()))
    }
    return [("$ref", .string("#/$defs/\(name)"))]
  }

  private mutating func list(_ item: Shape, _ count: ClosedRange<Int>) -> Members {
    var members: Members = [("type", .string("array")), ("items", .object(schema(of: item)))]
    if count.lowerBound > 0 { members.append(("minItems", .integer(count.lowerBound))) }
    if count.upperBound < .max { members.append(("maxItems", .integer(count.upperBound))) }
    return members
  }

  private mutating func mapping(tags: [Shape.Key], others: [Shape.Key]) -> Members {
    var properties: Members = []
    for key in tags + others {
      // The key's own words come before those of its form.
      let form = schema(of: key.shape).filter { $0.0 != "description" || key.doc.isEmpty }
      properties.append(
        (key.name, .object((key.doc.isEmpty ? [] : [Self.description(key.doc)]) + form))
      )
    }
    var members: Members = [
      ("type", .string("object")), ("properties", .object(properties)),
      ("additionalProperties", .bool(false)),
    ]
    let required = others.filter(\.isRequired).map { JSON.string($0.name) }
    if !required.isEmpty { members.append(("required", .array(required))) }
    if !tags.isEmpty {
      let alternatives = tags.map { JSON.object([("required", .array([.string($0.name)]))]) }
      members.append(("oneOf", .array(alternatives)))
    }
    return members
  }

  private func quantity(_ shape: Shape, _ dimension: Dimension) -> Members {
    let unit = "\\s*(\(Self.units([dimension])))" + (dimension == .ratio ? "?" : "")
    var pattern = "^\\s*\(Self.number)\(unit)\\s*"
    if case .toleratedQuantity = shape {
      let allowance = Self.units([dimension, .ratio])
      let end = dimension == .ratio ? "?" : ""
      pattern += "((±|\\+/-)\\s*\(Self.number)\\s*(\(allowance))\(end)\\s*)?"
    }
    // An unquoted 0.9 is a number to editors.
    let type =
      dimension == .ratio ? JSON.array([.string("string"), .string("number")]) : .string("string")
    return [
      ("type", type), ("pattern", .string(pattern + "$")), Self.description(shape.expectation),
    ]
  }

  private static let scalars = JSON.array([
    .string("string"), .string("number"), .string("boolean"),
  ])

  private static let number =
    "[+\\-\u{2212}]?([0-9][0-9_]*(\\.[0-9_]*)?|\\.[0-9][0-9_]*)([eE][+-]?[0-9]+)?"

  /// The symbols of the units of some dimensions as alternatives of a regular expression.
  private static func units(_ dimensions: [Dimension]) -> String {
    Unit.known.filter { dimensions.contains($0.dimension) }.map(\.symbol).joined(separator: "|")
  }

  private static func description(_ text: String) -> (String, JSON) {
    ("description", .string(text))
  }

  /// A word as editors may read it: an unquoted 1 is a number, an unquoted true a boolean.
  private static func spellings(_ word: String) -> [JSON] {
    switch word {
    case "true", "on": [.string(word), .bool(true)]
    case "false", "off": [.string(word), .bool(false)]
    default:
      if let number = Int(word), "\(number)" == word {
        [.string(word), .integer(number)]
      } else if let number = Double(word), "\(number)" == word {
        [.string(word), .number(number)]
      } else {
        [.string(word)]
      }
    }
  }

  private static func bounds(_ range: ClosedRange<Int>) -> Members {
    (range.lowerBound == .min ? [] : [("minimum", .integer(range.lowerBound))])
      + (range.upperBound == .max ? [] : [("maximum", .integer(range.upperBound))])
  }

  private static func bounds(_ range: ClosedRange<Double>) -> Members {
    let (low, high) = (range.lowerBound, range.upperBound)
    return (low > -.greatestFiniteMagnitude ? [("minimum", .number(low))] : [])
      + (high < .greatestFiniteMagnitude ? [("maximum", .number(high))] : [])
  }
}

extension Shape {
  /// Whether it is a scalar that not every text fits.
  fileprivate var isRestrictedScalar: Bool {
    switch self {
    case .identifier, .integer, .number, .flag, .onOff, .choice, .quantity, .duration,
      .toleratedQuantity, .tolerance:
      true
    case .custom(_, let pattern, _): pattern != nil
    case .text, .list, .mapping, .dictionary, .tagged, .either, .anything, .definition: false
    }
  }
}
