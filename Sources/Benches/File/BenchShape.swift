public import Documents
import Quantities

/// The form of a bench file.
public enum BenchShape {
  /// The whole file.
  public static let file = Shape.mapping([
    .init(
      "bench",
      .identifier(what: "the bench's name"),
      required: true,
      doc: "The bench's name; JUnit reports use it as host name."
    ),
    .init(
      "adapters",
      .dictionary(
        of: adapter,
        keys: .identifier(what: "an adapter's name"),
        what: "adapters by name"
      ),
      doc: "The RS485 adapters, by name."
    ),
    .init(
      "buses",
      .dictionary(
        of: .named("bus", bus),
        keys: .identifier(what: "a bus's name"),
        what: "buses by name"
      ),
      required: true,
      doc: "The Modbus lines, by name."
    ),
    .init(
      "gpio",
      .dictionary(
        of: .tagged(oneOf: [
          .init(
            "chip-label",
            .text(what: "a chip's label"),
            doc: "The label of the GPIO chip; it stays when chip numbers move."
          ),
          .init(
            "usb-serial",
            .text(what: "a USB serial number"),
            doc: "The serial number of the USB device that the chip belongs to."
          ),
          .init(
            "usb-path",
            .text(what: "a USB path"),
            doc: "The socket that the chip's USB device is plugged into (udev's ID_PATH)."
          ),
          .init(
            "twin",
            .text(what: "a socket's path"),
            doc: "The rig socket of a twin that runs in real time."
          ),
        ]),
        keys: .identifier(what: "a chip's name"),
        what: "chips by name"
      ),
      doc: "The GPIO chips, by name."
    ),
    .init(
      "positions",
      .dictionary(
        of: .named("position", position),
        keys: .identifier(what: "a position's name"),
        what: "positions by name"
      ),
      required: true,
      doc: "The sockets of the bench, by name."
    ),
    .init("source", source, doc: "The voltage that the bench's source gives."),
    .init(
      "loads",
      .dictionary(
        of: .named("load", load),
        keys: .identifier(what: "a load's name"),
        what: "loads by name"
      ),
      doc: "What `apply` can switch, by name."
    ),
    .init("switching", switching, doc: "How outputs are switched beside one another."),
    .init(
      "time-base",
      timeBase,
      doc:
        "What is known of the rate of this host's clock; 100 ppm are taken where nothing is said. It counts where energy is power times time, and for rates."
    ),
    .init("reference", .named("reference", reference), doc: "Where expected energy comes from."),
    .init(
      "interlocks",
      .dictionary(
        of: .mapping(
          lineKeys + [
            .init(
              "must-be",
              .choice(["active", "inactive"]),
              required: true,
              doc: "The state in which the rig may be energised."
            )
          ]
        ),
        keys: .identifier(what: "an interlock's name"),
        what: "interlocks by name"
      ),
      doc:
        "Contacts that must be closed while anything is energised. meterbench observes them; it is not a safety function."
    ),
    .init(
      "twin",
      .named("twin", TwinShape.declaration),
      doc: "Makes the whole bench a simulation. No hardware is touched, and every record says so."
    ),
  ])

  private static let adapter = Shape.tagged(
    oneOf: [
      .init(
        "usb-serial",
        .text(what: "a USB serial number"),
        doc: "The adapter's USB serial number (udev's ID_SERIAL_SHORT)."
      ),
      .init(
        "usb-path",
        .text(what: "a USB path"),
        doc:
          "The socket the adapter is plugged into (udev's ID_PATH), for adapters without a serial number."
      ),
      .init(
        "usb-id",
        .pattern(
          what: "a USB ID such as '0403:6001'",
          schemaPattern: "^[0-9A-Fa-f]{4}:[0-9A-Fa-f]{4}$"
        ) { BenchReader.usbID($0) != nil },
        doc: "The vendor's and the product's number, for a rig with one adapter of the kind."
      ),
      .init(
        "path",
        .text(what: "a device file"),
        doc: "A device file, for on-board ports and pseudo terminals."
      ),
    ],
    common: [
      .init(
        "interface",
        .integer(0...255),
        doc: "The USB interface, where a device has several."
      ),
      .init(
        "port",
        .integer(0...255),
        doc: "The port of a converter with several, from 0 on."
      ),
      .init(
        "driver-enable",
        .choice(DriverEnable.allCases.map(\.rawValue)),
        doc:
          "The level of RTS while the port sends, where the kernel has to switch the line's driver (on-board ports)."
      ),
      .init(
        "replug",
        .duration(.seconds(1) ... .seconds(600)),
        doc:
          "How long a run waits between steps for the adapter when it was pulled; without this a pulled adapter ends the use of its bus."
      ),
    ]
  )

