import Markup
import Quantities

/// The history of a selection as one HTML file that needs nothing beside itself: yield over time, values over time
/// with their limits, and what known-good meters say of the bench.
public struct HistoryPage: Sendable {
  /// The first bytes of every such page, by which one is known.
  public static let opening = "<!DOCTYPE html>\n<!-- meterbench history -->"

  let rig: String
  /// Meters under test.
  let meters: HistorySample
  /// Known-good meters.
  let golden: HistorySample

  /// Whether there is anything to show.
  public var isEmpty: Bool { meters.runs == 0 && golden.runs == 0 }

  /// The page: the same history gives the same bytes.
  public var document: String {
    var page = HTMLWriter(comment: "meterbench history")
    page.element("html", ["lang": "en"]) { page in
      page.element("head") { page in
        page.element("meta", ["charset": "utf-8"])
        page.element(
          "meta",
          ["name": "viewport", "content": "width=device-width, initial-scale=1"]
        )
        page.element(
          "meta",
          [
            "http-equiv": "Content-Security-Policy",
            "content":
              "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
          ]
        )
        page.element("meta", ["name": "color-scheme", "content": "light dark"])
        page.element("title", text: "History of runs")
        page.style(StyleSheet.text)
      }
      page.element("body") { page in
        page.element("header") { page in head(on: &page) }
        page.element("main") { page in
          yield(on: &page)
          positions(on: &page)
          ValueCharts(sample: meters, prefix: "m").write(to: &page, title: "Values over time")
          ValueCharts(sample: golden, prefix: "g", byMeter: true).write(
            to: &page,
            title: "Known-good meters"
          )
        }
      }
    }
    return page.finish()
  }

  private func head(on page: inout HTMLWriter) {
    page.element("div", ["class": "brand"]) { page in page.element("b", text: "meterbench") }
    page.element("h1", text: "History of runs")
    if rig != "host" {
      page.element("p", ["class": "twin"]) { page in
        page.element("strong", text: "SIMULATED: \(rig.uppercased())")
        page.text("These runs say nothing about a real meter.")
      }
    }
    let days = (meters.meters + golden.meters).compactMap(\.day)
    var facts = [
      ("Runs", "\(meters.runs)"), ("Tests of meters", "\(meters.meters.count)"),
      ("Runs of known-good meters", "\(golden.runs)"),
    ]
    if let first = days.min(), let last = days.max() {
      facts.append(("From", TimeAxis.date(first)))
      facts.append(("To", TimeAxis.date(last)))
    }
    page.element("div", ["class": "card"]) { page in
      page.element("dl", ["class": "facts"]) { page in
        for (name, text) in facts {
          page.element("div") { page in
            page.element("dt", text: name)
            page.element("dd", text: text)
          }
        }
      }
    }
  }

  private func yield(on page: inout HTMLWriter) {
    guard let chart = YieldChart.chart(meters.meters) else { return }
    page.element("h2", text: "Yield over time")
    page.element("section", ["class": "card"]) { page in
      page.element("div", ["class": "charts"]) { page in chart.write(to: &page, id: "yield") }
    }
  }

  private func positions(on page: inout HTMLWriter) {
    let odd = PositionDrift.all(ValueSeries.all(meters), meters.meters).filter(\.isSignificant)
    guard !odd.isEmpty else { return }
    page.element("h2", text: "Positions that differ from the others of the same runs")
    page.element("section", ["class": "card"]) { page in
      page.element("ul", ["class": "plain"]) { page in
        for drift in odd {
          let way = drift.shift < 0 ? "below" : "above"
          let distance = ValueText.text(abs(drift.shift), drift.unit, digits: 3)
          page.element(
            "li",
            text:
              "\(drift.bench) \(drift.position): \(drift.step) / \(drift.rule) lies \(distance) \(way) (\(drift.n) meters)"
          )
        }
      }
    }
  }
}

extension History {
  /// The page of a selection.
  ///
  /// - Parameter rig: `host` or `twin`; it overrides what the selection says.
  public func page(_ selection: Selection, rig: String) throws(HistoryError) -> HistoryPage {
    var selection = selection
    (selection.rig, selection.judgesBench) = (rig, false)
    let meters = try sample(selection)
    selection.judgesBench = true
    return HistoryPage(rig: rig, meters: meters, golden: try sample(selection))
  }
}

/// Days along an axis.
struct TimeAxis {
  let axis: Chart.Axis
  private let origin: Double

  init(_ days: [Double]) {
    origin = (days.min() ?? 0).rounded(.down)
    axis = Chart.Axis(
      "days since \(Self.date(origin)) (UTC)",
      0...max(1, (days.max() ?? 0) - origin)
    )
  }

  func place(_ day: Double) -> Double { day - origin }

  /// `2026-03-01`.
  static func date(_ day: Double) -> String {
    // A record may claim any time; the calendar has no end, a number of milliseconds does.
    let bounded = min(max(day, -3e6), 3e6)
    return String(
      UTC.text(millisecondsSinceEpoch: Int64(bounded.rounded(.down)) * 86_400_000).prefix(10)
    )
  }
}
