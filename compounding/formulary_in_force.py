"""The formulary that decisions are made with at this moment."""

from functools import cache

from batch_records.store import UnitOfWork
from formulary.loading import load_formulary
from formulary.model import Formulary


@cache
def _packaged() -> Formulary:
    return load_formulary()


def formulary_in_force(uow: UnitOfWork) -> Formulary:
    """The released set."""
    return _packaged()
