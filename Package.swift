// swift-tools-version: 6.2
import PackageDescription

/// Language rules that hold in every target of the package.
let rules: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .treatAllWarnings(as: .error),
]

/// A module and the only modules it may import. The floors are explained in docs/architecture.md;
/// nothing imports upwards.
func module(
  _ name: String,
  _ imports: [Target.Dependency] = [],
  resources: [Resource] = []
) -> Target {
  .target(name: name, dependencies: imports, resources: resources, swiftSettings: rules)
}

func tests(_ name: String, _ imports: [Target.Dependency], resources: [Resource] = []) -> Target {
  .testTarget(
    name: "\(name)Tests",
    dependencies: [.byName(name: name)] + imports,
    resources: resources,
    swiftSettings: rules
  )
}

/// Tests that cross modules.
func suite(_ name: String, _ imports: [Target.Dependency]) -> Target {
  .testTarget(name: "\(name)Tests", dependencies: imports, swiftSettings: rules)
}

/// Code that tests share.
func support(_ name: String, _ imports: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: imports, path: "Tests/\(name)", swiftSettings: rules)
}

/// Files of Sources/MeterProfiles/Classes.
let accuracyClasses = [
  "arrete-2013-d",
  "iec-62053-21-1",
  "iec-62053-21-1-ct",
  "iec-62053-21-2",
  "iec-62053-21-2-ct",
  "iec-62053-22-0.2S",
  "iec-62053-22-0.5S",
  "iec-62053-24-0.5S",
  "mid-a",
  "mid-a-ct",
  "mid-b",
  "mid-b-ct",
  "mid-c",
  "mid-c-ct",
]

