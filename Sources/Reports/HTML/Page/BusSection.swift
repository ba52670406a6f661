import Judging
import Markup
import Quantities
import RunRecord
import Verdicts

/// What was counted on each bus.
struct BusSection {
  let run: JudgedRun

  private static let columns:
    [(String, any KeyPath<RecordedBusStatistics.Counts, Int> & Sendable)] = [
      ("Replies", \.replies), ("Exceptions", \.exceptions), ("Time-outs", \.timeOuts),
      ("CRC errors", \.crcErrors), ("Late", \.lateReplies), ("Collisions", \.collisions),
    ]

  func write(to page: inout HTMLWriter) {
    guard !run.buses.isEmpty else { return }
    page.element("section", ["aria-labelledby": "buses"]) { page in
      page.element("h2", ["id": "buses"], text: "Buses")
      for (index, bus) in run.buses.enumerated() {
        page.element("div", ["class": "card"]) { page in
          page.element("h3", text: Shown.line("Bus \(bus.bus)"))
          page.element("p", text: bus.total.words)
          if let times = bus.total.responseTimes {
            page.element("div", ["class": "charts"]) { page in
              BusPlot.chart(bus.bus, times).write(to: &page, id: "b\(index)")
            }
          }
          page.element("details") { page in
            page.element("summary", text: "Counts of each unit")
            WideTable.write("Counts of each unit", to: &page) { page in table(bus, on: &page) }
          }
        }
      }
    }
  }

  private func table(_ bus: RecordedBusStatistics, on page: inout HTMLWriter) {
    page.element("table") { page in
      page.element("thead") { page in
        page.element("tr") { page in
          for name in ["Unit"] + Self.columns.map(\.0) + ["Median", "Longest"] {
            page.element("th", ["scope": "col"], text: name)
          }
        }
      }
      page.element("tbody") { page in
        for unit in bus.units {
          page.element("tr") { page in
            page.element("th", ["scope": "row"], text: "\(unit.unit)")
            for column in Self.columns {
              page.element("td", ["class": "number"], text: "\(unit.counts[keyPath: column.1])")
            }
            for time in [unit.counts.responseTimes?.median, unit.counts.responseTimes?.longest] {
              let text = time.map { Measurement.text(Double($0) / 1e9, .time, digits: 3) }
              page.element("td", ["class": "number"], text: text ?? "–")
            }
          }
        }
      }
    }
  }
}
