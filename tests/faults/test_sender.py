"""A sender that is killed after a text has left and before it could say so."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from sqlalchemy import select

from app.config import ROOT
from app.storage import messages
from app.storage.messages import Text
from app.storage.tables import Message
from app.wiring import Services

SENDER = """
import os, signal, sys
from datetime import timedelta
from pathlib import Path
from app.config import read_settings
from app.jobs import sending
from app.wiring import Clock, wire

class Deadly:
    name = "deadly"

    def send(self, batch):
        with Path(sys.argv[1]).open("a") as left:
            left.writelines(one.text + "\\n" for one in batch)
        os.kill(os.getpid(), signal.SIGKILL)

served = wire(read_settings())
served.clock = Clock(served.clock.ahead + timedelta(seconds=int(sys.argv[2])))
served.gateway = Deadly()
sending.run(served)
"""
STARTS = 7
LEASE = 100  # seconds between two starts: longer than a dead sender's texts are kept for it


def start_sender(services: Services, left: Path, at: int) -> int:
    """A sender's whole life, `at` seconds later than now; how it ended."""
    environment = {**os.environ, "IZWI_STARTED": services.settings.started.isoformat()}
    command = [sys.executable, "-c", SENDER, str(left), str(at)]
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


def test_a_campaigns_text_is_never_sent_again_and_a_receipt_three_times_at_most(services: Services, tmp_path: Path):
    now, left = services.clock.now(), tmp_path / "left"
    digest = Text("digest:1", "digest", "+27600000105", "The week of your ward.")
    receipt = Text("receipt:1", "receipt", "+27821234567", "Received.", answers_at=now, tries=3)
    with services.database.begin() as session:
        messages.queue(session, [digest, receipt], services.vault, now)

    ends = [start_sender(services, left, turn * LEASE) for turn in range(STARTS)]

    assert set(ends) == {-signal.SIGKILL, 0}
    assert sorted(left.read_text().splitlines()) == [receipt.text] * 3 + [digest.text]
    with services.database.begin() as session:
        held = session.scalars(select(Message).order_by(Message.id)).all()
    assert [(one.state, one.attempts) for one in held] == [("unknown", 1), ("unknown", 3)]
