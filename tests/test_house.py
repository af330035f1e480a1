"""The house is one-way: a lower room never imports an upper one."""

import ast
from pathlib import Path

import tui_nn

ROOMS = (
    *("engine", "datasets", "settings", "experiment", "session", "runs", "hosting", "compare"),
    "render",
)
PACKAGE = Path(tui_nn.__file__).parent


def room_of(module: str) -> int:
    part = module.split(".")[1] if "." in module else ""
    return ROOMS.index(part) if part in ROOMS else len(ROOMS)


def test_imports_go_down_only() -> None:
    wrong = []
    for path in PACKAGE.rglob("*.py"):
        relative = path.relative_to(PACKAGE.parent).with_suffix("")
        if relative.name == "__init__" and relative.parent.name == "tui_nn":
            continue
        here = ".".join(relative.parts)
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module:
                names = [f"{node.module}.{alias.name}" for alias in node.names]
            elif isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            else:
                continue
            wrong += [
                f"{here} imports {name}"
                for name in names
                if name.startswith("tui_nn.")
                and name != "tui_nn.__version__"
                and room_of(name) > room_of(here)
            ]
    assert wrong == []


def test_the_engine_needs_numpy_and_the_standard_library_only() -> None:
    import sys

    allowed = {"numpy", "tui_nn", *sys.stdlib_module_names}
    for path in (PACKAGE / "engine").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module:
                assert node.module.split(".")[0] in allowed, path
            elif isinstance(node, ast.Import):
                assert {alias.name.split(".")[0] for alias in node.names} <= allowed, path
