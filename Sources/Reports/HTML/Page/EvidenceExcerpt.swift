import Judging
import Markup
import Quantities
import RunRecord
import Verdicts

/// The frames or the edges that a finding came from.
struct EvidenceExcerpt {
  let evidence: RunEvidence.OfStep?
  let step: JudgedStep
  let finding: Finding?
  let id: String
  /// Whether the step's plots stand at an earlier card.
  var isShown = false

  private static let mostExchanges = 6

  func write(to page: inout HTMLWriter) {
    guard let evidence else { return }
    let plots = judgesPulses ? PulsePlots.charts(evidence, step) : []
    if isShown, !plots.isEmpty {
      page.element("p", ["class": "soft"], text: "The plots of this step are shown above.")
    } else if !plots.isEmpty {
      page.element("div", ["class": "charts"]) { page in
        for (number, chart) in plots.enumerated() { chart.write(to: &page, id: "\(id)\(number)") }
      }
    } else if evidence.exchanges.count > 0 {
      trace(evidence.exchanges, on: &page)
    }
  }

  private var judgesPulses: Bool {
    !["read", "identify", "configure", "demand"].contains(step.step.verb)
  }

  /// The exchanges that show it: those that hold the value, else those that went wrong, else the last.
  private func chosen(_ trace: ExchangeTrace) -> [RecordedExchange] {
    let all = trace.exchanges
    var chosen = all.filter { $0.outcome != "response" }
    if let value = finding?.measurement?.number {
      chosen += all.filter { exchange in
        guard let registers = FrameRegisters(exchange) else { return false }
        return registers.values.indices.contains { index in
          guard let number = registers.float(at: index), number != 0 else { return false }
          return [1, 1e3, 1e6, 1e-3].contains { abs(value / number / $0 - 1) < 1e-6 }
        }
      }
    }
    if chosen.isEmpty { chosen = all }
    return Array(chosen.suffix(Self.mostExchanges))
  }

  private func trace(_ trace: ExchangeTrace, on page: inout HTMLWriter) {
    let chosen = chosen(trace)
    WideTable.write(
      "Frames",
      caption:
        "Frames on the line: \(chosen.count) of the step's \(trace.count) exchanges with this meter. Times are the run's.",
      to: &page
    ) { page in
      page.element("table", ["class": "trace"]) { page in
        page.element("thead") { page in
          page.element("tr") { page in
            for name in ["Time", "Frame", "Bytes"] {
              page.element("th", ["scope": "col"], text: name)
            }
          }
        }
        page.element("tbody") { page in
          for exchange in chosen { rows(exchange, on: &page) }
        }
      }
    }
  }

  private func rows(_ exchange: RecordedExchange, on page: inout HTMLWriter) {
    for frame in exchange.frames.prefix(12) {
      row(Self.time(frame.at), frame.kind, Self.spaced(frame.bytes), on: &page)
    }
    if exchange.outcome != "response" {
      row(Self.time(exchange.finished), "outcome", exchange.outcome, on: &page)
    } else if let time = exchange.responseTime {
      let text = Measurement.text(Double(time) / 1e9, .time, digits: 3)
      row("", "answered", "in \(text)", on: &page)
    }
  }

  private func row(_ time: String, _ kind: String, _ text: String, on page: inout HTMLWriter) {
    page.element("tr") { page in
      page.element("td", ["class": "number"], text: time)
      page.element("td", text: Shown.line(kind))
      page.element("td", ["class": "bytes"], text: Shown.line(text, limit: 800))
    }
  }

  private static func time(_ moment: Instant) -> String { moment.description }

  private static func spaced(_ digits: String) -> String {
    var out = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, index.isMultiple(of: 2) { out += " " }
      out.append(digit)
    }
    return out
  }
}
