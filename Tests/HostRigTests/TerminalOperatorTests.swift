import Benches
import Glibc
import Quantities
import Rig
import Testing

@testable import HostRig

@Suite(.timeLimit(.minutes(1)))
struct TerminalOperatorTests {
  private let question = Question(
    position: "A1",
    step: "led",
    prompt: "Does the red lamp blink?",
    choices: ["yes", "no"]
  )

  @Test(
    arguments: [
      (["A1.led": "no", "led": "yes"], "no"),
      (["led": "yes"], "yes"),
      (["A2.led": "yes"], nil),
      ([:], nil),
    ] as [([String: String], String?)]
  )
  func `given answers come first and nobody is asked without a terminal`(
    answers: [String: String],
    expected: String?
  ) async throws {
    try await withLane { lane in
      let null = Descriptor(owning: open("/dev/null", O_RDWR))
      let person = TerminalOperator(
        answers: answers,
        lane: lane,
        input: null,
        output: null,
        canAnswer: Terminal.canAnswer
      )
      let answer = try await person.ask(question)
      #expect(answer == expected)
    }
  }

  @Test func `a given answer that is none of the choices is a fault`() async throws {
    try await withLane { lane in
      let person = TerminalOperator(answers: ["led": "perhaps"], lane: lane)
      let fault = await #expect(throws: RigFault.self) { try await person.ask(question) }
      #expect(
        fault?.text == "the answer 'perhaps' given for step 'led' is none of yes, no"
      )
    }
  }

  @Test func `a person is asked until one of the choices is given`() async throws {
    let answer = try await answer(with: ["maybe\n", "yes\r\n"])
    #expect(answer == "yes")
  }

  @Test func `what was typed before the question is no answer`() async throws {
    let answer = try await answer(with: ["no\n"], typedAhead: "yes\n")
    #expect(answer == "no")
  }

  @Test func `cancelling ends a question without an answer`() async throws {
    let lane = try ThreadLane(name: "asking")
    defer { lane.stop() }
    try await withLane { far in
      let terminal = try PseudoTerminal(lane: far)
      let person = try person(at: terminal.path, on: lane)
      let asking = Task { try await person.ask(question) }
      #expect(try await terminal.read(until: far.farAway).isEmpty == false)
      try await untilThreadSleeps("asking")
      asking.cancel()
      #expect(try await asking.value == nil)
    }
  }

  @Test("two positions are asked one after the other") func onePositionAtATime() async throws {
    let lane = try ThreadLane(name: "asking")
    defer { lane.stop() }
    try await withLane { far in
      let terminal = try PseudoTerminal(lane: far)
      let person = try person(at: terminal.path, on: lane)
      var other = question
      other.position = "A2"
      // Tasks of their own: children would share the far end's lane, which blocks.
      let first = Task { try await person.ask(question) }
      let second = Task { [other] in try await person.ask(other) }
      var answers: [String] = []
      for answer in ["yes", "no"] {
        let prompt = "A1, led: Does the red lamp blink? [yes/no] "
        let shown = try await terminal.read(count: prompt.utf8.count, until: far.farAway)
        answers.append("\(String(decoding: shown, as: UTF8.self).prefix(2)) \(answer)")
        #expect(terminal.unreadCount == 0)
        try await terminal.write(Array("\(answer)\n".utf8))
      }
      let given = try await ["A1 \(first.value ?? "")", "A2 \(second.value ?? "")"]
      #expect(answers.sorted() == given)
    }
  }

  private func answer(with lines: [String], typedAhead: String = "") async throws -> String? {
    let lane = try ThreadLane(name: "asking")
    defer { lane.stop() }
    return try await withLane { far in
      let terminal = try PseudoTerminal(lane: far)
      let person = try person(at: terminal.path, on: lane)
      try await terminal.write(Array(typedAhead.utf8))
      try await until { terminal.unreadCount == typedAhead.utf8.count }
      let asking = Task { try await person.ask(question) }
      let prompt = "A1, led: Does the red lamp blink? [yes/no] "
      var expected = prompt
      for line in lines {
        let shown = try await terminal.read(count: expected.utf8.count, until: far.farAway)
        #expect(String(decoding: shown, as: UTF8.self) == expected)
        expected = "'\(line.dropLast())' is none of yes, no\n" + prompt
        try await terminal.write(Array(line.utf8))
      }
      return try await asking.value
    }
  }

  private func person(at path: String, on lane: ThreadLane) throws -> TerminalOperator {
    let descriptor = Descriptor(owning: open(path, O_RDWR | O_NOCTTY))
    return TerminalOperator(
      answers: [:],
      lane: lane,
      input: descriptor,
      output: descriptor,
      canAnswer: { _ in true }
    )
  }
}
