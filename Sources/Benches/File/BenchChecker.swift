import Documents
import Modbus
import Quantities

/// Checks what the shape of a bench file cannot: that names exist, that nothing is wired twice,
/// and that meters can be told apart.
struct BenchChecker {
  let bench: Bench
  let root: Node
  let diagnostics: Diagnostics

  func check() {
    checkAdapters()
    checkChips()
    checkConnections()
    checkLines()
    checkSwitching()
    checkSafeValues()
    checkInterlocks()
    checkAddresses()
    checkReference()
    checkTransformers()
    checkLoads()
    checkTwin()
  }

  private func missing(_ name: String, in names: [String], _ what: String, at node: Node?) {
    guard let node, !names.contains(name) else { return }
    diagnostics.report(
      "there is no \(what) '\(name)' in this file\(hint(for: name, names))",
      at: node
    )
  }

  private func hint(for name: String, _ names: [String]) -> String {
    if let meant = nearest(name, in: names) { return "; did you mean '\(meant)'?" }
    // The name of an output says what it is: 'load bank'.
    if let meant = names.first(where: { $0.hasSuffix(" " + name) || $0.hasPrefix(name + ".") }) {
      return "; did you mean '\(meant)'?"
    }
    guard !names.isEmpty, names.count <= 12 else { return "" }
    return "; there " + (names.count == 1 ? "is " : "are ") + names.joined(separator: ", ")
  }

  private func checkAdapters() {
    for (index, adapter) in bench.adapters.enumerated() {
      if let other = bench.adapters[..<index].first(where: { $0.mayBe(adapter) }) {
        diagnostics.report(
          "adapter '\(adapter.name)' is the same device as adapter '\(other.name)'; describe it once, and several ports of it by 'interface' or 'port'",
          at: adapter.location,
          path: "adapters.\(adapter.name)"
        )
      }
      // A device file is one port already.
      guard case .path = adapter.identity else { continue }
      for key in ["interface", "port"] {
        guard let node = root["adapters"]?[adapter.name]?[key] else { continue }
        diagnostics.report(
          "'\(key)' tells ports of a USB device apart; a 'path' is one port",
          at: node
        )
      }
    }
  }

  /// A line of a chip with two names would have two uses.
  private func checkChips() {
    for (index, chip) in bench.chips.enumerated() {
      guard let other = bench.chips[..<index].first(where: { $0.identity == chip.identity }) else {
        continue
      }
      diagnostics.report(
        "chip '\(chip.name)' is the same chip as '\(other.name)'; describe it once",
        at: chip.location,
        path: "gpio.\(chip.name)"
      )
    }
  }

  private func checkConnections() {
    for bus in bench.buses {
      let node = root["buses"]?[bus.name]
      if case .adapter(let adapter) = bus.connection {
        missing(adapter, in: bench.adapters.map(\.name), "adapter", at: node?["adapter"])
        if !bus.line.conforms, let node {
          diagnostics.report(
            "\(bus.line.text) has \(bus.line.bitsPerCharacter)-bit characters; the serial line specification asks for 11 (parity, or two stop bits)",
            at: node,
            severity: .warning
          )
        }
      } else {
        for key in ["parity", "stop-bits"] {
          if let node = node?[key] {
            diagnostics.report("'\(key)' means nothing on a TCP connection", at: node)
          }
        }
      }
    }
    let users = Dictionary(grouping: bench.buses) { $0.connection }
    for bus in bench.buses {
      guard let first = users[bus.connection]?.first, first.name != bus.name else { continue }
      diagnostics.report(
        "bus '\(bus.name)' is on the same connection as bus '\(first.name)'; one line is one bus",
        at: bus.location,
        path: "buses.\(bus.name)"
      )
    }
    for position in bench.positions {
      missing(
        position.bus,
        in: bench.buses.map(\.name),
        "bus",
        at: root["positions"]?[position.name]?["meter"]?["bus"]
      )
    }
  }

