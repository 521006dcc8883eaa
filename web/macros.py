"""The macros of ``templates/macros/`` under one name, ``ui``, so that no page imports them one by one."""

from typing import Any

from jinja2 import Environment

FILES = (
    "icons", "tags", "buttons", "strip", "findings", "working", "tables", "forms", "dialog", "keypad", "syringe",
    "steps", "scan", "pictures", "office", "tree",
)  # fmt: skip


class Macros:
    """``ui.button(...)`` finds the macro ``button`` whatever file it stands in. An unknown name is an error."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._found: dict[str, Any] | None = None

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        if self._found is None:
            self._found = self._load()
        if name not in self._found:
            raise AttributeError(f"there is no macro {name!r} in templates/macros")
        return self._found[name]

    def _load(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for file in FILES:
            module = self._environment.get_template(f"macros/{file}.html").module
            for name, macro in vars(module).items():
                if name.startswith("_") or not callable(macro):
                    continue
                if name in found:
                    raise ValueError(f"two macros are called {name!r}, one of them in macros/{file}.html")
                found[name] = macro
        return found
