"""How well the desk works: agreement of blind second looks, and each camera's share of wrong findings."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import Field
from sqlalchemy import Engine

from violations.accounts.caller import Caller
from violations.api.access import allow
from violations.api.problems import problems
from violations.api.values import Answer, Since, Until, known_queries
from violations.audit.log import Note, note_view
from violations.cases.agreement import agreement, camera_errors
from violations.cases.states import Role
from violations.cases.verdicts import blind_pairs
from violations.store.case_figures import case_looks, case_outcomes

READS = allow(Role.SUPERVISOR, Role.AUDITOR)


class AgreementOut(Answer):
    pairs: int = Field(description="Cases that two people judged without seeing each other.")
    observed: float | None = Field(description="Share of them on which both agreed.")
    expected: float | None = Field(description="Share on which they would agree by chance.")
    kappa: float | None = Field(description="Cohen's kappa; null without pairs, and where chance explains all.")


class CameraOut(Answer):
    camera: str
    decided: int
    rejected: int
    withdrawn: int = Field(description="Accepted first, and let go later.")
    rate: float | None = Field(description="(rejected + withdrawn) / decided.")
    low: float = Field(description="Lower end of the 95 % interval by Wilson.")
    high: float


def build_figures_router(engine: Engine, now: Callable[[], datetime]) -> APIRouter:
    """`now` gives aware UTC."""
    router = APIRouter(tags=["figures"], dependencies=[Depends(known_queries)])

    @router.get("/figures/agreement", summary="How often two blind looks agree", responses=problems(422))
    def get_agreement(caller: Annotated[Caller, READS], since: Since = None, until: Until = None) -> AgreementOut:
        note_view(engine, caller, Note("figures.read", "agreement"), now())
        found = agreement(blind_pairs(case_looks(engine, since=since, until=until, districts=caller.districts)))
        return AgreementOut(pairs=found.n, observed=found.observed, expected=found.expected, kappa=found.kappa)

    @router.get("/figures/cameras", summary="How often each camera was wrong", responses=problems(422))
    def get_cameras(caller: Annotated[Caller, READS], since: Since = None, until: Until = None) -> list[CameraOut]:
        note_view(engine, caller, Note("figures.read", "cameras"), now())
        found = camera_errors(case_outcomes(engine, since=since, until=until, districts=caller.districts))
        return [CameraOut(**{name: getattr(one, name) for name in CameraOut.model_fields}) for one in found]

    return router
