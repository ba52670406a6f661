import MeterProfiles
import Quantities
import Testing

/// The input registers of the Integra 1221 against the lists published for its family: the SDM630
/// protocol documents, and the lists of the Integra 1200 and the X96.
@Suite struct IntegraInputMapTests {
  struct Row: Sendable, CustomTestStringConvertible {
    /// As the lists count: 30001 is the first input register.
    var reference: Int
    var name: String
    /// With energies in kilo.
    var unit: String
    var systems: [String]
    /// The only lineage that has it; `-` for both.
    var lineage: String
    var certainty: String

    var testDescription: String { "\(reference) \(name)" }

    init?(_ line: Substring) {
      let words = line.split(separator: " ").map(String.init)
      guard words.count == 6, let reference = Int(words[0]) else { return nil }
      self.reference = reference
      name = words[1]
      unit = words[2]
      systems = words[3].split(separator: ",").map(String.init)
      lineage = words[4]
      certainty = words[5]
    }
  }

  static let rows = published.split(separator: "\n").compactMap(Row.init)

  private let profile: MeterProfile

  init() throws { profile = try #require(Profiles.integra) }

  @Test("An input register holds what the family's lists say", arguments: rows)
  func row(_ row: Row) throws {
    let quantity = try #require(profile.quantity(row.name))
    #expect(quantity.register == RegisterAddress(.input, UInt16(row.reference - 30001)))
    #expect(quantity.unit.unit { $0 == "energy-units" ? "kilo" : nil }?.symbol == row.unit)
    #expect(quantity.certainty.rawValue == row.certainty)
    for system in ["1P2W", "3P3W", "3P4W"] {
      let reason = quantity.reasonUnavailable(variant: nil, system: system, lineage: nil)
      #expect((reason == nil) == row.systems.contains(system))
    }
    for lineage in ["sdm630", "x96"] {
      let reason = quantity.reasonUnavailable(variant: nil, system: nil, lineage: lineage)
      #expect((reason == nil) == (row.lineage == "-" || row.lineage == lineage))
    }
  }

  @Test("The table has every input register of the profile, and each once")
  func complete() {
    #expect(Self.rows.count == 99)
    let inputs = profile.quantities.filter { $0.register.table == .input }
    #expect(inputs.map(\.name) == Self.rows.map(\.name))
    #expect(Set(inputs.map(\.register.address)).count == inputs.count)
  }

  @Test(
    "The pulse code of an energy is the parameter number of its register",
    arguments: ["active-import", "active-export", "reactive-import", "reactive-export", "apparent"]
  )
  func pulseCodes(value: String) throws {
    let code = try #require(try profile.setting("pulse-1-energy")?.number(for: value))
    let output = try #require(profile.pulseOutput("pulse-1"))
    guard case .chosen(_, let choices) = output.counts,
      let name = choices.first(where: { $0.value == value })?.quantity,
      let address = profile.quantity(name)?.register.address
    else {
      Issue.record("\(value) counts nothing")
      return
    }
    #expect(Double(address / 2 + 1) == code)
  }

  @Test("Energies follow the energy units, totals only as far as the lists say")
  func energyUnits() {
    func unit(_ name: String, _ value: String?) -> String? {
      profile.quantity(name)?.unit.unit { $0 == "energy-units" ? value : nil }?.symbol
    }
    let inMega = ["active-energy-import", "reactive-energy-export", "apparent-energy", "charge"]
      .map { unit($0, "mega") }
    #expect(inMega == ["MWh", "Mvarh", "MVAh", "kAh"])
    #expect(unit("active-energy-import", nil) == nil)
    #expect(unit("active-energy", "kilo") == "kWh")
    #expect(unit("active-energy", "mega") == nil)
  }

  @Test("The SDM630 shares the map of its lineage")
  func reference() throws {
    let reference = try #require(Profiles.sdm630)
    let expected = Self.rows.filter { $0.lineage != "x96" }.map(\.name)
    let inputs = reference.quantities.filter { $0.register.table == .input }
    #expect(inputs.map(\.name) == expected)
    for quantity in inputs {
      let twin = try #require(profile.quantity(quantity.name))
      #expect(quantity.register == twin.register)
      #expect(quantity.systems == twin.systems)
      #expect(quantity.unit.dimension == twin.unit.dimension)
      #expect(quantity.certainty == .manual)
    }
  }

  /// Reference, name, unit, systems, lineage, certainty.
  private static let published = """
    30001 voltage-l1 V 1P2W,3P4W - family
    30003 voltage-l2 V 3P4W - family
    30005 voltage-l3 V 3P4W - family
    30007 current-l1 A 1P2W,3P3W,3P4W - family
    30009 current-l2 A 3P3W,3P4W - family
    30011 current-l3 A 3P3W,3P4W - family
    30013 active-power-l1 W 1P2W,3P4W - family
    30015 active-power-l2 W 3P4W - family
    30017 active-power-l3 W 3P4W - family
    30019 apparent-power-l1 VA 1P2W,3P4W - family
    30021 apparent-power-l2 VA 3P4W - family
    30023 apparent-power-l3 VA 3P4W - family
    30025 reactive-power-l1 var 1P2W,3P4W - family
    30027 reactive-power-l2 var 3P4W - family
    30029 reactive-power-l3 var 3P4W - family
    30031 power-factor-l1 1 1P2W,3P4W - family
    30033 power-factor-l2 1 3P4W - family
    30035 power-factor-l3 1 3P4W - family
    30037 phase-angle-l1 ° 1P2W,3P4W - family
    30039 phase-angle-l2 ° 3P4W - family
    30041 phase-angle-l3 ° 3P4W - family
    30043 voltage-ln-average V 3P4W - family
    30047 current-average A 1P2W,3P3W,3P4W - family
    30049 current-sum A 1P2W,3P3W,3P4W - family
    30053 active-power W 1P2W,3P3W,3P4W - family
    30057 apparent-power VA 1P2W,3P3W,3P4W - family
    30061 reactive-power var 1P2W,3P3W,3P4W - family
    30063 power-factor 1 1P2W,3P3W,3P4W - family
    30067 phase-angle ° 1P2W,3P3W,3P4W - family
    30071 frequency Hz 1P2W,3P3W,3P4W - family
    30073 active-energy-import kWh 1P2W,3P3W,3P4W - family
    30075 active-energy-export kWh 1P2W,3P3W,3P4W - family
    30077 reactive-energy-import kvarh 1P2W,3P3W,3P4W - family
    30079 reactive-energy-export kvarh 1P2W,3P3W,3P4W - family
    30081 apparent-energy kVAh 1P2W,3P3W,3P4W - family
    30083 charge Ah 1P2W,3P3W,3P4W - family
    30085 active-power-demand W 1P2W,3P3W,3P4W - family
    30087 active-power-demand-max W 1P2W,3P3W,3P4W - family
    30089 active-power-import-demand W 1P2W,3P3W,3P4W x96 family
    30091 active-power-import-demand-max W 1P2W,3P3W,3P4W x96 family
    30093 active-power-export-demand W 1P2W,3P3W,3P4W x96 family
    30095 active-power-export-demand-max W 1P2W,3P3W,3P4W x96 family
    30101 apparent-power-demand VA 1P2W,3P3W,3P4W - family
    30103 apparent-power-demand-max VA 1P2W,3P3W,3P4W - family
    30105 neutral-current-demand A 3P4W - family
    30107 neutral-current-demand-max A 3P4W - family
    30109 reactive-power-demand var 1P2W,3P3W,3P4W x96 family
    30111 reactive-power-demand-max var 1P2W,3P3W,3P4W x96 family
    30113 displacement-power-factor-l1 1 1P2W,3P4W x96 inferred
    30115 displacement-power-factor-l2 1 3P4W x96 inferred
    30117 displacement-power-factor-l3 1 3P4W x96 inferred
    30119 displacement-power-factor 1 1P2W,3P3W,3P4W x96 inferred
    30161 voltage-sequence 1 3P3W,3P4W x96 family
    30163 current-sequence 1 3P3W,3P4W x96 family
    30193 load-nature 1 1P2W,3P3W,3P4W x96 family
    30201 voltage-l1-l2 V 3P3W,3P4W - family
    30203 voltage-l2-l3 V 3P3W,3P4W - family
    30205 voltage-l3-l1 V 3P3W,3P4W - family
    30207 voltage-ll-average V 3P3W,3P4W - family
    30225 neutral-current A 3P4W - family
    30235 voltage-thd-l1 % 1P2W,3P4W - family
    30237 voltage-thd-l2 % 3P4W - family
    30239 voltage-thd-l3 % 3P4W - family
    30241 current-thd-l1 % 1P2W,3P3W,3P4W - family
    30243 current-thd-l2 % 3P3W,3P4W - family
    30245 current-thd-l3 % 3P3W,3P4W - family
    30249 voltage-thd-average % 1P2W,3P4W - family
    30251 current-thd-average % 1P2W,3P3W,3P4W - family
    30255 power-factor-inverted 1 1P2W,3P3W,3P4W - family
    30259 current-demand-l1 A 1P2W,3P3W,3P4W - family
    30261 current-demand-l2 A 3P3W,3P4W - family
    30263 current-demand-l3 A 3P3W,3P4W - family
    30265 current-demand-max-l1 A 1P2W,3P3W,3P4W - family
    30267 current-demand-max-l2 A 3P3W,3P4W - family
    30269 current-demand-max-l3 A 3P3W,3P4W - family
    30335 voltage-thd-l1-l2 % 3P3W,3P4W - family
    30337 voltage-thd-l2-l3 % 3P3W,3P4W - family
    30339 voltage-thd-l3-l1 % 3P3W,3P4W - family
    30341 voltage-thd-ll-average % 3P3W,3P4W - family
    30343 active-energy kWh 1P2W,3P3W,3P4W - family
    30345 reactive-energy kvarh 1P2W,3P3W,3P4W - family
    30347 active-energy-import-l1 kWh 1P2W,3P3W,3P4W sdm630 family
    30349 active-energy-import-l2 kWh 1P2W,3P3W,3P4W sdm630 family
    30351 active-energy-import-l3 kWh 1P2W,3P3W,3P4W sdm630 family
    30353 active-energy-export-l1 kWh 1P2W,3P3W,3P4W sdm630 family
    30355 active-energy-export-l2 kWh 1P2W,3P3W,3P4W sdm630 family
    30357 active-energy-export-l3 kWh 1P2W,3P3W,3P4W sdm630 family
    30359 active-energy-l1 kWh 1P2W,3P3W,3P4W - family
    30361 active-energy-l2 kWh 1P2W,3P3W,3P4W - family
    30363 active-energy-l3 kWh 1P2W,3P3W,3P4W - family
    30365 reactive-energy-import-l1 kvarh 1P2W,3P3W,3P4W sdm630 family
    30367 reactive-energy-import-l2 kvarh 1P2W,3P3W,3P4W sdm630 family
    30369 reactive-energy-import-l3 kvarh 1P2W,3P3W,3P4W sdm630 family
    30371 reactive-energy-export-l1 kvarh 1P2W,3P3W,3P4W sdm630 family
    30373 reactive-energy-export-l2 kvarh 1P2W,3P3W,3P4W sdm630 family
    30375 reactive-energy-export-l3 kvarh 1P2W,3P3W,3P4W sdm630 family
    30377 reactive-energy-l1 kvarh 1P2W,3P3W,3P4W - family
    30379 reactive-energy-l2 kvarh 1P2W,3P3W,3P4W - family
    30381 reactive-energy-l3 kvarh 1P2W,3P3W,3P4W - family
    """
}
