import Benches
import Quantities

/// The declared faults, by what they strike and when.
struct FaultScript: Sendable {
  /// In the order of the file.
  private let faults: [TwinFault]

  /// All of them.
  var all: [TwinFault] { faults }

  init(_ faults: [TwinFault]) { self.faults = faults }

  /// The faults of one kind that strike one of `targets`.
  func all(_ kind: TwinFault.Kind, striking targets: [String]) -> [TwinFault] {
    faults.filter { $0.kind == kind && targets.contains($0.target) }
  }

  /// All faults of some kinds.
  func all(_ kinds: TwinFault.Kind...) -> [TwinFault] {
    faults.filter { kinds.contains($0.kind) }
  }

  /// The first fault of the kind that strikes one of `targets` at that moment.
  func active(_ kind: TwinFault.Kind, striking targets: [String], at time: Instant) -> TwinFault? {
    faults.first { $0.kind == kind && targets.contains($0.target) && $0.isActive(at: time) }
  }

  /// Whether a fault of the kind is active that is about this quantity, setting or phase.
  func strikes(_ kind: TwinFault.Kind, _ subject: String, at time: Instant) -> Bool {
    begin(of: kind, subject, at: time) != nil
  }

  /// When the fault of the kind began that is active now and about this; nil where none is.
  func begin(of kind: TwinFault.Kind, _ subject: String, at time: Instant) -> Instant? {
    faults.first { $0.kind == kind && $0.subject == subject && $0.isActive(at: time) }?.begins
  }

  /// Only those faults for which `matches` is true.
  func filtered(_ matches: (TwinFault) -> Bool) -> FaultScript {
    FaultScript(faults.filter(matches))
  }

  /// The first fault of the kind that is active, whatever it strikes.
  func active(_ kind: TwinFault.Kind, at time: Instant) -> TwinFault? {
    faults.first { $0.kind == kind && $0.isActive(at: time) }
  }
}

extension TwinFault {
  /// When it begins.
  var begins: Instant { Instant(sinceOrigin: at) }

  /// When it ends; nil for never.
  var ends: Instant? { until.map(Instant.init(sinceOrigin:)) }

  /// Whether it lasts at that moment.
  func isActive(at time: Instant) -> Bool {
    begins <= time && (ends.map { time < $0 } ?? true)
  }

  /// The amount as a time in seconds.
  func duration(else usual: Duration) -> Duration {
    amount.map { max(.zero, .seconds(rounding: $0)) } ?? usual
  }
}
