"""Run the command line with ``python -m moosegui``."""

from moosegui.cli.main import run

if __name__ == "__main__":
    run()