  private func checkLines() {
    var lines: [(wiring: LineWiring, owner: String)] = []
    for position in bench.positions {
      lines += position.pulseLines.map { ($0.line, "\(position.name).\($0.output)") }
    }
    for output in bench.outputs {
      lines.append((output.wiring.line, output.name))
      if let readBack = output.wiring.readBack {
        lines.append((readBack.line, "\(output.name) read-back"))
      }
    }
    if case .pulses(let line, _)? = bench.reference?.kind { lines.append((line, "reference")) }
    lines += bench.interlocks.map { ($0.line, "interlock \($0.name)") }
    var owners: [String: String] = [:]
    for (wiring, owner) in lines {
      let names = bench.chips.map(\.name)
      if !names.contains(wiring.chip) {
        diagnostics.report(
          "there is no chip '\(wiring.chip)' under 'gpio'\(hint(for: wiring.chip, names))",
          at: wiring.location,
          path: owner
        )
      }
      let key = "\(wiring.chip)/\(wiring.line)"
      if let first = owners[key] {
        diagnostics.report(
          "line \(wiring.line) of chip \(wiring.chip) is wired to \(first) already; a line has one use",
          at: wiring.location,
          path: owner
        )
      } else {
        owners[key] = owner
      }
    }
  }

  private func checkSwitching() {
    for output in bench.outputs {
      guard let readBack = output.wiring.readBack,
        isTwin(readBack.line) != isTwin(output.wiring.line)
      else { continue }
      diagnostics.report(
        "the output is a twin's and its read-back is not, or the other way round; wire both to the same",
        at: readBack.line.location,
        path: output.name
      )
    }
    let groups = root["switching"]?["exclusive"]?.items ?? []
    for (group, names) in zip(groups, bench.switching.exclusive) {
      for (index, item) in group.items.enumerated() where index < names.count {
        missing(names[index], in: bench.outputs.map(\.name), "output", at: item)
        if names[..<index].contains(names[index]) {
          diagnostics.report("'\(names[index])' stands in the group already", at: item)
        }
      }
      // Else the way to safety itself could bring two of them on together.
      for output in bench.outputs where names.contains(output.name) && output.wiring.safeOn {
        diagnostics.report(
          "\(output.name) is on when it is safe; what excludes other outputs must be safe when it is off",
          at: group
        )
      }
    }
  }

  private func checkSafeValues() {
    for output in bench.outputs where output.wiring.safeOn {
      diagnostics.report(
        "\(output.name) is on whenever no run is, and when an interlock opens: 'safe: on' is for what endangers nobody; else say 'safe: off', with 'active: low' where the relay closes at a low level",
        at: output.wiring.line.location,
        path: output.name,
        severity: .warning
      )
    }
  }

  /// A broken wire leaves the line to its bias.
  private func checkInterlocks() {
    for interlock in bench.interlocks where !isTwin(interlock.line) {
      let line = interlock.line
      let closedIsHigh = interlock.mustBeActive != line.isActiveLow
      let text: String
      switch line.bias {
      case "pull-up" where closedIsHigh, "pull-down" where !closedIsHigh:
        text =
          "interlock '\(interlock.name)' cannot fail open: with \(line.bias) a broken wire reads as closed; turn bias and contact round"
      case "as-is":
        text =
          "interlock '\(interlock.name)' has no 'bias', so a broken wire may read as closed; say \(closedIsHigh ? "pull-down" : "pull-up"), or disabled where a resistor of the wiring does that"
      default: continue
      }
      diagnostics.report(
        text,
        at: line.location,
        path: "interlocks.\(interlock.name)",
        severity: .warning
      )
    }
  }

  private func isTwin(_ line: LineWiring) -> Bool {
    guard let chip = bench.chips.first(where: { $0.name == line.chip }) else { return false }
    if case .twin = chip.identity { return true }
    return false
  }

