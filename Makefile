# Short names for what README.md and CONTRIBUTING.md name in full.
.PHONY: build test check release

build:
	CGO_ENABLED=0 go build -trimpath -o harmattan ./cmd/harmattan

test:
	go test ./...

check:
	.ci/run

release:
	deploy/package/build dist
