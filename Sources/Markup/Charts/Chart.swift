/// A plot: what is drawn over two axes, with the texts that say the same without the picture.
///
/// It becomes inline SVG that is coloured by the document's style sheet through the classes of
/// `Tone`. What a colour says is said by a form, a dash or a label, too.
public struct Chart {
  /// A point in the units of the axes.
  public struct Point: Hashable, Sendable {
    public var x: Double
    public var y: Double

    /// A point.
    public init(_ x: Double, _ y: Double) {
      self.x = x
      self.y = y
    }
  }

  /// An axis: what it shows, with its unit, and from where to where.
  public struct Axis: Sendable {
    public var label: String
    public var range: ClosedRange<Double>
    public var isLogarithmic: Bool

    /// An axis; an empty range is widened, so that something can be drawn.
    public init(_ label: String, _ range: ClosedRange<Double>, isLogarithmic: Bool = false) {
      self.label = label
      self.isLogarithmic = isLogarithmic && range.lowerBound > 0
      let width = range.upperBound - range.lowerBound
      let half = max(abs(range.lowerBound) * 1e-3, 1e-9)
      self.range =
        width > 0 ? range : (range.lowerBound - half)...(range.upperBound + half)
    }

    /// The range of values with some air about them, or of nothing.
    public static func around(
      _ values: some Sequence<Double>,
      air: Double = 0.08
    ) -> ClosedRange<Double> {
      let finite = values.filter(\.isFinite)
      guard let least = finite.min(), let most = finite.max() else { return 0...1 }
      let margin = (most - least) * air
      return (least - margin)...(most + margin)
    }
  }

  /// What something in a plot stands for.
  public enum Tone: String, Sendable {
    case data, expected, limit, alarm
  }

  /// The form of single points.
  public enum Symbol: Sendable {
    case dot, triangle, cross
  }

  /// Something that is drawn.
  public enum Mark: Sendable {
    case line([Point], Tone)
    /// Rectangles from the axis up.
    case bars([(range: ClosedRange<Double>, height: Double)], Tone)
    case points([Point], Symbol, Tone)
    /// From a least to a greatest value at a place, with caps.
    case spans([(x: Double, range: ClosedRange<Double>)], Tone)
    /// The room between two lines.
    case area([(x: Double, range: ClosedRange<Double>)])
    /// A line across the plot at a value of y, with its name.
    case level(Double, String, Tone)
    /// A line up the plot at a value of x, with its name.
    case place(Double, String, Tone)
  }

  /// What the plot shows, in a few words.
  public var title: String
  /// The plot in numbers, for who does not see it.
  public var description: String
  public var x: Axis
  public var y: Axis
  public var marks: [Mark]

  /// A plot.
  public init(title: String, description: String, x: Axis, y: Axis, marks: [Mark]) {
    self.title = title
    self.description = description
    self.x = x
    self.y = y
    self.marks = marks
  }
}
