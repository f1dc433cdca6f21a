# Every target does its own set-up, says what it installs, and starts at once the second time.

SHELL := /bin/bash
PYTHON_IN_VENV := .venv/bin/python

.PHONY: help demo test reliability lint format bench benchmark screenshots clean

help:
	@echo "make demo        open the window on the embedded demo survey (offscreen without a display)"
	@echo "make test        run the test suite; ARGS='-k name' passes options to pytest"
	@echo "make reliability the long form of tests/reliability: 300 kills, 100,500 mutated inputs, an hour of keys"
	@echo "make lint        check format, style and types"
	@echo "make format      format the code"
	@echo "make bench       every figure of speed and scale: a table and bench.json; ARGS='--quick' in minutes"
	@echo "make benchmark   compare the speed of the scan with the published algorithm's"
	@echo "make screenshots make the pictures of the README and the manual"
	@echo "make clean       remove the virtual environment and caches"

demo:
	@scripts/setup.sh app
	@$(PYTHON_IN_VENV) -m moosegui demo

test:
	@scripts/setup.sh test
	@$(PYTHON_IN_VENV) -m pytest $(ARGS)

reliability:
	@scripts/setup.sh test
	@MOOSEGUI_RELIABILITY=long $(PYTHON_IN_VENV) -m pytest tests/reliability -s $(ARGS)

lint:
	@scripts/setup.sh dev
	@$(PYTHON_IN_VENV) -m ruff format --check .
	@$(PYTHON_IN_VENV) -m ruff check .
	@$(PYTHON_IN_VENV) -m mypy

format:
	@scripts/setup.sh dev
	@$(PYTHON_IN_VENV) -m ruff check --fix .
	@$(PYTHON_IN_VENV) -m ruff format .

bench:
	@scripts/setup.sh test
	@PYTHONPATH=.:tests $(PYTHON_IN_VENV) tests/benchmarks/bench_all.py $(ARGS)

benchmark:
	@scripts/setup.sh test
	@$(PYTHON_IN_VENV) tests/benchmarks/bench_scan.py

# theme, source of the demo, picture; each must stay below 250 kB
MANUAL_WIDTH := 720
PICTURES := light,D001,window dark,D021,window-lya dark,D022,window-passive

screenshots:
	@scripts/setup.sh app
	@export QT_QPA_PLATFORM=offscreen XDG_CONFIG_HOME=$$(mktemp -d); for picture in $(PICTURES); do \
	    IFS=, read theme source name <<< "$$picture"; \
	    $(PYTHON_IN_VENV) -m moosegui demo --inspector ME --theme $$theme --size 1366x768 \
	        --source $$source --screenshot docs/$$name.png > /dev/null || exit 1; \
	    echo "wrote docs/$$name.png"; \
	done
	@$(PYTHON_IN_VENV) -c "from PyQt6.QtCore import Qt; from PyQt6.QtGui import QImage; \
	    QImage('docs/window.png').scaledToWidth($(MANUAL_WIDTH), \
	        Qt.TransformationMode.SmoothTransformation).save('docs/manual/window.png')"
	@echo "wrote docs/manual/window.png"

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis moosegui-demo.png
	find moosegui tests -name __pycache__ -type d -prune -exec rm -rf {} +
