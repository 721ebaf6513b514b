# Everything a developer or a continuous-integration machine needs. On a fresh machine with Python and git only,
# `make demo` and `make test` each set up what they need; both may be run again and again.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready
BENCH := build/bench-venv
LEAN := build/lean-venv
DEMO ?= build/demo
JOBS ?= 2

.PHONY: demo test lint types unit wheel-test libreoffice chromium dovecot bench bench-functions docs pictures soak fuzz mutants other-python format lock \
	workbooks calc-types clean

$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	$(BIN)/python -m compileall -q lzxl
	@touch $(STAMP)

demo: $(STAMP)  ## the whole job on a sample bureau, in build/demo
	rm -rf $(DEMO) $(DEMO)_2027年度
	$(BIN)/lzxl demo $(DEMO)

test: $(STAMP) libreoffice chromium dovecot lint types unit wheel-test  ## everything that must hold before a change lands

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(STAMP)
	$(BIN)/mypy

unit: $(STAMP)
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder

wheel-test: $(STAMP)  ## the built wheel works outside the checkout
	sh tests/wheel.sh $(BIN)/python

libreoffice:  ## LibreOffice for the tests that need a real engine; without it they are skipped, and said so; CI fails
	@sh tests/install_libreoffice.sh

chromium:  ## a browser for the tests of the WPS add-in; without it they are skipped, and said so; CI fails
	@sh tests/install_chromium.sh

dovecot:  ## a mail server for the tests of intake by mail; without it they are skipped, and said so; CI fails
	@sh tests/install_dovecot.sh

bench: $(LEAN)/.ready $(BENCH)/.ready  ## side by side with the plain way; prints ratios
	$(LEAN)/bin/python benchmarks/run.py --plain-python $(BENCH)/bin/python

bench-functions: $(STAMP)  ## the in-sheet functions: a column against cells, and their start
	$(BIN)/python benchmarks/functions.py

# lzxl as an office installs it: without pandas, and without what only its developers need.
$(LEAN)/.ready: requirements-run.lock requirements.lock pyproject.toml
	$(PYTHON) -m venv $(LEAN)
	$(LEAN)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-run.lock
	@touch $@

# The plain way has pandas.
$(BENCH)/.ready: requirements-bench.lock
	$(PYTHON) -m venv $(BENCH)
	$(BENCH)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bench.lock
	@touch $@

docs: $(STAMP)  ## the generated pages of docs/
	$(BIN)/python docs/generate.py

pictures: $(STAMP)  ## docs/images, drawn anew from the demonstration; needs LibreOffice and poppler
	$(BIN)/python docs/pictures.py

soak: $(STAMP)  ## long property tests, and the office killed, cut off and out of disk at every step
	LZXL_HYPOTHESIS_PROFILE=soak $(BIN)/python -m pytest -n $(JOBS) -m "not libreoffice" tests
	$(BIN)/python tests/soak_mail.py kills
	$(BIN)/python tests/soak_mail.py cuts
	$(BIN)/python tests/soak_mail.py disk
	$(BIN)/python tests/soak_mail.py throughput

fuzz: $(STAMP)  ## broken and mutated files against the reader
	$(BIN)/python tests/fuzz_reading.py
	$(BIN)/python tests/fuzz_mail.py

mutants: $(STAMP)  ## small changes of the program, a fixed sample of each room: at least 85 of 100 must make a test fail
	$(BIN)/python -m tests.mutants

other-python:  ## the tests on Python 3.11 and 3.13, whichever the everyday environment is not, where it is at hand
	@sh tests/other_python.sh $(MAKE) $(BIN)/python

format: $(STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

workbooks: $(STAMP)  ## build workbooks/ from schemas/
	$(BIN)/lzxl workbooks build workbooks

calc-types:  ## what LibreOffice loads of lzxl/functions/calc/idl (needs its SDK: libreoffice-dev)
	cd lzxl/functions/calc && /usr/lib/libreoffice/sdk/bin/unoidl-write /usr/lib/libreoffice/program/types.rdb \
		/usr/lib/libreoffice/program/types/offapi.rdb idl types.rdb

lock: $(STAMP)  ## refresh the lock files (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --group dev pyproject.toml -o requirements.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header -c requirements.lock pyproject.toml -o requirements-run.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --group bench -c requirements.lock pyproject.toml -o requirements-bench.lock

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
