"""Nothing is written to a controller but what a person prepared and then confirmed, and every step is put down.

The controllers' adapters ask here before they send. Without `writable` they read and no more.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from secrets import token_urlsafe

from signals.control.controller import FallBack, GoToStage, Order, ShowLamps
from signals.errors import Fault, SignalsError

CONFIRM_WITHIN_S = 60.0
LONGEST_MANDATE_S = 12 * 3600.0


class WriteError(SignalsError):
    """A step that may not be taken: read-only, unknown, too late, or taken already."""

    def __init__(self, sentence: str) -> None:
        super().__init__(Fault("write", sentence))


@dataclass(frozen=True, slots=True)
class Mandate:
    """Leave to choose stages, one after the other, for so long: what an adaptive method needs."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the audit. what: prepared, confirmed, sent, refused or fell_back; order: in words."""

    at_s: float
    junction: str
    person: str
    what: str
    order: str
    reason: str = ""


Audit = Callable[[Step], None]


@dataclass(frozen=True, slots=True)
class Prepared:
    """token: to confirm it with, before until_s."""

    token: str
    order: Order | Mandate
    person: str
    until_s: float


@dataclass(slots=True)
class Permits:
    """What may be written to one junction. audit: called before anything happens; if it raises, nothing does."""

    junction: str
    audit: Audit
    writable: bool = False
    _prepared: dict[str, Prepared] = field(default_factory=dict)
    _confirmed: list[tuple[Order, str, float]] = field(default_factory=list)
    _mandate: tuple[str, float] | None = None

    def prepare(self, order: Order | Mandate, person: str, reason: str, now_s: float) -> Prepared:
        """Raises WriteError where nothing may be written, or for an order that is not a person's to give."""
        if not (person.strip() and reason.strip()):
            raise WriteError("Wanted the name of a person and a reason, found one of them empty.")
        if not self.writable:
            raise WriteError(f"Junction {self.junction} is connected read-only: nothing may be written to it.")
        if isinstance(order, ShowLamps | GoToStage):
            raise WriteError("Single stages and lamps are not confirmed one by one: prepare a mandate.")
        if isinstance(order, Mandate) and not 0 < order.seconds <= LONGEST_MANDATE_S:
            raise WriteError(f"A mandate holds for at most {LONGEST_MANDATE_S:g} s, found {order.seconds:g} s.")
        prepared = Prepared(token_urlsafe(16), order, person, now_s + CONFIRM_WITHIN_S)
        self._note(now_s, person, "prepared", order, reason)
        self._prepared[prepared.token] = prepared
        return prepared

    def confirm(self, token: str, person: str, now_s: float) -> Order | Mandate:
        """The order, which may now be sent once; of a mandate, the stages from now on. Raises WriteError."""
        prepared = self._prepared.pop(token, None)
        if prepared is None:
            raise WriteError("Nothing was prepared under this token, or it was confirmed already.")
        if now_s > prepared.until_s:
            raise WriteError(f"It was to be confirmed within {CONFIRM_WITHIN_S:g} s: prepare it anew.")
        self._note(now_s, person, "confirmed", prepared.order, f"prepared by {prepared.person}")
        if isinstance(prepared.order, Mandate):
            self._mandate = (person, now_s + prepared.order.seconds)
        else:
            self._confirmed.append((prepared.order, person, prepared.until_s))
        return prepared.order

    def spend(self, order: Order, now_s: float) -> bool:
        """Whether it may be sent, now and once. Falling back always may: it gives the junction back to itself."""
        if isinstance(order, FallBack):
            self._mandate = None
            self._note(now_s, "", "fell_back", order)
            return True
        if isinstance(order, GoToStage):
            return self._spend_mandate(order, now_s)
        for each in self._confirmed:
            if each[0] == order and now_s <= each[2]:
                self._note(now_s, each[1], "sent", order)
                self._confirmed.remove(each)
                return True
        self._note(now_s, "", "refused", order, "not prepared and confirmed")
        return False

    def revoke(self, person: str, reason: str, now_s: float) -> None:
        """The mandate ends now."""
        if self._mandate is not None:
            self._note(now_s, person, "revoked", Mandate(0), reason)
            self._mandate = None

    def _spend_mandate(self, order: GoToStage, now_s: float) -> bool:
        held = self.writable and self._mandate is not None and now_s < self._mandate[1]
        person = self._mandate[0] if self._mandate else ""
        self._note(now_s, person, "sent" if held else "refused", order, "" if held else "no mandate holds")
        return held

    def _note(self, now_s: float, person: str, what: str, order: Order | Mandate, reason: str = "") -> None:
        self.audit(Step(now_s, self.junction, person, what, str(order), reason))