  private func checkAddresses() {
    let used = bench.positions.filter { $0.disabled == nil }
    for (index, position) in used.enumerated() {
      guard
        let other = used[..<index].first(where: {
          $0.bus == position.bus && $0.address == position.address
        })
      else { continue }
      if position.supply == nil || other.supply == nil {
        diagnostics.report(
          "address \(position.address) on bus '\(position.bus)' belongs to position \(other.name) already, and nothing isolates the two; give each its own address, or a switched 'supply' to each",
          at: position.addressLocation,
          path: "positions.\(position.name).meter.address"
        )
      }
    }
    if case .registers(_, let bus, let address, _)? = bench.reference?.kind {
      checkReferenceMeter(bus, address)
    } else if case .power(_, let bus, let address, _)? = bench.reference?.kind {
      checkReferenceMeter(bus, address)
    }
  }

  /// What is said of transformers must be whole: a tolerance that is missing would count as none.
  private func checkTransformers() {
    for position in bench.positions {
      guard let node = root["positions"]?[position.name] else { continue }
      switch (node["ct-error"], node["ct-displacement"]) {
      case (nil, nil): break
      case (let one?, nil), (nil, let one?):
        diagnostics.report("'ct-error' and 'ct-displacement' go together", atKeyOf: one)
      case (let error?, let displacement?):
        if position.transformerError?.tolerance == nil {
          diagnostics.report("state its tolerance, as in '0.05 % ± 0.02 %'", at: error)
        }
        if position.transformerDisplacement?.tolerance == nil {
          diagnostics.report("state its tolerance, as in '0.1 ° ± 0.05 °'", at: displacement)
        }
      }
    }
  }

  private func checkReferenceMeter(_ bus: String, _ address: UInt8) {
    let node = root["reference"]?["registers"] ?? root["reference"]?["power"]
    missing(bus, in: bench.buses.map(\.name), "bus", at: node?["bus"])
    if let clash = bench.positions.first(where: { $0.bus == bus && $0.address == address }),
      let node = node?["address"]
    {
      diagnostics.report(
        "address \(address) on bus '\(bus)' belongs to position \(clash.name); give the reference an address of its own",
        at: node
      )
    }
  }

  private func checkReference() {
    guard let reference = bench.reference, let node = root["reference"] else { return }
    switch reference.kind {
    case .pulses(_, let constant):
      let expected: Dimension =
        switch reference.energy.dimension {
        case .reactiveEnergy: .reactiveConstant
        case .apparentEnergy: .apparentConstant
        default: .activeConstant
        }
      if constant.dimension != expected, let node = node["pulses"]?["constant"] {
        diagnostics.report(
          "\(constant) does not fit a reference of \(reference.energy.rawValue) energy; expected a constant in \(expected.baseUnit)",
          at: node
        )
      }
      if reference.accuracy == 0, (reference.calibrationUncertainty ?? 0) == 0 {
        diagnostics.report(
          "state the reference's 'accuracy', such as '0.1 %', or its 'calibration-uncertainty'; without them no uncertainty can be given",
          atKeyOf: node
        )
      }
    case .registers, .power:
      if reference.accuracy == 0, (reference.calibrationUncertainty ?? 0) == 0 {
        diagnostics.report(
          "state the reference's 'accuracy', such as '0.1 %', or its 'calibration-uncertainty'; without them no uncertainty can be given",
          atKeyOf: node
        )
      }
    case .declaredLoad:
      if bench.source?.voltage.tolerance == nil {
        diagnostics.report(
          "a declared load needs a source voltage with its tolerance, as in 'source: { voltage: 230 V ± 0.5 % }'",
          atKeyOf: root["source"]?["voltage"] ?? node
        )
      }
      for load in bench.loads {
        let place = root["loads"]?[load.name] ?? node
        if case .resistance(let value) = load.draw {
          guard value.tolerance == nil else { continue }
          diagnostics.report(
            "a declared load needs a resistance with its tolerance, such as '46 Ω ± 0.2 %'",
            at: place["resistance"] ?? place
          )
        } else {
          diagnostics.report(
            "a declared load must be a 'resistance': what a source gives needs a reference that measures it",
            at: place["current"] ?? place
          )
        }
      }
    }
  }

