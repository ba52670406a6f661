public import Quantities
public import Verdicts

/// Something that happened in a run. The events are all that is known of it: verdicts and reports
/// are functions of them.
public enum Event: Hashable, Sendable {
  /// First of every record: what was run, with what, where.
  case runStarted(RunStarted)
  /// The plan: every step and rule that the run owes a verdict.
  case planned(RecordedPlan)
  case stepStarted(StepMark)
  case stepEnded(StepEnd)
  /// A value that rules may refer to.
  case measured(Measured)
  /// One Modbus transaction with every frame.
  case exchanged(RecordedExchange)
  /// Edges of one line.
  case edges(RecordedEdges)
  /// Something that bears on a verdict and is no value.
  case observed(Observation)
  /// Nothing came where something was due.
  case silent(Silence)
  /// An output was switched.
  case switched(Switching)
  /// What was counted on a bus in the whole run; it bears on no verdict.
  case busStatistics(RecordedBusStatistics)
  /// A remark for the reader; it bears on no verdict.
  case noted(Note)
  /// Last of every complete record.
  case runEnded(RunEnd)

  /// The word for this kind of event in the record.
  public var type: String {
    switch self {
    case .runStarted: "run-started"
    case .planned: "planned"
    case .stepStarted: "step-started"
    case .stepEnded: "step-ended"
    case .measured: "measured"
    case .exchanged: "exchanged"
    case .edges: "edges"
    case .observed: "observed"
    case .silent: "silent"
    case .switched: "switched"
    case .busStatistics: "bus-statistics"
    case .noted: "noted"
    case .runEnded: "run-ended"
    }
  }
}

/// An event with its place in the record.
public struct RecordedEvent: Hashable, Sendable {
  /// Counts from 0 without a gap.
  public var sequence: Int
  /// When it happened, on the run's clock.
  public var at: Instant
  public var event: Event

  /// An event with its place in the record.
  public init(sequence: Int, at: Instant, event: Event) {
    self.sequence = sequence
    self.at = at
    self.event = event
  }
}

/// What was run, with what, where.
public struct RunStarted: Hashable, Sendable, Codable {
  /// The version of the record's format.
  public static let currentFormat = 2

  public var format = currentFormat
  /// `meterbench` with its version.
  public var tool: String
  /// The build ID of the program (`NT_GNU_BUILD_ID`), in hexadecimal; nil where it has none, or the rig is a twin,
  /// whose runs any build of a version repeats.
  public var program: String?
  public var run: String
  /// `host`, or `twin` where any part is simulated.
  public var rig: String
  /// The machine; `twin` where the rig is one.
  public var host: String
  /// UTC, `YYYY-MM-DDThh:mm:ss.sssZ`.
  public var wallTime: String
  /// False where the system does not vouch for its wall clock.
  public var wallClockIsSynchronised: Bool
  public var bench: SourceText
  public var scenario: SourceText
  /// The files that the scenario includes; nil where it includes none.
  public var included: [SourceText]?
  public var profiles: [SourceText]
  public var scenarioName: String
  public var benchName: String
  public var parameters: [Parameter]
  /// True where whoever started the run wanted it in no history; nil where nobody said so.
  public var staysOutOfHistory: Bool?

  /// A file as it was read.
  public struct SourceText: Hashable, Sendable, Codable {
    public var path: String
    public var text: String

    /// A file as it was read.
    public init(path: String, text: String) {
      self.path = path
      self.text = text
    }
  }

  /// A parameter's value in this run.
  public struct Parameter: Hashable, Sendable, Codable {
    public var name: String
    public var value: String

    /// A parameter's value.
    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// What was run, with what, where.
  public init(
    tool: String,
    program: String? = nil,
    run: String,
    rig: String,
    host: String,
    wallTime: String,
    wallClockIsSynchronised: Bool,
    bench: SourceText,
    scenario: SourceText,
    included: [SourceText]? = nil,
    profiles: [SourceText],
    scenarioName: String,
    benchName: String,
    parameters: [Parameter],
    staysOutOfHistory: Bool? = nil
  ) {
    self.tool = tool
    self.program = program
    self.run = run
    self.rig = rig
    self.host = host
    self.wallTime = wallTime
    self.wallClockIsSynchronised = wallClockIsSynchronised
    self.bench = bench
    self.scenario = scenario
    self.included = included
    self.profiles = profiles
    self.scenarioName = scenarioName
    self.benchName = benchName
    self.parameters = parameters
    self.staysOutOfHistory = staysOutOfHistory
  }
}

/// The plan as the judge needs it.
public struct RecordedPlan: Hashable, Sendable, Codable {
  public var positions: [Position]
  /// In the order in which they run; those of `finally` come last.
  public var steps: [Step]
  /// The reference that steps of this plan measure against; nil where none does.
  public var reference: Reference?
  /// The time base, where what it is trusted for bears on steps of this plan; nil where it does not.
  public var timeBase: Reference?
  /// Whether known-good meters judge the bench; nil where the meters are judged.
  public var judgesBench: Bool?
  /// What rests on unproven knowledge or on trust.
  public var warnings: [String]

