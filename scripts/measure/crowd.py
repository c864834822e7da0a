"""Phones that dial over HTTP, sixteen at a time, and check every screen they get."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

CONNECTIONS = 16


@dataclass
class Seen:
    """What a crowd saw: latencies in seconds and the replies that were not as they must be."""

    seconds: list[float] = field(default_factory=list)
    wrong: int = 0

    def percentile(self, share: float) -> float:
        """The latency that `share` of all requests did not exceed."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


@dataclass(frozen=True)
class Script:
    """A conversation: each input with the beginning of the screen it must bring."""

    path: str
    code: str
    steps: Sequence[tuple[str, str]]


@dataclass
class Crowd:
    """Sixteen connections, each one conversation after the other; kept alive or opened anew for each request."""

    port: int
    script: Script
    keep_alive: bool
    first: int = 0
    seen: Seen = field(default_factory=Seen)

    async def dial(self, conversations: int) -> Seen:
        """Holds so many conversations."""
        queue = iter(range(self.first, self.first + conversations))
        await asyncio.gather(*(self._phone(queue) for _ in range(CONNECTIONS)))
        return self.seen

    async def _phone(self, queue: object) -> None:
        line: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        for number in queue:  # type: ignore[attr-defined]
            typed: list[str] = []
            for step, (one, expected) in enumerate(self.script.steps):
                typed += [one] if step else []
                line = line or await asyncio.open_connection("127.0.0.1", self.port)
                began = time.perf_counter()
                text = await self._post(line, self._form(number, typed))
                self.seen.seconds.append(time.perf_counter() - began)
                self.seen.wrong += not text.startswith(expected)
                if not self.keep_alive:
                    line[1].close()
                    line = None
        if line is not None:
            line[1].close()

    def _form(self, number: int, typed: Sequence[str]) -> bytes:
        fields = {
            "sessionId": f"ATUid_{number:032d}",
            "serviceCode": self.script.code,
            "phoneNumber": f"+2782{number % 10_000_000:07d}",
            "networkCode": "65501",
            "text": "*".join(typed),
        }
        return urlencode(fields).encode()

    async def _post(self, line: tuple[asyncio.StreamReader, asyncio.StreamWriter], body: bytes) -> str:
        reader, writer = line
        keep = "keep-alive" if self.keep_alive else "close"
        writer.write(
            f"POST {self.script.path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nConnection: {keep}\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n".encode()
            + body
        )
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.partition("content-length:")[2].partition("\r\n")[0])
        return (await reader.readexactly(length)).decode()
