"""Who runs PostgreSQL, which refuses to run as root.

An ordinary user runs it as is. Root runs it as user 1000 of a user namespace of its own, in which root's files are
that user's, so no file changes hands; where namespaces are off, as `nobody`, who then owns the cluster.
"""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from app.local.refusal import Refusal

NAMESPACE = ("unshare", "--user", "--map-user=1000", "--map-group=1000", "--")


@dataclass(frozen=True)
class Owner:
    """What stands before a command to run it as this owner, and whose files it may have."""

    before: tuple[str, ...]
    uid: int
    gid: int

    def take(self, folder: Path) -> None:
        """Make the folder and all in it the owner's, where it is not."""
        if folder.stat().st_uid == self.uid:
            return
        for path in (folder, *folder.rglob("*")):
            os.chown(path, self.uid, self.gid, follow_symlinks=False)


@cache
def namespaces_work() -> bool:
    if not shutil.which(NAMESPACE[0]):
        return False
    return subprocess.run([*NAMESPACE, "true"], capture_output=True, check=False).returncode == 0


def owner() -> Owner:
    """Who owns and runs PostgreSQL when this user starts it."""
    if os.geteuid():
        return Owner((), os.geteuid(), os.getegid())
    return Owner(NAMESPACE, 0, 0) if namespaces_work() else nobody()


def nobody() -> Owner:
    if not shutil.which("setpriv"):
        raise Refusal("root cannot start PostgreSQL here: run as an ordinary user, or set DATABASE_URL")
    account = pwd.getpwnam("nobody")
    # A change of user undoes the leash: setpriv ties it anew.
    before = ("setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups", "--pdeathsig=INT")
    return Owner((*before, "--"), account.pw_uid, account.pw_gid)
