# The everyday verbs. Each is one command; what it needs it installs, or says what is missing.

SWIFT ?= swift
BUILD ?= .build
RUN_DEMO = results/demo

.PHONY: help demo build check test defects peers browser virtual sanitize lint bench clean

help:
	@sed -n 's/^## //p' $(MAKEFILE_LIST)

## make demo      build the program, and run the end-of-line scenario on the twin bench
demo: build
	rm -rf $(RUN_DEMO)
	$(BUILD)/release/meterbench run Scenarios/end-of-line.yaml --bench Benches/twin-4.yaml --output $(RUN_DEMO)

## make build     the program alone, for use: .build/release/meterbench and meterbench-guard
build:
	Packaging/install-packages build
	$(SWIFT) build -c release --product meterbench
	$(SWIFT) build -c release --product meterbench-guard

## make check     the quick tests; no root and no network once what they need is installed
check:
	Packaging/install-packages test
	$(SWIFT) build --build-tests
	$(SWIFT) test --skip-build --parallel --skip DefectTests

## make test      check, the defects, real peers on real pseudo terminals, reports in a browser, and the virtual bench
test: check defects peers browser virtual

## make defects   the scenario library against good meters and against each defect
defects: build
	$(SWIFT) build --build-tests
	$(SWIFT) test --skip-build --filter DefectTests

## make peers     pymodbus, mbpoll and libmodbus against the program
peers:
	Packaging/install-packages test
	$(SWIFT) build --product meterbench
	Tests/PeerTests/run.sh $(BUILD)/debug/meterbench

## make browser   the HTML reports in Chromium: no network, desk, phone, dark, paper
browser:
	$(SWIFT) build --product meterbench
	Tests/BrowserTests/run.sh $(BUILD)/debug/meterbench

## make virtual   the program on a virtual bench: real udev, FTDI driver and GPIO, libgpiod 1.6 and 2
virtual: build
	Packaging/install-packages virtual
	Tests/VirtualHardware/run $(BUILD)/release/meterbench .build-virtual
	Tests/VirtualHardware/run-libgpiod2 .build-virtual

## make sanitize  the tests of lanes, lines and protocol under the thread and address sanitizers
# Without the leak check: globals of indirect enums look leaked, for their pointers carry the case
# in spare bits.
sanitize:
	$(SWIFT) test --sanitize=thread --scratch-path .build-thread --filter 'RigTests|HostRigTests|TwinServingTests'
	ASAN_OPTIONS=detect_leaks=0 $(SWIFT) test --sanitize=address --scratch-path .build-address --filter 'ModbusTests|PulsesTests|DocumentsTests|HostRigTests'

## make lint      layout of the sources, and the calls that are banned from them
lint:
	$(SWIFT) format lint --strict --parallel --recursive Package.swift Sources Tests \
		Benchmarks/Package.swift Benchmarks/Sources
	Tools/lint

## make bench     performance beside libmodbus and pymodbus
bench:
	Packaging/install-packages test
	Benchmarks/run

clean:
	rm -rf .build .build-* results
