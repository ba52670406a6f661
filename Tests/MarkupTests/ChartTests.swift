import Testing

@testable import Markup

@Suite("Charts")
struct ChartTests {
  private func svg(_ chart: Chart) -> String {
    var writer = HTMLWriter()
    chart.write(to: &writer, id: "c")
    return writer.finish()
  }

  private func chart(_ marks: [Chart.Mark], x: ClosedRange<Double> = 0...10) -> Chart {
    Chart(
      title: "Period <1>",
      description: "ten & more",
      x: Chart.Axis("Time (s)", x),
      y: Chart.Axis("Period (ms)", 0...100),
      marks: marks
    )
  }

  @Test("times that go back, and an axis without an end, cost no more than others")
  func absurd() {
    let back = [0.0] + (0..<5000).map { -1e300 * Double($0) } + [1e-300]
    #expect(Thinning.columns(back.map { Chart.Point($0, 1) }, 100).count <= 5002)
    #expect(Ticks(1...Double.infinity, wanted: 5, isLogarithmic: true).values.count <= 1)
  }

  @Test("a series is thinned to two points a column, and its extremes stay")
  func thinning() {
    var points = (0..<100_000).map { Chart.Point(Double($0), 1) }
    points[31_415].y = 99
    points[77_777].y = -99
    points.append(Chart.Point(100_000, .nan))
    let thinned = Thinning.columns(points, 400)
    #expect(thinned.count <= 802)
    #expect(thinned.contains(Chart.Point(31_415, 99)) && thinned.contains(Chart.Point(77_777, -99)))
    #expect(zip(thinned, thinned.dropFirst()).allSatisfy { $0.x <= $1.x })
    #expect(thinned.first?.x == 0)
  }

  @Test("a hundred thousand points make a picture of a few kilobytes")
  func size() {
    let points = (0..<100_000).map { Chart.Point(Double($0) / 1e4, Double($0 % 97)) }
    #expect(svg(chart([.line(points, .data)])).utf8.count < 16_000)
  }

  @Test("title, description and axes are in the text, escaped")
  func words() {
    let text = svg(chart([]))
    #expect(text.contains("<title id=\"c-t\">Period &lt;1&gt;</title>"))
    #expect(text.contains("<desc id=\"c-d\">ten &amp; more</desc>"))
    #expect(text.contains("role=\"img\" aria-labelledby=\"c-t c-d\""))
    #expect(text.contains(">Time (s)</text>") && text.contains(">Period (ms)</text>"))
  }

  @Test(
    "ticks are round, inside the axis, and few",
    arguments: [0...1.0, 0.0382...0.0391, -3...3, 322...651, 1e-9...2e-9, -0.5...0.5, 5...5]
  )
  func ticks(range: ClosedRange<Double>) {
    let axis = Chart.Axis("x", range)
    let ticks = Ticks(axis.range, wanted: 5, isLogarithmic: false).values
    #expect((2...10).contains(ticks.count), "\(ticks)")
    let slack = (axis.range.upperBound - axis.range.lowerBound) * 1e-6
    #expect(
      ticks.allSatisfy {
        $0.value >= axis.range.lowerBound - slack && $0.value <= axis.range.upperBound + slack
      }
    )
    #expect(Set(ticks.map(\.label)).count == ticks.count, "\(ticks)")
  }

  @Test("a logarithmic axis has the decades")
  func decades() {
    let ticks = Ticks(0.03...4, wanted: 6, isLogarithmic: true).values.map(\.label)
    #expect(ticks == ["0.05", "0.1", "0.2", "0.5", "1", "2"])
  }

  @Test("no value, however wild, leaves the picture or breaks it")
  func wild() {
    let wild = [Double.nan, .infinity, -.infinity, 1e308, -1e308, 0]
    let text = svg(
      chart([
        .line(wild.map { Chart.Point($0, $0) }, .data),
        .points(wild.map { Chart.Point($0, $0) }, .cross, .alarm),
        .level(.nan, "nan", .limit), .place(.infinity, "inf", .limit),
        .bars(wild.map { (0...1, $0) }, .data),
      ])
    )
    #expect(!text.contains("nan,") && !text.contains("inf,") && !text.contains("e+"))
  }

  @Test("names of levels that lie together stand apart")
  func labels() throws {
    let text = svg(
      chart([.level(50, "a", .limit), .level(50.1, "b", .limit), .level(0, "c", .limit)])
    )
    let heights = text.matches(of: /class="note" x="[0-9.]+" y="([0-9.]+)"/)
      .compactMap { Double($0.output.1) }
    #expect(heights.count == 3)
    for (a, b) in zip(heights.sorted(), heights.sorted().dropFirst()) { #expect(b - a >= 15) }
    #expect(heights.allSatisfy { $0 < 222 })
  }

  @Test("names of levels stand beside the plot, so that they hide nothing of it")
  func beside() throws {
    let text = svg(chart([.level(50, "expected", .expected), .level(60, "limit", .limit)]))
    let ends = text.matches(of: /class="rule [a-z]+" x1="66" y1="[0-9.]+" x2="([0-9.]+)"/)
      .compactMap { Double($0.output.1) }
    let names = text.matches(of: /class="note" x="([0-9.]+)" y="[0-9.]+" text-anchor="start"/)
      .compactMap { Double($0.output.1) }
    #expect(ends.count == 2 && names.count == 2)
    let end = try #require(ends.max())
    #expect(names.allSatisfy { $0 > end && $0 < 520 - 8 * 7 })
    // Where there is no name, the plot has the room.
    #expect(svg(chart([])).contains("x2=\"506\""))
  }
}
