"""Devices' ledgers: each sends its new lines, and the centre countersigns how far it has seen them."""

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import Field, StringConstraints

from violations.accounts.caller import PERSON_ROLES
from violations.api.access import allow
from violations.api.problems import ProblemError, problems
from violations.api.values import Answer
from violations.cases.states import Role
from violations.errors import EvidenceError, LedgerContradiction
from violations.evidence.checkpoint import Checkpoint
from violations.evidence.countersigned import Countersigner

MOST_LINES = 1000
DevicePath = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$", description="The device's public key, lower-case hex.")]
LineText = Annotated[str, StringConstraints(max_length=4096)]


class LinesIn(Answer):
    """Lines of `ledger.jsonl` as they stand there, from the one last countersigned on, or from the first."""

    lines: list[LineText] = Field(min_length=1, max_length=MOST_LINES)


class CheckpointsOut(Answer):
    checkpoints: list[Checkpoint] = Field(description="Oldest first; as lines they are what `ngatu verify` reads.")


def build_ledgers_router(countersigner: Countersigner, now: Callable[[], datetime]) -> APIRouter:
    """`now` gives aware UTC."""
    router = APIRouter(tags=["evidence"])

    @router.get(
        "/ledgers/{device}/checkpoints",
        summary="How far the centre has seen a device's ledger",
        dependencies=[allow(Role.DEVICE, *PERSON_ROLES)],
        responses=problems(422),
    )
    def get_checkpoints(device: DevicePath) -> CheckpointsOut:
        """Empty for a device whose ledger never came."""
        return CheckpointsOut(checkpoints=countersigner.of(device))

    @router.post(
        "/ledgers/{device}/lines",
        summary="Have new lines of a device's ledger countersigned",
        dependencies=[allow(Role.DEVICE)],
        responses=problems(409, 422, 507),
    )
    def post_lines(device: DevicePath, body: LinesIn) -> Checkpoint:
        """409 where they contradict what was countersigned before: a ledger that was cut back is not taken again."""
        try:
            return countersigner.countersign(device, [line.encode() for line in body.lines], now)
        except LedgerContradiction as error:
            raise ProblemError(
                HTTPStatus.CONFLICT, "ledger", "The ledger is not the one that was countersigned", str(error)
            ) from error
        except EvidenceError as error:
            raise ProblemError(
                HTTPStatus.INSUFFICIENT_STORAGE, "no-storage", "The centre cannot vouch for it now", str(error)
            ) from error

    return router
