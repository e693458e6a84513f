# Hồ sơ: every target works on a fresh Debian machine with Go and make.
# `make help` lists them. Same build flags everywhere, so that build, vet and
# tests share one cache.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

export GOFLAGS := -trimpath -buildvcs=false
export CGO_ENABLED := 0

TOOLS := $(CURDIR)/.tools
BIN := $(CURDIR)/bin
LDFLAGS := -s -w

GOFUMPT := $(TOOLS)/bin/gofumpt
STATICCHECK := $(TOOLS)/bin/staticcheck
GOFUMPT_VERSION := v0.12.0
STATICCHECK_VERSION := v0.8.2

# Packages below testdata are named one by one: "./..." leaves them out.
CORPUS := $(shell find testdata -name '*.go' -printf './%h\n' | sort -u)

# Packages with concurrency, tested with the race detector as well.
RACE := ./shared/onebox/sqlitestore ./shared/asl ./infra/onebox/house

.PHONY: help
help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

.PHONY: build
build: assets reader ## Build bin/hoso
	@mkdir -p $(BIN)
	go build -ldflags '$(LDFLAGS)' -o $(BIN)/hoso ./infra/onebox

.PHONY: reader
reader: ## Build the small reader program that the binary carries
	go build -ldflags '$(LDFLAGS)' -o infra/reader/embedded/bin/hoso-reader ./infra/reader

.PHONY: run
run: host-optional build ## Start the one-machine edition and play a whole round through it
	$(BIN)/hoso demo $${HOSO_DATA:+--data "$$HOSO_DATA"}

.PHONY: test
test: host assets check unit race rehearse ## Everything that proves the product

# The stand-ins are installed: a test that misses one fails.
.PHONY: unit
unit: build aws-tools
	HOSO_AWS_TEST=1 go test -shuffle=on ./...

.PHONY: race
race:
	CGO_ENABLED=1 go test -race -short $(RACE)

.PHONY: check
check: assets $(GOFUMPT) $(STATICCHECK) aws-check ## Format, vet, linters, layer rules, licences, template and flows
	@out=$$($(GOFUMPT) -l functions infra shared workflows testdata 2>/dev/null || true); \
	if [ -n "$$out" ]; then echo "gofumpt would change:"; echo "$$out"; exit 1; fi
	go vet ./... $(CORPUS)
	$(STATICCHECK) ./... $(CORPUS)
	go test ./shared/archtest

.PHONY: bench
bench: host build ## Benchmarks, each beside its yardstick: JSON lines on standard output
	@go run ./infra/bench

.PHONY: accuracy
accuracy: host ## How well the reader reads, on the project's own corpus; SHARE=1/10 takes a part, WORKERS the cores
	@go build -o $(BIN)/accuracy ./infra/accuracy
	@$(BIN)/accuracy $(ARGS)

.PHONY: calibrate
calibrate: host ## Measure the table of confidences anew (after a change of the reader)
	@go build -o $(BIN)/accuracy ./infra/accuracy
	@$(BIN)/accuracy -fit

.PHONY: torture
torture: host build aws-tools ## The long proofs; SEED and LENGTH choose
	infra/torture.sh "$${SEED:-1}" "$${LENGTH:-1}"

# --- what the host needs -----------------------------------------------------

.PHONY: host
host: ## Install what tests need (Debian packages; root or sudo)
	@infra/host.sh required

.PHONY: host-optional
host-optional:
	@infra/host.sh optional

.PHONY: assets
assets: ## Fetch the front-end parts that are embedded
	@infra/host.sh assets

$(GOFUMPT):
	@GOBIN=$(TOOLS)/bin go install mvdan.cc/gofumpt@$(GOFUMPT_VERSION)

$(STATICCHECK):
	@GOBIN=$(TOOLS)/bin go install honnef.co/go/tools/cmd/staticcheck@$(STATICCHECK_VERSION)

# --- the AWS edition -----------------------------------------------------------

# LAMBDA_GOARCH=amd64 builds what a stand-in on this machine can run.
LAMBDA_GOARCH ?= arm64
ARTIFACTS_DIR ?= $(BIN)/lambda/$*Function
LAMBDA := CGO_ENABLED=0 GOOS=linux GOARCH=$(LAMBDA_GOARCH) go build -tags lambda.norpc -ldflags '$(LDFLAGS)'

build-%Function: ## Build one Lambda function (SAM's makefile builder)
	@mkdir -p "$(ARTIFACTS_DIR)"
	$(LAMBDA) -o "$(ARTIFACTS_DIR)/bootstrap" ./functions/$(shell echo $* | tr A-Z a-z)
	$(if $(filter Web,$*),rm -rf "$(ARTIFACTS_DIR)/assets" && cp -r shared/web/assets "$(ARTIFACTS_DIR)/assets" && rm "$(ARTIFACTS_DIR)/assets/assets.go")
	$(if $(filter Extract Web,$*),$(LAMBDA) -o "$(ARTIFACTS_DIR)/hoso-reader" ./infra/reader)
	$(if $(filter Extract Web,$*),mkdir -p "$(ARTIFACTS_DIR)/trust" && find infra/aws/trust -name '*.pem' -exec cp {} "$(ARTIFACTS_DIR)/trust/" ';')

build-WebFunction: assets

.PHONY: recognize-image
recognize-image: ## Build and push the image of the function recognize (IMAGE=registry/name:tag; needs Docker)
	@$(MAKE) -s build-RecognizeFunction ARTIFACTS_DIR=$(BIN)/recognize-image
	docker build --platform linux/arm64 -f infra/recognize/Dockerfile -t "$(IMAGE)" $(BIN)/recognize-image
	docker push "$(IMAGE)"

.PHONY: aws-tools
aws-tools: ## Install the stand-ins and linters of the AWS edition into .tools
	@infra/aws/tools.sh

.PHONY: aws-check
aws-check: aws-tools ## Lint the template, the state machines and the policies
	@infra/aws/check.sh

.PHONY: aws-test
aws-test: aws-tools aws-check build ## What needs the AWS stand-ins
	@infra/aws/test.sh

.PHONY: rehearse
rehearse: aws-tools build ## Deploy the template to a stand-in on this machine and play a round through it
	go run ./infra/aws/rehearse $(ARGS)

.PHONY: rehearse-thorough
rehearse-thorough: aws-tools build
	go run ./infra/aws/rehearse -thorough

.PHONY: cost
cost: aws-tools build ## What a dossier costs on AWS: units counted from requests, transitions from histories, list prices
	@HOSO_COST=1 HOSO_AWS_TEST=1 go test -v -count=1 -run '^TestWhatADossierCosts$$' ./infra/onebox/house | grep -vE '^(ok|PASS|=== |--- PASS)'

.PHONY: deploy
deploy: aws-tools ## Deploy to an AWS account (STACK, and SAM's own settings)
	@infra/aws/deploy.sh

.PHONY: smoke
smoke: aws-tools ## Look whether a stack that was deployed works (STACK)
	@$(TOOLS)/sam/bin/python infra/aws/smoke.py "$${STACK:-hoso}"

.PHONY: clean
clean: ## Remove what was built and fetched
	rm -rf $(BIN) $(TOOLS)
