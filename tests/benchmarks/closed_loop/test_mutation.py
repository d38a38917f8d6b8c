"""Mutants are what they are said to be, those listed as equivalent exist, and a few are killed from end to end."""

import json
import subprocess
import sys

import pytest

from benchmarks.closed_loop.mutation.__main__ import ROOT, TESTS, Score, chosen_mutants, equivalents, report
from benchmarks.closed_loop.mutation.mutants import mutants


def swaps(source: str) -> list[tuple[str, str]]:
    return [(mutant.was, mutant.becomes) for mutant in mutants("some.py", source)]


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("a < b", [("a < b", "a <= b"), ("a < b", "a >= b")]),
        ("a is b", [("a is b", "a is not b")]),
        ("a + b", [("a + b", "a - b")]),
        ("a and b", [("a and b", "a or b")]),
        ("x = -a", [("-a", "a")]),
        ("x = 2.5", [("2.5", "3.5"), ("2.5", "1.5")]),
        ("x = True", [("True", "False")]),
        ("x = min(a, b)", [("min(a, b)", "max(a, b)")]),
        ("x = a.all()", [("a.all()", "a.any()")]),
        ("f(a)", [("f(a)", "(removed)")]),
        ("if a: raise E", [("a", "not a"), ("raise E", "(removed)")]),
        ("x.y = a", [("x.y = a", "(removed)")]),
        ("x: int = a", []),
        ("'a text'", []),
        ("x = f'{a + 1}'", []),
        ("x = said('{b}', b=a + 1)", []),
        ("x = zip(a, b, strict=True)", []),
        ("@d(1)\ndef f(a: A + B) -> None: ...", []),
    ],
)
def test_each_kind_of_mistake_is_planted_and_words_are_left_alone(source: str, wanted: list[tuple[str, str]]) -> None:
    assert swaps(source) == wanted


def test_a_mutant_is_named_by_its_function_and_its_turn_and_runs() -> None:
    first, *_ = found = list(mutants("some.py", "class A:\n    def f(self, a):\n        return a < 1 or a < 1\n"))
    assert {mutant.function for mutant in found} == {"A.f"}
    assert [mutant.nth for mutant in found if mutant.becomes == "a <= 1"] == [1, 2]
    room: dict[str, type] = {}
    exec(first.code, room)
    assert first.becomes == "a < 1 and a < 1"
    assert room["A"]().f(1) is False


def test_every_mutant_listed_as_equivalent_exists_once() -> None:
    listed = [each.key for each in equivalents()]
    assert len(listed) == len(set(listed))
    exist = {mutant.key for file in {key[0] for key in listed} for mutant in chosen_mutants(file, None)}
    assert set(listed) <= exist


def test_a_sample_is_the_same_every_time_and_every_file_has_its_tests() -> None:
    file = "signals/control/command.py"
    assert [each.key for each in chosen_mutants(file, 5)] == [each.key for each in chosen_mutants(file, 5)]
    for source, tests in TESTS.items():
        assert (ROOT / source).is_file()
        assert all((ROOT / test).is_file() for test in tests)


def test_the_share_counts_no_equivalent_mutants() -> None:
    told = report({"a": Score(10, 2, 6, []), "b": Score(0, 0, 0, [])})
    assert (told["a"]["killed_share"], told["b"]["killed_share"], told["all"]["killed_share"]) == (0.75, 1.0, 0.75)


def test_a_tiny_run_kills_what_it_plants() -> None:
    command = [sys.executable, "-m", "benchmarks.closed_loop.mutation", "--json", "--limit", "2"]
    told = subprocess.run(
        [*command, "--file", "signals/control/command.py"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert json.loads(told.stdout)["all"] == {
        "mutants": 2, "equivalent": 0, "killed": 2, "killed_share": 1.0, "survived": [],
    }  # fmt: skip
