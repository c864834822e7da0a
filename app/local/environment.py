"""What the processes of an instance find in their environment; what the person set always wins."""

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import urlsplit

from app.config import NAMES, ROOT
from app.local import envfile
from app.local.place import Place
from app.local.secrets import MAKERS

SECRET = frozenset({*MAKERS, "AT_API_KEY"})


def given() -> dict[str, str]:
    """The settings that this process was given; an empty one counts as none."""
    return {name: os.environ[name] for name in NAMES if os.environ.get(name)}


def defaults(here: Place) -> dict[str, str]:
    """What an instance in this place uses unless it is told otherwise."""
    return {
        "GATEWAY": "simulator",
        "CITY": str(ROOT / "demo"),
        "SPOOL_DIR": str(here.spool),
        "IZWI_DATA": str(here.data),
        "IZWI_DRAFTS": "1",  # a machine to try Izwi on: the pages say that translations are drafts
        "IZWI_STARTED": datetime.now(UTC).isoformat(),
    }


def of_a_run(here: Place, kept: Mapping[str, str], services: Mapping[str, str]) -> dict[str, str]:
    """Every setting of a run: defaults, kept secrets, its own services, and over them what was given."""
    return {**defaults(here), **kept, **services, **given()}


def of_a_command(here: Place) -> dict[str, str]:
    """Every setting of an operator's command: those of the running instance if one runs here."""
    return {**defaults(here), **envfile.read(here.secrets_env), **envfile.read(here.run_env), **given()}


def public(settings: Mapping[str, str]) -> dict[str, str]:
    """The settings without the secrets: those have one file of their own."""
    return {name: value for name, value in settings.items() if name not in SECRET}


def shown_url(host: str, port: int) -> str:
    """The address at which a person on this machine opens what is bound to the host."""
    name = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return urlsplit(f"http://{name}:{port}").geturl()
