import Glibc
import Metrology
import Quantities
import Testing
import Verdicts

/// What a current transformer before a meter makes of a flow.
@Suite("External transformers")
struct ExternalTransformerTests {
  private static func transformer(
    error: Double = 0,
    degrees: Double,
    tolerance: Double = 0.01
  ) -> ExternalTransformer {
    ExternalTransformer(
      ratioError: ToleratedQuantity(Quantity(base: error, .ratio), .relative(0)),
      displacement: ToleratedQuantity(
        Quantity(base: degrees, .angle),
        .absolute(Quantity(base: tolerance, .angle))
      )
    )
  }

  /// A flow of one VA at an angle, above zero where the current lags.
  private static func flow(lagging degrees: Double) -> ExternalTransformer.Flow {
    let angle = degrees * .pi / 180
    return ExternalTransformer.Flow(active: cos(angle), reactive: sin(angle))
  }

  @Test(
    "A leading secondary current turns the flow by its angle: P′ = cos(φ − δ), Q′ = sin(φ − δ)",
    arguments: [-120.0, -60, -37, 0, 25, 60, 89, 90, 150],
    [-1, -0.5, 0, 0.1, 1.0]
  )
  func turned(lagging phi: Double, leading delta: Double) {
    let transformer = Self.transformer(error: 0.002, degrees: delta)
    let flow = Self.flow(lagging: phi)
    let angle = (phi - delta) * .pi / 180
    #expect(abs(transformer.given(.active, of: flow).value - 1.002 * cos(angle)) < 1e-12)
    #expect(abs(transformer.given(.reactive, of: flow).value - 1.002 * sin(angle)) < 1e-12)
    #expect(abs(transformer.given(.apparent, of: flow).value - 1.002) < 1e-12)
  }

  @Test(
    "The tolerance of δ counts with its sensitivity, however the load lies",
    arguments: [-60.0, 0, 60, 90]
  )
  func tolerance(lagging phi: Double) {
    let flow = Self.flow(lagging: phi)
    let given = Self.transformer(degrees: 0.5).given(.active, of: flow)
    let ends = [0.49, 0.51].map { Self.transformer(degrees: $0).given(.active, of: flow).value }
    let half = abs(ends[1] - ends[0]) / 2
    let component = given.components.first { $0.name.contains("displacement") }
    let contribution = component?.contribution ?? 0
    #expect(abs(contribution - half / 3.0.squareRoot()) < 2e-8)
  }

  @Test("A great tolerance counts where the slope vanishes")
  func curvature() {
    let given = Self.transformer(degrees: 0, tolerance: 5).given(
      .active,
      of: Self.flow(lagging: 0)
    )
    let component = given.components.first { $0.name.contains("displacement") }
    let most = 1 - cos(5 * Double.pi / 180)
    #expect(abs((component?.contribution ?? 0) * 3.0.squareRoot() - most) < 1e-5)
  }

  @Test("What is not known of the power factor counts where δ is not zero, and only there")
  func powerFactor() {
    var flow = Self.flow(lagging: 60)
    flow.otherHalfWidth = 0.01
    func names(_ degrees: Double) -> [String] {
      Self.transformer(degrees: degrees).given(.active, of: flow).components.map(\.name)
    }
    #expect(names(0.5).contains { $0.contains("power factor") })
    #expect(!names(0).contains { $0.contains("power factor") })
  }
}
