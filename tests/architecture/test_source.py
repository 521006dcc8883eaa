"""Rules that every file of the product keeps: short files, short functions, exact numbers, own column types."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("web", "compounding", "formulary", "batch_records", "calculations")
LONGEST_FILE = 350
LONGEST_FUNCTION = 40

FLOAT_IS_RIGHT: dict[str, str] = {
    "calculations/column.py": "a column is NumPy float64 by design; rows near a limit are computed again exactly",
    "calculations/column_run.py": "runs the columns, and names the rows that are computed again exactly",
    "calculations/nutrition/columns.py": "runs many formulas over columns block by block; rows near a limit exactly",
}
"""File of calculations -> why floating point is right there (columns)."""


def sources(*packages: str) -> list[Path]:
    """Python files of these packages."""
    return sorted(path for package in packages for path in (ROOT / package).rglob("*.py"))


def shown(path: Path) -> str:
    """The path as people write it."""
    return path.relative_to(ROOT).as_posix()


def functions(source: str) -> Iterator[tuple[str, int]]:
    """Name and length in lines of every function, its docstring not counted."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if ast.get_docstring(node) is not None:
                first = node.body[0]
                lines -= (first.end_lineno or first.lineno) - first.lineno + 1
            yield node.name, lines


def calls(source: str, names: set[str]) -> Iterator[tuple[str, int]]:
    """Bare calls and uses of the named things, with their line."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Name) and node.id in names:
            yield node.id, node.lineno
        elif isinstance(node, ast.Attribute) and node.attr in names:
            yield node.attr, node.lineno


def test_no_file_is_longer_than_a_person_reads_at_once():
    lengths = {shown(path): len(path.read_text(encoding="utf-8").splitlines()) for path in sources(*PRODUCT, "tests")}
    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}


def test_no_function_is_too_long():
    found = [
        (shown(path), name, length)
        for path in sources(*PRODUCT)
        if "web/migrations/versions/" not in shown(path)  # a migration is one list of tables, read from top to bottom
        for name, length in functions(path.read_text(encoding="utf-8"))
        if length > LONGEST_FUNCTION
    ]
    assert found == []


def test_the_length_of_a_function_is_counted_without_its_docstring():
    source = 'def f():\n    """One.\n\n    Two.\n    """\n    return 1\n'
    assert list(functions(source)) == [("f", 2)]


def test_the_exact_path_knows_no_float():
    found = {
        (shown(path), line)
        for path in sources("calculations")
        for name, line in calls(path.read_text(encoding="utf-8"), {"float", "float64"})
        if name == "float64" or not _is_a_type_check(path, line)
    }
    assert {place for place in found if place[0] not in FLOAT_IS_RIGHT} == set()


def _is_a_type_check(path: Path, line: int) -> bool:
    """``isinstance(x, float)`` refuses floats; that is no use of one."""
    return "isinstance(" in path.read_text(encoding="utf-8").splitlines()[line - 1]


def test_every_permission_for_floats_is_still_needed():
    unused = {
        name
        for name in FLOAT_IS_RIGHT
        if not list(calls((ROOT / name).read_text(encoding="utf-8"), {"float", "float64"}))
    }
    assert unused == set()


def test_no_column_uses_a_bare_number_or_time():
    """SQLAlchemy's Numeric goes through float on SQLite, and DateTime loses the zone: own types only."""
    own_types = "batch_records/types.py"
    found = [
        (shown(path), name, line)
        for path in sources("batch_records", "formulary", "compounding", "web")
        if shown(path) != own_types and _uses_sqlalchemy(path)
        for name, line in calls(path.read_text(encoding="utf-8"), {"Numeric", "DateTime", "Float", "DECIMAL"})
    ]
    assert found == []


def _uses_sqlalchemy(path: Path) -> bool:
    text = path.read_text(encoding="utf-8")
    return "sqlalchemy" in text or "alembic" in text


def test_the_floats_that_a_linter_must_see_are_seen():
    assert list(calls("x = float('1')\ny = np.float64(1)\n", {"float", "float64"})) == [("float", 1), ("float64", 2)]
