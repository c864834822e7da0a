"""The port an instance serves on: certainly free before the start, and held for the instance alone."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

from app.local.refusal import Refusal


@contextmanager
def held(host: str, port: int) -> Iterator[None]:
    """Hold the port so that the web server can listen on it and a second run cannot.

    The server shares its port (SO_REUSEPORT) without a word. We bind without that, which fails if anybody is bound,
    then allow sharing and never listen: the server beside us gets every connection, a second run's bind fails.
    """
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            holder.bind((host, port))
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or "not a port"
            raise Refusal(f"cannot serve on {host} port {port} ({reason}): choose another with --port") from None
        # Two sockets that reuse an address and do not listen may both have it: ours must not be one of two.
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0)
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        yield
