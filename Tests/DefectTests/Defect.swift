/// A meter with something wrong, as a twin's bench file says it.
struct Defect: Sendable, CustomStringConvertible {
  var name: String
  /// The fault's keys in the bench file, without when and where.
  var fault: String
  /// The scenario of the library that looks for it, and its bench.
  var scenario = "firmware-acceptance"
  var bench = "twin"
  var position = "A1"

  init(_ name: String, _ fault: String) {
    self.name = name
    self.fault = fault
  }

  init(_ name: String, _ fault: String, in scenario: String, on bench: String, at: String = "A1") {
    self.init(name, fault)
    self.scenario = scenario
    self.bench = bench
    position = at
  }

  var description: String { name }

  /// Every way in which the library must fail a meter.
  static let all = [
    Defect("Constant of output 2 is 1 % high", "pulse-constant, output: pulse-2, amount: 1 %"),
    Defect("Constant of output 1 is twice", "pulse-constant, output: pulse-1, amount: 100 %"),
    Defect("Output 2 counts kWh for MWh", "pulse-constant, output: pulse-2, amount: 99900 %"),
    Defect("Pulses are 20 ms wide", "pulse-width, amount: 20 ms"),
    Defect("Pulses are 120 ms wide", "pulse-width, amount: 120 ms"),
    Defect("Output 1 gives more than two pulses per second", "uncapped-rate"),
    Defect("Outputs 1 and 2 are exchanged", "swapped-outputs"),
    Defect("Output 2 is silent", "silent-output, output: pulse-2"),
    Defect("Output 1 is silent", "silent-output, output: pulse-1"),
    Defect("L1 and L2 are exchanged", "swapped-phases"),
    Defect("L2 is reversed", "reversed-phase, of: L2"),
    Defect("Energy is 1 % high", "energy-error, amount: 1 %"),
    Defect("Energy is 0.7 % low", "energy-error, amount: -0.7 %"),
    Defect("The current is displaced by half a degree", "phase-error, amount: 0.5 °"),
    Defect("Light loads read 2 % high", "light-load-error, amount: 2 %"),
    Defect("Energy units have no effect", "setting-ignored, of: energy-units"),
    Defect("The demand window is a minute long", "demand-window, amount: 1 min"),
    Defect("The demand window is a minute short", "demand-window, amount: -1 min"),
    Defect("Reset forgets the power demand", "reset-forgets, of: active-power-demand-max"),
    Defect("Reset forgets the neutral demand", "reset-forgets, of: neutral-current-demand-max"),
    Defect("Reset forgets exported energy", "reset-forgets, of: active-energy-export"),
    Defect("Demand reset clears energy", "reset-clears, of: active-energy-import"),
    Defect("Energy reset clears maxima", "reset-clears, of: active-power-demand-max"),
    Defect("The password is not needed", "password-ignored"),
    Defect("The password is not taken", "password-refused"),
    Defect("Parity has no effect", "setting-ignored, of: parity-stop"),
    Defect("The line rate has no effect", "setting-ignored, of: baud"),
    Defect("The address has no effect", "setting-ignored, of: address"),
    Defect("The line rate takes effect at once", "setting-at-once, of: baud"),
    Defect("The address takes effect at once", "setting-at-once, of: address"),
    Defect("The meter answers to every address", "every-address"),
    Defect("The meter creeps with 5 W", "creep, amount: 5 W"),
    Defect("The meter does not start below 10 mA", "start-threshold, amount: 10 mA"),
    Defect("Voltage L2 reads 2 % high", "register-error, of: voltage-l2, amount: 2 %"),
    Defect("Frequency reads tenfold", "register-error, of: frequency, amount: 900 %"),
    Defect("Power factor L3 reads 3 % low", "register-error, of: power-factor-l3, amount: -3 %"),
    Defect("Current THD reads 51-fold", "register-error, of: current-thd-l1, amount: 5000 %"),
    Defect(
      "Maximum demand reads 1 % high",
      "register-error, of: active-power-demand-max, amount: 1 %"
    ),
    Defect(
      "The apparent energy register runs 3 % fast",
      "register-error, of: apparent-energy, amount: 3 %"
    ),
    Defect("Current L3 is stuck", "stuck-register, of: current-l3"),
    Defect("The energy register is stuck", "stuck-register, of: active-energy-import"),
    Defect("The words of numbers are exchanged", "swapped-words"),
    Defect("Registers stand one quantity off", "shifted-registers, amount: 2"),
    Defect("Registers stand one place off", "shifted-registers, amount: 1"),
    Defect("The transformer ratio has no effect", "setting-ignored, of: ct-primary"),
    Defect("The system type has no effect", "setting-ignored, of: system-type"),
    Defect("The pulse width has no effect", "setting-ignored, of: pulse-width"),
    Defect("The pulse weight has no effect", "setting-ignored, of: pulse-weight"),
    Defect("The pulse's energy has no effect", "setting-ignored, of: pulse-1-energy"),
    Defect("The demand period has no effect", "setting-ignored, of: demand-period"),
    Defect("The incomer entry has no effect", "setting-ignored, of: incomer-entry"),
    Defect("The transformer ratio is lost at a restart", "setting-lost, of: ct-primary"),
    Defect("The demand period is lost at a restart", "setting-lost, of: demand-period"),
    Defect("A wrong demand period is taken", "setting-unchecked, of: demand-period"),
    Defect("A wrong address is taken", "setting-unchecked, of: address"),
    Defect("Energy is lost at a restart", "energy-lost"),
    Defect("Maxima are lost at a restart", "demand-lost"),
    Defect("The self-test fails", "self-test-error"),
    Defect("The meter starts 15 s late", "slow-start, amount: 15 s"),
    Defect("Writes are forgotten", "forgotten-writes"),
    Defect("Writes are refused", "refused-writes"),
    Defect("Energy registers hold NaN", "nan-register"),
    Defect(
      "The energy counter stops at its end",
      "no-roll-over",
      in: "energy-rollover",
      on: "twin-rollover"
    ),
    Defect(
      "A full counter in single precision no longer moves",
      "float-ageing",
      in: "energy-rollover",
      on: "twin-rollover"
    ),
    Defect(
      "Reactive energy is 1 % high",
      "energy-error, amount: 1 %",
      in: "reactive-accuracy",
      on: "twin-reactive"
    ),
    Defect(
      "A new meter does not take its address",
      "setting-ignored, of: address",
      in: "as-delivered",
      on: "twin-new-meters"
    ),
    Defect("Voltage transformers have no effect", "setting-ignored, of: vt-primary"),
    Defect(
      "Voltage L1 to L2 reads 1 % high",
      "register-error, of: voltage-l1-l2, amount: 1 %",
      in: "three-wire",
      on: "twin",
      at: "B1"
    ),
    Defect(
      "The register is 0.2 % ahead of the pulses",
      "register-error, of: active-energy-import, amount: 0.2 %",
      in: "meter-constant",
      on: "twin"
    ),
    Defect(
      "Energy is 1 % high, at the end of the line",
      "energy-error, amount: 1 %",
      in: "end-of-line",
      on: "twin-4"
    ),
  ]
}
