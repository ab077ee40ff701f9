# You need only `python3` (3.11 or later) and make: each command below installs what it uses.

PYTHON := python3
VENV := .venv
CLOUD_VENV := .local/cloud-venv
AUDIT_VENV := .local/audit-venv
PIP_INSTALL := -m pip install --quiet --disable-pip-version-check
# Only files with the hashes that a lock names are installed. Our own package is built from the checkout, with the
# setuptools that the lock has installed: pip would otherwise download one for the build, without a hash.
INSTALL_LOCK := $(PIP_INSTALL) --require-hashes --requirement
INSTALL_OURS := $(PIP_INSTALL) --no-deps --no-build-isolation --editable .

.PHONY: help demo test check audit audit-packages sbom fuzz mutants simulate endurance soak bench-scheduler bench-backfill bench-fidelity bench-outputs bench-calls bench-local docs samples lock setup clean
.DEFAULT_GOAL := help

help:
	@echo "make demo     run the whole pipeline on this machine, on samples/; the outputs go to out/"
	@echo "make test     run every test, including the end-to-end tests on a local cloud"
	@echo "make check    lint, check types and import rules, and run the tests that need no local cloud"
	@echo "make audit    run cdk-nag, cfn-lint, and checkov on the template, and bandit on the code"
	@echo "make audit-packages  ask PyPI for known vulnerabilities of the packages (needs the internet)"
	@echo "make sbom     write what each environment and each layer consists of to build/sbom/ (CycloneDX)"
	@echo "make fuzz MINUTES=10  give what reads documents, responses, manifests, and requests changed ones, until one breaks it"
	@echo "make mutants  change the core one place at a time, and show which changes no test notices (hours)"
	@echo "make simulate N=5000  run the functions through every single fault, and through N more schedules"
	@echo "make endurance  kill every process in the middle of its work, process 3,000 pages, keep a quota full (minutes)"
	@echo "make soak N=5000  process N documents on a local cloud, and check that it does not slow down (15 minutes)"
	@echo "make bench-scheduler  compare the scheduler of async jobs with an ideal one (minutes)"
	@echo "make bench-backfill  import ROWS=100000 objects on a local cloud, and prove that none is lost (half an hour)"
	@echo "make bench-fidelity [DIR=…]  compare the local Textract with generated documents, or the real responses in DIR"
	@echo "make bench-calls  count and price the AWS calls of a document (a minute)"
	@echo "make bench-local  compare the pipeline in local mode with the OCR engine alone (minutes)"
	@echo "make bench-outputs  compare the rendering of outputs with two other libraries, up to 1,000 pages (minutes)"
	@echo "make docs     generate docs/settings.md from stacks/config.py"
	@echo "make samples  draw the documents in samples/ again"
	@echo "make lock     choose the version of every package again, and write constraints.txt and the locks"
	@echo "make setup    install what the local cloud needs, without starting it"
	@echo "make clean    stop the local cloud, and remove everything that these commands have made"

demo: setup
	@echo "==> Running the pipeline on samples/"
	@$(VENV)/bin/textract-pipeline local demo

test: setup $(VENV)/dev.stamp
	@echo "==> Tests that need no local cloud"
	@$(VENV)/bin/python -m pytest --numprocesses auto
	@echo "==> End-to-end tests: a local cloud is started for them, and stopped again"
	@$(VENV)/bin/python -m pytest tests/e2e

check: $(VENV)/dev.stamp
	@echo "==> ruff check"
	@$(VENV)/bin/ruff check
	@echo "==> ruff format --check"
	@$(VENV)/bin/ruff format --check
	@echo "==> mypy --strict"
	@$(VENV)/bin/mypy --exclude '^(build|cdk.out)/' .
	@echo "==> lint-imports"
	@$(VENV)/bin/lint-imports
	@echo "==> Tests that need no local cloud"
	@$(VENV)/bin/python -m pytest --numprocesses auto

