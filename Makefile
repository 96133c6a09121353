# Short names for what README.md and CONTRIBUTING.md name in full.
.PHONY: build test check profile release

build:
	CGO_ENABLED=0 go build -trimpath -o harmattan ./cmd/harmattan

test:
	go test ./...

check:
	.ci/run

# What "go build" favours: where the program spends its time.
profile:
	folder=$$(mktemp -d) && trap 'rm -r '$$folder EXIT && \
	measure() { go test -trimpath -run - -bench $$2 -benchtime 4s -cpuprofile $$folder/$$1.prof -o $$folder/$$1.test ./$$1; } && \
	measure fetcher 'ParseCold|ParseTwoNew' && measure curator 'Curate|Judge|Group' && measure storage Save && \
	measure publisher 'Render|Serve|Publish' && go tool pprof -proto $$folder/*.prof >cmd/harmattan/default.pgo

release:
	deploy/package/build dist
