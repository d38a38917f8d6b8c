import threading

import numpy as np
import pytest

from edge.loop.intake import Intake
from vision.frame import Frame


def frame(number):
    return Frame(number, number / 25, np.zeros((2, 2, 3), np.uint8), float(number))


def test_a_live_intake_keeps_the_freshest_frame_and_counts_the_others():
    intake = Intake(5, keeps_all=False, news=lambda: None)
    assert all(intake.put(frame(number)) for number in range(4))
    assert (intake.take().index, intake.dropped, intake.since_s) == (3, 3, None)


def test_a_keeping_intake_lets_the_reader_wait_and_drops_nothing():
    intake, read = Intake(2, keeps_all=True, news=lambda: None), []

    def fill():
        for number in range(20):
            intake.put(frame(number))
            read.append(number)

    reader = threading.Thread(target=fill)
    reader.start()
    taken = []
    while len(taken) < 20:
        if intake.since_s is not None:
            taken.append(intake.take().index)
            assert len(read) - len(taken) <= 3
    reader.join()
    assert (taken, intake.dropped) == (list(range(20)), 0)


def test_closing_frees_a_reader_that_waits():
    intake = Intake(1, keeps_all=True, news=lambda: None)
    intake.put(frame(0))
    answers = []
    reader = threading.Thread(target=lambda: answers.append(intake.put(frame(1))))
    reader.start()
    intake.close()
    reader.join(30)
    assert answers == [False]


def test_what_waits_is_still_taken_after_the_end():
    news = []
    intake = Intake(2, keeps_all=True, news=lambda: news.append(1))
    intake.put(frame(0))
    intake.end(ValueError("gone"))
    assert not intake.is_over
    intake.take()
    assert intake.is_over
    assert str(intake.fault) == "gone"
    assert len(news) == 2
    with pytest.raises(IndexError):
        intake.take()
