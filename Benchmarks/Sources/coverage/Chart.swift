/// Curves of shares from 0 to 1 as SVG that reads in light and in dark.
struct Chart {
  var title: String
  var xLabel: String
  var points: [Double]
  var curves: [(name: String, dash: String, values: [Double])]
  var marks: [(x: Double, name: String)]

  private static let size = (width: 640.0, height: 360.0)
  private static let area = (left: 64.0, top: 44.0, right: 616.0, bottom: 300.0)

  var svg: String {
    guard let first = points.first, let last = points.last, last > first else { return "" }
    func x(_ value: Double) -> Double {
      Self.area.left + (value - first) / (last - first) * (Self.area.right - Self.area.left)
    }
    func y(_ share: Double) -> Double {
      Self.area.bottom - share * (Self.area.bottom - Self.area.top)
    }
    func number(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }
    var lines = [
      #"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 360" role="img" aria-label="\#(title)">"#,
      "<style>text{font:13px sans-serif;fill:#555}path,line{stroke:#777;fill:none}.c{stroke:#1769aa;stroke-width:2.5}"
        + "@media(prefers-color-scheme:dark){text{fill:#bbb}.c{stroke:#6db3f2}}</style>",
      #"<text x="64" y="24" style="font-weight:bold">\#(title)</text>"#,
    ]
    for share in [0, 0.25, 0.5, 0.75, 1.0] {
      lines.append(
        #"<line x1="64" x2="616" y1="\#(number(y(share)))" y2="\#(number(y(share)))" stroke-opacity=".35"/><text x="56" y="\#(number(y(share) + 4))" text-anchor="end">\#(Int(share * 100)) %</text>"#
      )
    }
    for tick in stride(from: first, through: last + 1e-9, by: 0.1) {
      let text = "\((tick * 100).rounded() / 100)"
      lines.append(
        #"<text x="\#(number(x(tick)))" y="320" text-anchor="middle">\#(text)</text>"#
      )
    }
    for mark in marks {
      lines.append(
        #"<line x1="\#(number(x(mark.x)))" x2="\#(number(x(mark.x)))" y1="44" y2="300" stroke-dasharray="2 3"/><text x="\#(number(x(mark.x) + 5))" y="58">\#(mark.name)</text>"#
      )
    }
    for curve in curves {
      let path = zip(points, curve.values).enumerated().map { index, point in
        "\(index == 0 ? "M" : "L")\(number(x(point.0))) \(number(y(point.1)))"
      }
      lines.append(
        #"<path class="c" stroke-dasharray="\#(curve.dash)" d="\#(path.joined(separator: " "))"/>"#
      )
    }
    for (index, curve) in curves.enumerated() {
      let height = 80 + 20 * Double(index)
      lines.append(
        #"<line class="c" x1="440" x2="476" y1="\#(number(height))" y2="\#(number(height))" stroke-dasharray="\#(curve.dash)"/><text x="484" y="\#(number(height + 4))">\#(curve.name)</text>"#
      )
    }
    lines.append(#"<text x="340" y="346" text-anchor="middle">\#(xLabel)</text></svg>"#)
    return lines.joined(separator: "\n") + "\n"
  }
}