  static let lineKeys: [Shape.Key] = [
    .init(
      "chip",
      .identifier(what: "a chip's name"),
      required: true,
      doc: "The chip's name in this file."
    ),
    .init(
      "line",
      .text(what: "a line's name or offset"),
      required: true,
      doc: "The line's name, or its offset."
    ),
    .init(
      "active",
      .choice(["high", "low"]),
      doc: "The level that means active; high where nothing is said."
    ),
    .init(
      "bias",
      .choice(["as-is", "pull-up", "pull-down", "disabled"]),
      doc: "The line's bias; as-is where nothing is said."
    ),
  ]

  static let outputKeys =
    lineKeys + [
      .init(
        "safe",
        .onOff,
        required: true,
        doc: "The value that endangers nobody; taken before and after every run."
      ),
      .init(
        "read-back",
        .mapping(
          lineKeys + [
            .init(
              "within",
              .duration(.zero ... .seconds(10)),
              doc: "How long it may take to follow; 100 ms where nothing is said."
            )
          ]
        ),
        doc:
          "The input that shows what the output really does, such as a contactor's auxiliary contact; active means on."
      ),
      .init(
        "dwell",
        .duration(.zero ... .seconds(600)),
        doc: "How long the output keeps its safe value at least before it leaves it again."
      ),
    ]

  private static let switching = Shape.mapping([
    .init(
      "pause",
      .duration(.zero ... .seconds(10)),
      doc:
        "The time between the switching of a load and that of a supply, in both directions; on the way to safety too."
    ),
    .init(
      "exclusive",
      .list(
        of: .list(of: .text(what: "an output such as 'A1.supply' or 'load bank'"), count: 2...64),
        count: 1...64
      ),
      doc: "Groups of outputs of which only one may be on at a time."
    ),
  ])

  private static let bus = Shape.tagged(
    oneOf: [
      .init(
        "adapter",
        .identifier(what: "an adapter's name"),
        doc: "Modbus RTU over this adapter."
      ),
      .init("tcp", endpoint, doc: "Modbus TCP: HOST:PORT."),
      .init(
        "rtu-over-tcp",
        endpoint,
        doc: "RTU frames over TCP, as device servers offer them: HOST:PORT."
      ),
    ],
    common: [
      .init("baud", .integer(50...4_000_000), doc: "Line rate; 9600 where nothing is said."),
      .init(
        "parity",
        .choice(["none", "even", "odd"]),
        doc: "Parity; none where nothing is said."
      ),
      .init("stop-bits", .integer(1...2), doc: "Stop bits; 1 where nothing is said."),
      .init(
        "turnaround",
        .duration(.zero ... .seconds(10)),
        doc: "Silence between a reply and the next request, beyond the line's own 3.5 characters."
      ),
    ]
  )

  private static let endpoint = Shape.pattern(what: "HOST:PORT", schemaPattern: "^.+:[0-9]{1,5}$") {
    BenchReader.endpoint($0) != nil
  }

  private static let position = Shape.mapping(
    [
      .init(
        "meter",
        .mapping([
          .init(
            "profile",
            .text(what: "a profile's name or path"),
            required: true,
            doc: "The meter type: a built-in profile, or the path of a profile file."
          ),
          .init("variant", .identifier(what: "a variant"), doc: "The hardware variant."),
          .init(
            "lineage",
            .identifier(what: "a lineage"),
            doc: "The register map lineage; the profile's first where nothing is said."
          ),
          .init(
            "bus",
            .identifier(what: "a bus's name"),
            required: true,
            doc: "The bus the meter hangs on."
          ),
          .init("address", .integer(1...247), required: true, doc: "The unit identifier."),
        ]),
        required: true,
        doc: "The meter that the socket takes."
      )
    ]
      + (1...4).map {
        .init(
          "pulse-\($0)",
          .named("line", .mapping(lineKeys)),
          doc: "The input that the meter's pulse output \($0) is wired to."
        )
      } + [
        .init(
          "supply",
          .named("output", .mapping(outputKeys)),
          doc: "The output that switches the meter's supply."
        ),
        .init(
          "ct-primary",
          .quantity(.current, in: 1e-3...1e6),
          doc:
            "The primary current of the current transformers that feed the meter; that of its factory setting where nothing is said."
        ),
        .init(
          "ct-error",
          .toleratedQuantity(.ratio, in: -0.1...0.1),
          doc:
            "The ratio error of those transformers with its tolerance, such as 0.05 % ± 0.02 %: expected energies are corrected by it."
        ),
        .init(
          "ct-displacement",
          .toleratedQuantity(.angle, in: -5...5),
          doc:
            "The phase displacement of those transformers with its tolerance, such as 0.1 ° ± 0.05 °; positive where the secondary current leads."
        ),
        .init("disabled", .text(what: "a reason"), doc: "Why the socket is not used."),
      ]
  )

  private static let source = Shape.mapping([
    .init(
      "voltage",
      .toleratedQuantity(.voltage, in: 1...1e6),
      required: true,
      doc: "Line to neutral, with its tolerance."
    ),
    .init(
      "frequency",
      .toleratedQuantity(.frequency, in: 1...1000),
      doc: "With its tolerance where meters are compared with it; 50 Hz where nothing is said."
    ),
    .init("phases", .integer(1...3), doc: "1 or 3; 3 where nothing is said."),
  ])

