import Benches
import Documents
import Glibc
import Quantities
import Rig
import Testing

@testable import HostRig

/// What a guard is told and how its words are understood; what it does with lines is proven on the
/// virtual bench.
@Suite("Guards")
struct GuardTests {
  private static let chip = HostChip(
    device: "/dev/gpiochip3",
    name: "gpiochip3",
    label: "relays",
    lines: (0..<8).map {
      HostChip.Line(
        offset: $0,
        name: "OUT\($0)",
        consumer: $0 == 5 ? "other" : nil,
        isOutput: false
      )
    }
  )

  private static let bench = """
    bench: guarded
    buses: { dut: { tcp: "127.0.0.1:502" } }
    gpio: { main: { chip-label: relays }, sim: { twin: /tmp/rig } }
    positions:
      A1:
        meter: { profile: integra-1221, bus: dut, address: 1 }
        supply:
          chip: main
          line: OUT1
          safe: off
          read-back: { chip: main, line: OUT4, active: low, bias: pull-up }
      A2:
        meter: { profile: integra-1221, bus: dut, address: 2 }
        supply: { chip: sim, line: X, safe: off }
      A3:
        meter: { profile: integra-1221, bus: dut, address: 3 }
        supply: { chip: main, line: "2", safe: on }
    loads:
      bank: { output: { chip: main, line: OUT5, active: low, safe: off }, resistance: 46 Ω, settle: 1 s }
    interlocks:
      door: { chip: main, line: OUT6, bias: pull-up, must-be: inactive }
    switching:
      pause: 200 ms
      exclusive: [[A1.supply, A2.supply, load bank]]
    """

  private static func configuration(_ text: String = bench) throws -> GuardConfiguration {
    try GuardConfiguration(Bench(text: text, file: "bench.yaml"), chips: ["main": chip])
  }

  @Test("A guard is told loads before supplies, then what excludes, then inputs; nothing of a twin")
  func lines() throws {
    let configuration = try Self.configuration()
    #expect(
      configuration.lines == [
        "pause 200000000",
        "output 0 0 1 5 /dev/gpiochip3",
        "output 1 0 0 1 /dev/gpiochip3",
        "output 1 1 0 2 /dev/gpiochip3",
        "exclude 1 0",
        "interlock 0 0 1 6 /dev/gpiochip3",
        "read-back 1 1 4 /dev/gpiochip3",
      ]
    )
    #expect(configuration.outputs == ["load bank": 0, "A1.supply": 1, "A3.supply": 2])
    #expect(configuration.interlocks == [0: "door"])
    #expect(configuration.readBacks == ["A1.supply": 1])
    #expect(
      configuration.remark
        == "the guard holds A1.supply, A3.supply, load bank, interlock door; with read-back: A1.supply"
    )
  }

  @Test("A line that the kernel refuses is named with its part and its user")
  func refusals() throws {
    let configuration = try Self.configuration()
    let busy = configuration.refusal(ofLine: 1, code: EBUSY)
    #expect(busy.part == Part(.output, "load bank"))
    #expect(busy.text.contains("line OUT5 of /dev/gpiochip3 is in use by 'other'"))
    let deaf = configuration.refusal(ofLine: 5, code: ENXIO)
    #expect(deaf.part == Part(.interlock, "door"))
    #expect(deaf.text.contains("cannot give edges"))
    #expect(throws: RigFault.self) {
      try Self.configuration(Self.bench.replacing("line: OUT1", with: "line: OUT11"))
    }
  }

  @Test("Words of a guard are understood, and those of another version are not")
  func words() {
    func text(_ line: String) -> String {
      GuardReport.decode(line).map { "\($0)" } ?? "nil"
    }
    #expect(text("guard 1").contains("welcome(version: 1)"))
    #expect(text("done 7").contains("answer(id: 7, isOn: nil)"))
    #expect(text("value 8 1").contains("answer(id: 8, isOn: Optional(true))"))
    #expect(text("refused 9 an interlock is open").contains("why: \"an interlock is open\""))
    #expect(text("unfit 3 16").contains("unfit(line: 3, code: 16)"))
    #expect(text("interlock 0 1 5000000000").contains("interlock(input: 0, isOpen: true"))
    #expect(text("expired").contains("expired"))
    #expect(text("read-back 2 0 5000000000").contains("readBack(input: 2, isOn: false"))
    #expect(text("unsafe output 1: a  b").contains("unsafe(\"output 1: a  b\")"))
    for line in [
      "", "done", "value 8", "interlock 0 1", "interlock 0 1 x", "read-back 0 1", "unsafe",
      "held 1", "hello", "unfit 1",
    ] {
      #expect(text(line) == "nil", "\(line)")
    }
  }

  @Test("A guard serves one client at a time, and ends with it where it holds nothing")
  func process() throws {
    let bench = "test-\(getpid())"
    do {
      let connection = try GuardProcess.connection(bench: bench)
      #expect(GuardProcess.line(from: connection.descriptor) == "guard \(GuardReport.version)")
      let found = try #require(try HostGuard.all().first { $0.bench == bench })
      #expect(found.state == .serving(process: Int(getpid())))
      let fault = #expect(throws: RigFault.self) { try HostGuard.release(bench: bench) }
      #expect(fault?.text.contains("serves the run of process \(getpid())") == true)
    }
    // It hangs up on nobody here, so its end is waited for.
    for _ in 0..<100 where try HostGuard.all().contains(where: { $0.bench == bench }) {
      _ = poll(nil, 0, 20)
    }
    #expect(throws: RigFault.self) { try HostGuard.release(bench: bench) }
  }

  @Test("A guard that is told nonsense goes on, and holds nothing")
  func nonsense() throws {
    let connection = try GuardProcess.connection(bench: "nonsense-\(getpid())")
    #expect(GuardProcess.line(from: connection.descriptor) == "guard \(GuardReport.version)")
    let words = [
      "begin", "output", "interlock", "read-back", "exclude", "pause", "hold", "renew", "set",
      "get",
      "0", "1", "-1", "1000000000", "18446744073709551615", "99999999999999999999", "%n%s",
      "/dev/null", "\u{0}", "é", String(repeating: "x", count: 300), "",
    ]
    var state: UInt32 = 1
    func pick(_ count: Int) -> Int {
      state = state &* 1_664_525 &+ 1_013_904_223
      return Int(state >> 16) % count
    }
    for round in 0..<300 {
      let line = (0..<pick(7)).map { _ in words[pick(words.count)] }.joined(separator: " ")
      let text = Array((line.prefix(500) + "\nstatus\n").utf8)
      #expect(send(connection.descriptor.raw, text, text.count, 0) == text.count)
      var answer = GuardProcess.line(from: connection.descriptor)
      while let other = answer, !other.hasPrefix("holding ") {
        answer = GuardProcess.line(from: connection.descriptor)
      }
      #expect(answer == "holding 0 0", "after \(line), the line \(round)")
      guard answer != nil else { return }
    }
  }
}
