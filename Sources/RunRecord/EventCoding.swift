public import FoundationEssentials
import Quantities

extension RecordedEvent: Codable {
  private enum Key: String, CodingKey { case sequence = "#", at, event }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    sequence = try container.decode(Int.self, forKey: .sequence)
    at = try container.decode(Instant.self, forKey: .at)
    let type = try container.decode(String.self, forKey: .event)
    event =
      switch type {
      case "run-started": .runStarted(try RunStarted(from: decoder))
      case "planned": .planned(try RecordedPlan(from: decoder))
      case "step-started": .stepStarted(try StepMark(from: decoder))
      case "step-ended": .stepEnded(try StepEnd(from: decoder))
      case "measured": .measured(try Measured(from: decoder))
      case "exchanged": .exchanged(try RecordedExchange(from: decoder))
      case "edges": .edges(try RecordedEdges(from: decoder))
      case "observed": .observed(try Observation(from: decoder))
      case "silent": .silent(try Silence(from: decoder))
      case "switched": .switched(try Switching(from: decoder))
      case "bus-statistics": .busStatistics(try RecordedBusStatistics(from: decoder))
      case "noted": .noted(try Note(from: decoder))
      case "run-ended": .runEnded(try RunEnd(from: decoder))
      default:
        throw DecodingError.dataCorruptedError(
          forKey: .event,
          in: container,
          debugDescription: "unknown event '\(type)'"
        )
      }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(sequence, forKey: .sequence)
    try container.encode(at, forKey: .at)
    try container.encode(event.type, forKey: .event)
    switch event {
    case .runStarted(let value): try value.encode(to: encoder)
    case .planned(let value): try value.encode(to: encoder)
    case .stepStarted(let value): try value.encode(to: encoder)
    case .stepEnded(let value): try value.encode(to: encoder)
    case .measured(let value): try value.encode(to: encoder)
    case .exchanged(let value): try value.encode(to: encoder)
    case .edges(let value): try value.encode(to: encoder)
    case .observed(let value): try value.encode(to: encoder)
    case .silent(let value): try value.encode(to: encoder)
    case .switched(let value): try value.encode(to: encoder)
    case .busStatistics(let value): try value.encode(to: encoder)
    case .noted(let value): try value.encode(to: encoder)
    case .runEnded(let value): try value.encode(to: encoder)
    }
  }
}

extension RecordedEvent {
  /// The event as one line of the record, with its line end. Keys are sorted, so equal events are
  /// equal bytes.
  public func line() throws -> Data { try ChainedLine(event: self).data() }

  static var encoder: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "+Inf",
      negativeInfinity: "-Inf",
      nan: "NaN"
    )
    return encoder
  }

  /// The event of one line of a record.
  public init(line: Data) throws {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "+Inf",
      negativeInfinity: "-Inf",
      nan: "NaN"
    )
    self = try decoder.decode(RecordedEvent.self, from: line)
  }
}
