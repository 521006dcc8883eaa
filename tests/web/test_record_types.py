"""No type of record is forgotten: one that is not listed would be reported as unreadable, or never checked."""

import importlib
import pkgutil

from batch_records.acting import RecordType
from web.record_types import RECORD_TYPES

PACKAGES = ("batch_records", "formulary", "compounding", "web")


def test_every_type_of_record_in_the_product_is_listed():
    found = {}
    for name in PACKAGES:
        package = importlib.import_module(name)
        for module in pkgutil.walk_packages(package.__path__, f"{name}."):
            if "migrations" in module.name or module.name.endswith("__main__"):
                continue
            for thing in vars(importlib.import_module(module.name)).values():
                if isinstance(thing, RecordType):
                    found[thing.name] = thing
    assert found == {record_type.name: record_type for record_type in RECORD_TYPES}


def test_no_two_types_share_a_name():
    assert len({record_type.name for record_type in RECORD_TYPES}) == len(RECORD_TYPES)
