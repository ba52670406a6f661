internal import Quantities

extension Shape {
  /// What a node of this form is; completes "expected …".
  public var expectation: String {
    switch self {
    case .text(let what), .identifier(let what), .custom(let what, _, _): what
    case .integer(let range): "a whole number\(Self.within(range))"
    case .number(let range): "a number\(Self.within(range))"
    case .flag: "true or false"
    case .onOff: "on or off"
    case .choice(let words): words.count == 1 ? words[0] : "one of \(Self.list(words, "or"))"
    case .quantity(let dimension, let range): Self.wording(dimension, range)
    case .duration(let range): Self.wording(.time, Self.seconds(range))
    case .toleratedQuantity(let dimension, let range):
      Self.wording(dimension, range) + ", perhaps with its tolerance"
    case .tolerance: "a tolerance such as '± 0.5 %'"
    case .list: "a list"
    case .mapping, .tagged: "a mapping"
    case .dictionary(_, _, let what): what
    case .either(let shapes):
      shapes.map(\.expectation).reduce(into: []) { (distinct: inout [String], one) in
        if !distinct.contains(one) { distinct.append(one) }
      }
      .joined(separator: ", or ")
    case .anything: "anything"
    case .definition(_, let shape): shape().expectation
    }
  }

  /// The keys a mapping of this form may have; empty for other forms.
  public var keys: [Key] {
    switch self {
    case .mapping(let keys): keys
    case .tagged(let tags, let common): tags + common
    case .definition(_, let shape): shape().keys
    default: []
    }
  }

  /// `a time from 1 ms to 1 h`; the bounds show the unit, and where there are none it is asked for.
  static func wording(_ dimension: Dimension, _ range: ClosedRange<Double>?) -> String {
    let article = "aeiou".contains(dimension.rawValue.prefix(1)) ? "an" : "a"
    let bounds = within(range, dimension)
    let unit = dimension == .ratio ? " such as '0.5 %'" : " with its unit"
    return "\(article) \(dimension.rawValue)\(bounds.isEmpty ? unit : bounds)"
  }

  static func within(_ range: ClosedRange<Int>) -> String {
    switch (range.lowerBound, range.upperBound) {
    case (.min, .max): ""
    case (let low, .max): " of at least \(low)"
    case (.min, let high): " of at most \(high)"
    case (let low, let high): " in \(low)...\(high)"
    }
  }

  static func within(_ range: ClosedRange<Double>?, _ dimension: Dimension? = nil) -> String {
    guard let range else { return "" }
    func text(_ value: Double) -> String {
      guard let dimension else { return Decimal.text(value) }
      let quantity = Quantity(base: value, dimension)
      return
        "\(dimension == .ratio ? quantity.converted(to: .percent) ?? quantity : quantity.readable)"
    }
    let (low, high) = (range.lowerBound, range.upperBound)
    switch (low > -.greatestFiniteMagnitude, high < .greatestFiniteMagnitude) {
    case (false, false): return ""
    case (true, false): return " of at least \(text(low))"
    case (false, true): return " of at most \(text(high))"
    case (true, true): return " from \(text(low)) to \(text(high))"
    }
  }

  static func seconds(_ range: ClosedRange<Duration>) -> ClosedRange<Double> {
    range.lowerBound.inSeconds...range.upperBound.inSeconds
  }

  /// `'a', 'b' and 'c'`.
  static func list(_ names: [String], _ conjunction: String) -> String {
    let quoted = names.map { "'\($0)'" }
    guard let last = quoted.last, quoted.count > 1 else { return quoted.first ?? "" }
    return quoted.dropLast().joined(separator: ", ") + " \(conjunction) \(last)"
  }

  /// A text from a file on one line, and no longer than a message can bear.
  static func shortened(_ text: String) -> String {
    let line = text.replacing("\n", with: " ")
    return line.count > 60 ? "\(line.prefix(60))…" : line
  }
}
