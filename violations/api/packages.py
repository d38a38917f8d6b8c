"""What a device must ask before it deletes evidence: is a case of it still open?"""

from fastapi import APIRouter
from pydantic import Field
from sqlalchemy import Engine

from violations.api.access import allow
from violations.api.problems import problems
from violations.api.values import Answer
from violations.cases.states import Role
from violations.store.packages import open_packages
from vision.events.bodies import Sha256

MOST_PACKAGES = 500


class PackagesIn(Answer):
    packages: list[Sha256] = Field(min_length=1, max_length=MOST_PACKAGES, description="SHA-256 of their manifests.")


class OpenPackagesOut(Answer):
    open: list[Sha256] = Field(description="Of a case that has not come to its end.")
    unknown: list[Sha256] = Field(description="Of no case here.")


def build_packages_router(engine: Engine) -> APIRouter:
    router = APIRouter(tags=["evidence"])

    @router.post(
        "/packages/open",
        summary="Which packages belong to an open case",
        dependencies=[allow(Role.DEVICE)],
        responses=problems(422),
    )
    def post_open_packages(body: PackagesIn) -> OpenPackagesOut:
        """Changes nothing. What is neither open nor unknown may be purged as far as the centre is concerned."""
        still_open, unknown = open_packages(engine, set(body.packages))
        return OpenPackagesOut(open=sorted(still_open), unknown=sorted(unknown))

    return router
