"""The desk at a glance for its supervisors: one value, which the JSON and the page both show."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import Engine

from violations.cases.agreement import Agreement, CameraError, agreement, camera_errors
from violations.cases.desk_rules import DeskRules
from violations.cases.due import VIETNAM
from violations.cases.states import CaseState, Verdict
from violations.cases.verdicts import blind_pairs
from violations.law.clocks import deadline
from violations.law.dated import day_in_vietnam
from violations.store.camera_stops import CameraDeed, camera_deeds, stopped_cameras
from violations.store.case_figures import case_looks, case_outcomes
from violations.store.desk_figures import DayOfVerdicts, overturned_by_person, verdicts_by_day, waiting_by_day
from violations.store.scope import Districts

DAYS_OF_VERDICTS = 14
DAYS_OF_CAMERAS = 90
AGES = ((-1, "past"), (0, "today"), (3, "soon"), (7, "week"), (1000, "calm"))
"""Buckets of days left until the notice must go out: each up to its number."""


@dataclass(frozen=True, slots=True)
class Person:
    """One reviewer over DAYS_OF_VERDICTS. overturned: accepted by them, withdrawn later by the office."""

    name: str
    accepted: int
    rejected: int
    another_look: int
    overturned: int
    days: int

    @property
    def verdicts(self) -> int:
        return self.accepted + self.rejected + self.another_look


@dataclass(frozen=True, slots=True)
class Camera:
    """How often it was wrong over DAYS_OF_CAMERAS. stop: the one that holds, None while it runs."""

    errors: CameraError
    above_limit: bool
    stop: CameraDeed | None


@dataclass(frozen=True, slots=True)
class DeskReport:
    """days: verdicts of each kind by day in Vietnam, a day without any is there with zeros. ages: undecided cases by
    how many days their notice has left (names of AGES). limit: the share of errors from which a camera is named."""

    days: Sequence[tuple[date, Mapping[Verdict, int]]]
    ages: Mapping[str, int]
    agreement: Agreement
    people: Sequence[Person]
    cameras: Sequence[Camera]
    deeds: Sequence[CameraDeed]
    limit: float


def desk_report(engine: Engine, now: datetime, districts: Districts, rules: DeskRules) -> DeskReport:
    """`now` is aware."""
    today = day_in_vietnam(now, "desk")
    first = today - timedelta(days=DAYS_OF_VERDICTS - 1)
    given = verdicts_by_day(engine, _midnight(first), districts)
    overturned = overturned_by_person(engine, _midnight(first), districts)
    since = now - timedelta(days=DAYS_OF_CAMERAS)
    return DeskReport(
        days=list(_days(given, first, today)),
        ages=_ages(waiting_by_day(engine, districts), today),
        agreement=agreement(blind_pairs(case_looks(engine, since=since, districts=districts))),
        people=list(_people(given, overturned)),
        cameras=list(_cameras(engine, since, districts, rules)),
        deeds=camera_deeds(engine, districts),
        limit=rules.camera_error_limit,
    )


def _midnight(day: date) -> datetime:
    """The moment that day began in Vietnam."""
    return datetime.combine(day, time(), VIETNAM)


def _days(given: Sequence[DayOfVerdicts], first: date, last: date) -> Iterator[tuple[date, Mapping[Verdict, int]]]:
    counted: Counter[tuple[date, Verdict]] = Counter()
    for one in given:
        counted[one.day, one.verdict] += one.n
    for age in range((last - first).days + 1):
        day = first + timedelta(days=age)
        yield day, {verdict: counted[day, verdict] for verdict in Verdict}


def _ages(waiting: Sequence[tuple[date, int]], today: date) -> Mapping[str, int]:
    """Where the law's data do not reach, no day is left."""
    found = dict.fromkeys((name for _, name in AGES), 0)
    for day, n in waiting:
        last = deadline("notify", day)
        left = last.days_left(today) if last else -1
        found[next(name for most, name in AGES if left <= most)] += n
    return found


def _people(given: Sequence[DayOfVerdicts], overturned: Mapping[str, int]) -> Iterator[Person]:
    """The busiest first."""
    counted: dict[str, Counter[Verdict]] = {}
    days: dict[str, set[date]] = {}
    for one in given:
        counted.setdefault(one.who, Counter())[one.verdict] += one.n
        days.setdefault(one.who, set()).add(one.day)
    for name, n in sorted(counted.items(), key=lambda one: (-one[1].total(), one[0])):
        looks = (n[Verdict.ACCEPT], n[Verdict.REJECT], n[Verdict.ANOTHER_LOOK])
        yield Person(name, *looks, overturned.get(name, 0), len(days[name]))


def _cameras(engine: Engine, since: datetime, districts: Districts, rules: DeskRules) -> Iterator[Camera]:
    """Those above the limit first, then the stopped, then by name."""
    stops = stopped_cameras(engine, districts)
    errors = {one.camera: one for one in camera_errors(case_outcomes(engine, since=since, districts=districts))}
    unheard = (camera_errors([(camera, CaseState.DETECTED, 0)])[0] for camera in stops.keys() - errors.keys())
    found = [Camera(one, one.exceeds(rules.camera_error_limit), stops.get(one.camera)) for one in errors.values()]
    found += [Camera(one, above_limit=False, stop=stops[one.camera]) for one in unheard]
    yield from sorted(found, key=lambda one: (not one.above_limit, one.stop is None, one.errors.camera))
