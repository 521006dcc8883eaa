"""Addresses of patients: an address never holds a record number, which logs, histories and proxies would keep.

Routes say ``<patient:mrn>`` and ``<record:record>``; views and templates go on with record numbers and record ids, and only the
address differs. Who stands behind an address is looked up after it is known that the person may ask at all.
"""

from flask import Flask, g, has_app_context, request
from werkzeug.exceptions import NotFound
from werkzeug.routing import BaseConverter, PathConverter

from compounding.orders.addresses import address_of, patient_at, record_address, record_at
from web.services import store

_NOBODY = "0" * 24
PATIENT_PREFIX = "patient-"


def _known() -> dict[str, str]:
    """Addresses asked for in this request, so that a long list asks once for each patient."""
    if "patient_addresses" not in g:
        g.patient_addresses = {}
    known: dict[str, str] = g.patient_addresses
    return known


def patient_address(mrn: str) -> str:
    """The address of a patient; of nobody when no such patient is recorded, or outside the application."""
    if not has_app_context():
        return _NOBODY
    known = _known()
    if mrn not in known:
        with store().read() as uow:
            known[mrn] = address_of(uow, mrn) or _NOBODY
    return known[mrn]


def mrn_at(address: str) -> str | None:
    """The record number of the patient at an address."""
    with store().read() as uow:
        return patient_at(uow, address)


class _Patient(str):
    """The address of a patient, as it stood in a request."""


class _Record(str):
    """What named a record in a request."""


class PatientConverter(BaseConverter):
    """``<patient:mrn>``: the view gets the record number, the address holds the patient's own."""

    regex = "[0-9a-f]{24}"

    def to_python(self, value: str) -> str:
        """From the address; `_look_up` puts the number in its place."""
        return _Patient(value)

    def to_url(self, value: str) -> str:
        """Into the address."""
        return patient_address(value)


class RecordConverter(PathConverter):
    """``<record:record>``: the id of a record, except that a patient's stands as ``patient/`` and the patient's address."""

    def to_python(self, value: str) -> str:
        """From the address; `_look_up` puts the record's id in its place."""
        return _Record(value)

    def to_url(self, value: str) -> str:
        """Into the address."""
        return str(super().to_url(record_in_address(value)))


def record_in_address(record: str) -> str:
    """How an address names a record."""
    if not record.startswith(PATIENT_PREFIX):
        return record
    known = _known()
    if record not in known:
        with store().read() as uow:
            known[record] = record_address(uow, record) or _NOBODY
    return f"patient/{known[record]}"


def record_in(value: str) -> str | None:
    """The record that an address names; None for a patient's address that nobody has."""
    kind, _, address = value.partition("/")
    if kind != "patient":
        return value
    with store().read() as uow:
        return record_at(uow, address)


def _look_up() -> None:
    """Put the record number or record id in the place of its address. An address of nobody is no page."""
    values = request.view_args or {}
    for name, value in values.items():
        if isinstance(value, _Patient):
            found = mrn_at(value)
        elif isinstance(value, _Record):
            found = None if value.startswith(PATIENT_PREFIX) else record_in(value)
        else:
            continue
        if found is None:
            raise NotFound
        values[name] = str(found)


def add_addresses(app: Flask) -> None:
    """Make the two parts of a route known: before any page is registered, and after the guard of the sessions."""
    app.url_map.converters |= {"patient": PatientConverter, "record": RecordConverter}
    app.before_request(_look_up)
    app.jinja_env.globals["patient_address"] = patient_address
