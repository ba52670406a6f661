import Quantities
import Reports
import RunRecord
import Testing

@Suite("Waveform of the lines")
struct LineWaveformTests {
  static func text(_ fixture: Fixture) -> String {
    var waveform = LineWaveform()
    for event in fixture.recorded { waveform.take(event) }
    var text = ""
    waveform.write { text += $0 }
    return text
  }

  /// The lines behind the definitions.
  private static func changes(_ fixture: Fixture) -> [Substring] {
    let lines = text(fixture).split(separator: "\n")
    return Array(lines.drop { $0 != "$enddefinitions $end" }.dropFirst())
  }

  @Test("changes of several lines stand in the order of time, levels begin before the first edge")
  func order() throws {
    var fixture = Fixture()
    fixture.positions = [Fixture.position("A2"), Fixture.position("A1")]
    try fixture.edges("reference", startsActive: false, [30_000_000, 50_000_000])
    try fixture.edges("A1.pulse-2", [20_000_000, 40_000_000])
    try fixture.edges("A2.pulse-1", [20_000_000, 90_000_000])
    #expect(
      Self.text(fixture) == """
        $date 2026-01-05T09:14:03.120Z $end
        $version meterbench 0.1.0 $end
        $comment run r-0001 $end
        $comment rig: host $end
        $comment scenario Integra 1221 pulse output 2 on bench line-3 $end
        $timescale 10 ms $end
        $scope module line_3 $end
        $comment A2_pulse_1 is line A2.pulse-1 $end
        $var wire 1 ! A2_pulse_1 $end
        $comment A1_pulse_2 is line A1.pulse-2 $end
        $var wire 1 " A1_pulse_2 $end
        $comment reference is line reference $end
        $var wire 1 # reference $end
        $upscope $end
        $enddefinitions $end
        #0
        $dumpvars
        0!
        0"
        1#
        $end
        #2
        1!
        1"
        #3
        0#
        #4
        0"
        #5
        1#
        #9
        0!
        #6350

        """
    )
  }

  @Test(
    "the timescale is the coarsest that holds every edge exactly",
    arguments: [
      ([1_000_000_000, 63_000_000_000], "1 s", 63), ([100_000_000], "100 ms", 1),
      ([20_000_000, 30_000_000], "10 ms", 3), ([7_000_000], "1 ms", 7),
      ([1_100_000], "100 us", 11), ([70_000], "10 us", 7), ([7000], "1 us", 7),
      ([7100], "100 ns", 71), ([7110], "10 ns", 711), ([7_000_000, 7_000_001], "1 ns", 7_000_001),
      ([0], "1 ns", 0),
    ] as [([Int64], String, Int64)]
  )
  func timescale(offsets: [Int64], scale: String, last: Int64) throws {
    var fixture = Fixture()
    try fixture.edges("A1.pulse-1", offsets)
    #expect(Self.text(fixture).contains("$timescale \(scale) $end\n"))
    #expect(Self.changes(fixture).contains("#\(last)"))
  }

  @Test("the second of two equal edges writes its level again, within a batch and across two")
  func repeated() throws {
    var fixture = Fixture()
    try fixture.edges("A1.pulse-1", repeated: [1], [1000, 2000, 3000])
    try fixture.edges("A1.pulse-1", startsActive: false, [4000, 5000])
    #expect(
      Self.changes(fixture).dropFirst(4).dropLast() == [
        "#1", "1!", "#2", "1!", "#3", "0!", "#4", "0!", "#5", "1!",
      ]
    )
  }

  @Test("edges that are older than the record move its zero, and the file says so")
  func early() throws {
    var fixture = Fixture()
    try fixture.edges("A1.pulse-1", [-3000, 4000])
    #expect(Self.text(fixture).contains("$comment time 0 is 3000 ns before the record's first"))
    #expect(Self.changes(fixture).dropFirst(4).dropLast() == ["1!", "#7", "0!"])
  }

  @Test("names are identifiers, stay different, and their texts end no section")
  func names() throws {
    var fixture = Fixture()
    fixture.bench = "3 $end $var"
    for name in ["A 1.p", "A-1.p", "", "9", "Zähler ⚡", "$end", "$\u{301}end $upscope"] {
      try fixture.edges(name, [1000])
    }
    let text = Self.text(fixture)
    let words = text.split(whereSeparator: \.isWhitespace)
    #expect(words.count { $0 == "$var" } == 7)
    #expect(words.count { $0 == "$upscope" } == 1)
    // One for each section, and that of the first values.
    let sections = ["$date", "$version", "$comment", "$timescale", "$scope", "$var", "$upscope"]
    let opened = words.count { sections.contains(String($0)) || $0 == "$enddefinitions" }
    #expect(words.count { $0 == "$end" } == opened + 1)
    let names = text.split(separator: "\n").filter { $0.hasPrefix("$var") }.map {
      $0.split(separator: " ")[4]
    }
    #expect(Set(names).count == 7)
    #expect(names.allSatisfy { $0.wholeMatch(of: /[A-Za-z_][A-Za-z0-9_]*/) != nil })
    #expect(names.contains("A_1_p") && names.contains("A_1_p_2") && names.contains("_9"))
  }

  @Test("a hundred lines have codes of their own")
  func codes() throws {
    var fixture = Fixture()
    for line in 0..<100 { try fixture.edges("A\(line).pulse-1", [Int64(line) * 1000]) }
    let codes = Self.text(fixture).split(separator: "\n").filter { $0.hasPrefix("$var") }.map {
      $0.split(separator: " ")[3]
    }
    #expect(Set(codes).count == 100)
    #expect(Self.changes(fixture).count { $0.hasPrefix("1") } == 100)
  }

  @Test("a record without edges, and one with moments out of range, still make a file")
  func extremes() throws {
    #expect(Self.text(Fixture.passed).contains("$enddefinitions $end\n#0\n$dumpvars\n$end\n"))
    var fixture = Fixture()
    try fixture.edges("A1.pulse-1", [.max - 5_000_000_000, 0])
    #expect(Self.changes(fixture).count { $0 == "1!" } == 1)
    var empty = LineWaveform()
    empty.take(RecordedEvent(sequence: 0, at: .zero, event: .noted(Note(text: "x"))))
    var text = ""
    empty.write { text += $0 }
    #expect(text.contains("$comment rig: unknown $end"))
  }
}
