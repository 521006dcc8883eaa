"""A published formula is never edited or removed, and every formula is proven twice."""

import json
import subprocess
import sys
from pathlib import Path

from calculations.formula import formula, prove_all
from calculations.published import declaration_hash, published

FILE = Path(__file__).with_name("published_formulas.json")
HOW = "declare a new version instead; new ones are added by `python -m tests.calculations.publish_formulas`"


def test_every_published_formula_is_still_what_it_was() -> None:
    declared = published()
    for name, known in json.loads(FILE.read_text(encoding="utf-8")).items():
        assert name in declared, f"{name} was removed: {HOW}"
        assert declared[name] == known, f"{name} was edited: {HOW}"


def test_every_formula_is_published() -> None:
    missing = sorted(set(published()) - set(json.loads(FILE.read_text(encoding="utf-8"))))
    assert not missing, f"not published yet: {missing}: {HOW}"


def test_pint_proves_every_formula_with_units() -> None:
    assert prove_all() > 0


def test_the_hash_sees_the_body_the_units_and_the_constants_but_not_comments() -> None:
    def declared(version: int, gives: str = "mg", constant: str = "2", statement: str = "twice") -> str:
        @formula(
            id="test.hash", version=version, statement=statement, source="x", inputs={"d": "mg"},
            constants={"k": constant}, gives=gives,
        )  # fmt: skip
        def body(d, k):  # type: ignore[no-untyped-def]
            """A docstring."""
            return d * k  # a comment

        body.told["version"] = 1
        return declaration_hash(body)

    first = declared(1)
    assert first == declared(2)
    assert len({first, declared(4, constant="3"), declared(5, statement="thrice")}) == 3

    @formula(
        id="test.hash", version=6, statement="twice", source="x", inputs={"d": "mg"}, constants={"k": "2"}, gives="mg"
    )
    def other(d, k):  # type: ignore[no-untyped-def]
        return k * d

    other.told["version"] = 1
    assert declaration_hash(other) != first


def test_loading_the_calculations_loads_neither_pint_nor_numpy() -> None:
    code = (
        "import sys\nfrom calculations.published import load_all\n"
        "import calculations.formula, calculations.printing, calculations.substance_table\n"
        "assert not {'pint', 'numpy'} & set(sys.modules), sorted({'pint', 'numpy'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
