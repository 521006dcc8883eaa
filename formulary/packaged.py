"""The data files that come with the program, as acts: how the demonstration hospital loads and releases them."""

from functools import lru_cache
from pathlib import Path

from batch_records.acting import Consequence
from formulary.change_control import FROM_THE_PROGRAM
from formulary.drug_record import record_id
from formulary.loading import DATA, load_formulary
from formulary.model import Formulary
from formulary.releasing import DRUG, LoadDrug, ReleaseDrug


@lru_cache(maxsize=1)
def packaged() -> Formulary:
    """The formulary of the data files, every drug DRAFT. Raises FormularyFaults."""
    return load_formulary()


def load_packaged(folder: Path = DATA) -> list[Consequence]:
    """One act for each data file that loads it. For `perform_many`; the actor is the author."""
    paths = sorted((folder / "drugs").glob("*.toml"))
    return [
        (DRUG, record_id(path.stem), LoadDrug(path.read_text(encoding="utf-8"), FROM_THE_PROGRAM)) for path in paths
    ]


def release_packaged() -> list[Consequence]:
    """One act for each data file that releases it, for the first pharmacist and then again for the second."""
    return [(DRUG, record_id(drug.id), ReleaseDrug(drug.version, drug.digest)) for drug in packaged().drugs]
