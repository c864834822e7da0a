"""`scripts/izwi`: the operator's CLI, told where the instance is."""

import os
import sys

from app.local import environment
from app.local.place import place


def main() -> None:
    """Become the CLI, with the settings of the instance in the environment: `[--data FOLDER] COMMAND…`."""
    data, command = split(sys.argv[1:])
    os.environ.update(environment.of_a_command(place(data)))
    os.execv(sys.executable, (sys.executable, "-P", "-m", "app.cli", *command))  # noqa: S606  no shell is what we want


def split(arguments: list[str]) -> tuple[str | None, list[str]]:
    """The data folder, if it was named first, and the rest."""
    match arguments:
        case ["--data"]:
            raise SystemExit("izwi: --data needs a folder: scripts/izwi --data FOLDER COMMAND")
        case ["--data", folder, *rest]:
            return folder, rest
        case [first, *rest] if first.startswith("--data="):
            return first.removeprefix("--data="), rest
    return None, arguments


if __name__ == "__main__":
    main()
