"""What the product's own code never does: SQL from strings, evaluated text, unsafe readers, shells, secrets, raw markup."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("calculations", "batch_records", "formulary", "compounding", "web")
FILES = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
ASKED = ast.Call | ast.Import | ast.ImportFrom | ast.Attribute
NODES = {
    path.relative_to(ROOT).as_posix(): [
        node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ASKED)
    ]
    for path in FILES
}
SQL = {"text", "exec_driver_sql", "executescript"}
EVALUATES = {"eval", "exec", "compile", "__import__"}
UNSAFE = {"pickle", "marshal", "shelve", "dill", "yaml", "xml", "lxml", "ftplib", "telnetlib", "requests", "urllib.request",
          "subprocess.getoutput"}  # fmt: skip
TEXTS_ALONE = {("formulary/importing/yaml_file.py", "yaml")}
"""Reads events and texts by the reader's base class, which makes no object and no number of anything."""
PRAGMAS = {
    ("web/serving.py", "text"),
    ("batch_records/engines.py", "exec_driver_sql"),
    ("batch_records/engines.py", "execute"),
}
"""Names of settings from a list in the same file, where SQL has no parameters."""


def calls(nodes: list[ast.AST]) -> list[tuple[str, ast.Call]]:
    """Every call with the name of what is called."""
    found = []
    for node in nodes:
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            found.append((name, node))
    return found


def built(argument: ast.expr) -> bool:
    """Whether a text is put together: f-string, +, %, format or join."""
    if isinstance(argument, ast.JoinedStr):
        return any(isinstance(part, ast.FormattedValue) for part in argument.values)
    if isinstance(argument, ast.BinOp):
        return isinstance(argument.op, ast.Add | ast.Mod)
    return isinstance(argument, ast.Call) and getattr(argument.func, "attr", "") in ("format", "join", "replace")


def test_no_sql_is_put_together_from_texts():
    wrong = set()
    for file, nodes in NODES.items():
        if file.startswith("web/migrations/versions/"):
            continue  # run by hand, with names of tables from the same file
        imports = [node for node in nodes if isinstance(node, ast.ImportFrom | ast.Import)]
        uses_sql = any("sqlalchemy" in ast.dump(node) for node in imports)
        for name, call in calls(nodes):
            if uses_sql and name in {*SQL, "execute"} and call.args and built(call.args[0]):
                wrong.add((file, name))
    assert wrong - PRAGMAS == set()


def test_no_text_is_evaluated_and_no_unsafe_reader_is_imported():
    found = set()
    for file, nodes in NODES.items():
        found |= {(file, name) for name, call in calls(nodes) if name in EVALUATES and isinstance(call.func, ast.Name)}
        for node in nodes:
            names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            found |= {(file, name) for name in names if name in UNSAFE or name.split(".")[0] in UNSAFE}
    assert found == TEXTS_ALONE


def test_yaml_is_read_by_its_base_reader_alone():
    for file, _name in TEXTS_ALONE:
        used = {name.attr for name in NODES[file] if isinstance(name, ast.Attribute) and "Loader" in name.attr}
        asked = {name for name, _call in calls(NODES[file])}
        assert used == {"BaseLoader"}
        assert not asked & {"load", "load_all", "full_load", "unsafe_load", "safe_load"}


def test_no_command_goes_through_a_shell():
    found = set()
    for file, nodes in NODES.items():
        for name, call in calls(nodes):
            whole = any(word.arg == "shell" and getattr(word.value, "value", True) for word in call.keywords)
            if whole or name in ("popen", "spawnl", "spawnv", "getoutput", "system", "extractall"):
                found.add((file, name))
    assert found == set()


def test_markup_is_marked_safe_in_three_known_places_only():
    marked = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.html")
        if re.search(r"\|\s*safe\b|autoescape\s+false", path.read_text(encoding="utf-8"))
    }
    assert marked <= {"web/templates/orders/additive.html"}  # a macro's own answer, escaped in the macro
    python = {
        file for file, nodes in NODES.items() if any(name == "Markup" and call.args for name, call in calls(nodes))
    }
    assert python <= {"batch_records/rendering_marks.py", "batch_records/rendering_codes.py"}


def test_no_page_carries_script_style_or_a_foreign_address_of_its_own():
    wrong = []
    for path in (ROOT / "web").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        if re.search(
            r"<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=[\"']|javascript:|<style|https?://(?!www\.w3\.org)", text
        ):
            wrong.append(path.relative_to(ROOT).as_posix())
    assert wrong == []


FORBIDDEN = r"\beval\(|new Function|document\.write|insertAdjacentHTML|localStorage|sessionStorage|\bcookie\b"


def test_no_script_of_ours_evaluates_text_or_keeps_anything_of_a_patient_in_the_browser():
    wrong = []
    for path in (ROOT / "web/static/js").rglob("*.js"):
        text = path.read_text(encoding="utf-8")
        if "htmx" not in path.name and re.search(FORBIDDEN, text):
            wrong.append(path.name)
    assert wrong == []


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="not a checkout")
def test_no_secret_lies_in_the_repository():
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True).stdout
    wrong = []
    for name in listed.split("\0"):
        path = ROOT / name
        if not name or not path.is_file() or path.suffix in {".png", ".pdf", ".db", ".woff2", ".jpg"}:
            continue
        if path.suffix in {".key", ".p12", ".pfx"} or path.name in {".env", "secret_key", "id_rsa"}:
            wrong.append(name)
        text = path.read_text(encoding="utf-8", errors="replace")
        if re.search(
            r"BEGIN (RSA |EC |OPENSSH )?PRIVATE KEY-----\n|AKIA[0-9A-Z]{16}|ghp_[A-Za-z0-9]{36}|xox[bp]-[0-9]", text
        ):
            wrong.append(name)
    assert [name for name in wrong if not name.startswith("tests/")] == []
