import Documents
import Modbus
import Quantities

@testable import Benches
@testable import MeterProfiles

/// A meter type in the manner of the Integra family, and benches around it.
enum Fixture {
  static let somewhere = SourceLocation(file: "test.yaml", line: 1, column: 1)

  static func unit(_ symbol: String) -> Unit { Unit.named(symbol) ?? .one }

  static func quantity(
    _ name: String,
    _ address: UInt16,
    _ symbol: String,
    systems: [String] = [],
    lineages: [String] = []
  ) -> MeasuredQuantity {
    MeasuredQuantity(
      name: name,
      title: name,
      register: RegisterAddress(.input, address),
      unit: .fixed(unit(symbol)),
      systems: systems,
      variants: [],
      lineages: lineages,
      certainty: .family,
      accuracy: nil,
      resolution: nil,
      note: nil
    )
  }

  static func energy(_ name: String, _ address: UInt16) -> MeasuredQuantity {
    var quantity = quantity(name, address, "kWh")
    quantity.unit = .chosen(
      setting: "energy-units",
      units: [
        .init(value: "kilo", unit: unit("kWh")), .init(value: "mega", unit: unit("MWh")),
      ]
    )
    return quantity
  }

  static func setting(
    _ name: String,
    _ address: UInt16,
    _ values: Setting.Values,
    factory: String?,
    password: Bool = false,
    restart: Bool = false,
    writable: Bool = true
  ) -> Setting {
    Setting(
      name: name,
      title: name,
      access: .register(RegisterAddress(.holding, address), isWritable: writable),
      values: values,
      factory: factory,
      needsPassword: password,
      needsRestart: restart,
      isSecret: false,
      variants: [],
      lineages: [],
      certainty: .family,
      note: nil
    )
  }

  static func codes(_ pairs: (String, Double)...) -> Setting.Values {
    .codes(pairs.map { Setting.Code(name: $0.0, number: $0.1) })
  }

  static let profile = MeterProfile(
    name: "integra-like",
    title: "A meter for tests",
    maker: "nobody",
    sources: [],
    variants: ["self-powered", "auxiliary"],
    systemTypes: [],
    lineages: ["first", "second"],
    communication: Communication(
      functions: [3, 4, 8, 16],
      baudRates: [9600, 19200],
      parities: ["none"],
      stopBits: [1],
      responseLimit: .milliseconds(300),
      minimumPause: .milliseconds(100),
      registersPerRead: 40,
      wordOrder: .highFirst
    ),
    readings: ReadingMoments(
      updateInterval: .seconds(1),
      latency: .milliseconds(200),
      certainty: .inferred
    ),
    warmUp: .seconds(60),
    password: Password(
      unlock: RegisterAddress(.holding, 0x18),
      state: RegisterAddress(.holding, 0x0E),
      window: .seconds(60),
      factory: 0,
      certainty: .family
    ),
    quantities: [
      quantity("voltage-l1", 0x00, "V"), quantity("voltage-l2", 0x02, "V", systems: ["3P4W"]),
      quantity("current-l1", 0x06, "A"), quantity("active-power", 0x34, "W"),
      quantity("frequency", 0x46, "Hz"), energy("active-energy-import", 0x48),
      energy("active-energy-export", 0x4A), energy("reactive-energy-import", 0x4C),
      quantity("active-power-demand", 0x54, "W"), quantity("active-power-demand-max", 0x56, "W"),
      quantity("somebody-knows-what", 0x58, "1"),
      quantity("neutral-current", 0x5A, "A", lineages: ["second"]),
      quantity("voltage-l1-l2", 0xC8, "V"),
      MeasuredQuantity(
        name: "serial-number",
        title: "",
        register: RegisterAddress(.holding, 0xFC00, .uint32),
        unit: .fixed(.one),
        systems: [],
        variants: [],
        lineages: [],
        certainty: .family,
        accuracy: nil,
        resolution: nil,
        note: nil
      ),
      MeasuredQuantity(
        name: "firmware",
        title: "",
        register: RegisterAddress(.holding, 0xFC03, .uint16),
        unit: .fixed(.one),
        systems: [],
        variants: [],
        lineages: [],
        certainty: .family,
        accuracy: nil,
        resolution: nil,
        note: nil
      ),
    ],
    settings: [
      setting(
        "demand-period",
        0x02,
        .numbers([8, 30], unit: unit("min")),
        factory: "8 min"
      ),
      setting("system-voltage", 0x06, .range(0...1000, unit: .volt), factory: nil, writable: false),
      setting(
        "ct-primary",
        0x08,
        .range(1...9999, unit: .ampere),
        factory: "5 A",
        password: true
      ),
      setting(
        "system-type",
        0x0A,
        codes(("1P2W", 1), ("3P3W", 2), ("3P4W", 3)),
        factory: "3P4W",
        password: true
      ),
      setting(
        "pulse-width",
        0x0C,
        .numbers([60, 100, 200], unit: .millisecond),
        factory: "100 ms"
      ),
      setting("parity-stop", 0x12, codes(("8N1", 0), ("8E1", 1)), factory: "8N1", restart: true),
      setting("address", 0x14, .range(1...247, unit: .one), factory: "1", restart: true),
      setting("pulse-weight", 0x16, codes(("0.001 kWh", 0), ("1 kWh", 3)), factory: "1 kWh"),
      setting("baud", 0x1C, codes(("9600", 2), ("19200", 3)), factory: "19200", restart: true),
      setting("energy-units", 0x1E, codes(("kilo", 0), ("mega", 1)), factory: "kilo"),
      setting(
        "pulse-1-energy",
        0x56,
        codes(("off", 0), ("active-import", 37), ("reactive-import", 39)),
        factory: "active-import"
      ),
    ],
    resets: [
      MeterReset(
        name: "energy",
        title: "energy",
        access: .register(RegisterAddress(.holding, 0xD8), code: 1),
        clears: ["active-energy-import"],
        certainty: .manual
      ),
      MeterReset(
        name: "demand",
        title: "demand",
        access: .register(RegisterAddress(.holding, 0xD8), code: 2),
        clears: ["active-power-demand-max"],
        certainty: .manual
      ),
    ],
    pulseOutputs: [
      PulseOutput(
        name: "pulse-1",
        title: "",
        variants: ["self-powered"],
        counts: .chosen(
          setting: "pulse-1-energy",
          quantities: [
            .init(value: "active-import", quantity: "active-energy-import"),
            .init(value: "reactive-import", quantity: "reactive-energy-import"),
          ]
        ),
        constant: .chosen(setting: "pulse-weight"),
        width: .chosen(setting: "pulse-width"),
        maximumRate: 2,
        validWhen: [],
        certainty: .manual,
        rating: nil,
        note: nil
      ),
      PulseOutput(
        name: "pulse-2",
        title: "",
        variants: ["self-powered"],
        counts: .quantity("active-energy-import"),
        constant: .perDisplayedUnit(3200),
        width: .atLeast(.milliseconds(30)),
        maximumRate: nil,
        validWhen: [.init(setting: "ct-primary", values: ["1 A", "5 A"])],
        certainty: .manual,
        rating: nil,
        note: nil
      ),
    ],
    file: "integra-like.yaml",
    text: ""
  )

