"""A controller's lines over MQTT: whatever is published on one topic, as long as the broker is there.

    mqtt://user:password@broker:1883/junction/17/lamps        mqtts:// for TLS

Nothing is taken from the broker's store: a retained message may be of yesterday, and one queued while we were away
tells of a moment nobody can name. So the session is clean, quality of service 0, and retained messages are passed over.
A controller leaves `{"alive": false}` as its last will, so that its lamps are unknown as soon as the broker misses it.
"""

import logging
import threading
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from paho.mqtt.client import MQTT_ERR_SUCCESS, Client, ConnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from edge.errors import LampFeedError

log = logging.getLogger(__name__)

MQTT_SCHEMES = ("mqtt://", "mqtts://")
PORTS = {"mqtt": 1883, "mqtts": 8883}
# A connection that died without a word is noticed within one and a half of these.
KEEPALIVE_S = 5
WAIT_S = 0.05
AGAIN_S = 2.0
CONNECT_WITHIN_S = 5.0
MOST_IN_ONE_LOOK = 1_000
LARGEST_PAYLOAD = 65_536
WANTED = "mqtt://broker/topic or mqtts://user:password@broker:8883/topic"


@dataclass(frozen=True, slots=True)
class MqttAddress:
    """topic: may hold the wildcards + and #. password: never shown."""

    host: str
    port: int
    topic: str
    encrypted: bool
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    def __str__(self) -> str:
        return f"mqtt{'s' if self.encrypted else ''}://{self.host}:{self.port}/{self.topic}"


def read_address(where: str) -> MqttAddress:
    """Raises LampFeedError, which repeats no password."""
    try:
        url = urlsplit(where)
        host, port = url.hostname, url.port
    except ValueError as error:
        raise LampFeedError(f"lamp feed: wanted {WANTED}, found an address that is none: {error}") from error
    topic = unquote(url.path[1:]) + (f"#{url.fragment}" if where.endswith("#") or url.fragment else "")
    if not host or not topic or url.query:
        raise LampFeedError(f"lamp feed {url.scheme}://{host or ''}: wanted a host and a topic, such as {WANTED}")
    if not _is_filter(topic):
        raise LampFeedError(
            f"lamp feed {url.scheme}://{host}: wanted a topic in which + stands alone between slashes and # alone at "
            f"the end, found '{topic}'"
        )
    return MqttAddress(
        host=host,
        port=port or PORTS[url.scheme],
        topic=topic,
        encrypted=url.scheme == "mqtts",
        user=unquote(url.username) if url.username else None,
        password=unquote(url.password) if url.password else None,
    )


def _is_filter(topic: str) -> bool:
    """As the MQTT standard says in 4.7.1."""
    levels = topic.split("/")
    plain = all(level in {"+", "#"} or not set("+#") & set(level) for level in levels)
    return plain and "#" not in levels[:-1] and "\0" not in topic and len(topic.encode()) <= 65_535


def over_mqtt(address: MqttAddress, over: threading.Event) -> Iterator[str | None]:
    """Lines as they are published, and None after each loss of the broker; tried again until `over`."""
    said: str | None = None
    while not over.is_set():
        session = _Session(address)
        try:
            yield from session.lines(over)
            problem = session.problem or "the broker went away"
        except (OSError, ValueError) as error:
            problem = session.problem or str(error) or type(error).__name__
        finally:
            session.close()
        yield None
        if problem != said and not over.is_set():
            log.warning("lamp feed %s: %s; tried again until it is there", address, problem)
        said = None if session.subscribed else problem
        over.wait(AGAIN_S)


class _Session:
    """One connection to the broker, worked by the thread that reads it. problem: what the broker refused."""

    def __init__(self, address: MqttAddress) -> None:
        self._address = address
        self._payloads: deque[bytes] = deque(maxlen=MOST_IN_ONE_LOOK)
        self.problem: str | None = None
        self.subscribed = False
        self._client = Client(CallbackAPIVersion.VERSION2, clean_session=True)
        self._client.connect_timeout = CONNECT_WITHIN_S
        self._client.on_connect = self._connected
        self._client.on_message = self._message
        if address.user is not None:
            self._client.username_pw_set(address.user, address.password)
        if address.encrypted:
            self._client.tls_set()

    def lines(self, over: threading.Event) -> Iterator[str]:
        """Until the broker goes or `over`. Raises OSError where it cannot be reached."""
        self._client.connect(self._address.host, self._address.port, keepalive=KEEPALIVE_S)
        while not over.is_set() and self.problem is None:
            if self._client.loop(WAIT_S) != MQTT_ERR_SUCCESS:
                if not self.subscribed and self.problem is None:
                    self.problem = "wanted an MQTT broker, found something that ended the talk or speaks otherwise"
                return
            while self._payloads:
                payload = self._payloads.popleft()
                yield from (line for line in payload.decode("utf-8", "replace").splitlines() if line.strip())

    def close(self) -> None:
        self._client.disconnect()

    def _connected(
        self, client: Client, _data: object, _flags: ConnectFlags, reason: ReasonCode, _more: Properties | None
    ) -> None:
        if reason.is_failure:
            self.problem = f"wanted to be let in, found the broker's answer '{reason}'"
            return
        client.subscribe(self._address.topic, qos=0)
        self.subscribed = True
        log.info("lamp feed %s: connected", self._address)

    def _message(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        if not message.retain and len(message.payload) <= LARGEST_PAYLOAD:
            self._payloads.append(bytes(message.payload))
