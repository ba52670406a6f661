import Benches
import Documents
public import Planning
import Scenarios

extension Plan {
  /// Why answers that are given before a run cannot be those to its questions; nil where they can.
  ///
  /// - Parameter answers: by step, or by `position.step`.
  public func problem(withAnswers answers: [(name: String, value: String)]) -> String? {
    var questions: [(name: String, choices: [String])] = []
    for step in steps + finally {
      guard case .ask(let ask) = step.step.action else { continue }
      questions.append((step.step.id, ask.choices))
      questions += activePositions.map { ("\($0.position.name).\(step.step.id)", ask.choices) }
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
