"""A leashed process does not outlive its parent, whoever it became."""

import signal
import subprocess
import sys
import time

import pytest

from app.local import leash, processes
from app.local.program import Program

PARENT = """
import subprocess, sys, time
child = subprocess.Popen(sys.argv[1:])
print(child.pid, flush=True)
time.sleep(60)
"""


def wait_gone(pid: int, seconds: float = 5) -> bool:
    deadline = time.monotonic() + seconds
    while processes.parent_of(pid) is not None and time.monotonic() < deadline:
        time.sleep(0.02)
    return processes.parent_of(pid) is None


@pytest.mark.parametrize("command", [("sleep", "60"), ("env", "sleep", "60")])
def test_it_dies_with_a_killed_parent(tmp_path, command):
    leashed = Program("sleep", command, tmp_path).leashed
    with subprocess.Popen([sys.executable, "-c", PARENT, *leashed], stdout=subprocess.PIPE, text=True) as parent:
        child = int(parent.stdout.readline())
        time.sleep(0.5)
        assert processes.parent_of(child) == parent.pid
        parent.kill()
        assert wait_gone(child)


def test_it_does_not_start_when_the_parent_died_first(tmp_path):
    program = Program("echo", ("echo", "started"), tmp_path)
    done = subprocess.run(program.leashed, env={leash.PARENT: "1"}, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "echo: its parent is gone\n"


def test_those_that_work_in_a_folder_are_found_and_outlasted(tmp_path):
    with subprocess.Popen(["sleep", "60"], cwd=tmp_path) as process:
        time.sleep(0.1)
        assert processes.working_in(tmp_path) == (process.pid,)
        assert process.pid in processes.descendants()
        processes.outlast(lambda: processes.working_in(tmp_path), seconds=0.1)
        assert process.wait(5) == -signal.SIGKILL
    assert processes.working_in(tmp_path) == ()
