public import Quantities

/// Something that can be set on a meter: in a register, or only in the menu on its front.
public struct Setting: Hashable, Sendable {
  public var name: String
  public var title: String
  public var access: Access
  public var values: Values
  /// The factory value as files write it; nil where none is known.
  public var factory: String?
  /// The password must be given first.
  public var needsPassword: Bool
  /// It takes effect after a power cycle only.
  public var needsRestart: Bool
  /// Its value is masked in every record.
  public var isSecret: Bool
  /// It changes nothing but the display.
  public var isOfDisplay = false
  /// Variants that have it; empty: all.
  public var variants: [String]
  /// Lineages whose map holds it; empty: all.
  public var lineages: [String]
  public var certainty: Certainty
  public var note: String?

  /// How a setting is reached.
  public enum Access: Hashable, Sendable {
    /// Through a register; `isWritable` is false for those that can only be read.
    case register(RegisterAddress, isWritable: Bool)
    /// On the meter's front only; the text is the menu's own wording.
    case menu(String)
  }

  /// What it can be set to.
  public enum Values: Hashable, Sendable {
    /// Names with the numbers that stand for them.
    case codes([Code])
    /// A number in `unit` from a range.
    case range(ClosedRange<Double>, unit: Unit)
    /// A number in `unit` out of a list.
    case numbers([Double], unit: Unit)
  }

  /// A name and the number that stands for it in the register.
  public struct Code: Hashable, Sendable {
    public var name: String
    public var number: Double
  }

  /// Why a text cannot be a value of the setting.
  public struct ValueError: Error, Hashable, Sendable {
    public var text: String
  }

  /// The register number for a value as files write it.
  public func number(for text: String) throws(ValueError) -> Double {
    switch values {
    case .codes(let codes):
      if let code = codes.first(where: { $0.name == text }) { return code.number }
      let list = codes.map(\.name).joined(separator: ", ")
      throw ValueError(text: "'\(text)' is not a value of \(name); possible: \(list)")
    case .range(let range, let unit):
      let number = try parse(text, unit)
      guard range.contains(number) else {
        throw ValueError(
          text:
            "\(text) is outside \(Quantity(range.lowerBound, unit)) … \(Quantity(range.upperBound, unit)), the range of \(name)"
        )
      }
      return number
    case .numbers(let numbers, let unit):
      let number = try parse(text, unit)
      guard let exact = numbers.first(where: { abs($0 - number) <= 1e-9 * max(1, abs($0)) }) else {
        let list = numbers.map { Quantity($0, unit).description }.joined(separator: ", ")
        throw ValueError(text: "\(name) cannot be \(text); possible: \(list)")
      }
      return exact
    }
  }

  /// Whether a register number is one of the values.
  public func permits(_ number: Double) -> Bool {
    switch values {
    case .codes(let codes): codes.contains { $0.number == number }
    case .range(let range, _): range.contains(number)
    case .numbers(let numbers, _):
      // Registers hold singles; the list's numbers need not be exact in them.
      numbers.contains { abs($0 - number) <= 1e-6 * max(1, abs($0)) }
    }
  }

  private func parse(_ text: String, _ unit: Unit) throws(ValueError) -> Double {
    do throws(QuantityError) {
      let quantity = try Quantity(parsing: text, as: unit.dimension, isPlainRatio: true)
      return quantity.base / unit.factor
    } catch {
      throw ValueError(text: error.description)
    }
  }

  /// A register number as files write it; a number that stands for nothing is shown as it is.
  public func text(for number: Double) -> String {
    switch values {
    case .codes(let codes):
      codes.first { $0.number == number }?.name ?? "unknown code \(Decimal.text(number))"
    case .range(_, let unit), .numbers(_, let unit): Quantity(number, unit).description
    }
  }

  /// The one spelling of a value: `5.0 A` and `5 A` are both `5 A`; nil where it is none.
  public func canonical(_ text: String) -> String? {
    (try? number(for: text)).map(self.text(for:))
  }

  /// The quantity behind a value as files write it; nil for a name that is no amount.
  public func quantity(for text: String) -> Quantity? {
    switch values {
    case .codes: try? Quantity(parsing: text)
    case .range(_, let unit), .numbers(_, let unit):
      (try? Quantity(parsing: text, as: unit.dimension, isPlainRatio: true))?.converted(to: unit)
    }
  }
}