  /// What the bench file says of the reference's calibration.
  public struct Reference: Hashable, Sendable, Codable {
    /// The last day on which it is valid, `YYYY-MM-DD`; nil where the file does not say.
    public var calibratedUntil: String?
    /// The certificate's number; nil where the file does not say.
    public var certificate: String?

    /// What the bench file says of the reference's calibration.
    public init(calibratedUntil: String?, certificate: String?) {
      self.calibratedUntil = calibratedUntil
      self.certificate = certificate
    }
  }

  /// A socket of the bench.
  public struct Position: Hashable, Sendable, Codable {
    public var name: String
    public var profile: String
    public var variant: String?
    public var bus: String
    public var address: UInt8
    /// Why it takes no part; nil where it does.
    public var notApplicable: String?
    /// The meter that it is to hold; nil where nobody said so.
    public var expected: ExpectedUnit?
    /// Why its meter was not tested although the position takes part; nil where it was.
    public var refused: String?

    /// A socket of the bench.
    public init(
      name: String,
      profile: String,
      variant: String?,
      bus: String,
      address: UInt8,
      notApplicable: String?,
      expected: ExpectedUnit? = nil,
      refused: String? = nil
    ) {
      self.name = name
      self.profile = profile
      self.variant = variant
      self.bus = bus
      self.address = address
      self.notApplicable = notApplicable
      self.expected = expected
      self.refused = refused
    }
  }

  /// A step with the rules it owes.
  public struct Step: Hashable, Sendable, Codable {
    /// Unique in the plan.
    public var id: String
    public var verb: String
    /// Whether it belongs to `finally`.
    public var isFinally: Bool
    public var origin: Rule.Origin
    public var rules: [Rule]
    /// The predicted duration in seconds.
    public var predictedSeconds: Double
    /// Positions it does not apply to, with the reason, in the bench's order.
    public var notApplicable: [Exemption]
    /// The load that rules take the bench file's word for; nil where none does.
    public var trustedLoad: TrustedLoad?
    /// Whether the serial number that it reads is compared with the expected one; nil where it is not.
    public var identifiesUnit: Bool?

    /// A step with the rules it owes.
    public init(
      id: String,
      verb: String,
      isFinally: Bool,
      origin: Rule.Origin,
      rules: [Rule],
      predictedSeconds: Double,
      notApplicable: [Exemption],
      trustedLoad: TrustedLoad? = nil,
      identifiesUnit: Bool? = nil
    ) {
      self.id = id
      self.verb = verb
      self.isFinally = isFinally
      self.origin = origin
      self.rules = rules
      self.predictedSeconds = predictedSeconds
      self.notApplicable = notApplicable
      self.trustedLoad = trustedLoad
      self.identifiesUnit = identifiesUnit
    }
  }

  /// A position that a step does not apply to.
  public struct Exemption: Hashable, Sendable, Codable {
    public var position: String
    public var reason: String

    /// A position that a step does not apply to.
    public init(position: String, reason: String) {
      self.position = position
      self.reason = reason
    }
  }

  /// A plan.
  public init(
    positions: [Position],
    steps: [Step],
    reference: Reference? = nil,
    timeBase: Reference? = nil,
    judgesBench: Bool? = nil,
    warnings: [String]
  ) {
    self.positions = positions
    self.steps = steps
    self.reference = reference
    self.timeBase = timeBase
    self.judgesBench = judgesBench
    self.warnings = warnings
  }
}

/// A step on a position.
public struct StepMark: Hashable, Sendable, Codable {
  public var position: String
  public var step: String

