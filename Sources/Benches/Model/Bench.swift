public import Documents
public import Modbus
public import Quantities

/// A rig's wiring: what is connected to what, and what is safe.
public struct Bench: Sendable {
  public var name: String
  public var adapters: [Adapter]
  public var buses: [BusWiring]
  public var chips: [GPIOChip]
  public var positions: [Position]
  public var loads: [Load]
  /// The voltage that the bench's source gives, where the file declares it.
  public var source: Source?
  public var reference: Reference?
  /// What is known of the host's clock; nil where the file says nothing.
  public var timeBase: TimeBase?
  public var interlocks: [Interlock]
  public var switching: Switching
  /// Present where the whole rig is simulated.
  public var twin: TwinDeclaration?
  /// The file and its text, for the record.
  public var file: String
  public var text: String

  /// The position of this name.
  public func position(_ name: String) -> Position? { positions.first { $0.name == name } }

  /// The load of this name.
  public func load(_ name: String) -> Load? { loads.first { $0.name == name } }

  /// The bus of this name.
  public func bus(_ name: String) -> BusWiring? { buses.first { $0.name == name } }

  /// How long a run waits for the adapter of a bus; nil where it does not.
  public func replug(of bus: BusWiring) -> Duration? {
    guard case .adapter(let name) = bus.connection else { return nil }
    return adapters.first { $0.name == name }?.replug
  }

  /// The wired outputs: loads first, then supplies, which is the order in which everything is made
  /// safe. Those of disabled positions are among them: their relays are there.
  public var outputs: [SwitchedOutput] {
    loads.compactMap { load in
      load.output.map { SwitchedOutput(owner: load.name, isLoad: true, wiring: $0) }
    }
      + positions.compactMap { position in
        position.supply.map { SwitchedOutput(owner: position.name, isLoad: false, wiring: $0) }
      }
  }
}

/// An output of the bench with what it switches.
public struct SwitchedOutput: Hashable, Sendable {
  /// The load's or the position's name.
  public var owner: String
  public var isLoad: Bool
  public var wiring: OutputWiring

  /// `load bank` or `A1.supply`, as bench files and records call it.
  public var name: String { isLoad ? "load \(owner)" : "\(owner).supply" }
}

/// A USB-RS485 adapter or another tty, by an identity that does not move.
public struct Adapter: Hashable, Sendable {
  public var name: String
  public var identity: Identity
  /// The USB interface, where one device has several.
  public var interface: Int?
  /// The port of a converter with several, from 0 on.
  public var port: Int?
  /// How the kernel switches the line's driver; nil where the adapter does that by itself.
  public var driverEnable: DriverEnable?
  /// How long a run waits between steps for the adapter when it was pulled; nil where it does not.
  public var replug: Duration?
  public var location: SourceLocation

  /// How the adapter is found.
  public enum Identity: Hashable, Sendable {
    /// The serial number that udev reads from the device.
    case usbSerial(String)
    /// The socket it is plugged into.
    case usbPath(String)
    /// The vendor's and the product's number.
    case usbID(vendor: UInt16, product: UInt16)
    /// A device file, for on-board ports and pseudo terminals.
    case path(String)
  }
}

/// The level of RTS while an on-board port sends: it enables the driver of the RS485 line.
public enum DriverEnable: String, Hashable, Sendable, CaseIterable {
  case rtsHigh = "rts-high"
  case rtsLow = "rts-low"
}

/// A bus with its line.
public struct BusWiring: Hashable, Sendable {
  public var name: String
  public var connection: Connection
  public var line: LineSettings
  /// The silence between a reply and the next request, beyond the 3.5 characters of the line.
  public var turnaround: Duration
  public var location: SourceLocation

  /// What the bus hangs on.
  public enum Connection: Hashable, Sendable {
    /// Modbus RTU over this adapter.
    case adapter(String)
    /// Modbus TCP.
    case tcp(host: String, port: UInt16)
    /// RTU frames over a TCP connection, as device servers offer it.
    case rtuOverTCP(host: String, port: UInt16)
  }
}

/// A chip of GPIO lines.
public struct GPIOChip: Hashable, Sendable {
  public var name: String
  public var identity: Identity
  public var location: SourceLocation

  /// How the chip is found.
  public enum Identity: Hashable, Sendable {
    /// The label that its driver gives it.
    case label(String)
    /// The serial number of the USB device that it belongs to.
    case usbSerial(String)
    /// The socket that its USB device is plugged into.
    case usbPath(String)
    /// The rig socket of a twin that runs in real time.
    case twin(socket: String)
  }
}

/// One line of a chip.
public struct LineWiring: Hashable, Sendable {
  /// The chip's name in the file.
  public var chip: String
  /// The line's name or offset.
  public var line: String
  public var isActiveLow: Bool
  /// `as-is`, `pull-up`, `pull-down` or `disabled`.
  public var bias: String
  public var location: SourceLocation
}

/// A switched output line.
public struct OutputWiring: Hashable, Sendable {
  public var line: LineWiring
  /// The value that endangers nobody; the output takes it before and after every run.
  public var safeOn: Bool
  /// What shows the output's real state; nil where nothing does.
  public var readBack: ReadBack?
  /// How long the output keeps its safe value at least before it leaves it again.
  public var dwell: Duration
}

/// The input that shows what an output really does.
public struct ReadBack: Hashable, Sendable {
  public var line: LineWiring
  /// How long it may take to follow its output.
  public var within: Duration
}

