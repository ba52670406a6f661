// swift-tools-version: 6.2
import PackageDescription

/// The benchmarks' own package, so that what they need costs the product nothing. `make bench` runs
/// them; docs/benchmarks.md says what they measure.
let rules: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .treatAllWarnings(as: .error),
]

func measurement(_ name: String) -> Target {
  .executableTarget(
    name: name,
    dependencies: [.product(name: "MeasuredModules", package: "meterbench")],
    swiftSettings: rules
  )
}

let package = Package(
  name: "Benchmarks",
  dependencies: [.package(name: "meterbench", path: "..")],
  targets: [measurement("transactions"), measurement("edges"), measurement("coverage")]
)
