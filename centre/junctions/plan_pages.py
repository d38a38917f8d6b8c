"""Pages of plans that do not run yet: one version with what it would change and how it compares, and a plan worked out
from flows with its reasons and what happens if the flows are others."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from difflib import unified_diff
from http import HTTPStatus
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from centre.junctions.answers import CompareIn, ComparisonOut, JunctionPath, VersionPath
from centre.junctions.comparison_routes import begin_comparison, give_up_comparison, usual_plan
from centre.junctions.desk import ENGINEERS, SignalDesk
from centre.junctions.drawing import StageDiagram, stage_diagram
from centre.junctions.flow_form import NotANumberError, read_flows
from centre.junctions.flows import driving, lately_measured
from centre.junctions.posting import Typed, answer_post
from centre.junctions.working_out import WorkedOut, work_out
from signals.live.errors import UnknownJunctionError
from signals.plan.library import PlanLibrary
from signals.plan.timing import TimingPlan
from violations.accounts.caller import PERSON_ROLES, Caller
from violations.api.access import allow
from violations.web.error_pages import error_page
from violations.web.frame import Frame
from violations.web.posted import Fields, form_fields
from violations.web.preferences import preferences_of
from vision.sentences import in_language

LOOKS, ACTS = allow(*PERSON_ROLES), allow(*ENGINEERS)
ONE = "/signals/{junction}"


@dataclass(frozen=True, slots=True)
class PlanShown:
    """One plan of a version. before: the plan of that name in the version that runs; None where there is none."""

    name: str
    plan: TimingPlan
    before: TimingPlan | None
    diagram: StageDiagram


class PlanPages:
    def __init__(self, desk: SignalDesk, frame: Frame) -> None:
        self._desk, self._frame = desk, frame

    def router(self) -> APIRouter:
        """Left out of the OpenAPI document, like all pages."""
        router = APIRouter(include_in_schema=False)
        version = f"{ONE}/plans/{{number}}"
        router.add_api_route(version, self.version, methods=["GET"], dependencies=[LOOKS])
        router.add_api_route(version, self.act, methods=["POST"], dependencies=[ACTS])
        router.add_api_route(f"{ONE}/work-out", self.flows, methods=["GET"], dependencies=[ACTS])
        router.add_api_route(f"{ONE}/work-out", self.worked_out, methods=["POST"], dependencies=[ACTS])
        return router

    def version(self, request: Request, junction: JunctionPath, number: VersionPath) -> Response:
        return self._version(request, junction, number)

    def act(
        self,
        request: Request,
        junction: JunctionPath,
        number: VersionPath,
        fields: Annotated[Fields, Depends(form_fields)],
    ) -> Response:
        """Begin a comparison, or give it up."""
        way = f"/signals/{quote(junction)}/plans/{number}"
        caller: Caller = request.state.caller

        def do(typed: Typed) -> Response:
            if typed.get("deed") == "give_up":
                give_up_comparison(self._desk, junction, number, caller)
            else:
                begin_comparison(self._desk, junction, number, self._asked(junction, number, typed), caller)
            return RedirectResponse(f"{way}#comparison", HTTPStatus.SEE_OTHER)

        def again(status: HTTPStatus, problem: str, typed: Typed) -> Response:
            return self._version(request, junction, number, status, problem=problem, typed=typed)

        return answer_post(self._frame, request, fields, way, do=do, again=again)

    def flows(self, request: Request, junction: JunctionPath) -> Response:
        return self._work_out(request, junction)

    def worked_out(
        self, request: Request, junction: JunctionPath, fields: Annotated[Fields, Depends(form_fields)]
    ) -> Response:

        def do(typed: Typed) -> Response:
            return self._work_out(request, junction, typed=typed, found=work_out(self._desk, junction, typed))

        def again(status: HTTPStatus, problem: str, typed: Typed) -> Response:
            return self._work_out(request, junction, status, problem=problem, typed=typed)

        way = f"/signals/{quote(junction)}/work-out"
        return answer_post(self._frame, request, fields, way, do=do, again=again)

    def _asked(self, name: str, number: int, fields: Mapping[str, str]) -> CompareIn:
        """Raises NotANumberError, and UnknownJunctionError for a version that is not there."""
        _, library = self._desk.room.shelf.load(name, number)
        flows = read_flows(fields, driving(library.junction))
        try:
            return CompareIn(
                present_plan=fields.get("present_plan") or None,
                proposed_plan=fields.get("proposed_plan") or None,
                flows=flows,
                seeds=int(fields.get("seeds") or "5"),
            )
        except ValueError as error:
            what = str(error.errors()[0]["loc"][0]) if isinstance(error, ValidationError) else "seeds"
            raise NotANumberError(what, fields.get(what, "")) from error

    def _version(
        self,
        request: Request,
        name: str,
        number: int,
        status: int = HTTPStatus.OK,
        *,
        problem: str | None = None,
        typed: Mapping[str, str] | None = None,
    ) -> Response:
        desk, shelf, caller = self._desk, self._desk.room.shelf, request.state.caller
        try:
            told = shelf.version(name, number)
            described, library = shelf.load(name, number)
        except UnknownJunctionError:
            return error_page(self._frame, request, HTTPStatus.NOT_FOUND)
        running = shelf.running(name)
        present = shelf.load(name, running)[1] if running is not None else None
        comparison: ComparisonOut | None = desk.comparisons.get(name, number)
        before = shelf.text(name, running) if running not in {None, number} and running is not None else None
        return self._frame.render(
            request,
            "plan_version.html",
            status,
            name=name,
            title=library.junction.name,
            version=told,
            proposed_at=datetime.fromisoformat(told.utc),
            compared_at=datetime.fromisoformat(comparison.at) if comparison else None,
            decided=next((one for one in reversed(shelf.journal(name)) if one.version == number), None),
            plans=_shown(library, present if running != number else None),
            running=running,
            present_plans=list(present.plans) if present else [],
            usual=usual_plan(present, library) if present else None,
            same_junction=present is None or present.junction == library.junction,
            changes=[] if before is None else _changes(before, shelf.text(name, number)),
            lately=list(lately_measured(desk.engine, library.junction, described.approaches, desk.now()).values()),
            comparison=comparison,
            possible=desk.comparisons.possible(),
            acts=caller.may(*ENGINEERS),
            alone=caller.local,
            problem=problem,
            typed=typed or {},
        )

    def _work_out(
        self,
        request: Request,
        name: str,
        status: int = HTTPStatus.OK,
        *,
        problem: str | None = None,
        typed: Mapping[str, str] | None = None,
        found: WorkedOut | None = None,
    ) -> Response:
        desk, shelf = self._desk, self._desk.room.shelf
        try:
            newest = shelf.versions(name)[-1].number
            described, library = shelf.load(name, newest)
        except UnknownJunctionError:
            return error_page(self._frame, request, HTTPStatus.NOT_FOUND)
        return self._frame.render(
            request,
            "work_out.html",
            status,
            name=name,
            title=library.junction.name,
            newest=newest,
            plan_names=list(library.plans),
            lately=list(lately_measured(desk.engine, library.junction, described.approaches, desk.now()).values()),
            found=found,
            warnings=[in_language(one, preferences_of(request).language) for one in found.warnings] if found else [],
            problem=problem,
            typed=typed or {},
        )


def _shown(library: PlanLibrary, present: PlanLibrary | None) -> list[PlanShown]:
    before = {} if present is None else present.plans
    return [
        PlanShown(name, plan, before.get(name), stage_diagram(plan, library.junction))
        for name, plan in library.plans.items()
    ]


def _changes(before: str, after: str) -> list[tuple[str, str]]:
    """(`+`, `-`, `@` or blank, the line), with two lines around each change."""
    lines = list(unified_diff(before.splitlines(), after.splitlines(), n=2, lineterm=""))[2:]
    return [(line[:1], line if line.startswith("@") else line[1:]) for line in lines]
