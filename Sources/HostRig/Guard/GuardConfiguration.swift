import Benches
import CGPIO
import Quantities
import Rig

/// What a guard is to hold of a bench: its outputs, their read-backs and the interlocks on chips of
/// this machine, as the lines of text that the guard is told, and the numbers that it gives them.
struct GuardConfiguration: Sendable {
  /// A line of text with the part that it is about, for the case that the kernel refuses that.
  private struct Entry {
    var text: String
    var part: Part
    var chip: HostChip?
    var offset = 0
    var purpose: LineRefusal.Purpose = .output
  }

  private var entries: [Entry] = []
  /// The number of each output, and of its read-back among the inputs.
  private(set) var outputs: [String: Int] = [:]
  private(set) var readBacks: [String: Int] = [:]
  /// The interlocks by their numbers among the inputs.
  private(set) var interlocks: [Int: String] = [:]
  /// The pause on the way to safety.
  let pause: Duration

  /// - Parameters:
  ///   - bench: the wiring.
  ///   - chips: the chips of this machine, by their names in the bench file; what is wired to others
  ///     is not the guard's.
  /// - Throws: where a line is not there.
  init(_ bench: Bench, chips: [String: HostChip]) throws(RigFault) {
    pause = bench.switching.pause
    add("pause \(pause.nanoseconds)", Part(.host, ""))
    for output in bench.outputs {
      let line = output.wiring.line
      guard let chip = chips[line.chip] else { continue }
      let part = Part(.output, output.name)
      let offset = try Self.offset(line, chip, part)
      let stage = output.isLoad ? 0 : 1
      add(
        "output \(stage) \(output.wiring.safeOn.digit) \(line.isActiveLow.digit) \(offset) \(chip.device)",
        part,
        (chip, offset, .output)
      )
      outputs[output.name] = outputs.count
    }
    for group in bench.switching.exclusive {
      let members = group.compactMap { outputs[$0] }
      for (index, one) in members.enumerated() {
        for other in members[..<index] { add("exclude \(other) \(one)", Part(.host, "")) }
      }
    }
    var inputs = 0
    for interlock in bench.interlocks {
      guard let chip = chips[interlock.line.chip] else { continue }
      let part = Part(.interlock, interlock.name)
      let offset = try Self.offset(interlock.line, chip, part)
      add(
        "interlock \(interlock.mustBeActive.digit) \(Self.input(interlock.line, offset, chip))",
        part,
        (chip, offset, .edges)
      )
      interlocks[inputs] = interlock.name
      inputs += 1
    }
    for output in bench.outputs {
      guard let line = output.wiring.readBack?.line, let chip = chips[line.chip] else { continue }
      let part = Part(.output, "\(output.name) read-back")
      let offset = try Self.offset(line, chip, part)
      add("read-back \(Self.input(line, offset, chip))", part, (chip, offset, .level))
      readBacks[output.name] = inputs
      inputs += 1
    }
  }

  /// The output whose read-back is this one among the inputs.
  func output(ofReadBack input: Int) -> OutputName? {
    readBacks.first { $0.value == input }.flatMap { OutputName($0.key) }
  }

  /// Whether there is nothing to guard.
  var isEmpty: Bool { outputs.isEmpty && interlocks.isEmpty }

  /// What the record says of the guard.
  var remark: String {
    let names = outputs.keys.sorted() + interlocks.values.sorted().map { "interlock \($0)" }
    return "the guard holds \(names.joined(separator: ", ")); with read-back: "
      + (readBacks.isEmpty ? "none" : readBacks.keys.sorted().joined(separator: ", "))
  }

  var lines: [String] { entries.map(\.text) }

  /// Why a line of text was refused.
  func refusal(ofLine index: Int, code: Int32) -> RigFault {
    guard entries.indices.contains(index), let chip = entries[index].chip else {
      return RigFault(Part(.host, ""), "the guard does not take the bench: \(systemText(code))")
    }
    let entry = entries[index]
    let refusal = LineRefusal(
      chip: chip,
      offsets: [entry.offset],
      purpose: entry.purpose,
      code: code
    )
    return RigFault(entry.part, "\(refusal.problem)")
  }

  private mutating func add(
    _ text: String,
    _ part: Part,
    _ line: (chip: HostChip, offset: Int, purpose: LineRefusal.Purpose)? = nil
  ) {
    var entry = Entry(text: text, part: part, chip: line?.chip)
    if let line { (entry.offset, entry.purpose) = (line.offset, line.purpose) }
    entries.append(entry)
  }

  private static func offset(
    _ wiring: LineWiring,
    _ chip: HostChip,
    _ part: Part
  ) throws(RigFault) -> Int {
    do throws(ChipProblem) { return try chip.line(wiring.line).offset } catch {
      throw RigFault(part, "\(chip.device) \(error)")
    }
  }

  private static func input(_ line: LineWiring, _ offset: Int, _ chip: HostChip) -> String {
    let bias = cgpio_bias(wording: line.bias).rawValue
    return "\(line.isActiveLow.digit) \(bias) \(offset) \(chip.device)"
  }
}

extension Bool {
  fileprivate var digit: Int { self ? 1 : 0 }
}
