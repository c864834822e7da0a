"""A project that is all app/local and nothing else: the CLI and the web of the real one are played by a few lines."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from app.config import NAMES, ROOT

CLI = '''
import json, os, sys, time
from pathlib import Path
data = Path(os.environ["IZWI_DATA"])
with (data / "said").open("a") as said:
    print(*sys.argv[1:], file=said)
if sys.argv[1] == "environment":
    print(json.dumps(dict(os.environ)))
if sys.argv[1] in ("worker", "clock"):
    while not (data / "broken").exists():
        time.sleep(0.1)
if sys.argv[1] == "migrate":
    import psycopg
    psycopg.connect(os.environ["DATABASE_URL"].replace("+psycopg", ""), autocommit=True).execute(
        "CREATE TABLE IF NOT EXISTS runs (at timestamptz DEFAULT now()); INSERT INTO runs DEFAULT VALUES")
'''
FACTORY = '''
import os
def create_app():
    def application(environ, start):
        start("200 OK", [("Content-Type", "text/plain")])
        return [str(os.getpid()).encode()]
    return application
'''


def make(root: Path) -> Path:
    """Lay the stand-in project into the folder."""
    shutil.copytree(ROOT / "app" / "local", root / "app" / "local", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "app" / "config.py", root / "app" / "config.py")
    (root / "app" / "web").mkdir()
    (root / "demo").mkdir()
    for name, text in {"__init__.py": "", "cli.py": CLI, "web/__init__.py": "", "web/factory.py": FACTORY}.items():
        (root / "app" / name).write_text(text)
    return root
