"""Two labels asked for at once at one station, for two doses: one lies there, the other waits for it. On both databases."""

from datetime import timedelta

from batch_records.acting import Done, Refused, perform
from batch_records.store import Store
from compounding.preparing import actions as a
from compounding.preparing.numbering import dose_record
from compounding.preparing.record import DOSE
from tests.support.attempts import at_once
from tests.support.cast import MARLOW, NOON, act_of, do
from tests.support.flow import dose_now, queued_dose, released

ROUNDS = 5


def test_of_two_labels_asked_for_at_once_at_one_station_one_is_printed(any_cast_store: Store) -> None:
    numbers = [released(any_cast_store, queued_dose(any_cast_store, number=f"260414-014{n}")) for n in range(2)]
    at = NOON + timedelta(minutes=30)

    def printing(number: str) -> Done[object] | Refused:
        label = a.PrintLabel("0" * 64, "not in hand", issue=dose_now(any_cast_store, number).labels + 1)
        return perform(any_cast_store, DOSE, dose_record(number), label, act_of(MARLOW, at, station="desk-1"))

    for _ in range(ROUNDS):
        answers = at_once(*(lambda number=number: printing(number) for number in numbers))
        assert sorted(type(one).__name__ for one in answers) == ["Done", "Refused"]
        refused = next(one for one in answers if isinstance(one, Refused))
        assert refused.refusal.code == "label_unpaired"
        done = numbers[next(index for index, one in enumerate(answers) if isinstance(one, Done))]
        do(any_cast_store, MARLOW, DOSE, dose_record(done), a.AnswerLabelInHand(False), at, station="desk-1")
