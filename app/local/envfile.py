"""Files of NAME=VALUE lines that only their owner may read; systemd's EnvironmentFile reads them too."""

import os
from collections.abc import Mapping
from pathlib import Path


def read(file: Path) -> dict[str, str]:
    """The names and values in the file; nothing if it is not there."""
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else ()
    pairs = (line.partition("=") for line in lines if "=" in line and not line.startswith("#"))
    return {name.strip(): value for name, _, value in pairs}


def write(file: Path, values: Mapping[str, str]) -> None:
    """Replace the file at once, readable by its owner alone (0600), safe against a crash at any moment."""
    half = file.with_name(f"{file.name}.half")
    half.unlink(missing_ok=True)
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as output:
        output.writelines(f"{name}={value}\n" for name, value in values.items())
        output.flush()
        os.fsync(output.fileno())
    half.replace(file)
