"""One camera, from light to ledger. Proof is on disk before the claim is."""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from edge.agent.eyes import Seen
from edge.agent.ledger import PatientLedger
from edge.agent.prosecutor import Prosecutor, Proven
from edge.outbox.rows import OutboxMedia
from vision.events.bodies import Counts, Crossing, Finding, Health
from vision.events.envelope import Event
from vision.events.stream import EventStream
from vision.sources.report import SourceReport
from vision.traffic.counts import IntervalCounts, Tally, tally

log = logging.getLogger(__name__)

HEARTBEAT_S = 60.0
Body = Crossing | Counts | Finding | Health


@dataclass(slots=True)
class Summary:
    """What one run of the agent saw and said."""

    frames: int = 0
    events: int = 0
    findings: int = 0
    unproven: int = 0
    crossings: list[Crossing] = field(default_factory=list)
    source: str = ""

    def counts(self) -> dict[str, Tally]:
        """What passed each line that anybody passed."""
        lines = sorted({crossing.line for crossing in self.crossings})
        return {line: tally(each for each in self.crossings if each.line == line) for line in lines}


class Agent:
    """Turns what the eyes see into committed events.

    ledger      keeps events for good
    prosecutor  judges crossings and proves findings; None where the scene has no rule to watch
    interval    counts per line and interval
    """

    def __init__(
        self, stream: EventStream, ledger: PatientLedger, counts: IntervalCounts, prosecutor: Prosecutor | None
    ) -> None:
        self._stream = stream
        self._ledger = ledger
        self._counts = counts
        self._prosecutor = prosecutor
        self._beat_s = HEARTBEAT_S
        self._now_s = 0.0
        self.summary = Summary()

    def run(self, watched: Iterable[Seen], report: Callable[[], SourceReport]) -> Summary:
        """Watch to the end of the source; everything seen is committed before this returns, whatever ended it."""
        self._say([Health(state="started", frames=0)])
        try:
            for seen in watched:
                self._take(seen, report)
        except BaseException:
            self._finish(report(), ended="failed")
            raise
        self._finish(report(), ended="ended")
        return self.summary

    def _take(self, seen: Seen, report: Callable[[], SourceReport]) -> None:
        self._now_s = seen.frame.media_s
        self.summary.frames += 1
        self.summary.crossings += seen.crossings
        bodies: list[Body] = [*seen.crossings, *self._counts.update(seen.crossings, self._now_s)]
        if self._now_s >= self._beat_s:
            self._beat_s = self._now_s + HEARTBEAT_S
            bodies.append(self._health("running", report()))
        self._say(bodies)
        if self._prosecutor is not None:
            self._charge(self._prosecutor.watch(seen))

    def _finish(self, report: SourceReport, ended: str) -> None:
        if self._prosecutor is not None:
            self._charge(self._prosecutor.finish())
            self.summary.unproven = self._prosecutor.unproven
        bodies: list[Body] = [*self._counts.finish()]
        if not report.clean:
            bodies.append(self._health("source_damaged", report))
        bodies.append(self._health(ended, report))
        self._say(bodies)
        self.summary.source = report.sentence()

    def _health(self, state: str, report: SourceReport) -> Health:
        return Health.model_validate(
            {
                "state": state,
                "frames": self.summary.frames,
                "dropped": report.frames_dropped,
                "note": report.sentence(),
            }
        )

    def _charge(self, proven: Sequence[Proven]) -> None:
        for one in proven:
            self.summary.findings += 1
            self._commit([self._stream.wrap(one.finding, one.finding.at_s)], one.media)

    def _say(self, bodies: Sequence[Body]) -> None:
        if bodies:
            self._commit([self._stream.wrap(body, self._moment_s(body)) for body in bodies])

    def _moment_s(self, body: Body) -> float:
        """The media second an event is labelled with."""
        match body:
            case Crossing():
                return body.at_s
            case Counts():
                return body.since_s
            case _:
                return self._now_s

    def _commit(self, events: Sequence[Event], media: Sequence[OutboxMedia] = ()) -> None:
        self.summary.events += len(events)
        self._ledger.commit(events, media)
