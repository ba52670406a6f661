import Modbus

/// A port that asks and never writes.
struct ReadingPort {
  /// What a unit answered.
  enum Answer: Hashable, Sendable {
    case registers([UInt16])
    case exception(ExceptionCode)
    case silent(String)

    var text: String {
      switch self {
      case .registers(let words):
        let shown = words.prefix(4).map { word in
          let digits = String(word, radix: 16, uppercase: true)
          return String(repeating: "0", count: 4 - digits.count) + digits
        }
        let rest = words.count > 4 ? " …" : ""
        return "\(words.count) registers: \(shown.joined(separator: " "))\(rest)"
      case .exception(let code): return "exception \(code)"
      case .silent(let why): return "no valid answer: \(why)"
      }
    }
  }

  private let send: (Request) throws -> (Answer, responseTime: Duration?)
  private(set) var longestResponse = Duration.zero

  /// A port of any kind.
  ///
  /// - Parameter send: makes one transaction; throws where the line itself failed.
  init(send: @escaping (Request) throws -> (Answer, responseTime: Duration?)) { self.send = send }

  /// A meter on a line.
  init(_ port: MeterPort, unit: UInt8, limits: DeviceLimits) {
    self.init { request in
      let exchange = try port.exchange(request, unit: unit, limits: limits)
      return (Answer(exchange.outcome), exchange.responseTime)
    }
  }

  /// Asks once.
  ///
  /// - Throws: where the line itself failed.
  mutating func ask(_ request: Request) throws -> Answer {
    precondition(!request.isWrite, "a characterisation never writes")
    let (answer, time) = try send(request)
    longestResponse = max(longestResponse, time ?? .zero)
    return answer
  }
}

extension ReadingPort.Answer {
  fileprivate init(_ outcome: Outcome) {
    self =
      switch outcome {
      case .response(.diagnostics(let data)): .registers(data)
      case .response(let response): .registers(response.registers ?? [])
      case .exception(let code): .exception(code)
      case .broadcast: .registers([])
      case .failed(let failure): .silent("\(failure)")
      }
  }
}
