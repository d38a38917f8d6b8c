"""What is known of the lamps by now, from whoever tells: the controller first, a file second, the picture last."""

from bisect import insort
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from vision.events.lamps import Lamp, LampSpan, LampTimeline

Origin = Literal["controller", "file", "image"]
ORDER: tuple[Origin, ...] = ("controller", "file", "image")
# What was known longer ago no case can ask for.
KEPT_S = 900.0
# For counts alone, a lamp that was known a moment ago counts as known.
HELD_S = 3.0


@dataclass(slots=True)
class Told:
    """What one teller said of one signal group. ended: spans that are over; the open one lasts as far as was heard."""

    origin: Origin
    ended: list[LampSpan] = field(default_factory=list)
    state: Lamp = Lamp.UNKNOWN
    since_s: float | None = None
    heard_s: float = 0.0
    error_s: float = 0.0

    def tell(self, state: Lamp, at_s: float, error_s: float) -> None:
        """It shows `state`, since at_s ± error_s where that is a change; at the latest by then the old state ended.

        What is over is not told anew: a change that is dated back before it counts from there.
        """
        at_s = max(at_s, self.ended[-1].until_s) if self.ended else at_s
        if self.since_s is None or state is not self.state:
            if self.since_s is not None:
                self._end(at_s, error_s)
            self.state, self.since_s, self.error_s = state, at_s, error_s
            self.heard_s = at_s
        self.heard_s = max(self.heard_s, at_s)

    def hear(self, until_s: float) -> None:
        """It still shows what it showed."""
        if self.since_s is not None:
            self.heard_s = max(self.heard_s, until_s)

    def lose(self) -> None:
        """What it shows from the last word on nobody knows."""
        if self.since_s is not None:
            self._end(self.heard_s, self.error_s)
            self.since_s = None

    def spans(self) -> list[LampSpan]:
        if self.since_s is None or not self.heard_s > self.since_s:
            return list(self.ended)
        return [*self.ended, self._span(self.heard_s, self.error_s)]

    def _end(self, at_s: float, error_s: float) -> None:
        """error_s: of that end; a span has one error, the greater of its two ends'."""
        assert self.since_s is not None
        if at_s > self.since_s:
            self.ended.append(self._span(at_s, max(self.error_s, error_s)))
            self.ended = [span for span in self.ended if at_s - span.until_s < KEPT_S]

    def _span(self, until_s: float, error_s: float) -> LampSpan:
        assert self.since_s is not None
        return LampSpan(state=self.state, since_s=self.since_s, until_s=until_s, error_s=error_s, origin=self.origin)


class LampBook(Mapping[str, LampTimeline]):
    """Timelines by signal group. Where the better teller says nothing, or `unknown`, the next one is asked."""

    def __init__(self, known: Mapping[str, LampTimeline] | None = None, groups: frozenset[str] = frozenset()) -> None:
        """known: written timelines. groups: those of which somebody will tell, though nobody has yet."""
        self._known = dict(known or {})
        self._groups = sorted({*self._known, *groups})
        self._told: dict[tuple[str, Origin], Told] = {}
        self._made: dict[str, LampTimeline] = {}

    def of(self, group: str, origin: Origin) -> Told:
        """What that teller said of that group, to be told more; whoever changes it says so with `changed`."""
        if group not in self._groups:
            insort(self._groups, group)
        return self._told.setdefault((group, origin), Told(origin))

    def changed(self, group: str) -> None:
        self._made.pop(group, None)

    def told_by(self, origin: Origin) -> Iterator[tuple[str, Told]]:
        for (group, teller), told in self._told.items():
            if teller == origin:
                yield group, told

    def __getitem__(self, group: str) -> LampTimeline:
        if group not in self._groups:
            raise KeyError(group)
        made = self._made.get(group)
        if made is None:
            made = self._made[group] = LampTimeline(group=group, spans=self._spans(group))
        return made

    def __iter__(self) -> Iterator[str]:
        return iter(self._groups)

    def __len__(self) -> int:
        return len(self._groups)

    def _spans(self, group: str) -> tuple[LampSpan, ...]:
        spans: tuple[LampSpan, ...] = ()
        for origin in ORDER:
            told = self._told.get((group, origin))
            new = tuple(told.spans()) if told is not None else ()
            if origin == "file" and group in self._known:
                new = self._known[group].spans
            spans = filled(spans, new) if spans else new
        return spans


def filled(better: tuple[LampSpan, ...], other: tuple[LampSpan, ...]) -> tuple[LampSpan, ...]:
    """The better spans, and the other ones where the better say nothing; both in order of time, as is the answer.

    A better span of `unknown` says nothing, where the other knows more.
    """
    sure = [span for span in better if span.state is not Lamp.UNKNOWN]
    merged = sorted([*sure, *_cut(other, sure)], key=lambda span: span.since_s)
    unknown = _cut(tuple(span for span in better if span.state is Lamp.UNKNOWN), merged)
    return tuple(sorted([*merged, *unknown], key=lambda span: span.since_s))


def _cut(spans: tuple[LampSpan, ...], taken: list[LampSpan]) -> list[LampSpan]:
    """What is left of the spans outside of those taken. A cut beginning is no change of the lamp: what began there
    began no later, so that it goes the driver's way."""
    left = list(spans)
    for cover in taken:
        left = [part for span in left for part in _without(span, cover)]
    return left


def _without(span: LampSpan, cover: LampSpan) -> Iterator[LampSpan]:
    if cover.until_s <= span.since_s or span.until_s <= cover.since_s:
        yield span
        return
    if span.since_s < cover.since_s:
        yield span.model_copy(update={"until_s": cover.since_s})
    if cover.until_s < span.until_s:
        yield span.model_copy(update={"since_s": cover.until_s})


class HeldLamps(Mapping[str, LampTimeline]):
    """As known a moment ago, for traffic facts that ask at this very frame; never for a rule."""

    def __init__(self, lamps: Mapping[str, LampTimeline]) -> None:
        self._lamps = lamps
        self._made: dict[str, tuple[LampTimeline, LampTimeline]] = {}

    def __getitem__(self, group: str) -> LampTimeline:
        timeline = self._lamps[group]
        known = self._made.get(group)
        if known is None or known[0] is not timeline:
            known = self._made[group] = (timeline, _held(timeline))
        return known[1]

    def __iter__(self) -> Iterator[str]:
        return iter(self._lamps)

    def __len__(self) -> int:
        return len(self._lamps)


def _held(timeline: LampTimeline) -> LampTimeline:
    if not timeline.spans:
        return timeline
    *before, last = timeline.spans
    held = last.model_copy(update={"until_s": last.until_s + HELD_S})
    return timeline.model_copy(update={"spans": (*before, held)})
