"""The command: `python -m tests.conformance [TOPIC ...]` counts, `python -m tests.conformance answer FILE` answers."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from tests.conformance.case import CannotAnswer, Case, UnknownUnit
from tests.conformance.files import published, read_cases, topics
from tests.conformance.running import OUTCOMES, answer_case, count, disputed, run_topic


def main(arguments: list[str] | None = None) -> int:
    """Run the command; the exit code is 1 where a case is wrong that is not listed as disputed."""
    words = sys.argv[1:] if arguments is None else arguments
    if words and words[0] == "answer":
        parser = argparse.ArgumentParser(
            prog="conformance answer", description="Answer the cases of a file, as one JSON object."
        )
        parser.add_argument(
            "file", type=Path, help="{topic, cases: [{id, inputs, convention, wanted}]} or a list of such"
        )
        return answer_file(parser.parse_args(words[1:]).file)
    parser = argparse.ArgumentParser(
        prog="conformance",
        description="Count right, wrong and not answered published cases per topic.",
        epilog="example: conformance ndc gs1_barcodes    or: conformance answer FILE",
    )
    parser.add_argument("topic", nargs="*", choices=[*topics(), []], help="topics (all unless named)")
    return report(parser.parse_args(words).topic or topics())


def answer_file(path: Path) -> int:
    """Print one JSON object with an answer per case; what cannot be answered is left out and said on stderr."""
    try:
        cases = read_cases(path)
    except (OSError, ValueError) as found:
        sys.stderr.write(f"{found}\n")
        return 2
    answers: dict[str, Any] = {}
    unclear: set[str] = set()
    for case in cases:
        printed = _answer_of(case)
        if printed is None:
            continue
        if case.id in answers and answers[case.id] != printed:
            sys.stderr.write(f"{case.id}: left out: the file has this id more than once, with different answers\n")
            unclear.add(case.id)
        answers[case.id] = printed
    kept = {key: one for key, one in answers.items() if key not in unclear}
    sys.stdout.write(json.dumps(kept, ensure_ascii=False, indent=1) + "\n")
    return 0


def _answer_of(case: Case) -> Any:
    """The printed answer to one case; None, said on stderr, where there is none."""
    if not case.id:
        sys.stderr.write(f"a case without an id is passed over: inputs {', '.join(case.inputs)}\n")
        return None
    try:
        printed = answer_case(case)
    except CannotAnswer as found:
        sys.stderr.write(f"{case.id}: not answered: {found}\n")
    except UnknownUnit as found:
        sys.stderr.write(f"{case.id}: unit refused: {found}\n")
    except Exception as found:  # one case's defect must not lose the answers to the others
        sys.stderr.write(f"{case.id}: not answered: {type(found).__name__}: {found}\n")
    else:
        if missing := [name for name in case.outputs if name not in printed]:
            sys.stderr.write(f"{case.id}: left out, not determined: {', '.join(missing)}\n")
        return printed
    return None


def report(chosen: list[str]) -> int:
    """Print the counts per topic, then every case that is not right, then the disputed ones with our working."""
    held = disputed()
    rows, rest, total, unlisted = [], [], dict.fromkeys(OUTCOMES, 0), 0
    for topic in chosen:
        outcomes = run_topic(topic)
        counts = count(outcomes)
        rows.append((topic, *(counts[name] for name in OUTCOMES)))
        for name in OUTCOMES:
            total[name] += counts[name]
        expected = {raw["id"]: raw["expected"] for raw in published(topic)}
        for one in outcomes:
            if one.outcome == "right":
                continue
            mark = " (disputed)" if one.id in held else ""
            said = one.reason or f"answered {json.dumps(one.answer, ensure_ascii=False)}"
            if one.outcome == "wrong" and not one.reason:
                said += f", expected {json.dumps(expected[one.id], ensure_ascii=False)}"
            rest.append(f"{topic} {one.id}: {one.outcome}{mark}: {said}")
            unlisted += one.outcome == "wrong" and one.id not in held
    lines = [f"{'topic':24}" + "".join(f"{name:>14}" for name in OUTCOMES)]
    lines += [
        f"{topic:24}" + "".join(f"{n:>14}" for n in numbers) for topic, *numbers in [*rows, ("total", *total.values())]
    ]
    ids = {raw["id"] for topic in chosen for raw in published(topic)}
    shown = [f"{key} is held {one['held']}: {one['working']}" for key, one in held.items() if key in ids]
    sys.stdout.write("\n".join([*lines, "", *rest, *([""] if shown else []), *shown]).rstrip() + "\n")
    return 1 if unlisted else 0


if __name__ == "__main__":
    sys.exit(main())
