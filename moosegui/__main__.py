"""Run the command line: ``python -m moosegui``, and what is installed as `moosegui`."""

from typing import NoReturn

from moosegui.collection import without_collection


def run() -> NoReturn:
    """Run a command and leave the process with its exit status.

    The commands are imported here, so that processes that are spawned, which import the module
    that was started, do not import them.
    """
    with without_collection():
        from moosegui.cli.main import run as run_command
    run_command()


if __name__ == "__main__":
    run()
