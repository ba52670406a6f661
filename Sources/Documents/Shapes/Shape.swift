public import Quantities

/// The form of a part of a file, declared once: validation, the JSON Schema for editors and the
/// reference documentation all come from it.
public indirect enum Shape: Sendable {
  /// A key of a mapping.
  public struct Key: Sendable {
    /// The key as files write it.
    public var name: String
    /// The form of its value.
    public var shape: Shape
    /// Whether the mapping must have it.
    public var isRequired: Bool
    /// What the key means, in a sentence or two; editors show it.
    public var doc: String

    /// A key of a mapping.
    public init(_ name: String, _ shape: Shape, required: Bool = false, doc: String) {
      self.name = name
      self.shape = shape
      isRequired = required
      self.doc = doc
    }
  }

  /// Any text that is not empty. `what` completes "expected …": `a name`.
  case text(what: String)
  /// A name: a letter, then letters, digits, `-`, `_` and `.`, all of ASCII.
  case identifier(what: String)
  /// A text with a check of its own.
  ///
  /// - Parameters:
  ///   - what: completes "expected …".
  ///   - schemaPattern: an ECMA 262 regular expression for editors; nil where there is none. It may
  ///     accept more than the check, but nothing less.
  ///   - check: the message where the text is wrong, else nil.
  case custom(what: String, schemaPattern: String?, check: @Sendable (String) -> String?)
  /// A whole number, decimal or hexadecimal (`0x1F`).
  case integer(ClosedRange<Int>)
  /// A number without a unit.
  case number(ClosedRange<Double>)
  /// `true` or `false`.
  case flag
  /// `on` or `off`.
  case onOff
  /// One of several words.
  case choice([String])
  /// A value with its unit, within a range of values in the dimension's base unit.
  case quantity(Dimension, in: ClosedRange<Double>? = nil)
  /// A time.
  case duration(ClosedRange<Duration>)
  /// A value with its unit and perhaps its tolerance; the range is one of nominal values.
  case toleratedQuantity(Dimension, in: ClosedRange<Double>? = nil)
  /// An allowance such as `± 0.5 %`; nil accepts any dimension.
  case tolerance(Dimension?)
  /// A list of so many nodes of one form.
  case list(of: Shape, count: ClosedRange<Int>)
  /// A mapping with known keys.
  case mapping([Key])
  /// A mapping whose keys the author of the file chooses. `what` completes "expected …".
  case dictionary(of: Shape, keys: Shape, what: String)
  /// A mapping with exactly one key of `oneOf`, and keys of `common` beside it.
  case tagged(oneOf: [Key], common: [Key] = [])
  /// One of several forms, which should differ in kind or in their keys.
  case either([Shape])
  /// Anything, nothing included.
  case anything
  /// A form with a name of its own in the schema, looked up when it is needed; see `named`.
  case definition(String, @Sendable () -> Shape)

  /// A form with a name of its own in the schema. Its declaration may contain itself: the body is
  /// evaluated when it is needed. A name must always stand for the same form.
  public static func named(
    _ name: String,
    _ shape: @escaping @autoclosure @Sendable () -> Shape
  ) -> Shape {
    .definition(name, shape)
  }

  /// A text that a predicate accepts. `what` completes "expected …"; for `schemaPattern` see
  /// `custom`.
  public static func pattern(
    what: String,
    schemaPattern: String?,
    _ matches: @escaping @Sendable (String) -> Bool
  ) -> Shape {
    .custom(what: what, schemaPattern: schemaPattern) { text in
      matches(text) ? nil : "expected \(what), found '\(shortened(text))'"
    }
  }
}
