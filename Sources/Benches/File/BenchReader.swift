public import Documents
import Modbus
import Quantities

extension Bench {
  /// Reads a bench file.
  ///
  /// - Parameters:
  ///   - text: the file's text.
  ///   - file: its name as the user knows it.
  ///   - diagnostics: gets every problem, warnings included.
  /// - Throws: the problems, where there is an error among them.
  public init(text: String, file: String, into diagnostics: Diagnostics = Diagnostics())
    throws(DocumentError)
  {
    let document = try Document(text: text, file: file, into: diagnostics)
    BenchShape.file.validate(document.root, into: diagnostics)
    try diagnostics.throwIfErrors()
    let bench = BenchReader(root: document.root, diagnostics: diagnostics)
      .bench(file: file, text: text)
    BenchChecker(bench: bench, root: document.root, diagnostics: diagnostics).check()
    try diagnostics.throwIfErrors()
    self = bench
  }
}

/// Turns a validated bench file into its typed form.
struct BenchReader {
  let root: Node
  let diagnostics: Diagnostics

  func bench(file: String, text: String) -> Bench {
    Bench(
      name: root["bench"]?.text ?? "",
      adapters: entries("adapters").map(adapter),
      buses: entries("buses").map(bus),
      chips: entries("gpio").map(chip),
      positions: entries("positions").map(position),
      loads: entries("loads").map(load),
      source: root["source"].map(source),
      reference: root["reference"].map(reference),
      timeBase: root["time-base"].map {
        TimeBase(
          rate: $0["rate"]?.quantity(.ratio)?.base ?? TimeBase.unknownRate,
          calibratedUntil: $0["calibrated-until"]?.text,
          certificate: $0["certificate"]?.text,
          location: $0.location
        )
      },
      interlocks: entries("interlocks").map { entry in
        Interlock(
          name: entry.key,
          line: line(entry.node),
          mustBeActive: entry.node["must-be"]?.text == "active"
        )
      },
      switching: Switching(
        pause: root["switching"]?["pause"]?.duration() ?? .zero,
        exclusive: (root["switching"]?["exclusive"]?.items ?? []).map {
          $0.items.compactMap(\.text)
        }
      ),
      twin: root["twin"].map(twin),
      file: file,
      text: text
    )
  }

  private func entries(_ key: String) -> [(key: String, node: Node)] { root[key]?.entries ?? [] }

  private func adapter(_ entry: (key: String, node: Node)) -> Adapter {
    let node = entry.node
    let identity: Adapter.Identity =
      if let serial = node["usb-serial"]?.text {
        .usbSerial(serial)
      } else if let path = node["usb-path"]?.text {
        .usbPath(path)
      } else if let id = node["usb-id"]?.text.flatMap(Self.usbID) {
        .usbID(vendor: id.vendor, product: id.product)
      } else {
        .path(node["path"]?.text ?? "")
      }
    return Adapter(
      name: entry.key,
      identity: identity,
      interface: node["interface"]?.integer(),
      port: node["port"]?.integer(),
      driverEnable: node["driver-enable"]?.text.flatMap(DriverEnable.init(rawValue:)),
      replug: node["replug"]?.duration(),
      location: node.location
    )
  }