  static func line(_ name: String) -> LineWiring {
    LineWiring(chip: "main", line: name, isActiveLow: true, bias: "pull-up", location: somewhere)
  }

  static func output(_ name: String) -> OutputWiring {
    OutputWiring(line: line(name), safeOn: false, dwell: .zero)
  }

  static func position(
    _ name: String,
    address: UInt8,
    supply: Bool = true,
    variant: String = "self-powered"
  ) -> Position {
    Position(
      name: name,
      profile: "integra-like",
      variant: variant,
      lineage: nil,
      bus: "dut",
      address: address,
      pulseLines: ["pulse-1", "pulse-2"].map {
        Position.PulseLine(output: $0, line: line("\(name).\($0)"))
      },
      supply: supply ? output("\(name).supply") : nil,
      disabled: nil,
      location: somewhere,
      profileLocation: somewhere,
      variantLocation: somewhere,
      lineageLocation: somewhere,
      addressLocation: somewhere
    )
  }

  /// A fault whose amount and times are in seconds or ratios.
  static func fault(
    _ kind: TwinFault.Kind,
    _ target: String,
    at: Double,
    until: Double? = nil,
    output: String? = nil,
    amount: Double? = nil
  ) -> TwinFault {
    TwinFault(
      kind: kind,
      at: .seconds(rounding: at),
      until: until.map { .seconds(rounding: $0) },
      target: target,
      output: output,
      amount: amount,
      location: somewhere
    )
  }

  /// 3 × 230 V and one load of 46 Ω in each phase: 3.45 kW.
  static func bench(
    positions: [Position] = [position("A1", address: 1)],
    meters: [TwinMeter] = [],
    faults: [TwinFault] = [],
    reference: Reference? = nil,
    referenceError: Double = 0,
    connection: BusWiring.Connection = .adapter("left"),
    seed: UInt64 = 1
  ) -> Bench {
    Bench(
      name: "test",
      adapters: [],
      buses: [
        BusWiring(
          name: "dut",
          connection: connection,
          line: LineSettings(),
          turnaround: .zero,
          location: somewhere
        )
      ],
      chips: [],
      positions: positions,
      loads: [
        Load(
          name: "bank",
          output: output("bank"),
          draw: .resistance(ToleratedQuantity(Quantity(46, .ohm))),
          settle: .seconds(10),
          location: somewhere
        )
      ],
      source: Source(
        voltage: ToleratedQuantity(Quantity(230, .volt)),
        frequency: ToleratedQuantity(Quantity(50, .hertz)),
        phases: 3
      ),
      reference: reference,
      interlocks: [],
      switching: Switching(pause: .zero, exclusive: []),
      twin: TwinDeclaration(
        epochMilliseconds: 1_700_000_000_000,
        seed: seed,
        meters: meters,
        referenceError: referenceError,
        answers: [],
        faults: faults
      ),
      file: "test.yaml",
      text: ""
    )
  }

  static let profiles = ["integra-like": profile]

  static func meter(_ position: String, _ change: (inout TwinMeter) -> Void) -> TwinMeter {
    var meter = TwinMeter(position: position)
    change(&meter)
    return meter
  }
}
