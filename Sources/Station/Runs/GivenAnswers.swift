import Benches
import Documents
public import Planning
import Rig
import Scenarios

extension Plan {
  /// Why answers that are given before a run cannot be those to its questions; nil where they can.
  ///
  /// - Parameter answers: by step, or by `position.step`.
  public func problem(withAnswers answers: [(name: String, value: String)]) -> String? {
    var questions: [(name: String, choices: [String])] = []
    for step in steps + finally {
      let choices: [String]
      switch step.step.action {
      case .ask(let ask): choices = ask.choices
      // What only a person can set or clear is asked as well.
      case .configure, .reset: choices = ["done", "not possible"]
      // What the display shows after a failed self-test.
      case .restart: choices = []
      default: continue
      }
      for position in [nil] + activePositions.map(\.position.name) {
        let question = Question(
          position: position,
          step: step.step.id,
          prompt: "",
          choices: choices
        )
        questions += question.keys.map { ($0, choices) }
      }
    }
    for (name, value) in answers {
      guard let question = questions.first(where: { $0.name == name }) else {
        let hint = nearest(name, in: questions.map(\.name)).map { "; did you mean '\($0)'?" }
        return "--answer: the scenario asks nothing by the name of '\(name)'\(hint ?? "")"
      }
      if !question.choices.isEmpty, !question.choices.contains(value) {
        return
          "--answer: '\(value)' is none of the choices of '\(name)': \(question.choices.joined(separator: ", "))"
      }
    }
    return nil
  }
}
