# Two commands do all the set-up: `make serve` and `make test`. Everything is installed into .venv, with two exceptions
# that are announced before they happen: where they are missing and we may, python3-venv is installed by apt-get for every
# target, and chromium, fonts-noto-cjk and libatomic1 for those that need a browser or what the tests need.
# `python scripts/try_targets.py` tries every target in a fresh clone.
.PHONY: serve deploy test test-real test-firefox test-opensearch drill-opensearch test-long fuzz lint clean screenshots bench bench-engines bench-scale bench-product bench-hostile bench-requests bench-indexing bench-serving bench-page bench-relevance bench-trust bench-reading

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# setuptools says several times that what pyproject.toml asks of it is experimental; its version is fixed there.
QUIET := PYTHONWARNINGS=ignore:::setuptools.config.pyprojecttoml
PIP_INSTALL := $(QUIET) $(BIN)/pip install -q --disable-pip-version-check -c constraints.txt
INSTALLED := $(VENV)/.installed
TEST_INSTALLED := $(VENV)/.test-installed
BENCH_INSTALLED := $(VENV)/.bench-installed

# The bundled example and your own archive keep separate indexes.
ifdef ARCHIVE
INDEX ?= .wangqi/index
else
ARCHIVE := qingtong=examples/newsletter
INDEX ?= .wangqi/example
endif
HOST ?= $(or $(WANGQI_HOST),127.0.0.1)
PORT ?= $(or $(WANGQI_PORT),8000)

serve: $(INSTALLED)
	@$(BIN)/wangqi serve $(ARCHIVE) --index $(INDEX) --host $(HOST) --port $(PORT)

# For a server: exactly the files whose hashes are in deploy/, then the program itself.
deploy: PIP := $(QUIET) $(BIN)/pip install -q --disable-pip-version-check
deploy:
	@sh .ci/environment "$(PYTHON)" $(VENV) bare
	@$(PIP) --require-hashes -r deploy/build-requirements.txt
	@$(PIP) --require-hashes -r deploy/requirements.txt
	@rm -rf build # a file that was removed since the last build would be installed from there
	@$(PIP) --no-deps --no-build-isolation .

test: $(TEST_INSTALLED)
	@$(BIN)/python -m pytest -q -n auto -m "not (slow or browser or shared or drill)"

# What needs a browser, real archives (WANGQI_SHARED), or minutes in which servers are killed and disks filled.
test-real: $(TEST_INSTALLED)
	@$(BIN)/python -m pytest -q -n auto --dist loadfile --no-loadscope-reorder -m "(browser or shared or drill) and not slow"

# A visit, typing, arriving and the search of an export once more, in Debian's Firefox.
IN_FIREFOX := $(addprefix tests/test_,$(addprefix web_,browser.py typing.py arriving.py keyboard.py) $(addprefix export_,browser.py scripts.py answers.py))
test-firefox: $(TEST_INSTALLED)
	@sh .ci/firefox
	@$(BIN)/python -m pytest -q --in-firefox -m "not slow" $(IN_FIREFOX)

# Three nodes of OpenSearch are started, of artifacts that Maven fetches, unless OPENSEARCH_URL names a cluster.
test-opensearch: $(TEST_INSTALLED)
	@if sh .ci/opensearch $(VENV); then \
		$(BIN)/python -m pytest -q -s -m "opensearch and not slow" && \
		$(BIN)/python -m pytest -q --on-cluster -m "not (opensearch or slow or browser)" $(ON_CLUSTER); \
	fi

# What the site promises, held over a cluster as it is over the engine in memory.
ON_CLUSTER := $(addprefix tests/test_,web_pages.py web_api.py web_lookup.py web_feed.py web_tiers.py web_long_issues.py web_programs.py search_service.py explaining.py wishes.py tags.py)

# What takes minutes of it: three in which nodes are killed, stopped and frozen, kills of a reindex, full disks, small heaps.
drill-opensearch: $(TEST_INSTALLED)
	@if sh .ci/opensearch $(VENV); then $(BIN)/python -m pytest -q -s -m "opensearch and slow"; fi

test-long: $(TEST_INSTALLED)
	@$(BIN)/python -m pytest -q -s -m slow

# Looks for inputs that break the reader, the queries or the API; what it finds is tried first the next time.
MINUTES ?= 10
fuzz: $(TEST_INSTALLED)
	@PYTHONPATH=tests $(BIN)/python tests/support/fuzzing.py $(MINUTES)

lint: $(TEST_INSTALLED)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

# What docs/images/ shows; look at each before it is committed.
screenshots: $(TEST_INSTALLED)
	@$(BIN)/python scripts/screenshots.py

# Measures beside other engines and writes docs/performance.md; `make bench-engines` and the like measure one part.
bench: $(BENCH_INSTALLED)
	@$(BIN)/python -m bench

# How good the ranking is on the judged queries, and what each ingredient is worth; writes docs/ranking.md.
bench-relevance: $(BENCH_INSTALLED)
	@$(BIN)/python -m bench.relevance

# Whether answers can be trusted, with words and queries drawn at random (SEEDS="21 22 23"); writes docs/ranking.md.
bench-trust: $(BENCH_INSTALLED)
	@$(BIN)/python -m bench.trust $(SEEDS)

# How well issues are read, against gold, and how much of them is kept; writes docs/reading-issues.md. `python -m bench.reading -v` says what differs.
bench-reading: $(INSTALLED)
	@$(BIN)/python -m bench.reading
	@$(BIN)/python -m bench.kept

bench-engines bench-scale bench-product bench-hostile bench-requests bench-indexing bench-serving bench-page: bench-%: $(BENCH_INSTALLED)
	@$(BIN)/python -m bench $*

bench bench-page: $(TEST_INSTALLED) # the page needs a browser and what drives it

$(INSTALLED): pyproject.toml constraints.txt search/whoosh_engine/sets/_sets.c
	@sh .ci/environment "$(PYTHON)" $(VENV)
	@echo "Installing Wangqi into $(VENV) ..."
	@rm -f search/whoosh_engine/sets/_sets.*.so # without a compiler, numpy serves, and not what was compiled before
	@$(PIP_INSTALL) --only-binary orjson,rjieba -e ".[fast]" || { \
		echo "orjson and rjieba, which are optional, cannot be installed here (see above); going on without them."; \
		$(PIP_INSTALL) -e .; }
	@touch $@

$(TEST_INSTALLED): $(INSTALLED)
	@echo "Installing what the tests need ..."
	@$(PIP_INSTALL) -e ".[dev]"
	@sh .ci/chromium $(VENV)
	@touch $@

$(BENCH_INSTALLED): $(INSTALLED)
	@echo "Installing the engines to compare with ..."
	@$(PIP_INSTALL) -e ".[bench]"
	@touch $@

clean:
	rm -rf $(VENV) .wangqi build dist *.egg-info
