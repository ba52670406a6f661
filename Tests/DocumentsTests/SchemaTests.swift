import Documents
import Testing

@Suite struct SchemaTests {
  @Test("A schema is written in the order of its declaration")
  func text() {
    #expect(
      Samples.serial.jsonSchema(title: "A \"line\"", id: "https://example.org/line.json") == """
        {
          "$schema": "https://json-schema.org/draft/2020-12/schema",
          "$id": "https://example.org/line.json",
          "title": "A \\"line\\"",
          "type": "object",
          "properties": {
            "baud": {
              "description": "Speed of the line.",
              "type": "integer",
              "minimum": 300,
              "maximum": 115200
            },
            "parity": {
              "description": "Parity of each character.",
              "enum": [
                "none",
                "even",
                "odd"
              ]
            },
            "stop-bits": {
              "description": "Stop bits.",
              "enum": [
                "1",
                1,
                "1.5",
                1.5,
                "2",
                2
              ]
            }
          },
          "additionalProperties": false,
          "required": [
            "baud"
          ]
        }

        """
    )
  }

  @Test("A recursive form is defined once and referred to")
  func recursion() {
    let schema = Samples.steps.jsonSchema(title: "Steps", id: "https://example.org/steps.json")
    #expect(schema.ranges(of: "\"$ref\": \"#/$defs/step\"").count == 2)
    #expect(schema.ranges(of: "\"step\": {").count == 1)
    #expect(
      Samples.step.jsonSchema(title: "Step", id: "https://example.org/step.json")
        .contains("\"title\": \"Step\",\n  \"$ref\": \"#/$defs/step\",\n  \"$defs\": {")
    )
  }

  @Test("A quantity's pattern lists its units")
  func units() {
    let schema = Samples.values.jsonSchema(title: "Values", id: "https://example.org/v.json")
    #expect(schema.contains("(mV|V|kV)"))
    #expect(schema.contains("(ns|µs|ms|s|min|h|d)"))
    #expect(schema.contains("(1|%|‰|ppm)?"))
  }
}
