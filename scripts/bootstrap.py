"""Makes .venv hold what the locks name: `python3 -I scripts/bootstrap.py [--dev]`, with the standard library alone.

uv does the work: it is many times faster than pip. Where it cannot be had, pip does it.
"""

import fcntl
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "izwi.stamp"
LOCKS = (ROOT / "requirements.txt", ROOT / "requirements-dev.txt")
OWN_UV = VENV / "uv"


def main() -> None:
    """Do nothing if all stands; else do it while no other start of this project does."""
    locks = LOCKS if sys.argv[1:] == ["--dev"] else LOCKS[:1]
    if stands() and installed(locks):
        return
    with (ROOT / ".venv.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not stands():
            venv.EnvBuilder(clear=True, symlinks=True, with_pip=False).create(VENV)
        if not installed(locks):
            print("izwi: installing what it needs into .venv", file=sys.stderr, flush=True)
            STAMP.unlink(missing_ok=True)
            install(locks)
            put_project_on_path()
            STAMP.write_text("".join(digest(one) for one in locks))


def stands() -> bool:
    """Whether there is a .venv made with this very Python (an upgrade of the system's leaves a broken one)."""
    made_with = VENV / "pyvenv.cfg"
    same = PYTHON.exists() and PYTHON.resolve() == Path(sys.executable).resolve()
    return same and f"version = {platform.python_version()}" in made_with.read_text()


def installed(locks: tuple[Path, ...]) -> bool:
    """Whether the locks, as they are now, have been installed; what the tests need more does no harm."""
    return STAMP.exists() and STAMP.read_text().startswith("".join(digest(one) for one in locks))


def digest(lock: Path) -> str:
    return f"{hashlib.sha256(lock.read_bytes()).hexdigest()}\n"


def install(locks: tuple[Path, ...]) -> None:
    names = [str(one) for one in locks]
    uv = shutil.which("uv") or own_uv()
    if uv and tried(uv, "pip", "sync", "--quiet", "--require-hashes", "--python", str(PYTHON), *names):
        return
    pip = (str(PYTHON), "-m", "pip")
    files = [part for name in names for part in ("-r", name)]
    if not tried(str(PYTHON), "-m", "ensurepip"):
        sys.exit("izwi: needs pip: apt-get install python3-venv")
    if not tried(*pip, "install", "--quiet", "--require-hashes", *files, aloud=True):
        sys.exit("izwi: cannot install what it needs: see above; is the package index within reach?")


def own_uv() -> str | None:
    """uv in the version of its lock, installed beside the rest; None where that cannot be done."""
    found = OWN_UV / "bin" / "uv"
    if found.exists() or pip_gets_uv(sys.executable):
        return str(found)
    with tempfile.TemporaryDirectory() as throwaway:
        made = tried(sys.executable, "-m", "venv", throwaway) and pip_gets_uv(f"{throwaway}/bin/python")
        return str(found) if made else None


def pip_gets_uv(python: str) -> bool:
    lock = str(ROOT / "scripts" / "uv.txt")
    return tried(python, "-m", "pip", "install", "--quiet", "--require-hashes", "--target", str(OWN_UV), "-r", lock)


def tried(*command: str, aloud: bool = False) -> bool:
    """Whether the command went well; what it says is heard only if `aloud`."""
    output = None if aloud else subprocess.DEVNULL
    quiet = {"PIP_ROOT_USER_ACTION": "ignore", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    done = subprocess.run(command, stdout=output, stderr=output, env={**os.environ, **quiet}, check=False)
    return done.returncode == 0


def put_project_on_path() -> None:
    """Let `python -m app…` find the project from any folder, and still after the project has moved."""
    folder = VENV / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
    (folder / "izwi.pth").write_text("../../../..\n")


if __name__ == "__main__":
    try:
        main()
    except OSError as error:
        sys.exit(f"izwi: cannot make {VENV}: {error.strerror}")
    except KeyboardInterrupt:
        sys.exit(130)
