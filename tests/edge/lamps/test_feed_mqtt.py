"""A controller's lines over a real broker: reconnects, last wills, stale messages, and what is no broker at all."""

import json
import shutil
import socket
import subprocess
import threading
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from edge.errors import LampFeedError
from edge.lamps.book import LampBook
from edge.lamps.feed import WAY_ERROR_S, ControllerFeed
from edge.lamps.feed_mqtt import read_address
from vision.frame import Frame

NOTHING = np.zeros((8, 8, 3), np.uint8)
MOSQUITTO = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
TOPIC = "junction/17/lamps"
MARK_S = 12345.0


class Broker:
    def __init__(self, folder: Path) -> None:
        with closing(socket.create_server(("127.0.0.1", 0))) as probe:
            self.port = probe.getsockname()[1]
        self._config = folder / "mosquitto.conf"
        self._config.write_text(f"listener {self.port} 127.0.0.1\nallow_anonymous true\n")
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, until) -> None:
        self._process = subprocess.Popen([MOSQUITTO, "-c", str(self._config)], stderr=subprocess.DEVNULL)
        until(self._listens)

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def url(self, topic: str = TOPIC) -> str:
        return f"mqtt://127.0.0.1:{self.port}/{topic}"

    def _listens(self) -> bool:
        with closing(socket.socket()) as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


@pytest.fixture
def broker(tmp_path, until):
    if not Path(MOSQUITTO).exists():
        pytest.skip("no mosquitto here: apt-get install mosquitto")
    broker = Broker(tmp_path)
    broker.start(until)
    yield broker
    broker.stop()


