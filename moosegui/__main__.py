"""Run the command line with ``python -m moosegui``."""

import sys

from moosegui.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
