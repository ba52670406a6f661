import Documents
import Quantities
import Testing

@Suite struct NodeTests {
  private func root(_ yaml: String) throws -> Node {
    try Document(text: yaml, file: "f", into: Diagnostics()).root
  }

  @Test("Nodes know their place, their key's place and their path")
  func places() throws {
    let root = try root("steps:\n  - wait: 1 s\n  - { id: b,\n      wait:  2 s }\n")
    let wait = try #require(root["steps"]?.items.last?["wait"])
    #expect(wait.location.description == "f:4:14")
    #expect(wait.keyLocation?.description == "f:4:7")
    #expect(wait.path == "steps[1].wait")
    #expect(wait.key == "wait")
    #expect(root.path == "" && root.key == nil && root.keyLocation == nil)
  }

  @Test("Entries keep the order of the file")
  func order() throws {
    #expect(try root("{ z: 1, a: 2, m: 3 }").entries.map(\.key) == ["z", "a", "m"])
  }

  @Test("Values are read with their units")
  func values() throws {
    let root = try root(
      "{ i: -16, h: 0xfF, n: -2.5e3, f: false, s: off, d: 1.5 ms, q: 2.3 kW, r: 46 Ω ± 0.2 %, t: ± 1 V }"
    )
    #expect(root["i"]?.integer() == -16)
    #expect(root["h"]?.integer() == 255)
    #expect(root["n"]?.number() == -2500)
    #expect(root["f"]?.flag == false)
    #expect(root["s"]?.onOff == false)
    #expect(root["d"]?.duration() == .microseconds(1500))
    #expect(root["q"]?.quantity(.activePower)?.base == 2300)
    #expect(root["r"]?.toleratedQuantity(.resistance)?.tolerance == .relative(0.002))
    #expect(root["t"]?.tolerance(for: .voltage) == .absolute(Quantity(1, .volt)))
  }

  @Test(
    "A value of another form reads as nil",
    arguments: [
      "0x", "0x-1", "-0x1", "+-1", "-", "01", "1.0", "0b1", "٣", "'1'", "[1]", "~", "inf",
    ]
  )
  func notIntegers(yaml: String) throws {
    #expect(try root("- \(yaml)").items.first?.integer() == nil)
  }

  @Test(
    "Numbers are finite and in decimal digits",
    arguments: ["nan", "inf", "0x10", "1e999", "1e", "1_0", "", "'1'"]
  )
  func notNumbers(yaml: String) throws {
    #expect(try root("a: \(yaml)\n")["a"]?.number() == nil)
  }

  @Test("Nothing is not a text")
  func nothing() throws {
    let items = try root("[~, null, '', 'null']").items
    #expect(items.map(\.kind) == [.nothing, .nothing, .scalar, .scalar])
    #expect(items.map(\.text) == [nil, nil, "", "null"])
  }
}
