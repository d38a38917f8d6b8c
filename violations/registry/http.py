"""The registry as a service over HTTPS: `GET {address}/vehicles/{plate}?ground=…` gives a vehicle or 404.

Every request is bounded in time and tried again where trying again can help; after several failures in a row nobody is
asked for a while (the circuit is open), so that a registry in trouble neither gets more of it nor holds up reviewers.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import quote

import httpx
from pydantic import ValidationError

from violations.registry.errors import RegistryAnswerError, RegistryDown, RegistryError
from violations.registry.port import Ground, Vehicle

RETRIED = frozenset({HTTPStatus.TOO_MANY_REQUESTS, *range(500, 600)})
LARGEST_ANSWER_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class Patience:
    """timeout_s: of one request. tries: in all; pause_s between them, doubled each time. After `failures` looks in a
    row without an answer, none is asked for `rest_s`."""

    timeout_s: float = 3.0
    tries: int = 3
    pause_s: float = 0.2
    failures: int = 5
    rest_s: float = 30.0


class HttpRegistry:
    """One registry. `monotonic` and `sleep` are the clock it lives by. Use by one thread at a time or several: the
    circuit's two numbers may lag by a look."""

    def __init__(
        self,
        client: httpx.Client,
        address: str,
        patience: Patience | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.name = httpx.URL(address).host
        self._client = client
        self._address = address.rstrip("/")
        self._patience = patience or Patience()
        self._monotonic = monotonic
        self._sleep = sleep
        self._failed = 0
        self._rests_until: float | None = None

    def find(self, key: str, ground: Ground, case_id: int) -> Vehicle | None:
        """Raises RegistryDown, RegistryAnswerError, and RegistryError where it refuses us."""
        now = self._monotonic()
        if self._rests_until is not None and now < self._rests_until:
            left = self._rests_until - now
            raise RegistryDown(f"registry {self.name}: not asked for another {left:.0f} s, as it did not answer before")
        try:
            answer = self._ask(key, ground, case_id)
        except RegistryDown:
            self._failed += 1
            if self._failed >= self._patience.failures:
                self._rests_until = self._monotonic() + self._patience.rest_s
            raise
        self._failed, self._rests_until = 0, None
        return self._read(answer)

    def _ask(self, key: str, ground: Ground, case_id: int) -> httpx.Response:
        found = "nothing"
        for number in range(self._patience.tries):
            if number:
                self._sleep(self._patience.pause_s * 2 ** (number - 1))
            try:
                answer = self._client.get(
                    f"{self._address}/vehicles/{quote(key, safe='')}",
                    params={"ground": ground},
                    headers={"accept": "application/json", "x-case-number": str(case_id)},
                    timeout=self._patience.timeout_s,
                    follow_redirects=False,
                )
            except httpx.TransportError as error:
                found = type(error).__name__
                continue
            if answer.status_code not in RETRIED:
                return answer
            found = f"status {answer.status_code}"
        raise RegistryDown(f"registry {self.name}: wanted an answer in {self._patience.tries} tries, found {found}")

    def _read(self, answer: httpx.Response) -> Vehicle | None:
        if answer.status_code == HTTPStatus.NOT_FOUND:
            return None
        if answer.status_code != HTTPStatus.OK:
            raise RegistryError(f"registry {self.name}: wanted status 200 or 404, found {answer.status_code}")
        if len(answer.content) > LARGEST_ANSWER_BYTES:
            found = f"wanted at most {LARGEST_ANSWER_BYTES} bytes, found {len(answer.content)}"
            raise RegistryAnswerError(f"registry {self.name}: {found}")
        try:
            return Vehicle.model_validate_json(answer.content)
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(map(str, first["loc"])) or "answer"
            raise RegistryAnswerError(f"registry {self.name}: {place}: {first['msg']}") from error