/// How outputs are switched beside one another.
public struct Switching: Hashable, Sendable {
  /// The time between the switching of a load and that of a supply.
  public var pause: Duration
  /// Groups of outputs, by their names, of which only one may be on at a time.
  public var exclusive: [[String]]
}

/// One socket of the bench.
public struct Position: Hashable, Sendable {
  public var name: String
  /// The meter type that the socket takes.
  public var profile: String
  public var variant: String?
  public var lineage: String?
  public var bus: String
  /// The unit identifier, 1…247.
  public var address: UInt8
  /// The pulse outputs that are wired, by the profile's names, in the order of the file.
  public var pulseLines: [PulseLine]
  public var supply: OutputWiring?
  /// The primary current of the current transformers that feed the meter, in A; nil for those of the
  /// meter's factory setting.
  public var transformerPrimary: Double?
  /// The ratio error of those transformers, a ratio with its tolerance; nil where the file says nothing.
  public var transformerError: ToleratedQuantity?
  /// Their phase displacement, positive where the secondary current leads; nil where the file says nothing.
  public var transformerDisplacement: ToleratedQuantity?
  /// Why the socket is not used; nil where it is.
  public var disabled: String?
  public var location: SourceLocation
  /// Where the profile stands.
  public var profileLocation: SourceLocation
  /// Where the variant stands; the position's place where none is stated.
  public var variantLocation: SourceLocation
  /// Where the lineage stands; the position's place where none is stated.
  public var lineageLocation: SourceLocation
  /// Where the address stands.
  public var addressLocation: SourceLocation

  /// A wired pulse output.
  public struct PulseLine: Hashable, Sendable {
    public var output: String
    public var line: LineWiring
  }
}

/// The bench's source.
public struct Source: Hashable, Sendable {
  /// The voltage from line to neutral.
  public var voltage: ToleratedQuantity
  public var frequency: ToleratedQuantity
  /// 1 or 3.
  public var phases: Int

  /// A source.
  public init(voltage: ToleratedQuantity, frequency: ToleratedQuantity, phases: Int) {
    self.voltage = voltage
    self.frequency = frequency
    self.phases = phases
  }
}

/// Where expected energy comes from.
public struct Reference: Hashable, Sendable {
  public var kind: Kind
  /// What it measures; compared with what the meter counts.
  public var energy: EnergyKind
  /// How it puts phases together; nil where the file says nothing.
  public var summation: PhaseSummation?
  /// What of a distorted current it measures; nil where the file says nothing.
  public var harmonics: HarmonicContent?
  /// On which side of the positions' transformers it sits.
  public var side = Side.primary
  /// A side of a transformer.
  public enum Side: String, Hashable, Sendable, CaseIterable {
    case primary, secondary
  }

  /// The relative accuracy of its energy, as half the width of a rectangular distribution.
  public var accuracy: Double
  /// The relative expanded uncertainty of its calibration, k = 2; nil where the file says nothing.
  public var calibrationUncertainty: Double?
  /// The last day of its calibration, `YYYY-MM-DD`.
  public var calibratedUntil: String?
  public var certificate: String?
  public var location: SourceLocation
  /// Where the reference meter's profile stands; the reference's place where there is none.
  public var profileLocation: SourceLocation
  /// Where the reference meter's quantity stands; the reference's place where there is none.
  public var quantityLocation: SourceLocation

  /// The kinds, best first.
  public enum Kind: Hashable, Sendable {
    /// Pulses with a constant in impulses per kilo unit.
    case pulses(line: LineWiring, constant: Quantity)
    /// The energy register of a reference meter.
    case registers(profile: String, bus: String, address: UInt8, quantity: String)
    /// The power readings of a reference meter.
    case power(profile: String, bus: String, address: UInt8, quantity: String)
    /// A load of known resistance at a known voltage.
    case declaredLoad
  }
}

/// What is known of the rate of the clock that stamps edges.
public struct TimeBase: Hashable, Sendable {
  /// The limit of its rate error, a ratio.
  public var rate: Double
  /// The last day of its calibration, `YYYY-MM-DD`.
  public var calibratedUntil: String?
  public var certificate: String?
  /// Where the file states it.
  public var location: SourceLocation

  /// The usual limit of an uncompensated quartz over its temperature range, for a clock of which nothing is
  /// known.
  public static let unknownRate = 100e-6
}

/// What kind of energy is meant.
public enum EnergyKind: String, Hashable, Sendable, CaseIterable {
  case activeImport = "active-import"
  case activeExport = "active-export"
  case reactiveImport = "reactive-import"
  case reactiveExport = "reactive-export"
  case apparent

  /// Whether it flows from the load to the source.
  public var isExport: Bool { self == .activeExport || self == .reactiveExport }

  /// The quantity that meters call its power.
  public var powerQuantity: String {
    switch self {
    case .activeImport, .activeExport: "active-power"
    case .reactiveImport, .reactiveExport: "reactive-power"
    case .apparent: "apparent-power"
    }
  }

  /// The dimension of its power.
  public var powerDimension: Dimension {
    switch self {
    case .activeImport, .activeExport: .activePower
    case .reactiveImport, .reactiveExport: .reactivePower
    case .apparent: .apparentPower
    }
  }

  /// The dimension of the energy.
  public var dimension: Dimension {
    switch self {
    case .activeImport, .activeExport: .activeEnergy
    case .reactiveImport, .reactiveExport: .reactiveEnergy
    case .apparent: .apparentEnergy
    }
  }
}

/// A contact that must be closed while anything is energised.
public struct Interlock: Hashable, Sendable {
  public var name: String
  public var line: LineWiring
  public var mustBeActive: Bool
}