  /// The two numbers of `0403:6001`.
  static func usbID(_ text: String) -> (vendor: UInt16, product: UInt16)? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ $0.count == 4 }),
      let vendor = UInt16(parts[0], radix: 16), let product = UInt16(parts[1], radix: 16)
    else { return nil }
    return (vendor, product)
  }

  private func chip(_ entry: (key: String, node: Node)) -> GPIOChip {
    let node = entry.node
    let identity: GPIOChip.Identity =
      if let socket = node["twin"]?.text {
        .twin(socket: socket)
      } else if let serial = node["usb-serial"]?.text {
        .usbSerial(serial)
      } else if let path = node["usb-path"]?.text {
        .usbPath(path)
      } else {
        .label(node["chip-label"]?.text ?? "")
      }
    return GPIOChip(name: entry.key, identity: identity, location: node.location)
  }

  private func bus(_ entry: (key: String, node: Node)) -> BusWiring {
    let node = entry.node
    let connection: BusWiring.Connection
    if let adapter = node["adapter"]?.text {
      connection = .adapter(adapter)
    } else if let tcp = node["tcp"]?.text.flatMap(Self.endpoint) {
      connection = .tcp(host: tcp.host, port: tcp.port)
    } else {
      let endpoint = node["rtu-over-tcp"]?.text.flatMap(Self.endpoint)
      connection = .rtuOverTCP(host: endpoint?.host ?? "", port: endpoint?.port ?? 0)
    }
    let line = LineSettings(
      baud: node["baud"]?.integer() ?? 9600,
      parity: node["parity"]?.text ?? "none",
      stopBits: node["stop-bits"]?.integer() ?? 1
    )
    return BusWiring(
      name: entry.key,
      connection: connection,
      line: line,
      turnaround: node["turnaround"]?.duration() ?? .zero,
      location: node.location
    )
  }

  /// The host and port of `HOST:PORT`; an IPv6 address stands in brackets.
  static func endpoint(_ text: String) -> (host: String, port: UInt16)? {
    guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]),
      port > 0
    else { return nil }
    var host = String(text[..<colon])
    if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
    return host.isEmpty ? nil : (host, port)
  }

  static func constant(_ text: String) -> Quantity? {
    guard let quantity = try? Quantity(parsing: text), quantity.value > 0,
      [.activeConstant, .reactiveConstant, .apparentConstant].contains(quantity.dimension)
    else { return nil }
    return quantity
  }

  private func line(_ node: Node) -> LineWiring {
    LineWiring(
      chip: node["chip"]?.text ?? "",
      line: node["line"]?.text ?? "",
      isActiveLow: node["active"]?.text == "low",
      bias: node["bias"]?.text ?? "as-is",
      location: node.location
    )
  }

  private func output(_ node: Node) -> OutputWiring {
    OutputWiring(
      line: line(node),
      safeOn: node["safe"]?.onOff ?? false,
      readBack: node["read-back"].map { readBack in
        ReadBack(
          line: line(readBack),
          within: readBack["within"]?.duration() ?? .milliseconds(100)
        )
      },
      dwell: node["dwell"]?.duration() ?? .zero
    )
  }

  private func position(_ entry: (key: String, node: Node)) -> Position {
    let meter = entry.node["meter"]
    let place = entry.node.keyLocation ?? entry.node.location
    return Position(
      name: entry.key,
      profile: meter?["profile"]?.text ?? "",
      variant: meter?["variant"]?.text,
      lineage: meter?["lineage"]?.text,
      bus: meter?["bus"]?.text ?? "",
      address: meter?["address"]?.integer().flatMap { UInt8(exactly: $0) } ?? 0,
      pulseLines: entry.node.entries.filter { $0.key.hasPrefix("pulse-") }.map {
        Position.PulseLine(output: $0.key, line: line($0.node))
      },
      supply: entry.node["supply"].map(output),
      transformerPrimary: entry.node["ct-primary"]?.quantity(.current)?.base,
      transformerError: entry.node["ct-error"]?.toleratedQuantity(.ratio),
      transformerDisplacement: entry.node["ct-displacement"]?.toleratedQuantity(.angle),
      disabled: entry.node["disabled"]?.text,
      location: place,
      profileLocation: meter?["profile"]?.location ?? place,
      variantLocation: meter?["variant"]?.location ?? place,
      lineageLocation: meter?["lineage"]?.location ?? place,
      addressLocation: meter?["address"]?.location ?? place
    )
  }

  private func load(_ entry: (key: String, node: Node)) -> Load {
    Load(
      name: entry.key,
      output: entry.node["output"].map(output),
      draw: entry.node["current"]?.toleratedQuantity(.current).map(Load.Draw.current)
        ?? .resistance(
          entry.node["resistance"]?.toleratedQuantity(.resistance)
            ?? ToleratedQuantity(Quantity(1, .ohm))
        ),
      powerFactor: entry.node["power-factor"]?.text.flatMap(PowerFactor.init(parsing:)) ?? .unity,
      isExport: entry.node["direction"]?.text == "export",
      onlyPhases: (entry.node["phases"]?.items ?? []).compactMap {
        $0.text.flatMap { ["L1", "L2", "L3"].firstIndex(of: $0) }
      },
      settle: entry.node["settle"]?.duration() ?? .zero,
      location: entry.node.location
    )
  }

  private func source(_ node: Node) -> Source {
    Source(
      voltage: node["voltage"]?.toleratedQuantity(.voltage)
        ?? ToleratedQuantity(Quantity(230, .volt)),
      frequency: node["frequency"]?.toleratedQuantity(.frequency)
        ?? ToleratedQuantity(Quantity(50, .hertz)),
      phases: node["phases"]?.integer() ?? 3
    )
  }

  private func reference(_ node: Node) -> Reference {
    let kind: Reference.Kind
    if let pulses = node["pulses"] {
      kind = .pulses(
        line: line(pulses),
        constant: pulses["constant"]?.text.flatMap(Self.constant)
          ?? Quantity(1, .impulsesPerKilowattHour)
      )
    } else if let meter = node["registers"] ?? node["power"] {
      let profile = meter["profile"]?.text ?? ""
      let bus = meter["bus"]?.text ?? ""
      let address = meter["address"]?.integer().flatMap { UInt8(exactly: $0) } ?? 0
      let quantity = meter["quantity"]?.text ?? ""
      kind =
        node["registers"] != nil
        ? .registers(profile: profile, bus: bus, address: address, quantity: quantity)
        : .power(profile: profile, bus: bus, address: address, quantity: quantity)
    } else {
      kind = .declaredLoad
    }
    let meter = node["registers"] ?? node["power"]
    let place = node.keyLocation ?? node.location
    return Reference(
      kind: kind,
      energy: node["energy"]?.text.flatMap(EnergyKind.init(rawValue:)) ?? .activeImport,
      summation: node["summation"]?.text.flatMap(PhaseSummation.init(rawValue:)),
      harmonics: node["harmonics"]?.text.flatMap(HarmonicContent.init(rawValue:)),
      side: node["side"]?.text.flatMap(Reference.Side.init(rawValue:)) ?? .primary,
      accuracy: node["accuracy"]?.quantity(.ratio)?.base ?? 0,
      calibrationUncertainty: node["calibration-uncertainty"]?.quantity(.ratio)?.base,
      calibratedUntil: node["calibrated-until"]?.text,
      certificate: node["certificate"]?.text,
      location: place,
      profileLocation: meter?["profile"]?.location ?? place,
      quantityLocation: meter?["quantity"]?.location ?? place
    )
  }

  // MARK: Twin

  private func twin(_ node: Node) -> TwinDeclaration {
    TwinDeclaration(
      epochMilliseconds: node["epoch"]?.text.flatMap(UTC.milliseconds(parsing:)) ?? 0,
      seed: UInt64(node["seed"]?.integer() ?? 0),
      meters: (node["meters"]?.entries ?? []).map(twinMeter),
      referenceError: node["reference"]?["error"]?.quantity(.ratio)?.base ?? 0,
      answers: (node["answers"]?.entries ?? []).map {
        TwinDeclaration.Answer(step: $0.key, answer: $0.node.text ?? "")
      },
      faults: (node["faults"]?.items ?? []).compactMap(fault)
    )
  }

  private func twinMeter(_ entry: (key: String, node: Node)) -> TwinMeter {
    let node = entry.node
    var meter = TwinMeter(position: entry.key)
    if let serial = node["serial"]?.integer() { meter.serial = UInt32(clamping: serial) }
    if let firmware = node["firmware"]?.text { meter.firmware = firmware }
    if let error = node["error"]?.quantity(.ratio) { meter.error = error.base }
    if let jitter = node["pulse-jitter"]?.quantity(.time) { meter.pulseJitter = jitter.base }
    meter.pulseWidth = node["pulse-width"]?.duration()
    if let energy = node["energy"]?.quantity(.activeEnergy) { meter.startEnergy = energy.base }
    if let pause = node["minimum-pause"]?.duration() { meter.minimumPause = pause }
    meter.registersPerRead = node["registers-per-read"]?.integer()
    meter.answersUnknown = node["unknown-registers"]?.text == "zero"
    if let code = node["error-code"]?.text { meter.errorCode = code }
    meter.typeCode = node["type-code"]?.integer().flatMap { UInt16(exactly: $0) }
    if let time = node["response-time"]?.duration() { meter.responseTime = time }
    meter.settings = (node["settings"]?.entries ?? []).map {
      TwinMeter.SettingValue(setting: $0.key, value: $0.node.text ?? "")
    }
    return meter
  }

  private func fault(_ node: Node) -> TwinFault? {
    guard let kind = node["fault"]?.text.flatMap(TwinFault.Kind.init(rawValue:)),
      let at = node["at"]?.duration()
    else { return nil }
    return TwinFault(
      kind: kind,
      at: at,
      until: node["until"]?.duration(),
      target: node["on"]?.text ?? "",
      output: node["output"]?.text,
      subject: node["of"]?.text,
      amount: amount(node, kind),
      location: node.location
    )
  }

  private func amount(_ node: Node, _ kind: TwinFault.Kind) -> Double? {
    let (dimension, example): (Dimension, String)
    switch kind {
    case .lateReplies, .pulseWidth, .bounce, .suspend, .demandWindow, .slowStart:
      (dimension, example) = (.time, "25 ms")
    case .loadStep, .pulseConstant, .energyError, .lightLoadError, .registerError:
      (dimension, example) = (.ratio, "-10 %")
    case .phaseError: (dimension, example) = (.angle, "0.3 °")
    case .creep: (dimension, example) = (.activePower, "2 W")
    case .startThreshold: (dimension, example) = (.current, "10 mA")
    case .interruption, .shiftedRegisters: return node["amount"]?.number()
    default:
      if let amount = node["amount"] {
        diagnostics.report("'\(kind.rawValue)' has no amount", at: amount)
      }
      return nil
    }
    guard let amount = node["amount"], let text = amount.text else {
      diagnostics.report(
        "'\(kind.rawValue)' needs an amount such as '\(example)'",
        at: node
      )
      return nil
    }
    do throws(QuantityError) {
      return try Quantity(parsing: text, as: dimension).base
    } catch {
      diagnostics.report(error.description, at: amount)
      return nil
    }
  }
}
