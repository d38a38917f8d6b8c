"""What the queue's page was asked for: filters from its address, and the address of the page that follows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from pydantic import TypeAdapter
from starlette.requests import Request

from violations.api.problems import ProblemError
from violations.api.values import CursorOf, UtcMoment, WholeNumber
from violations.cases.due import recorded_until
from violations.store.scope import Districts
from violations.store.waiting import Place, WaitingWanted
from violations.web.clocks import SOON_DAYS

PLACE: CursorOf[Place] = CursorOf(TypeAdapter(tuple[UtcMoment, WholeNumber]))
DUE: Mapping[str, int] = {"soon": SOON_DAYS, "past": -1}
"""How many days the notice's clock may have left at most."""
FIELD_MAX = 80
FIELDS = ("offence", "camera", "plate", "due")


@dataclass(frozen=True, slots=True)
class QueueFilters:
    """Empty text: any. due: a key of DUE, or empty."""

    offence: str
    camera: str
    plate: str
    due: str

    @classmethod
    def read(cls, request: Request) -> "QueueFilters":
        asked = {name: request.query_params.get(name, "").strip()[:FIELD_MAX] for name in FIELDS}
        return cls(**asked | {"due": asked["due"] if asked["due"] in DUE else ""})

    def __bool__(self) -> bool:
        return any(self.said().values())

    def said(self) -> dict[str, str]:
        return {name: value for name in FIELDS if (value := getattr(self, name))}

    def wanted(self, districts: Districts, now: datetime) -> WaitingWanted:
        return WaitingWanted(
            offence=self.offence or None,
            camera=self.camera or None,
            plate=self.plate or None,
            until=recorded_until("notify", DUE[self.due], now) if self.due else None,
            districts=districts,
        )

    def address(self, after: Place | None = None) -> str:
        """Of the queue with these filters, from this place on."""
        query = self.said() | ({"after": PLACE.write(after)} if after else {})
        return f"/queue?{urlencode(query)}" if query else "/queue"


def place_asked(request: Request) -> Place | None:
    """Where to go on; an address that nobody gave out begins at the front."""
    try:
        return PLACE.read(request.query_params.get("after"))
    except ProblemError:
        return None
