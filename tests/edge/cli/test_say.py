"""Sentences on stderr: as they are, and not over and over."""

import logging

import pytest

from edge.cli.say import QUIET_S, Spoken, fail, log_on_stderr, warn


@pytest.fixture
def clock():
    return [0.0]


@pytest.fixture
def log(clock):
    """A logger of its own whose warnings are spoken."""
    logger = logging.Logger("part", logging.DEBUG)
    logger.addHandler(Spoken(lambda: clock[0]))
    return logger


def test_what_looks_like_markup_is_only_text(capsys):
    fail("cam [bold]1[/x] and ['a', 'b']")
    warn("[red]")
    assert capsys.readouterr().err == "ngatu: cam [bold]1[/x] and ['a', 'b']\nnote: [red]\n"


def test_a_long_sentence_stays_on_one_line(capsys):
    fail("word " * 100)
    assert capsys.readouterr().err.count("\n") == 1


def test_warnings_are_spoken_and_lesser_news_is_not(log, capsys):
    log.info("quiet")
    log.warning("lost %s", "camera [1]")
    log.error("broken")
    told = capsys.readouterr().err.splitlines()
    assert [line.split(" ", 1)[1] for line in told] == ["warning: lost camera [1]", "error: broken"]


def test_the_same_words_are_spoken_again_only_after_a_while(log, clock, capsys):
    for _ in range(100):
        log.warning("the camera is away")
        log.warning("the centre is away")
        clock[0] += QUIET_S / 50
    assert capsys.readouterr().err.count("camera") == 2


def test_other_words_are_never_held_back(log, capsys):
    for number in range(3000):
        log.warning("event %d was refused", number)
    assert capsys.readouterr().err.count("\n") == 3000


def test_after_the_block_the_log_is_as_before():
    before = list(logging.getLogger().handlers)
    with log_on_stderr():
        assert len(logging.getLogger().handlers) == len(before) + 1
    assert logging.getLogger().handlers == before