# Every finding is fixed, or acknowledged with its reason: stacks/suppressions.py, or a comment.
audit: $(VENV)/dev.stamp $(AUDIT_VENV)/installed.stamp
	@echo "==> cdk-nag: AwsSolutions and NIST 800-53 R5"
	@rm -rf build/audit
	@$(VENV)/bin/python -m audit build/audit
	@echo "==> cfn-lint"
	@$(AUDIT_VENV)/bin/cfn-lint build/audit/*.template.json
	@echo "==> checkov"
	@$(AUDIT_VENV)/bin/checkov --quiet --compact --skip-download --framework cloudformation -f build/audit/*.template.json
	@echo "==> bandit"
	@$(AUDIT_VENV)/bin/bandit --quiet -c pyproject.toml -r app.py stacks lambdas layers cli local audit

# ADVISORIES=optional: where PyPI's advisories cannot be reached, this says so and goes on.
ADVISORIES := required
audit-packages: $(AUDIT_VENV)/installed.stamp
	@echo "==> pip-audit: every package of every lock, checked against PyPI's advisories"
	@$(AUDIT_VENV)/bin/python -m audit.packages --advisories $(ADVISORIES) $(LOCKS)

sbom: $(AUDIT_VENV)/installed.stamp
	@echo "==> cyclonedx-py: what each environment and each layer consists of"
	@$(AUDIT_VENV)/bin/python -m audit.sbom build/sbom $(LOCKS)

MINUTES := 10
fuzz: $(VENV)/dev.stamp
	@echo "==> Fuzzing for $(MINUTES) minutes; what is found goes to build/fuzz"
	@$(VENV)/bin/python -m tests.fuzz --minutes $(MINUTES)

mutants: $(VENV)/mutation.stamp
	@echo "==> Changing the core, one place at a time"
	@PATH="$(CURDIR)/$(VENV)/bin:$$PATH" $(VENV)/bin/python -m tests.mutation $(addprefix --module ,$(MODULES))

N := 5000
simulate: $(VENV)/dev.stamp
	@echo "==> Simulating every single fault, and $(N) more schedules"
	@$(VENV)/bin/python -m tests.simulation --schedules $(N)

endurance: setup $(VENV)/dev.stamp
	@echo "==> Endurance tests: local clouds are started for them, and stopped again"
	@$(VENV)/bin/python -m pytest tests/endurance

soak: setup $(VENV)/dev.stamp
	@echo "==> Processing $(N) documents on a local cloud"
	@$(VENV)/bin/python -m benchmarks.soak --documents $(N)

bench-scheduler: $(VENV)/dev.stamp
	@echo "==> Comparing the scheduler of async jobs with an ideal one"
	@$(VENV)/bin/python -m benchmarks.scheduler

ROWS := 100000
bench-backfill: setup $(VENV)/dev.stamp
	@echo "==> Planning, importing, and reconciling a backfill of $(ROWS) rows"
	@$(VENV)/bin/python -m benchmarks.backfill --rows $(ROWS)

bench-fidelity: $(VENV)/dev.stamp
	@echo "==> Comparing the local Textract with $(or $(DIR),generated documents)"
	@$(VENV)/bin/python -m benchmarks.fidelity $(DIR)

bench-local: setup $(VENV)/dev.stamp
	@echo "==> Comparing the whole pipeline on a local cloud with the OCR engine alone"
	@$(VENV)/bin/python -m benchmarks.local

SOURCE := samples/application-form.png
bench-outputs: $(VENV)/dev.stamp
	@echo "==> Comparing the rendering of $(SOURCE) with two other libraries"
	@$(VENV)/bin/python -m benchmarks.outputs $(SOURCE)

bench-calls: $(VENV)/dev.stamp
	@echo "==> Counting the AWS calls of a document, and timing the results handler on pages like that of $(SOURCE)"
	@$(VENV)/bin/python -m benchmarks.calls $(SOURCE)

docs: $(VENV)/local.stamp
	@echo "==> Generating docs/settings.md"
	@$(VENV)/bin/python -m docs.generate_settings

samples: $(VENV)/dev.stamp
	@echo "==> Drawing samples/"
	@$(VENV)/bin/python samples/generate.py

LOCKS := $(patsubst %,locks/%.txt,deploy local dev cloud audit mutation) $(patsubst %,layers/%/requirements.lock,shared rendering)
COMPILE := $(VENV)/bin/uv pip compile --quiet --universal --python-version 3.11 --no-header --no-annotate \
	--no-emit-index-url --no-emit-find-links

lock: $(VENV)/dev.stamp
	@echo "==> Choosing versions for requirements-dev.txt, requirements-cloud.txt, and requirements-mutation.txt: constraints.txt"
	@echo "# Every package at the version this project is tested with. Made by \`make lock\`; not edited by hand." >constraints.new
	@$(COMPILE) requirements-dev.txt requirements-cloud.txt requirements-mutation.txt >>constraints.new
	@mv constraints.new constraints.txt
	@$(call write_lock,locks/audit.txt,requirements-audit.txt)
	@$(call write_lock,locks/deploy.txt,requirements.txt,--constraint constraints.txt)
	@$(call write_lock,locks/local.txt,requirements-local.txt,--constraint constraints.txt)
	@$(call write_lock,locks/dev.txt,requirements-dev.txt,--constraint constraints.txt)
	@$(call write_lock,locks/cloud.txt,requirements-cloud.txt,--constraint constraints.txt)
	@$(call write_lock,locks/mutation.txt,requirements-mutation.txt,--constraint constraints.txt)
	@$(call write_lock,layers/shared/requirements.lock,layers/shared/requirements.txt,--constraint constraints.txt --no-deps)
	@$(call write_lock,layers/rendering/requirements.lock,layers/rendering/requirements.txt,--constraint constraints.txt --no-deps)

# Write a lock (1) of a requirements file (2), with more options (3): the hash of every file of each version.
define write_lock
echo "==> Locking $(2): $(1)" && \
echo "# What is installed for $(2). Made by \`make lock\`; not edited by hand." >$(1).new && \
$(COMPILE) --generate-hashes $(3) $(2) >>$(1).new && \
mv $(1).new $(1)
endef

setup: $(VENV)/local.stamp $(CLOUD_VENV)/installed.stamp

clean:
	@if [ -x $(VENV)/bin/textract-pipeline ]; then $(VENV)/bin/textract-pipeline local down; fi
	@echo "==> Removing everything that was made here"
	@rm -rf $(VENV) .local out cdk.out build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/local.stamp: locks/local.txt pyproject.toml | $(VENV)/bin/python
	@echo "==> Installing the command line, the CDK and the local Textract into $(VENV) (about 1 GB; minutes the first time)"
	@$(VENV)/bin/python $(INSTALL_LOCK) locks/local.txt
	@$(VENV)/bin/python $(INSTALL_OURS)
	@touch $@

$(VENV)/dev.stamp: locks/dev.txt $(VENV)/local.stamp
	@echo "==> Installing the tools for tests and checks into $(VENV)"
	@$(VENV)/bin/python $(INSTALL_LOCK) locks/dev.txt
	@touch $@

$(VENV)/mutation.stamp: locks/mutation.txt $(VENV)/dev.stamp
	@echo "==> Installing mutmut into $(VENV)"
	@$(VENV)/bin/python $(INSTALL_LOCK) locks/mutation.txt
	@touch $@

$(CLOUD_VENV)/installed.stamp: locks/cloud.txt | $(CLOUD_VENV)/bin/python
	@echo "==> Installing MiniStack into $(CLOUD_VENV)"
	@$(CLOUD_VENV)/bin/python $(INSTALL_LOCK) locks/cloud.txt
	@touch $@

$(AUDIT_VENV)/installed.stamp: locks/audit.txt | $(AUDIT_VENV)/bin/python
	@echo "==> Installing the tools of the audit into $(AUDIT_VENV)"
	@$(AUDIT_VENV)/bin/python $(INSTALL_LOCK) locks/audit.txt --no-deps
	@touch $@

$(VENV)/bin/python $(CLOUD_VENV)/bin/python $(AUDIT_VENV)/bin/python:
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) was not found: install Python 3.11 or later."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "$$($(PYTHON) --version) is too old: run make PYTHON=<path of Python 3.11 or later>."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo "$(PYTHON) cannot make virtual environments: install python3-venv (apt install python3-venv)."; exit 1; }
	@echo "==> Making a virtual environment in $(patsubst %/bin/python,%,$@)"
	@$(PYTHON) -m venv $(patsubst %/bin/python,%,$@)
