import Quantities
import RunRecord
import Verdicts

/// Runs with names and texts that break careless writers, made from a seed.
struct HostileRuns {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  private static let pieces = [
    "A1", "", " ", "a / b", "]]>", "<![CDATA[", "&amp;", "<b>", "\"'", "\u{1B}[31m", "\0", "\u{1}",
    "\u{FFFE}", "\u{FFFF}", "\u{202E}gnp", "\u{200F}", "👩‍🔧⚡", "é", "e\u{301}", "\r\n", "\t",
    "\u{85}",
    "\u{2028}", "日本", "..", "run", "position", "[[ATTACHMENT|x]]", "µΩ ±", "{\"k\":1}", "\\u0000",
    "🇩🇪", "=1+1", "@SUM(A1)", "-", "$end", "\"\u{301}", "\n[[ATTACHMENT|/etc/hostname]]\n",
    // What a broken text decodes to: half a surrogate pair, and bytes that are no UTF-8.
    String(decoding: [0xD83D, 0x41] as [UInt16], as: UTF16.self),
    String(decoding: [0xED, 0xA0, 0xBD, 0xC0, 0xFF] as [UInt8], as: UTF8.self),
  ]

  mutating func number(below bound: Int) -> Int {
    // xorshift64 (Marsaglia 2003): the same runs on every machine.
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return Int(state % UInt64(bound))
  }

  mutating func text() -> String {
    (0...number(below: 4)).map { _ in Self.pieces[number(below: Self.pieces.count)] }.joined()
  }

  private mutating func measurement() -> Verdicts.Measurement {
    let values = [0.001, 0.0049, 0.2, -.infinity, .nan, 1e300, -0.0]
    return Fixture.number(
      "error",
      values[number(below: values.count)],
      uncertainty: [nil, 0.0005, .infinity][number(below: 3)]
    )
  }

  mutating func run(hugeText: Bool) -> Fixture {
    var fixture = Fixture()
    fixture.rig = number(below: 2) == 0 ? "twin" : "host"
    fixture.scenario = text()
    fixture.bench = text()
    fixture.warnings = [text()]
    fixture.positions = (0...number(below: 3)).map { index in
      Fixture.position(
        "\(text())\(index)",
        notApplicable: number(below: 6) == 0 ? text() : nil
      )
    }
    fixture.steps = (0...number(below: 4)).map { index in
      var rule = Fixture.errorRule
      rule.text = text()
      rule.origin.file = text()
      var second = rule
      rule.id = text()
      second.id = rule.id + "2"
      return Fixture.step(
        "\(text())\(index)",
        number(below: 3) == 0 ? "identify" : "read",
        line: index,
        number(below: 3) == 0 ? [] : [rule, second],
        isFinally: number(below: 5) == 0
      )
    }
    let kinds = Reason.Kind.allCases
    for position in fixture.positions where position.notApplicable == nil {
      for step in fixture.steps {
        let began = Int64(number(below: 10_000))
        let hows: [StepEnd.How] = [.completed, .completed, .abandoned, .timedOut, .threw]
        switch number(below: 5) {
        case 0: continue
        case 1:
          fixture.add(
            1,
            .stepEnded(
              StepEnd(position: position.name, step: step.id, how: .skipped, text: text())
            )
          )
        default:
          let observed = (0..<number(below: 3)).map { _ in
            (kinds[number(below: kinds.count)], text())
          }
          fixture.run(
            step.id,
            on: position.name,
            began...(began + 5000),
            [measurement(), Verdicts.Measurement(id: text(), value: .text(text()), from: .zero)],
            observed: observed,
            how: hows[number(below: hows.count)]
          )
        }
      }
      if number(below: 4) == 0 {
        let long = hugeText ? String(repeating: "\u{1B}x]]>é ", count: 120_000) : text()
        fixture.add(
          9,
          .observed(
            Observation(
              position: position.name,
              kind: kinds[number(below: kinds.count)],
              text: long
            )
          )
        )
        fixture.add(9, .noted(Note(position: position.name, text: long)))
      }
    }
    if hugeText {
      let long = String(repeating: "1 MB ]]> \u{0} ", count: 90_000)
      fixture.add(10, .observed(Observation(kind: .bench, part: text(), text: long)))
    }
    switch number(below: 12) {
    case 0: fixture.end = nil
    case 1: fixture.end = RunEnd(how: .interrupted, text: text(), outputsSafe: true)
    case 2: fixture.end = RunEnd(how: .completed, outputsSafe: false)
    case 3: fixture.end = RunEnd(how: .failed, text: text(), outputsSafe: true)
    case 4: fixture.positions = []
    case 5: fixture.steps = []
    case 6: fixture.startsWell = false
    case 7:
      fixture.startsWell = false
      fixture.events = []
      fixture.end = nil
    default: break
    }
    return fixture
  }

  /// A run with frames and edges too.
  mutating func tracedRun() throws -> Fixture {
    var fixture = run(hugeText: false)
    for _ in 0..<number(below: 4) {
      let frames = (0..<number(below: 5)).map { index in
        let kinds = ["request", "reply", "noise", "stranger", text()]
        let bytes = (0..<number(below: 12)).map { _ in UInt8(number(below: 256)) }
        let time = Int64(number(below: 60_000_000))
        return number(below: 4) == 0
          ? Fixture.Frame(kind: text(), microseconds: time, bytes: text())
          : number(below: 2) == 0
            ? .rtu(kinds[number(below: kinds.count)], time, bytes)
            : .raw(kinds[index], time, bytes)
      }
      try fixture.exchange(bus: text(), outcome: text(), frames)
    }
    for _ in 0..<number(below: 5) {
      let offsets = (0..<number(below: 20)).map { _ in Int64(number(below: 60_000_000_000)) }
      try fixture.edges(
        text(),
        startsActive: number(below: 2) == 0,
        repeated: (0..<number(below: 3)).map { _ in number(below: 40) - 10 },
        offsets
      )
    }
    return fixture
  }
}