let package = Package(
  name: "meterbench",
  products: [
    .executable(name: "meterbench", targets: ["meterbench"]),
    .executable(name: "meterbench-guard", targets: ["meterbench-guard"]),
    // For Benchmarks/ only; nothing here is promised to anybody else.
    .library(
      name: "MeasuredModules",
      targets: [
        "Benches", "HostRig", "Modbus", "Pulses", "Quantities", "Rig", "SimulatedMeasurements",
        "Verdicts",
      ]
    ),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // Floor 0
    module("Quantities"),
    module("Modbus"),
    module("Markup"),
    .target(name: "CHost"),
    .systemLibrary(name: "CGpiod", pkgConfig: "libgpiod", providers: [.apt(["libgpiod-dev"])]),
    .systemLibrary(name: "CUdev", pkgConfig: "libudev", providers: [.apt(["libudev-dev"])]),
    .target(name: "CGPIO", dependencies: ["CGpiod"]),
    // Floor 1
    // A program of its own, which HostRig starts.
    .executableTarget(name: "meterbench-guard", dependencies: ["CGPIO"]),
    module("Documents", ["Quantities", .product(name: "Yams", package: "Yams")]),
    module("Verdicts", ["Quantities"]),
    module("Pulses", ["Quantities"]),
    // Floor 2
    module(
      "MeterProfiles",
      ["Documents", "Modbus", "Quantities"],
      resources: [
        .embedInCode("Profiles/integra-1221.yaml"), .embedInCode("Profiles/sdm120.yaml"),
        .embedInCode("Profiles/sdm630.yaml"),
      ] + accuracyClasses.map { .embedInCode("Classes/\($0).yaml") }
    ),
    module("Benches", ["Documents", "Modbus", "Quantities"]),
    module("Metrology", ["Pulses", "Verdicts", "Quantities"]),
    // Floor 3
    module(
      "RunRecord",
      [
        "Pulses", "Modbus", "Verdicts", "Quantities",
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      resources: [.embedInCode("Schema/record.json")]
    ),
    module("Rig", ["Modbus", "Pulses", "Quantities"]),
    module("Scenarios", ["MeterProfiles", "Verdicts", "Documents", "Quantities"]),
    // Floor 4
    module("Judging", ["RunRecord", "Verdicts", "Quantities"]),
    module(
      "Planning",
      [
        "Scenarios", "Benches", "MeterProfiles", "Metrology", "Verdicts", "Documents", "Modbus",
        "Quantities",
      ]
    ),
    module(
      "HostRig",
      ["Rig", "Benches", "Modbus", "Pulses", "Quantities", "CHost", "CGPIO", "CUdev"]
    ),
    module("TwinRig", ["Rig", "Benches", "MeterProfiles", "Modbus", "Pulses", "Quantities"]),
    // Floor 5
    module(
      "BenchEngine",
      [
        "Judging", "Planning", "Scenarios", "Benches", "Rig", "RunRecord", "Metrology",
        "MeterProfiles", "Verdicts", "Modbus", "Pulses", "Quantities",
      ]
    ),
    module(
      "Reports",
      ["Judging", "RunRecord", "Pulses", "Verdicts", "Markup", "Modbus", "Quantities"]
    ),
    module(
      "ResultStore",
      [
        "Judging", "RunRecord", "Verdicts", "Markup", "Quantities",
        .product(name: "GRDB", package: "GRDB.swift"),
      ]
    ),
    // Floor 6
    module(
      "Station",
      [
        "BenchEngine", "Reports", "ResultStore", "Judging", "Planning", "HostRig", "TwinRig",
        "RunRecord", "Rig",
        "Scenarios", "Benches", "MeterProfiles", "Metrology", "Documents", "Verdicts", "Pulses",
        "Modbus", "Quantities",
      ],
      resources: [
        .embedInCode("Lots/Plans/arrete-2013-normal.yaml"),
        .embedInCode("Lots/Plans/arrete-2013-tightened.yaml"),
        .embedInCode("Lots/Plans/iso-2859-1-aql-1.yaml"),
      ]
    ),
    // Floor 7
    .executableTarget(
      name: "meterbench",
      dependencies: [
        "Station", "ResultStore",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: rules
    ),

    .testTarget(name: "DefectTests", swiftSettings: rules),
    // Measurements of known truth, for tests and for Benchmarks/.
    support("SimulatedMeasurements", ["Metrology", "Pulses", "Verdicts", "Quantities"]),
    tests("Quantities", []),
    tests("Modbus", []),
    tests("Markup", []),
    tests("Documents", ["Quantities"]),
    tests("Pulses", ["Quantities"]),
    tests("Metrology", ["SimulatedMeasurements", "Pulses", "Verdicts", "Quantities"]),
    tests("MeterProfiles", ["Documents", "Modbus", "Quantities"]),
    tests("Rig", ["TwinRig", "Modbus", "Pulses", "Quantities"]),
    tests("HostRig", ["Rig", "Benches", "Documents", "Modbus", "Quantities"]),
    tests(
      "TwinRig",
      ["Rig", "Benches", "Documents", "MeterProfiles", "Modbus", "Pulses", "Quantities"]
    ),
    tests(
      "Reports",
      ["Judging", "RunRecord", "Pulses", "Verdicts", "Markup", "Modbus", "Quantities"],
      resources: [.copy("Schemas"), .copy("Golden")]
    ),
    tests(
      "ResultStore",
      [
        .product(name: "GRDB", package: "GRDB.swift"), "SimulatedMeasurements", "Judging",
        "RunRecord", "Verdicts", "Quantities",
      ]
    ),
    suite(
      "Engine",
      [
        "BenchEngine", "Judging", "Planning", "TwinRig", "RunRecord", "Rig", "Scenarios",
        "Benches", "MeterProfiles", "Documents", "Modbus", "Verdicts", "Quantities",
      ]
    ),
    suite("Verdicts", ["Verdicts", "Quantities"]),
    suite("Judging", ["Judging", "RunRecord", "Verdicts", "Quantities", "Modbus", "Pulses"]),
    suite("RunRecord", ["Station", "Judging", "RunRecord", "Verdicts"]),
    tests(
      "Station",
      [
        .product(name: "GRDB", package: "GRDB.swift"), "MeterProfiles", "Modbus", "Planning",
        "Quantities", "ResultStore", "RunRecord", "Judging", "Documents", "Verdicts",
      ]
    ),
    tests(
      "Planning",
      ["Station", "Scenarios", "Documents", "MeterProfiles", "Verdicts"],
      resources: [.copy("Broken")]
    ),
    suite("FaultTable", ["HostRig", "Rig", "Benches", "Modbus", "Quantities"]),
    suite(
      "TwinServing",
      [
        "Station", "HostRig", "Rig", "Benches", "Documents", "MeterProfiles", "Modbus", "Pulses",
        "Quantities",
      ]
    ),
    suite(
      "Docs",
      [
        "Station", "Scenarios", "Benches", "MeterProfiles", "Documents", "RunRecord",
        "Quantities",
      ]
    ),
  ]
)
