"""The doctor says of each printer in use whether it can be reached; where there is none it says nothing."""

from pathlib import Path

from compounding.printers import PRINTERS, PRINTERS_RECORD, DescribePrinter
from tests.support.cast import NOVAK, do
from tests.support.fake_printer import fake_printer
from web.database import opened, upgrade_database
from web.doctor import State
from web.print_check import check_printers
from web.settings import Settings


def with_printers(directory: Path, *addresses: str, enabled: bool = True) -> Settings:
    settings = Settings(data_directory=directory)
    upgrade_database(settings)
    with opened(settings) as store:
        for number, address in enumerate(addresses, start=1):
            told = DescribePrinter(f"labels-{number}", "Labels", "IV room A", address, ("bag",), enabled, True)
            do(store, NOVAK, PRINTERS, PRINTERS_RECORD, told)
    return settings


def test_each_printer_is_reachable_or_not(tmp_path: Path):
    with fake_printer() as good, fake_printer(reasons=("media-empty-error",)) as empty:
        settings = with_printers(tmp_path, good.address, empty.address, "ipp://127.0.0.1:1025/off")
        checks = check_printers(settings)
    assert [(check.name, check.state) for check in checks] == [
        ("printer labels-1", State.GOOD), ("printer labels-2", State.ADVICE), ("printer labels-3", State.ADVICE)
    ]  # fmt: skip
    assert "paper out" in checks[1].found
    assert "not reachable" in checks[2].found


def test_a_printer_that_is_not_in_use_is_not_asked(tmp_path: Path):
    with fake_printer() as printer:
        assert check_printers(with_printers(tmp_path, printer.address, enabled=False)) == []
        assert printer.asked == []


def test_without_a_database_there_is_nothing_to_say(tmp_path: Path):
    assert check_printers(Settings(data_directory=tmp_path)) == []
    assert list(tmp_path.iterdir()) == []