  /// A step on a position.
  public init(position: String, step: String) {
    self.position = position
    self.step = step
  }
}

/// How a step ended on a position.
public struct StepEnd: Hashable, Sendable, Codable {
  public var position: String
  public var step: String
  public var how: How
  /// Why it did not complete; nil where it did.
  public var text: String?

  /// How a step can end.
  public enum How: String, Hashable, Sendable, Codable {
    /// All that it does was done.
    case completed
    /// It could not go on; an observation or a silence says why.
    case abandoned
    /// Its time was up.
    case timedOut = "timed-out"
    /// The run was stopped.
    case cancelled
    /// The tool failed.
    case threw
    /// It did not run, because the position had left the run.
    case skipped
  }

  /// How a step ended on a position.
  public init(position: String, step: String, how: How, text: String? = nil) {
    self.position = position
    self.step = step
    self.how = how
    self.text = text
  }
}

/// A measurement of a step on a position.
public struct Measured: Hashable, Sendable, Codable {
  public var position: String
  public var step: String
  public var measurement: Measurement

  /// A measurement of a step on a position.
  public init(position: String, step: String, measurement: Measurement) {
    self.position = position
    self.step = step
    self.measurement = measurement
  }
}

/// Something that bears on a verdict: a proven loss, a refusal, a fault of a part.
public struct Observation: Hashable, Sendable, Codable {
  /// The position it concerns; nil for the whole run.
  public var position: String?
  /// The step it happened in; nil for the whole position.
  public var step: String?
  public var kind: Reason.Kind
  /// Which gate of the step it is about; nil where it has one, or none.
  public var gate: Int?
  /// The part of the rig that is to blame, as `bus dut`; nil where none is.
  public var part: String?
  public var text: String

  /// An observation.
  public init(
    position: String? = nil,
    step: String? = nil,
    kind: Reason.Kind,
    gate: Int? = nil,
    part: String? = nil,
    text: String
  ) {
    self.position = position
    self.step = step
    self.gate = gate
    self.kind = kind
    self.part = part
    self.text = text
  }
}

/// Nothing came where something was due, with all that decides whose fault that is.
public struct Silence: Hashable, Sendable, Codable {
  public var position: String
  public var step: String
  public var cause: Cause
  public var text: String

  /// What was silent, and the circumstances.
  public enum Cause: Hashable, Sendable, Codable {
    /// The meter gave no valid reply. `supplyProven`: its supply was read back, or the socket has
    /// no switched supply; `busProvenBefore` and `busProvenAfter`: another unit on the bus
    /// answered before and after. `answersAgain`: asked once more after that, the meter answered. `heard`:
    /// bytes came that are no valid reply.
    case meter(
      bus: String,
      supplyProven: Bool,
      busProvenBefore: Bool,
      busProvenAfter: Bool,
      answersAgain: Bool,
      heard: Bool
    )
    /// The pulse output gave no pulse. `expected`: the periods that the reference's energy stands
    /// for; `lineProven`: pulses came through this input earlier in this run.
    case output(line: String, expected: Double, lineProven: Bool)
  }

  /// A silence.
  public init(position: String, step: String, cause: Cause, text: String) {
    self.position = position
    self.step = step
    self.cause = cause
    self.text = text
  }
}

/// An output that was switched.
public struct Switching: Hashable, Sendable, Codable {
  public var output: String
  public var on: Bool
  /// What the read-back says; nil where there is none.
  public var readBack: Bool?

  /// An output that was switched.
  public init(output: String, on: Bool, readBack: Bool?) {
    self.output = output
    self.on = on
    self.readBack = readBack
  }
}

/// A remark for the reader.
public struct Note: Hashable, Sendable, Codable {
  public var position: String?
  public var step: String?
  public var text: String

  /// A remark.
  public init(position: String? = nil, step: String? = nil, text: String) {
    self.position = position
    self.step = step
    self.text = text
  }
}

/// How the run ended.
public struct RunEnd: Hashable, Sendable, Codable {
  public var how: How
  /// What interrupted it; nil where nothing did.
  public var text: String?
  /// Whether every output was brought to its safe value.
  public var outputsSafe: Bool

  /// How a run can end.
  public enum How: String, Hashable, Sendable, Codable {
    case completed, interrupted, failed
  }

  /// How the run ended.
  public init(how: How, text: String? = nil, outputsSafe: Bool) {
    self.how = how
    self.text = text
    self.outputsSafe = outputsSafe
  }
}
