"""The web server of one machine: granian, whose workers end with it (by itself it leaves them when it is killed)."""

import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

from granian.constants import Interfaces
from granian.server import Server

from app.local.leash import die_with_parent

FACTORY = "app.web.factory:create_app"


def load(target: str) -> Callable[..., Any]:
    """Make the WSGI application in a worker that is tied to the server."""
    die_with_parent()
    module, _, factory = target.partition(":")
    application: Callable[..., Any] = getattr(import_module(module), factory)()
    return application


def main() -> None:
    host, port = sys.argv[1:]
    server = Server(
        FACTORY,
        address=host,
        port=int(port),
        interface=Interfaces.WSGI,
        blocking_threads=2,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=5,
    )
    server.serve(target_loader=load)


if __name__ == "__main__":
    main()
