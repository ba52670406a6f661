import Benches
import Modbus
import Quantities

/// Finds units on a line. It only reads.
public enum MeterScan {
  /// A unit that answered.
  public struct Found: Sendable, Encodable {
    public var address: UInt8
    public var line: String
    /// `answers`, or the exception it refused with.
    public var answer: String
    public var responseMilliseconds: Double?
  }

  /// The addresses in `1-20` or `1,5,7`; nil where the text is neither.
  public static func addresses(parsing text: String) -> [UInt8]? {
    var addresses: [UInt8] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { UInt8($0) }
      switch ends.count {
      case 1:
        guard let only = ends[0] else { return nil }
        addresses.append(only)
      case 2:
        guard let first = ends[0], let last = ends[1], first <= last else { return nil }
        addresses += first...last
      default: return nil
      }
    }
    return addresses.allSatisfy { (1...247).contains($0) } && !addresses.isEmpty ? addresses : nil
  }

  /// Asks every address at every line setting.
  public static func run(
    connections: [MeterPort.Connection],
    addresses: [UInt8],
    timeout: Duration,
    progress: (String) -> Void
  ) throws -> [Found] {
    var found: [Found] = []
    for connection in connections {
      let port = try MeterPort(connection)
      let line = text(connection)
      progress("scanning \(addresses.count) addresses at \(line)")
      for address in addresses {
        let exchange = try port.exchange(
          .readInputRegisters(address: 0, count: 2),
          unit: address,
          limits: DeviceLimits(
            responseLimit: timeout,
            probe: .read(.readInputRegisters(address: 0, count: 4))
          )
        )
        let answer: String
        switch exchange.outcome {
        case .response: answer = "answers"
        case .exception(let code): answer = "refuses with exception \(code)"
        case .failed(.damagedReply), .failed(.wrongShape):
          answer = "something answers, but not as it should; two units may share the address"
        default: continue
        }
        found.append(
          Found(
            address: address,
            line: line,
            answer: answer,
            responseMilliseconds: exchange.responseTime.map {
              ($0.inSeconds * 10_000).rounded() / 10
            }
          )
        )
        progress("found unit \(address) at \(line)")
      }
    }
    return found
  }

  static func text(_ connection: MeterPort.Connection) -> String {
    switch connection {
    case .tty(let path, let settings): "\(path) \(settings.text)"
    case .tcp(let host, let port): "tcp \(host):\(port)"
    case .rtuOverTCP(let host, let port): "rtu-over-tcp \(host):\(port)"
    }
  }

  /// A line for each unit.
  public static func table(_ found: [Found]) -> String {
    guard !found.isEmpty else { return "nothing answered" }
    return found.map { unit in
      let time = unit.responseMilliseconds.map { "  after \(Decimal.text($0)) ms" } ?? ""
      return "\("\(unit.address)".padded(to: 3, left: true))  \(unit.line)  \(unit.answer)\(time)"
    }.joined(separator: "\n")
  }

  /// The units as a JSON array.
  public static func json(_ found: [Found]) -> String { JSON.text(found) }
}