  /// A fault of an output that is not wired would never show, and a test of the test would lie.
  private func checkOutput(of fault: TwinFault, at node: Node?) {
    guard let output = fault.output, let node,
      let position = bench.positions.first(where: { $0.name == fault.target })
    else { return }
    let wired = position.pulseLines.map(\.output)
    if !wired.contains(output) {
      diagnostics.report(
        "position \(position.name) has no line '\(output)'; it has \(wired.isEmpty ? "none" : wired.joined(separator: ", "))",
        at: node
      )
    }
  }

  private func checkSubject(of fault: TwinFault, at node: Node) {
    switch (fault.kind.subject, node["of"]) {
    case (nil, let of?):
      diagnostics.report("'\(fault.kind.rawValue)' has no 'of'", atKeyOf: of)
    case (let subject?, nil):
      diagnostics.report("'\(fault.kind.rawValue)' needs 'of': a \(subject)", at: node)
    case (.phase, let of?) where !["L1", "L2", "L3"].contains(fault.subject ?? ""):
      diagnostics.report("expected L1, L2 or L3, found '\(fault.subject ?? "")'", at: of)
    default: break
    }
  }

  private func checkLoads() {
    for load in bench.loads {
      guard let node = root["loads"]?[load.name] else { continue }
      let isCurrent = node["current"] != nil
      if isCurrent == (node["resistance"] != nil) {
        diagnostics.report(
          "state what fixes the current: 'resistance' or 'current'",
          at: node
        )
      }
      for key in ["power-factor", "direction"] where !isCurrent {
        if let extra = node[key] {
          diagnostics.report(
            "a resistance draws its current in phase with the voltage; '\(key)' goes with 'current'",
            atKeyOf: extra
          )
        }
      }
    }
  }

  private func checkTwin() {
    guard let twin = bench.twin, let node = root["twin"] else { return }
    if bench.source == nil {
      diagnostics.report("a twin needs a 'source'", at: node)
    }
    let positions = bench.positions.map(\.name)
    // A reference that is a meter has its faults as well.
    let reference: [String] =
      switch bench.reference?.kind {
      case .registers, .power: ["reference"]
      default: []
      }
    for meter in twin.meters {
      missing(meter.position, in: positions, "position", at: node["meters"]?[meter.position])
    }
    for (index, fault) in twin.faults.enumerated() {
      let faultNode = node["faults"]?.items[index]
      if let until = fault.until, until <= fault.at, let place = faultNode?["until"] {
        diagnostics.report("the fault ends before it begins, so it would never show", at: place)
      }
      checkOutput(of: fault, at: faultNode?["output"])
      if let faultNode { checkSubject(of: fault, at: faultNode) }
      let target = faultNode?["on"]
      let (names, what): ([String], String)
      switch fault.kind {
      case .adapterPulled, .deadBus: (names, what) = (bench.buses.map(\.name), "bus")
      case .interlockOpens: (names, what) = (bench.interlocks.map(\.name), "interlock")
      case .loadStep, .interruption, .suspend, .silentReference: continue
      case .stuckOutput, .fallenOutput:
        (names, what) = (positions + bench.loads.map(\.name), "position or load")
      case .echo, .noise, .damagedReplies:
        (names, what) = (positions + bench.buses.map(\.name), "position or bus")
      default: (names, what) = (positions + reference, "position")
      }
      guard let target else {
        if let faultNode {
          diagnostics.report("'\(fault.kind.rawValue)' needs 'on': a \(what)", at: faultNode)
        }
        continue
      }
      missing(fault.target, in: names, what, at: target)
    }
  }
}

extension Adapter {
  /// Whether nothing in the file tells the two apart.
  fileprivate func mayBe(_ other: Adapter) -> Bool {
    func differ(_ a: Int?, _ b: Int?) -> Bool { a != nil && b != nil && a != b }
    return identity == other.identity && !differ(interface, other.interface)
      && !differ(port, other.port)
  }
}
