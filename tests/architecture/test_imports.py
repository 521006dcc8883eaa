"""Who may import whom: downwards only, and the tests and benchmarks by nobody."""

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HOUSE = ("web", "compounding", "formulary", "batch_records", "calculations")
"""Each may import anything to its right, nothing to its left."""

OUTSIDE = ("tests", "benchmarks")

EXCEPTIONS: dict[tuple[str, str], str] = {}
"""(file, imported package) -> why. An exception that is no longer needed fails, too."""


def sources(package: str) -> list[Path]:
    """The Python files of a package."""
    return sorted((ROOT / package).rglob("*.py"))


Imports = tuple[ast.Import | ast.ImportFrom, ...]


def imports_in(source: str) -> Imports:
    """Every import of a text, at any depth of its code."""
    return tuple(node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Import | ast.ImportFrom))


@cache
def imports_of(path: Path) -> Imports:
    """Every import of a file; read once for all the rules."""
    return imports_in(path.read_text(encoding="utf-8"))


def packages_in(imports: Imports) -> set[str]:
    """Top-level names that are imported."""
    modules = {alias.name for node in imports if isinstance(node, ast.Import) for alias in node.names}
    modules |= {node.module for node in imports if isinstance(node, ast.ImportFrom) and not node.level and node.module}
    return {module.split(".")[0] for module in modules}


def upward_imports() -> set[tuple[str, str]]:
    """Every (file, package) of the house that goes against its direction."""
    found = set()
    for place, package in enumerate(HOUSE):
        forbidden = set(HOUSE[:place]) | set(OUTSIDE)
        for path in sources(package):
            for name in packages_in(imports_of(path)) & forbidden:
                found.add((path.relative_to(ROOT).as_posix(), name))
    return found


def test_imports_run_downwards_only():
    assert upward_imports() - set(EXCEPTIONS) == set()


def test_every_exception_is_still_needed_and_has_a_reason():
    assert set(EXCEPTIONS) - upward_imports() == set()
    assert all(EXCEPTIONS.values())


def test_relative_imports_are_not_used_so_that_the_rule_can_be_seen():
    relative = [
        path.relative_to(ROOT).as_posix()
        for package in HOUSE
        for path in sources(package)
        for node in imports_of(path)
        if isinstance(node, ast.ImportFrom) and node.level > 0
    ]
    assert relative == []


def test_the_import_reader_sees_imports_inside_functions():
    assert packages_in(imports_in("def f():\n    import web.app\n    from tests.x import y\n")) == {"web", "tests"}


def test_every_package_of_the_house_is_there():
    assert [package for package in HOUSE if not sources(package)] == []


@pytest.mark.parametrize("package", ["calculations"])
def test_importing_the_calculations_loads_nothing_heavy(package):
    """Pint, NumPy and the web load where they are used, never with the arithmetic."""
    modules = [
        path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".").removesuffix(".__init__")
        for path in sources(package)
    ]
    program = (
        "import importlib, sys\n"
        f"for name in {modules!r}: importlib.import_module(name)\n"
        "heavy = {'flask', 'sqlalchemy', 'pint', 'weasyprint', 'numpy'} & set(sys.modules)\n"
        "sys.exit('loaded: ' + ', '.join(sorted(heavy)) if heavy else 0)"
    )
    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr


def test_the_recalculation_imports_calculations_alone():
    """The second computation must not share the plan's code (design: how an order flows, 5)."""
    checking = sources("compounding/checking")
    assert {path.name for path in checking} >= {"recalculation.py", "nutrition_recalculation.py"}
    for path in checking:
        imports = imports_of(path)
        modules = {node.module for node in imports if isinstance(node, ast.ImportFrom) and node.module}
        modules |= {alias.name for node in imports if isinstance(node, ast.Import) for alias in node.names}
        ours = {name for name in modules if name.split(".")[0] in HOUSE}
        assert all(name.startswith(("calculations.", "compounding.checking.")) for name in ours), path.name
