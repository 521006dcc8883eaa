"""A FHIR R4 resource as JSON text: read exactly, its shape checked, every fault named by its path.

`fhir.resources` (R4B, the same shape as R4 for these resources) checks names and types but accepts any status, so the
value sets that the standard requires are checked here.
"""

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from calculations.errors import Fault, Faults
from compounding.orders.exact_json import read_exact

MAX_CHARACTERS = 1_000_000
MAX_DIGITS = 30
RESOURCES = ("MedicationRequest", "MedicationAdministration", "MedicationDispense")
UCUM_SYSTEM = "http://unitsofmeasure.org"


def read_resource(text: str) -> dict[str, Any]:
    """The resource as plain data, numbers as `Decimal`.

    Raises:
        Faults: no JSON, another resource, or a shape or value that R4 does not allow.
    """
    data = _parse_json(text)
    kind = data.get("resourceType")
    if kind not in RESOURCES:
        raise Faults([Fault("resourceType", kind, "MedicationRequest, MedicationAdministration or MedicationDispense")])
    # Loading the shapes takes a third of a second, and most commands read no message.
    from fhir.resources.R4B import get_fhir_model_class
    from pydantic import ValidationError

    try:
        model = get_fhir_model_class(kind).model_validate(data)
    except ValidationError as found:
        raise Faults(
            [
                Fault(".".join(str(part) for part in one["loc"]) or kind, one.get("input"), one["msg"])
                for one in found.errors()
            ]
        ) from None
    except (KeyError, TypeError):  # the library looks the name of a contained resource up as it comes
        raise Faults([Fault("contained", "a resource that R4 does not know", "resources of R4")]) from None
    faults = list(_required_codes(model, kind))
    if faults:
        raise Faults(faults)
    return data


def _parse_json(text: str) -> dict[str, Any]:
    """JSON text as plain data; a name that stands twice or has no value is refused, because readers differ on what counts."""

    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        data = dict(found)
        if len(data) != len(found):
            raise Faults(read_exact(text).faults_under(""))
        empty = [name for name, value in found if value is None]
        if empty:
            raise Faults([Fault(name, "null", "left out when it is not known, as R4 asks") for name in empty])
        return data

    def constant(name: str) -> None:
        raise Faults([Fault("message", name, "finite numbers")])

    def whole(digits: str) -> int:
        if len(digits) > MAX_DIGITS:
            raise Faults([Fault("message", f"a number of {len(digits)} digits", f"at most {MAX_DIGITS} digits")])
        return int(digits)

    if len(text) > MAX_CHARACTERS:
        raise Faults([Fault("message", f"{len(text)} characters", f"at most {MAX_CHARACTERS}")])
    try:
        data = json.loads(text, parse_float=Decimal, parse_int=whole, object_pairs_hook=pairs, parse_constant=constant)
    except (ValueError, RecursionError) as found:
        raise Faults([Fault("message", f"text that is no JSON ({found})", "one FHIR R4 resource in JSON")]) from None
    if not isinstance(data, dict):
        raise Faults([Fault("message", type(data).__name__, "one FHIR R4 resource in JSON")])
    return data


def _required_codes(model: Any, path: str) -> Iterator[Fault]:
    """Every code that is not in the value set that the standard requires for its field."""
    for name, info in type(model).model_fields.items():
        value = getattr(model, name, None)
        if value is None:
            continue
        here = f"{path}.{name}"
        extra = info.json_schema_extra
        allowed = extra.get("enum_values") if isinstance(extra, Mapping) else None
        for place, one in enumerate(value) if isinstance(value, list) else [(None, value)]:
            where = here if place is None else f"{here}[{place}]"
            if hasattr(type(one), "model_fields"):
                yield from _required_codes(one, where)
            elif isinstance(allowed, list) and isinstance(one, str) and one not in allowed:
                yield Fault(where, one, " or ".join(str(code) for code in allowed))
