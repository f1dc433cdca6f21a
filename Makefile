# Every target does its own set-up, says what it installs, and starts at once the second time.

PYTHON_IN_VENV := .venv/bin/python

.PHONY: help demo test lint format benchmark screenshot clean

help:
	@echo "make demo        open the window on the embedded demo survey (offscreen without a display)"
	@echo "make test        run the test suite; ARGS='-k name' passes options to pytest"
	@echo "make lint        check format, style and types"
	@echo "make format      format the code"
	@echo "make benchmark   compare the speed of the scan with the published algorithm's"
	@echo "make screenshot  make the picture of the README"
	@echo "make clean       remove the virtual environment and caches"

demo:
	@scripts/setup.sh app
	@$(PYTHON_IN_VENV) -m moosegui demo

test:
	@scripts/setup.sh test
	@$(PYTHON_IN_VENV) -m pytest $(ARGS)

lint:
	@scripts/setup.sh dev
	@$(PYTHON_IN_VENV) -m ruff format --check .
	@$(PYTHON_IN_VENV) -m ruff check .
	@$(PYTHON_IN_VENV) -m mypy

format:
	@scripts/setup.sh dev
	@$(PYTHON_IN_VENV) -m ruff check --fix .
	@$(PYTHON_IN_VENV) -m ruff format .

benchmark:
	@scripts/setup.sh test
	@$(PYTHON_IN_VENV) tests/benchmarks/bench_scan.py

screenshot:
	@scripts/setup.sh app
	@QT_QPA_PLATFORM=offscreen $(PYTHON_IN_VENV) -m moosegui demo \
	    --theme light --size 1366x768 --source D012 --screenshot docs/window.png

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis moosegui-demo.png
	find moosegui tests -name __pycache__ -type d -prune -exec rm -rf {} +