class Controller:
    """Another client of the same broker, with a last will."""

    def __init__(self, port: int) -> None:
        self.client = Client(CallbackAPIVersion.VERSION2)
        self.client.will_set(TOPIC, json.dumps({"alive": False}), retain=True)
        self.client.connect("127.0.0.1", port, keepalive=60)
        self.client.loop_start()

    def say(self, *lines: dict, retain: bool = False) -> None:
        text = "\n".join(json.dumps(line) for line in lines)
        self.client.publish(TOPIC, text, qos=1, retain=retain).wait_for_publish(10)

    def die(self) -> None:
        """Without a word: the broker sends the will."""
        self.client.loop_stop()
        sock = self.client.socket()
        assert sock is not None
        sock.shutdown(socket.SHUT_RDWR)
        sock.close()

    def leave(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()


@pytest.fixture
def controller(broker):
    controller = Controller(broker.port)
    yield controller
    controller.leave()


class Clock:
    now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


def look(feed: ControllerFeed, book: LampBook, clock: Clock, media_s: float) -> None:
    feed.see(Frame(0, media_s, NOTHING, clock.now_s), book)


@pytest.fixture
def heard(controller, until):
    """Until the feed hears the controller: subscriptions take a moment, and nothing is kept for later."""

    def wait(feed: ControllerFeed) -> None:
        def hears() -> bool:
            controller.say({"alive": True})
            return len(feed._lines) > 0

        until(hears)
        controller.say({"alive": True, "media_s": MARK_S})  # whatever was said before it has come by then
        until(lambda: any(line is not None and line.media_s == MARK_S for _, line in list(feed._lines)))
        feed._lines.clear()

    return wait


def test_what_is_published_on_the_topic_is_told_with_its_error_in_time(broker, controller, heard, until):
    clock, book = Clock(), LampBook()
    with ControllerFeed(broker.url(), clock) as feed:
        heard(feed)
        clock.now_s = 1010.0
        controller.say({"group": "a", "state": "red", "age_s": 2.0, "error_s": 0.05}, {"group": "b", "state": "green"})
        until(lambda: len(feed._lines) == 2)
        look(feed, book, clock, 60.0)
        clock.now_s = 1011.0
        controller.say({"alive": True})
        until(lambda: len(feed._lines) == 1)
        look(feed, book, clock, 61.0)
    [red], [green] = book["a"].spans, book["b"].spans
    assert (red.since_s, red.until_s, red.origin) == (pytest.approx(58.0), pytest.approx(61.0), "controller")
    assert red.error_s == pytest.approx(0.05 + WAY_ERROR_S)
    assert (green.state.value, green.since_s) == ("green", pytest.approx(60.0))


def test_the_last_will_of_a_controller_that_died_makes_its_lamps_unknown(broker, controller, heard, until):
    clock, book = Clock(), LampBook()
    with ControllerFeed(broker.url(), clock) as feed:
        heard(feed)
        controller.say({"group": "a", "state": "red"}, {"alive": True})
        until(lambda: len(feed._lines) == 2)
        look(feed, book, clock, 60.0)
        clock.now_s += 1
        controller.die()
        until(lambda: len(feed._lines) == 1)
        look(feed, book, clock, 61.0)
        clock.now_s += 1
        feed._lines.append((clock.now_s, feed_line({"group": "a", "state": "green"})))
        look(feed, book, clock, 62.0)
    assert book["a"].at(61.5) is None


def feed_line(said: dict):
    from edge.lamps.feed_lines import read_line

    return read_line(json.dumps(said))


def test_a_broker_that_goes_and_comes_back_is_found_again_and_nothing_is_concluded_of_the_time_between(
    broker, controller, heard, until, caplog
):
    clock, book = Clock(), LampBook()
    with ControllerFeed(broker.url(), clock) as feed:
        heard(feed)
        controller.say({"group": "a", "state": "red"}, {"alive": True})
        until(lambda: len(feed._lines) == 2)
        look(feed, book, clock, 60.0)
        clock.now_s += 2
        look(feed, book, clock, 62.0)
        broker.stop()
        until(lambda: feed._lines and feed._lines[-1][1] is None)
        broker.start(until)
        again = Controller(broker.port)

        def hears() -> bool:
            again.say({"group": "a", "state": "red"})
            return any(line is not None for _, line in list(feed._lines))

        until(hears)
        clock.now_s += 2
        look(feed, book, clock, 64.0)
        again.leave()
    assert book["a"].at(61.0) is None
    assert book["a"].at(63.0) is None
    assert "tried again until it is there" in caplog.text


def test_a_retained_message_is_of_nobody_knows_when_and_is_passed_over(broker, controller, heard):
    controller.say({"group": "old", "state": "red"}, retain=True)
    clock, book = Clock(), LampBook()
    with ControllerFeed(broker.url(), clock) as feed:
        heard(feed)
        controller.say({"group": "new", "state": "red"})
        look(feed, book, clock, 60.0)
    assert "old" not in book
    assert feed.wrong == 0


def test_a_broker_that_is_away_is_said_once_and_waited_for(tmp_path, until, caplog):
    with closing(socket.create_server(("127.0.0.1", 0))) as probe:
        port = probe.getsockname()[1]
    with ControllerFeed(f"mqtt://user:secret@127.0.0.1:{port}/t") as feed:
        until(lambda: "tried again" in caplog.text)
        assert feed.wrong == 0
    assert "secret" not in caplog.text
    assert caplog.text.count("tried again") == 1


def test_a_place_that_speaks_no_mqtt_is_said(until, caplog):
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            taken, _ = server.accept()
            with taken:
                taken.recv(64)
                taken.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        threading.Thread(target=answer, daemon=True).start()
        with ControllerFeed(f"mqtt://127.0.0.1:{server.getsockname()[1]}/t"):
            until(lambda: "wanted an MQTT broker, found something that ended the talk" in caplog.text)


def test_an_address_says_where_and_hides_the_password():
    address = read_address("mqtts://me:p%40ss@broker/city/+/lamps/#")
    assert (address.host, address.port, address.topic, address.encrypted) == ("broker", 8883, "city/+/lamps/#", True)
    assert (address.user, address.password) == ("me", "p@ss")
    assert "p@ss" not in repr(address) + str(address)


@pytest.mark.parametrize(
    ("where", "told"),
    [
        ("mqtt://broker", "wanted a host and a topic"),
        ("mqtt:///topic", "wanted a host and a topic"),
        ("mqtt://broker/a?b=1", "wanted a host and a topic"),
        ("mqtt://broker:eight/a", "wanted mqtt://broker/topic"),
        ("mqtt://broker/a/b+/c", r"wanted a topic in which \+ stands alone"),
        ("mqtt://broker/a/%23/b", r"wanted a topic in which \+ stands alone"),
    ],
)
def test_an_address_that_is_none_is_refused_at_once(where, told):
    with pytest.raises(LampFeedError, match=told):
        ControllerFeed(where)
