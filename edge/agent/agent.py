"""One camera, from light to ledger. Proof is on disk before the claim is."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from edge.agent.camera_check import CameraCheck
from edge.agent.ledger import PatientLedger
from edge.agent.prosecutor import Prosecutor, Proven
from edge.agent.surveyor import Surveyor
from edge.errors import OutboxBroken
from edge.lamps.lamps import Lamps
from edge.loop.seen import Seen
from edge.outbox.rows import OutboxMedia
from violations.errors import EvidenceBroken
from violations.rules.accusation import Withheld
from vision.errors import VisionError
from vision.events.bodies import Body, Counts, Crossing, Direction, Health
from vision.events.camera import ImageQuality
from vision.events.envelope import Event
from vision.events.facts import FactsBody
from vision.events.incidents import SwarmFlow
from vision.events.stream import EventStream
from vision.sources.report import SourceReport
from vision.traffic.counts import IntervalCounts, Tally
from vision.vehicles import KindName

HEARTBEAT_S = 60.0
State = Literal["started", "running", "source_lost", "source_damaged", "ended", "failed"]


@dataclass(slots=True)
class Summary:
    """What one run of the agent saw and said.

    events    said in all; `unkept` of them could not be stored: the disk had no room to the end
    unproven  accusations that were dropped for want of proof
    withheld  how often which doubt alone kept somebody from being accused
    failure   why source or model failed on the way; None when they did not
    source    the source's own account
    """

    lines: tuple[str, ...]
    frames: int = 0
    events: int = 0
    unkept: int = 0
    findings: int = 0
    unproven: int = 0
    withheld: Counter[Withheld] = field(default_factory=Counter)
    failure: str | None = None
    source: str = ""
    passed: Counter[tuple[str, Direction, KindName]] = field(default_factory=Counter)

    def counts(self) -> dict[str, Tally]:
        """Line → direction → kind → vehicles: every line and direction, and the kinds that passed."""
        return {
            line: {
                way: {
                    kind: number
                    for (where, to, kind), number in sorted(self.passed.items())
                    if (where, to) == (line, way)
                }
                for way in Direction
            }
            for line in self.lines
        }


class Agent:
    """Turns what the eyes see into committed events; good for one run.

    ledger      keeps events for good
    counts      adds crossings up per line and interval
    prosecutor  judges crossings and proves findings; None where the scene has no rule to watch
    lines       the names of the scene's lines
    surveyor    makes the traffic facts and incidents; None where nobody wants them
    check       watches the camera's own health; None where nobody wants it
    lamps       whoever tells live what the lamps show; None where nobody does
    """

    def __init__(
        self,
        stream: EventStream,
        ledger: PatientLedger,
        counts: IntervalCounts,
        prosecutor: Prosecutor | None,
        lines: Sequence[str],
        *,
        surveyor: Surveyor | None = None,
        check: CameraCheck | None = None,
        lamps: Lamps | None = None,
    ) -> None:
        self._surveyor = surveyor
        self._lamps = lamps
        self._check = check
        self._stream = stream
        self._ledger = ledger
        self._counts = counts
        self._prosecutor = prosecutor
        self._beat_s = HEARTBEAT_S
        self._now_s = 0.0
        self._reconnects = 0
        self.summary = Summary(tuple(lines))

    def run(
        self,
        watched: Iterable[Seen],
        report: Callable[[], SourceReport],
        why_stopped: Callable[[], str | None] = lambda: None,
    ) -> Summary:
        """Watch until the frames end; everything seen is committed before this returns.

        A source or model that fails on the way ends the watch too, and `Summary.failure` says why. why_stopped: a
        sentence when somebody ended the frames, None when they ended by themselves. After a failed disk nothing more
        is written: raises OutboxBroken, EvidenceBroken.
        """
        self._say([self._health("started", "")])
        try:
            for seen in watched:
                self._take(seen, report())
        except VisionError as error:
            self.summary.failure = str(error)
        except (OutboxBroken, EvidenceBroken):
            raise
        except Exception as error:  # a mistake of ours: what was seen before it still counts
            self.summary.failure = f"{type(error).__name__}: {error}"
            self._finish(report(), None)
            raise
        self._finish(report(), why_stopped())
        return self.summary

    def _take(self, seen: Seen, report: SourceReport) -> None:
        self._now_s = seen.frame.media_s
        self.summary.frames += 1
        self.summary.passed.update((each.line, each.direction, each.vehicle) for each in seen.crossings)
        if self._lamps is not None:
            self._lamps.see(seen.frame)
        health = self._check.see(seen.frame) if self._check is not None else ()
        counts = self._marked(self._counts.update(seen.crossings, self._now_s))
        self._say([*seen.crossings, *counts, *self._survey(seen), *health, *self._news(report)])
        if self._prosecutor is not None:
            self._charge(self._prosecutor.watch(seen))

    def _marked(self, counts: Sequence[Counts]) -> Sequence[Counts]:
        """With a mark on those that were made while the view was perhaps moved."""
        return counts if self._check is None else self._check.marked(counts)

    def _survey(self, seen: Seen) -> Sequence[Body]:
        """What needs the scene's places pauses while the camera looks elsewhere."""
        if self._surveyor is None:
            return ()
        if self._check is not None and self._check.view_moved:
            self._surveyor.skip(seen)
            return ()
        return self._surveyor.see(seen)

    def _news(self, report: SourceReport) -> list[Health]:
        """A camera that was away and is back, and now and then a sign of life."""
        news = []
        if report.reconnects > self._reconnects:
            self._reconnects = report.reconnects
            news.append(self._health("source_lost", f"the source was lost and is back; {report.sentence()}", report))
        if self._now_s >= self._beat_s:
            self._beat_s = self._now_s + HEARTBEAT_S
            news.append(self._health("running", report.sentence(), report))
        return news

    def _finish(self, report: SourceReport, why_stopped: str | None) -> None:
        self.summary.source = report.sentence()
        if self._prosecutor is not None:
            self._charge(self._prosecutor.finish())
            self.summary.unproven, self.summary.withheld = self._prosecutor.unproven, self._prosecutor.withheld
        last: list[Body] = [*self._marked(self._counts.finish())] if self.summary.frames else []
        if self._surveyor is not None and self.summary.frames:
            last += self._surveyor.finish()
        if self._check is not None:
            last += self._check.finish()
        self._say([*last, *self._farewell(report, why_stopped)])
        self.summary.unkept = self._ledger.held + self._ledger.dropped

    def _farewell(self, report: SourceReport, why_stopped: str | None) -> list[Health]:
        why = self.summary.failure or why_stopped
        note = f"{why}; {report.sentence()}" if why else report.sentence()
        news = [self._health("source_damaged", report.sentence(), report)] if report.damaged else []
        return [*news, self._health("failed" if self.summary.failure else "ended", note, report)]

    def _health(self, state: State, note: str, report: SourceReport | None = None) -> Health:
        dropped = report.frames_dropped if report else 0
        return Health(state=state, frames=self.summary.frames, dropped=dropped, note=note)

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
            case Counts() | FactsBody() | SwarmFlow() | ImageQuality():
                return body.since_s
            case _:
                return self._now_s

    def _commit(self, events: Sequence[Event], media: Sequence[OutboxMedia] = ()) -> None:
        self.summary.events += len(events)
        self._ledger.commit(events, media)
