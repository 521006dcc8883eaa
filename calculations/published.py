"""What is published stays: the hash of each declared formula, for the test that holds every (id, version) unchanged."""

import ast
import hashlib
import importlib
import inspect
import json
import pkgutil
import textwrap

import calculations
from calculations.declaration import Each
from calculations.formula import Formula, formulas


def load_all() -> None:
    """Load every module of this package, so that every formula is declared."""
    for module in pkgutil.walk_packages(calculations.__path__, "calculations."):
        importlib.import_module(module.name)


def published() -> dict[str, str]:
    """`id/version` → hash of every formula declared in this package (the worked example in the manual left out)."""
    load_all()
    own = (f for f in formulas() if f.__module__.startswith("calculations.") and not f.id.startswith("example."))
    return {f"{declared.id}/{declared.version}": declaration_hash(declared) for declared in own}


def declaration_hash(declared: Formula) -> str:
    """SHA-256 over all that decides the figure or is printed beside it, the body included (layout and comments not)."""
    told = dict(declared.told)
    told["inputs"] = [[n, u.unit, True] if isinstance(u, Each) else [n, u, False] for n, u in told["inputs"].items()]
    told["constants"] = list(told["constants"].items())
    told["valid"] = {name: allowed.as_data() for name, allowed in told["valid"].items()}
    told["body"] = _body(declared)
    return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _body(declared: Formula) -> str:
    function = ast.parse(textwrap.dedent(inspect.getsource(declared.body))).body[0]
    if not isinstance(function, ast.FunctionDef):
        raise TypeError(f"{declared.id}: the body must be a plain function")
    statements = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return "\n".join(ast.unparse(statement) for statement in statements)
