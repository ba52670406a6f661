import Benches
import Documents
import Rig
import Testing

@testable import HostRig

/// Which adapter or chip a bench file means; what udev says of real ones is proven on the virtual
/// bench.
@Suite("Searching adapters and chips")
struct AdapterSearchTests {
  private static func adapter(
    _ device: String,
    serial: String?,
    path: String? = nil,
    product: UInt16 = 0x6001,
    interface: Int? = 0,
    port: Int? = 0
  ) -> SerialAdapter {
    SerialAdapter(
      device: device,
      links: [],
      vendorID: 0x0403,
      productID: product,
      serial: serial,
      path: path,
      interface: interface,
      port: port,
      isModemCandidate: false
    )
  }

  /// A bench file with these entries.
  private static func bench(
    adapter: String = "{ usb-serial: A1 }",
    chip: String = "{ chip-label: soc }"
  )
    throws -> Bench
  {
    try Bench(
      text: """
        bench: searching
        adapters: { left: \(adapter) }
        buses: { dut: { adapter: left, stop-bits: 2 } }
        gpio: { main: \(chip) }
        positions:
          A1: { meter: { profile: integra-1221, bus: dut, address: 1 } }
        """,
      file: "bench.yaml"
    )
  }

  private static func search(
    _ adapter: String,
    among plugged: [SerialAdapter]
  ) throws -> AdapterSearch {
    AdapterSearch(wanted: try bench(adapter: adapter).adapters[0], plugged: plugged)
  }

  private static let four = (0..<4).map { (index: Int) in
    adapter(
      "/dev/ttyUSB\(index)",
      serial: "QUAD",
      path: "usb-0:2",
      product: 0x6011,
      interface: index,
      port: 0
    )
  }

  @Test("The one that fits is found by each of its identities")
  func found() throws {
    let plugged = [
      Self.adapter("/dev/ttyUSB0", serial: "A1", path: "usb-0:1"),
      Self.adapter("/dev/ttyUSB1", serial: nil, path: "usb-0:2", product: 0x7523),
    ]
    for (identity, device) in [
      ("{ usb-serial: A1 }", "/dev/ttyUSB0"), ("{ usb-path: \"usb-0:2\" }", "/dev/ttyUSB1"),
      ("{ usb-id: \"0403:7523\" }", "/dev/ttyUSB1"), ("{ usb-id: 0403:6001 }", "/dev/ttyUSB0"),
    ] {
      #expect(try Self.search(identity, among: plugged).find().device == device)
    }
  }

  @Test("Of a converter with four ports the interface tells one, and without it none is taken")
  func fourPorts() throws {
    let one = try Self.search("{ usb-serial: QUAD, interface: 2 }", among: Self.four)
    #expect(try one.find().device == "/dev/ttyUSB2")
    let all = try Self.search("{ usb-serial: QUAD }", among: Self.four)
    let fault = try #require(throws: RigFault.self) { try all.find() }
    #expect(fault.part == Part(.adapter, "left"))
    for index in 0..<4 {
      #expect(fault.text.contains("/dev/ttyUSB\(index)"))
      #expect(fault.text.contains("interface: \(index)"))
    }
  }

  @Test("Where none fits, each that is there falls short for a stated reason")
  func shortfalls() throws {
    let plugged = [
      Self.adapter("/dev/ttyUSB0", serial: "A1"), Self.adapter("/dev/ttyUSB1", serial: nil),
      Self.adapter("/dev/ttyUSB2", serial: "B7", port: 1),
    ]
    let search = try Self.search("{ usb-serial: B7, port: 0 }", among: plugged)
    let fault = try #require(throws: RigFault.self) { try search.find() }
    #expect(fault.text.contains("/dev/ttyUSB0 (serial number A1)"))
    #expect(fault.text.contains("/dev/ttyUSB1 (no serial number)"))
    #expect(fault.text.contains("/dev/ttyUSB2 (port 1)"))
  }

  @Test("One whose port is missing is told from one that is not there")
  func portless() throws {
    let usb = UdevDevice.USB(
      vendorID: 0x0403,
      productID: 0x6001,
      serial: "A1",
      manufacturer: nil,
      product: nil,
      interface: 0,
      node: nil,
      path: "pci-usb-0:1"
    )
    func text(_ adapter: String, isTaken: Bool) throws -> String {
      var search = try Self.search(adapter, among: [Self.adapter("/dev/ttyUSB0", serial: "B7")])
      search.portless = [PortlessInterface(usb: usb, isTaken: isTaken)]
      return try #require(throws: RigFault.self) { try search.find() }.text
    }
    for identity in [
      "usb-serial: A1", "usb-path: \"pci-usb-0:1:1.0\"", "usb-serial: A1, interface: 0",
    ] {
      #expect(try text("{ \(identity) }", isTaken: true).contains("in use by another process"))
      #expect(try text("{ \(identity) }", isTaken: false).contains("no driver has taken it"))
    }
    for identity in [
      "usb-serial: A2", "usb-path: \"pci-usb-0:11:1.0\"", "usb-serial: A1, interface: 1",
    ] {
      #expect(try text("{ \(identity) }", isTaken: true).contains("/dev/ttyUSB0 ("))
    }
  }

  private static func chip(_ device: String, label: String, serial: String? = nil) -> HostChip {
    HostChip(
      device: device,
      name: "gpiochip0",
      label: label,
      usbSerial: serial,
      lines: [
        .init(offset: 0, name: "GPIO17", isOutput: false),
        .init(offset: 1, name: "SAME", isOutput: false),
        .init(offset: 2, name: "SAME", isOutput: false),
        .init(offset: 3, name: nil, isOutput: false),
      ]
    )
  }

  @Test("A line is found by its name or offset, and not by a name that two have")
  func lines() throws {
    let chip = Self.chip("/dev/gpiochip0", label: "soc")
    #expect(try chip.line("GPIO17").offset == 0)
    #expect(try chip.line("3").offset == 3)
    #expect(throws: ChipProblem.self) { try chip.line("SAME") }
    #expect(throws: ChipProblem.self) { try chip.line("GPIO18") }
    #expect(throws: ChipProblem.self) { try chip.line("4") }
  }

  @Test("Two chips of one label are told apart by their USB identity only")
  func equalChips() throws {
    let present = [
      Self.chip("/dev/gpiochip1", label: "cp210x", serial: "X1"),
      Self.chip("/dev/gpiochip2", label: "cp210x", serial: "X2"),
    ]
    func search(_ chip: String) throws -> ChipSearch {
      ChipSearch(wanted: try Self.bench(chip: chip).chips[0], present: present)
    }
    #expect(try search("{ usb-serial: X2 }").find().device == "/dev/gpiochip2")
    let fault = try #require(throws: RigFault.self) { try search("{ chip-label: cp210x }").find() }
    #expect(fault.text.contains("usb-serial: X1") && fault.text.contains("usb-serial: X2"))
    #expect(throws: RigFault.self) { try search("{ chip-label: soc }").find() }
  }
}
