"""A formula is declared once: with its id, version, statement, units, valid range, constants and source.

The body is plain arithmetic over figures in the declared units, in the order inputs, then constants:

>>> @formula(
...     id="example.pump_rate", version=1,
...     statement="rate = dose rate × body weight ÷ concentration",
...     source="Example only",
...     inputs={"dose_rate": "amount/kg/min", "weight": "kg_bw", "concentration": "amount/mL"},
...     constants={"minutes_per_hour": "60 min/h"},
...     valid={"weight": between("0.3", 300), "concentration": above(0)},
...     gives="mL/h",
... )
... def pump_rate(dose_rate: Number, weight: Number, concentration: Number, minutes_per_hour: Number) -> Number:
...     return dose_rate * weight * minutes_per_hour / concentration

A call converts each input once, refuses what lies outside the valid range, and gives an exact quantity:

>>> given = {"weight": Quantity(70, "kg_bw"), "concentration": Quantity(16, "mcg/mL", of="norepinephrine")}
>>> with recording() as noted:
...     rate = pump_rate(dose_rate=Quantity("0.1", "mcg/kg/min", of="norepinephrine"), **given)
>>> rate
Quantity('105/4', 'mL/h')
>>> noted.steps[0].shown
'26.25 mL/h'
>>> recheck(noted.steps[0].as_data()) == rate
True

Units: `amount` stands for mg, units, mEq, mmol, mOsm or mg PE, the same one throughout a call; `each("mL")` takes a
list. Below the line `kg` is body weight. A result in `amount` comes in that unit (mass in mg). Without an entry in
`valid` an input must be at least zero. Amounts must be of one substance, which the result carries on;
`substances="any"` is for totals over several, whose result is unnamed. Bodies use `+ - * /` and
`calculations.arithmetic`; every other number is a constant with its unit.

**Proof.** At declaration the body runs on figures with dimensions and on bare numbers, and disagreement refuses the
formula at once, at a cost of some 0.1 ms. The same proof on pint quantities, written down independently, would cost
every start a third of a second; it runs over the whole registry in the tests and in `sufficit doctor` (`prove_all`).
An `empirical` formula (body surface, kidney function: the units do not come out) has no proof and takes exactly its
declared units.
"""

import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal

from gmpy2 import mpq

from calculations.arithmetic import Number
from calculations.column import Column
from calculations.declaration import Each, Input, Plan, by_dimension, each, make_plans
from calculations.errors import CannotCompute, UnitMismatch
from calculations.proof import check_exact, prove, prove_with_pint
from calculations.quantity import Quantity, trusted
from calculations.recorder import Step, recording, running
from calculations.validity import NOT_NEGATIVE, Range, above, any_number, at_least, between

__all__ = [
    "Formula", "Number", "above", "any_number", "at_least", "between", "each", "find", "formula", "formulas",
    "prove_all", "recheck", "recording",
]  # fmt: skip

Given = Quantity | Iterable[Quantity]
_NOT_YET: Any = object()
_REGISTRY: dict[tuple[str, int], "Formula"] = {}


class Formula:
    """One declared formula. Call it with quantities, by name or in the declared order."""

    def __init__(
        self, body: Callable[..., Any], plans: tuple[Plan, ...], chooser: str | None, told: dict[str, Any]
    ) -> None:
        self.body = body
        self.told = told
        """The declaration as written."""
        self.id: str = told["id"]
        self.version: int = told["version"]
        self.statement: str = told["statement"]
        self.source: str = told["source"]
        self.empirical: bool = told["empirical"]
        self.plans = plans
        self.chooser = chooser
        self.names = tuple(item.name for item in plans[0].inputs)
        self.__doc__ = body.__doc__
        self.__name__ = body.__name__
        self.__module__ = body.__module__
        self._name_set = frozenset(self.names)
        self._lists = tuple(item.name for item in plans[0].inputs if item.many)
        self._one_substance: bool = told["substances"] == "one"
        self._by_dimension = by_dimension(plans, chooser) if chooser else {}

    def __repr__(self) -> str:
        return f"<formula {self.id} version {self.version}: {self.statement}>"

    def __call__(self, *in_order: Given, **by_name: Given) -> Quantity:
        """The exact figure in the declared unit.

        Raises `UnitMismatch` for a unit or substance that does not fit, `OutOfRange` for an input outside the valid
        range, `CannotCompute` for a division by zero and `TypeError` for missing or unknown inputs.
        """
        given = self._settled(in_order, by_name)
        plan = self.plans[0] if self.chooser is None else self.plan_for(given[self.chooser])
        numbers: list[Any] = []
        tag: Any = _NOT_YET
        for item in plan.inputs:
            value = given[item.name]
            if item.many:
                numbers.append(tuple(map(item.number, value)))
            else:
                numbers.append(item.number(value))
            if item.carries and self._one_substance:
                for found in {quantity.of for quantity in value} if item.many else (value.of,):
                    if tag is _NOT_YET:
                        tag = found
                    elif found != tag:
                        raise _unlike(item, found, tag)
        if tag is _NOT_YET or not plan.gives.dimension.carries_substance:
            tag = None
        result = trusted(self.compute(plan, numbers), plan.gives, tag)
        recorder = running.get()
        if recorder is not None:
            recorder.steps.append(Step(self.id, self.version, self.statement, given, result))
        return result

    def compute(self, plan: Plan, numbers: Iterable[Any]) -> mpq:
        """The body on bare exact numbers in declared units; refuses a result that is not exact."""
        try:
            result = self.body(*numbers, *plan.bare_constants)
        except ZeroDivisionError:
            raise CannotCompute("division_by_zero", self.statement, "a figure to divide by is zero.") from None
        if type(result) is not mpq:
            raise TypeError(f"{self.id} gave {type(result).__name__}, which is not an exact number")
        return result

    def columns(self, **given: Column | Quantity) -> Column:
        """The same formula over columns; see `calculations.column_run.run`."""
        from calculations.column_run import run

        return run(self, given)

    def plan_for(self, deciding: Any) -> Plan:
        """The plan for the kind of amount that the deciding input brings."""
        first = deciding[0] if type(deciding) is tuple and deciding else deciding
        measure = getattr(first, "unit", None)
        found = self._by_dimension.get(measure.dimension) if measure is not None else None
        if found is None:
            declared = self.told["inputs"][self.chooser]
            needed = declared.unit if isinstance(declared, Each) else declared
            raise UnitMismatch(
                f"{self.chooser}", f"{getattr(measure, 'shown', 'nothing')} was given, {needed} is needed."
            )
        return found

    def _settled(self, in_order: tuple[Any, ...], by_name: dict[str, Any]) -> dict[str, Any]:
        """The inputs by name, lists as tuples."""
        given = {**dict(zip(self.names, in_order, strict=False)), **by_name} if in_order else by_name
        if given.keys() != self._name_set or len(in_order) + len(by_name) != len(self.names):
            raise TypeError(f"{self.id} takes {', '.join(self.names)}; given were {', '.join(given) or 'none'}")
        for name in self._lists:
            given[name] = tuple(given[name])
        return given


