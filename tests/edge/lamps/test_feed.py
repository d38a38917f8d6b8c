"""A controller's feed: followed as it grows, on the frames' own clock, and silent when it is silent."""

import json
import os
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import numpy as np
import pytest

from edge.errors import LampFeedError
from edge.lamps.book import LampBook
from edge.lamps.feed import WAY_ERROR_S, ControllerFeed
from edge.lamps.feed_lines import read_line
from edge.lamps.feed_readers import SILENT_S
from vision.frame import Frame

NOTHING = np.zeros((8, 8, 3), np.uint8)


def frame(media_s, arrived_s):
    return Frame(round(media_s * 25), media_s, NOTHING, arrived_s)


class Clock:
    now_s = 1000.0

    def __call__(self):
        return self.now_s


@pytest.fixture
def told(until):
    """Open a feed, wait for so many of its lines, and give it one frame; the book, the feed and its clock."""

    def run(where, lines, media_s=50.0):
        clock, book = Clock(), LampBook()
        with ControllerFeed(str(where), clock) as feed:
            until(lambda: len(feed._lines) + feed.wrong >= lines)
            feed.see(frame(media_s, clock.now_s - 0.1), book)
        return book, feed, clock

    return run


def write(file, *lines):
    with file.open("a", encoding="utf-8") as opened:
        opened.writelines(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines)


def test_a_line_is_placed_on_the_clock_of_the_frame_that_came_with_it(tmp_path, told):
    file = tmp_path / "feed.jsonl"
    write(file, {"group": "a", "state": "red", "age_s": 2.0, "error_s": 0.05}, {"alive": True})
    book, _, _ = told(file, 2)
    [span] = book["a"].spans
    # It arrived a tenth of a second after the frame of 50 s, and the lamp was red for two seconds then.
    assert (span.state.value, span.since_s, span.until_s) == ("red", pytest.approx(48.1), pytest.approx(50.1))
    assert span.error_s == pytest.approx(0.05 + WAY_ERROR_S)
    assert span.origin == "controller"


def test_lines_for_a_recording_say_where_in_it_they_belong(tmp_path, told):
    file = tmp_path / "feed.jsonl"
    write(
        file,
        {"group": "a", "state": "yellow", "media_s": 3.0},
        {"group": "a", "state": "red", "media_s": 6.0},
        {"alive": True, "media_s": 9.0},
    )
    book, _, _ = told(file, 3)
    assert [(each.state.value, each.since_s, each.until_s) for each in book["a"].spans] == [
        ("yellow", 3.0, 6.0),
        ("red", 6.0, 9.0),
    ]


def test_lines_that_cannot_be_understood_are_counted_and_said_once(tmp_path, told, caplog):
    file = tmp_path / "feed.jsonl"
    write(file, "no json", {"group": "a", "state": "mauve"}, {"group": "a"}, {"group": "a", "state": "red"})
    book, feed, _ = told(file, 4)
    assert feed.wrong == 3
    assert list(book) == ["a"]
    assert caplog.text.count("wanted a line such as") == 1


def test_a_feed_that_falls_silent_is_said_once_and_knows_no_more(tmp_path, told, caplog):
    file = tmp_path / "feed.jsonl"
    write(file, {"group": "a", "state": "red"}, {"alive": True})
    book, feed, clock = told(file, 2)
    known_s = book["a"].spans[-1].until_s if book["a"].spans else 50.1
    clock.now_s += SILENT_S + 1
    for media_s in (56.2, 56.3):
        feed.see(frame(media_s, clock.now_s), book)
    assert book["a"].at(known_s + 0.01) is None
    assert caplog.text.count("silent for 5 s") == 1


def test_what_is_written_to_the_file_later_is_read_too(tmp_path, until):
    file = tmp_path / "feed.jsonl"
    file.touch()
    book = LampBook()
    with ControllerFeed(str(file)) as feed:
        write(file, {"group": "a", "state": "green", "media_s": 1.0}, {"alive": True, "media_s": 2.0})
        until(lambda: len(feed._lines) == 2)
        feed.see(frame(2.0, 0.0), book)
        file.write_text("")  # begun anew
        until(lambda: feed._read is not None)
        write(file, {"group": "a", "state": "red", "media_s": 3.0}, {"alive": True, "media_s": 4.0})
        until(lambda: len(feed._lines) == 2)
        feed.see(frame(4.0, 0.0), book)
    assert [each.state.value for each in book["a"].spans] == ["green", "red"]


def test_a_pipe_stays_open_when_one_writer_goes_and_another_comes(tmp_path, until):
    pipe = tmp_path / "feed"
    os.mkfifo(pipe)
    book = LampBook()
    with ControllerFeed(str(pipe)) as feed:
        write(pipe, {"group": "a", "state": "green", "media_s": 1.0})
        until(lambda: len(feed._lines) == 1)
        write(pipe, {"group": "a", "state": "red", "media_s": 3.0})
        until(lambda: len(feed._lines) == 2)
        feed.see(frame(3.0, 0.0), book)
    assert book["a"].at(2.0).state.value == "green"


class Controller(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"group": "a", "state": "red", "media_s": 1.0}\n\n{"alive": true, "media_s": 2.0}\n')

    def log_message(self, *args):
        """Quiet."""


def test_an_address_is_read_line_by_line(told):
    with HTTPServer(("127.0.0.1", 0), Controller) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        book, _, _ = told(f"http://127.0.0.1:{server.server_port}/lamps", 2)
        server.shutdown()
    assert book["a"].at(1.5).state.value == "red"


def test_a_feed_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(
        LampFeedError, match=r"wanted a file, a pipe, an http\(s\) or an mqtt\(s\) address, found nothing of that name"
    ):
        ControllerFeed(str(tmp_path / "none"))


def test_a_change_that_is_dated_back_before_others_leaves_them_as_they_were(tmp_path, told):
    file = tmp_path / "feed.jsonl"
    write(
        file,
        {"group": "a", "state": "green", "media_s": 1.0},
        {"group": "a", "state": "yellow", "media_s": 10.0},
        {"group": "a", "state": "red", "media_s": 13.0, "age_s": 12.5},
        {"alive": True, "media_s": 20.0},
    )
    book, _, _ = told(file, 4)
    assert [(each.state.value, each.since_s, each.until_s) for each in book["a"].spans] == [
        ("green", 1.0, 10.0),
        ("red", 10.0, 20.0),
    ]


def test_after_a_silence_nobody_knows_whether_it_stayed_as_it_was(tmp_path, told):
    file = tmp_path / "feed.jsonl"
    write(file, {"group": "a", "state": "red"})
    book, feed, clock = told(file, 1)
    clock.now_s += SILENT_S + 1
    feed._lines.append((clock.now_s, read_line('{"group": "a", "state": "red"}')))
    feed._lines.append((clock.now_s + 1, read_line('{"alive": true}')))
    feed.see(frame(57.0, clock.now_s), book)
    assert book["a"].at(54.0) is None
    assert book["a"].at(57.5).state.value == "red"
