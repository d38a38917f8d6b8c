"""What docs/rsmp.md says of the exchange list is what the tables hold, and the tests it names exist."""

from pathlib import Path
from re import findall

import pytest

from signals.control.rsmp.sxl.alarms import ALARMS
from signals.control.rsmp.sxl.commands import COMMANDS
from signals.control.rsmp.sxl.entries import Entry
from signals.control.rsmp.sxl.statuses import STATUSES
from signals.control.rsmp.wire.messages import KINDS

ROOT = Path(__file__).resolve().parents[4]
PAGE = (ROOT / "docs/rsmp.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "entry", [*STATUSES.values(), *COMMANDS.values(), *ALARMS.values()], ids=lambda entry: entry.code
)
def test_every_entry_of_the_list_stands_in_the_page_with_its_version(entry: Entry) -> None:
    since = f"{entry.since}" + (f", before {entry.until}" if entry.until else "")
    assert f"| {entry.code} | {since} |" in PAGE


def test_every_message_stands_in_the_page() -> None:
    assert [kind for kind in KINDS if kind not in PAGE] == []


def test_the_tests_named_in_the_page_exist() -> None:
    here = Path(__file__).parent
    known = {name for file in here.glob("test_*.py") for name in findall(r"def test_(\w+)", file.read_text("utf-8"))}
    named = findall(r"(?<![\w`/])([a-z]+(?:_[a-z0-9]+){3,})_?(…?)", PAGE.split("## The validator's checks")[1])
    for name, more in named:
        assert name in known or (more and any(each.startswith(name) for each in known)), name
