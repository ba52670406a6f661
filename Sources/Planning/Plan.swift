public import Benches
public import MeterProfiles
import Metrology
public import Quantities
public import Scenarios
public import Verdicts

/// A scenario on a bench, with everything settled that can be before anything is touched.
public struct Plan: Sendable {
  public var scenario: Scenario
  public var bench: Bench
  /// Every position of the bench, in its order.
  public var positions: [PlannedPosition]
  public var steps: [PlannedStep]
  public var finally: [PlannedStep]
  /// What rests on unproven knowledge or on trust.
  public var warnings: [String]
  /// The type of the reference meter; nil where the reference is none.
  public var referenceProfile: MeterProfile?

  /// How long the steps will take, `finally` included.
  public var predictedDuration: Duration {
    (steps + finally).reduce(.zero) { $0 + $1.predictedDuration }
  }

  /// The positions that take part.
  public var activePositions: [PlannedPosition] {
    positions.filter { $0.notApplicable == nil }
  }
}

/// A socket of the bench with the type of its meter.
public struct PlannedPosition: Sendable {
  public var position: Position
  /// Why it takes no part; nil where it does.
  public var notApplicable: String?
  /// The meter that it is said to hold; nil where nobody says so.
  public var expected: ExpectedUnit?
  /// Why its meter is not tested although the position takes part; nil where it is.
  public var refused: String?
}

/// A step with all that follows from profile, settings and wiring.
public struct PlannedStep: Sendable {
  public var step: Step
  public var predictedDuration: Duration
  /// After so long the step is given up.
  public var timeout: Duration
  /// What `count-pulses` and `compare-registers` expect; nil for other steps.
  public var pulses: PulseExpectation?
  /// What `demand` expects; nil for other steps.
  public var demand: DemandExpectation?
  /// How long `no-load` and `starting-current` watch at most; nil for other steps.
  public var watchTime: Duration?
  /// The load that is on during the step; nil where none is.
  public var load: Load?
  /// What the load must give for the step's rules to be about the meter; nil where no rule rests on
  /// it.
  public var reliedOnLoad: ReliedOnLoad?
  /// The load that rules of this step take the bench file's word for; nil where none does.
  public var trustedLoad: TrustedLoad?
  /// Whether rules rest on the certificate of the declared load.
  public var restsOnCertificate = false
  /// How far the load may be off its nominal value by its declaration, relative to it, for each measurement of which a
  /// rule states a fixed limit that the load decides.
  public var loadTolerances: [String: Double] = [:]
  /// How well its rules will be decided, as far as that can be predicted.
  public var predictions: [Prediction] = []
  /// How many times the primary power the meters show: their set transformer ratio over the wired one.
  public var scale: Double
  /// How many times the real voltage they show.
  public var voltageScale: Double
  /// Settings that are known before the step, by name, in the order in which they became known.
  public var knownSettings: [KnownSetting]

  /// A setting whose value is known.
  public struct KnownSetting: Hashable, Sendable {
    public var name: String
    public var value: String
  }

  /// The phase of the wiring that a meter shows as this one: with the incomer at the top, L1 and L3 change
  /// places.
  public static func phase(_ shown: Int, incomer: String?) -> Int {
    incomer == "TOP" ? 2 - shown : shown
  }

  /// What the load's declaration leaves open of a measurement, relative to its value.
  public func loadAsDeclared(_ measurement: String) -> [UncertaintyBudget.Component] {
    loadTolerances[measurement].map { [.rectangular("load as declared", halfWidth: $0)] } ?? []
  }

  /// The known value of a setting.
  public func value(of setting: String) -> String? {
    knownSettings.last { $0.name == setting }?.value
  }
}

/// What is known of a demand before it rises.
public struct DemandExpectation: Hashable, Sendable {
  /// The window that the meter is set to.
  public var period: Duration
  /// How many times the primary power the meter shows.
  public var scale: Double
  /// Whether the reference shows how steady the load was.
  public var watchesReference: Bool
}

/// A load whose declared power the rules of a step take for granted.
public struct ReliedOnLoad: Hashable, Sendable {
  /// The load's name.
  public var load: String
  /// What the bench's reference measures of it by its declaration: W, var or VA, from its least to its
  /// most.
  public var power: Bounds
  /// Whether a limit holds for that load only, so that it must be shown to lie within; else it must not be shown to
  /// lie beyond.
  public var isLimit = true
}

/// What a pulse output will do in a step.
public struct PulseExpectation: Hashable, Sendable {
  /// The output under the settings known.
  public var output: PulseOutput.Resolved
  /// How many times the primary energy the meter counts: its set transformer ratio over the one that is
  /// wired.
  public var scale: Double
  /// The most pulses per second that it may give; nil where no limit is known.
  public var maximumRate: Double?
  /// The power that it counts, in the base unit (W, var or VA); nil where the load is not known.
  public var power: Double?
  /// How far it may be off by the load's declaration, relative to it, where rules rest on the energy in the gate; nil
  /// elsewhere.
  public var powerTolerance: Double?
  /// Pulses per second; nil where the power is not known.
  public var rate: Double?
  /// Whole periods in the gate.
  public var periods: Int
  /// How long the gate will be; nil where the rate is not known.
  public var gate: Duration?
}
