"""What a supervisor wants to be told of, how often, and what it was told last."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from signals.control.rsmp.site.equipment import StatusContent
from signals.control.rsmp.wire.core import Core
from signals.control.rsmp.wire.messages import Subscribed, Wanted

Key = tuple[str, str, str]
Read = Callable[[str, str, str], StatusContent]


@dataclass(slots=True)
class Subscription:
    """every_s: 0 for never by time. last_s: when it was last told, on the steady clock."""

    every_s: float
    on_change: bool
    last: StatusContent
    last_s: float

    def due(self, value: StatusContent, now_s: float) -> bool:
        by_time = self.every_s > 0 and now_s - self.last_s >= self.every_s
        return by_time or (self.on_change and value != self.last)


@dataclass(slots=True)
class Subscriptions:
    """Keys are (component, code, name)."""

    _open: dict[Key, Subscription] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self._open)

    def add(self, component: str, wanted: Subscribed, core: Core, value: StatusContent, now_s: float) -> bool:
        """True where it is new; one that is open already only gets its new interval."""
        key = (component, wanted.code, wanted.name)
        every_s = float(wanted.every)
        on_change = wanted.on_change in {True, "True"} if core.has_send_on_change else every_s == 0
        known = self._open.get(key)
        if known is None:
            self._open[key] = Subscription(every_s, on_change, value, now_s)
            return True
        known.every_s, known.on_change = every_s, on_change
        return False

    def drop(self, component: str, wanted: Iterable[Wanted]) -> None:
        for each in wanted:
            self._open.pop((component, each.code, each.name), None)

    def keep_only(self, codes: frozenset[str]) -> None:
        """The connection is gone: those that are not worth keeping news of end."""
        self._open = {key: each for key, each in self._open.items() if key[1] in codes}

    def due(self, read: Read, now_s: float) -> dict[str, list[tuple[str, str, StatusContent]]]:
        """(code, name, value) to tell now, by component. A change told starts the interval anew (core 3.2.2)."""
        told: dict[str, list[tuple[str, str, StatusContent]]] = {}
        for (component, code, name), each in self._open.items():
            value = read(component, code, name)
            if each.due(value, now_s):
                each.last, each.last_s = value, now_s
                told.setdefault(component, []).append((code, name, value))
        return told