def formula(
    *,
    id: str,
    version: int,
    statement: str,
    gives: str,
    source: str,
    inputs: Mapping[str, str | Each],
    constants: Mapping[str, str] | None = None,
    valid: Mapping[str, Range] | None = None,
    empirical: bool = False,
    substances: Literal["one", "any"] = "one",
) -> Callable[[Callable[..., Any]], Formula]:
    """Declare a formula, as the module's example shows. Raises `ValueError` or `NotProven` for a bad declaration."""
    told: dict[str, Any] = {
        "id": id, "version": version, "statement": statement, "gives": gives, "source": source,
        "inputs": dict(inputs), "constants": dict(constants or {}), "valid": dict(valid or {}),
        "empirical": empirical, "substances": substances,
    }  # fmt: skip

    def declare(body: Callable[..., Any]) -> Formula:
        _check(told, body)
        plans, chooser = make_plans(
            told["inputs"], gives, told["constants"], told["valid"], NOT_NEGATIVE, fixed_units=empirical
        )
        for plan in plans:
            (check_exact if empirical else prove)(body, plan)
        declared = Formula(body, plans, chooser, told)
        if _REGISTRY.setdefault((id, version), declared) is not declared:
            raise ValueError(f"formula {id} version {version} is declared twice")
        return declared

    return declare


def formulas() -> tuple[Formula, ...]:
    """All formulas declared so far, by id and version. `calculations.published.load_all` loads every module first."""
    return tuple(_REGISTRY[key] for key in sorted(_REGISTRY))


def find(id: str, version: int) -> Formula:
    """The formula of this id and version; `CannotCompute` if there is none."""
    if (id, version) not in _REGISTRY:
        from calculations.published import load_all

        load_all()
    try:
        return _REGISTRY[id, version]
    except KeyError:
        raise CannotCompute("unknown_formula", f"formula {id} version {version}", "no such formula exists.") from None


def recheck(step: Mapping[str, Any]) -> Quantity:
    """Run a recorded step again from its data alone.

    Raises `CannotCompute` with code `recheck_differs` unless the very same fraction, unit and substance come out.
    """
    declared = find(step["id"], step["version"])
    given = {
        name: Quantity.from_data(data) if isinstance(data, Mapping) else tuple(map(Quantity.from_data, data))
        for name, data in step["inputs"].items()
    }
    found = declared(**given)
    if found.as_data() != dict(step["exact"]):
        raise CannotCompute(
            "recheck_differs",
            f"{declared.statement}",
            f"recorded is {step['exact']}, computed again {found.as_data()}.",
        )
    return found


def prove_all() -> int:
    """Prove every formula with units on pint quantities, and count them. Raises `NotProven` for the first bad one."""
    from calculations.published import load_all

    load_all()
    proven = [declared for declared in formulas() if not declared.empirical]
    for declared in proven:
        for plan in declared.plans:
            prove_with_pint(declared.body, plan)
    return len(proven)


def _unlike(item: Input, found: str | None, expected: str | None) -> UnitMismatch:
    who, what = found or "an unnamed substance", expected or "an unnamed substance"
    return UnitMismatch(item.label, f"{who} was given beside {what}.")


def _check(told: dict[str, Any], body: Callable[..., Any]) -> None:
    expected = [*told["inputs"], *told["constants"]]
    parameters = list(inspect.signature(body).parameters)
    if parameters != expected:
        raise ValueError(f"{told['id']}: the body takes {parameters}, declared are {expected}")
    for name in ("id", "statement", "source"):
        if not told[name].strip():
            raise ValueError(f"{told['id'] or body.__name__}: {name} is missing")
    if stray := set(told["valid"]) - set(told["inputs"]):
        raise ValueError(f"{told['id']}: a range for {sorted(stray)}, which is no input")
    if told["version"] < 1:
        raise ValueError(f"{told['id']}: versions count from 1")