  private static let load = Shape.mapping([
    .init(
      "output",
      .named("output", .mapping(outputKeys)),
      doc: "The output that switches the load; none for a load that is always on."
    ),
    .init(
      "resistance",
      .toleratedQuantity(.resistance, in: 1e-3...1e9),
      doc: "The resistance in each phase, with its tolerance."
    ),
    .init(
      "current",
      .toleratedQuantity(.current, in: 1e-6...1e5),
      doc:
        "The current in each phase, with its tolerance, where a source or a phantom load fixes it."
    ),
    .init(
      "power-factor",
      .custom(what: "a power factor such as '0.5 inductive'", schemaPattern: nil) { text in
        PowerFactor(parsing: text) == nil
          ? "expected '1', or a number below 1 with its side, such as '0.5 inductive' or '0.8 ± 0.01 capacitive', found '\(text)'"
          : nil
      },
      doc: "The displacement of the current; 1 where nothing is said. With 'current' only."
    ),
    .init(
      "direction",
      .choice(["import", "export"]),
      doc: "Which way the energy flows; import where nothing is said. With 'current' only."
    ),
    .init(
      "phases",
      .list(of: .choice(["L1", "L2", "L3"]), count: 1...3),
      doc: "The phases that carry current; all of the source where nothing is said."
    ),
    .init(
      "settle",
      .duration(.zero ... .seconds(3600)),
      required: true,
      doc: "How long it takes until the power is steady."
    ),
  ])

  private static let reference = Shape.tagged(
    oneOf: [
      .init(
        "pulses",
        .mapping(
          lineKeys + [
            .init(
              "constant",
              .custom(what: "a constant such as 100000 imp/kWh", schemaPattern: nil) { text in
                BenchReader.constant(text) == nil
                  ? "expected a meter constant such as '100000 imp/kWh', found '\(text)'" : nil
              },
              required: true,
              doc: "The reference's constant."
            )
          ]
        ),
        doc: "The reference's pulses on a line; the best kind."
      ),
      .init(
        "registers",
        meterKeys("the energy register to read"),
        doc: "A reference meter's energy register."
      ),
      .init("power", meterKeys("the power to read"), doc: "A reference meter's power readings."),
      .init(
        "declared-load",
        .flag,
        doc: "The load's resistance and the source's voltage as this file declares them."
      ),
    ],
    common: [
      .init(
        "energy",
        .choice(EnergyKind.allCases.map(\.rawValue)),
        doc: "What the reference measures; active-import where nothing is said."
      ),
      .init(
        "summation",
        .choice(PhaseSummation.allCases.map(\.rawValue)),
        doc: "How it puts the phases of reactive and apparent energy together."
      ),
      .init(
        "harmonics",
        .choice(HarmonicContent.allCases.map(\.rawValue)),
        doc: "Whether it measures all of the energy or that of the fundamental alone."
      ),
      .init(
        "side",
        .choice(Reference.Side.allCases.map(\.rawValue)),
        doc:
          "On which side of the positions' current transformers it sits; primary where nothing is said."
      ),
      .init(
        "accuracy",
        .quantity(.ratio, in: 0...0.5),
        doc: "The relative accuracy of its energy, as half the width of a rectangular distribution."
      ),
      .init(
        "calibration-uncertainty",
        .quantity(.ratio, in: 0...0.5),
        doc: "The expanded uncertainty (k = 2) that its certificate states for the accuracy."
      ),
      .init(
        "calibrated-until",
        day,
        doc: "The last day of its calibration."
      ),
      .init(
        "certificate",
        .text(what: "a certificate's number"),
        doc: "The calibration certificate."
      ),
    ]
  )

  private static let day = Shape.pattern(
    what: "a day of the calendar as YYYY-MM-DD",
    schemaPattern: "^\\d{4}-\\d{2}-\\d{2}$"
  ) {
    $0.count == 10 && UTC.milliseconds(parsing: $0) != nil
  }

  private static let timeBase = Shape.mapping([
    .init(
      "rate",
      .quantity(.ratio, in: 0...0.001),
      required: true,
      doc: "The limit of the clock's rate error, such as 5 ppm."
    ),
    .init("calibrated-until", day, doc: "The last day on which that holds."),
    .init("certificate", .text(what: "a certificate's number"), doc: "Where that stands."),
  ])

  private static func meterKeys(_ what: String) -> Shape {
    .mapping([
      .init(
        "profile",
        .text(what: "a profile's name or path"),
        required: true,
        doc: "The reference meter's type."
      ),
      .init("bus", .identifier(what: "a bus's name"), required: true, doc: "The bus it hangs on."),
      .init("address", .integer(1...247), required: true, doc: "Its unit identifier."),
      .init(
        "quantity",
        .identifier(what: "a quantity"),
        required: true,
        doc: "The quantity: \(what)."
      ),
    ])
  }
}
