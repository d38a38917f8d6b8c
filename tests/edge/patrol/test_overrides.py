"""Windows in which an officer or a priority vehicle has the say."""

import os
from datetime import UTC, datetime, timedelta

import pytest

from edge.errors import OverrideFileError
from edge.patrol.overrides import Overrides, read_overrides
from edge.patrol.surroundings import ASK_AGAIN_S, Surroundings

BEGAN = datetime(2026, 11, 21, 0, 0, tzinfo=UTC)
TEXT = """\
officer:
  - {since: "2026-11-21T07:10:00+07:00", until: "2026-11-21T07:20:00+07:00", reason: officer at the junction}
priority:
  - {since: "2026-11-21T07:30:00+07:00", until: "2026-11-21T07:31:00+07:00", reason: ambulance}
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "overrides.yaml"
    path.write_text(TEXT)
    return path


def around(file, error_s=0.05, zone="Asia/Ho_Chi_Minh", **changes):
    return Surroundings(
        lambda media_s: BEGAN + timedelta(seconds=media_s),
        zone,
        clock_error_s=lambda: error_s,
        overrides=Overrides(file),
        **changes,
    )


@pytest.mark.parametrize(
    ("since_s", "at_s", "officer", "priority"),
    [
        (300, 301, False, False),
        (599, 601, True, False),
        (900, 901, True, False),
        (1201, 1202, False, False),
        (1195, 1205, True, False),
        (1810, 1811, False, True),
        (0, 4000, True, True),
    ],
)
def test_who_has_the_say_in_any_part_of_the_time_has_it(file, since_s, at_s, officer, priority):
    found = around(file).of(since_s, at_s)
    assert (found.officer, found.priority_near) == (officer, priority)


def test_a_doubtful_clock_makes_the_windows_longer(file):
    assert not around(file, error_s=1.0).of(590, 591).officer
    assert around(file, error_s=10.0).of(590, 591).officer
    assert around(file, error_s=None).of(545, 546).officer


def test_the_moment_is_told_by_the_clock_on_the_wall_of_the_place(file):
    assert around(file).of(0, 60).local.isoformat() == "2026-11-21T07:01:00+07:00"
    assert Surroundings(None, "Asia/Ho_Chi_Minh").of(0, 60).local is None


def test_a_file_edited_mid_run_counts_anew_and_one_that_cannot_be_read_accuses_nobody(file, caplog):
    watch = around(file)
    assert not watch.of(100, 101).officer
    for text, officer in (("officer: 3\n", True), ("officer: []\n", False)):
        file.write_text(text)
        os.utime(file, ns=(len(text), len(text)))
        watch.refresh(ASK_AGAIN_S * (2 if officer else 4))
        assert watch.of(100, 101).officer is officer
    assert "nobody is accused until it can be read" in caplog.text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("police: []\n", "police"),
        ("officer:\n  - {since: '2026-11-21T07:10:00', until: '2026-11-21T07:20:00+07:00', reason: x}\n", "yaml:2: "),
        (
            "officer:\n  - {since: '2026-11-21T07:10:00+07:00', until: '2026-11-21T07:00:00+07:00', reason: x}\n",
            "wanted until after",
        ),
        ("- 3\n", "wanted keys and values such as 'officer: []'"),
    ],
)
def test_a_wrong_file_is_refused_with_its_line(tmp_path, text, said):
    path = tmp_path / "o.yaml"
    path.write_text(text)
    with pytest.raises(OverrideFileError, match=r"o\.yaml") as refused:
        read_overrides(path)
    assert said in str(refused.value)


def test_an_empty_file_holds_no_window(tmp_path):
    path = tmp_path / "o.yaml"
    path.write_text("")
    assert read_overrides(path).officer == ()
