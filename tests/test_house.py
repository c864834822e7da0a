"""The house stands as it is drawn: imports run one way, the pure rooms sleep, nothing is undocumented."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.config import NAMES, ROOT
from app.storage.wakeups import QUEUES
from app.web.factory import create_app
from app.wiring import Services

ORDER = (
    ("engine",),
    ("civic",),
    ("storage",),
    ("gateway",),
    ("wiring",),
    ("conversation",),
    ("jobs",),
    ("web", "clock"),
    ("cli",),
)
BESIDE = {"config": (), "local": ("config",), "conformance": ("engine",), "pictures": ("engine",)}
ALSO = {
    "cli": ("local", "conformance", "pictures"),  # its children end with it on one machine, its talks go out by HTTP
    "web": ("pictures",),
}
PURE = ("engine", "civic", "pictures")
OPEN_TO_ALL = ("config",)
ACCESSES = {"public", "gateway", "loopback", "simulator", "staff"}


def room(module: str) -> str:
    """The room of a module below `app`."""
    return module.split(".")[1] if "." in module else ""


def may_see(seer: str) -> set[str]:
    """The rooms that a room may import."""
    if seer in BESIDE:
        return {seer, *BESIDE[seer]}
    floor = next(at for at, rooms in enumerate(ORDER) if seer in rooms)
    below = {one for rooms in ORDER[:floor] for one in rooms}
    return below | {seer, *ALSO.get(seer, ())} | set(OPEN_TO_ALL if floor >= ORDER.index(("storage",)) else ())


def imports() -> Iterator[tuple[Path, str, str]]:
    """Every import of one of our modules: file, the room it is in, the room it sees."""
    for path in sorted((ROOT / "app").rglob("*.py")):
        seer = path.relative_to(ROOT / "app").parts[0].removesuffix(".py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module == "app":
                names += [f"app.{alias.name}" for alias in node.names]
            yield from ((path, seer, room(name)) for name in names if name.startswith("app."))


def test_imports_run_one_way():
    breaches = [f"{path.relative_to(ROOT)} sees {seen}" for path, seer, seen in imports() if seen not in may_see(seer)]

    assert breaches == []


def test_talks_know_of_the_engine_only_yaml_and_letters():
    """The kit judges applications from outside: it must not lean on how ours holds a conversation."""
    seen = {
        node.module
        for path in (ROOT / "app" / "conformance").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("app.engine")
    }

    assert seen == {"app.engine.gsm", "app.engine.source"}


def test_the_pure_rooms_wake_nothing():
    """In a bare interpreter: importing every module of a pure room leaves the wires asleep."""
    modules = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for name in PURE
        for path in sorted((ROOT / "app" / name).glob("*.py"))
        if path.stem != "__init__"
    ]
    code = f"import sys, importlib\nfor m in {modules!r}: importlib.import_module(m)\n"
    code += "print(sorted({'flask', 'redis', 'rq', 'sqlalchemy', 'psycopg', 'requests'} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert run.stdout.strip() == "[]"


@pytest.mark.parametrize("name", QUEUES)
def test_every_queue_has_a_job_that_exists(name: str):
    module, _, function = QUEUES[name].rpartition(".")
    path = ROOT.joinpath(*module.split(".")).with_suffix(".py")

    assert re.search(rf"^def {function}\(\) -> None:", path.read_text(encoding="utf-8"), re.MULTILINE)


def test_every_route_states_who_may_come_in(services: Services):
    app = create_app(services)
    stated = {
        rule.endpoint: getattr(app.view_functions[rule.endpoint], "access", None) for rule in app.url_map.iter_rules()
    }

    assert [endpoint for endpoint, access in stated.items() if access not in ACCESSES] == []


def test_every_setting_is_documented():
    page = (ROOT / "docs" / "operate.md").read_text(encoding="utf-8")

    assert [name for name in NAMES if f"`{name}`" not in page] == []


def test_every_route_is_documented(services: Services):
    page = (ROOT / "docs" / "http.md").read_text(encoding="utf-8")
    routes = {rule.rule for rule in create_app(services).url_map.iter_rules() if rule.endpoint != "static"}

    assert sorted(route for route in routes if f"`{route}`" not in page) == []


def test_every_command_is_documented():
    from app.cli.__main__ import izwi

    page = (ROOT / "docs" / "operate.md").read_text(encoding="utf-8")
    commands = [
        f"{name} {sub}" if sub else name
        for name, command in izwi.commands.items()
        for sub in (getattr(command, "commands", None) or [""])
    ]

    assert [name for name in commands if f"`{name}" not in page] == []
