"""Whatever fits the OpenAPI document, and much that does not, is answered without a server error (schemathesis)."""

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.python import asgi
from schemathesis.schemas import BaseSchema

from centre.app import Settings, create_app

NOW = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)


QUICK = settings(
    max_examples=3,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[BaseSchema, asgi.ASGIClient]]:
    """The document and the client of a centre in local mode, so that every route is reached."""
    folder = tmp_path_factory.mktemp("schema")
    app = create_app(Settings(f"sqlite:///{folder / 'ngatu.db'}", folder, local=True), now=lambda: NOW)
    with asgi.get_client(app) as client:  # one for all requests: a fresh one for each takes longer than they do
        yield schemathesis.openapi.from_asgi("/api/openapi.json", app), client


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_no_request_makes_the_server_fail(centre, mode):
    """An answer of 500 or above fails; so does an operation whose description is none."""
    schema, client = centre
    answers: Counter[int] = Counter()
    for result in schema.get_all_operations():
        operation = result.ok()

        @QUICK
        @given(case=operation.as_strategy(generation_mode=mode))
        def ask(case: Case) -> None:
            answer = case.call(session=client)
            answers[answer.status_code // 100] += 1
            assert answer.status_code < 500, f"{case.method} {case.formatted_path}: {answer.text[:500]}"

        with suppress(Unsatisfiable):  # nothing can be wrong about a request without parameters
            ask()
    assert answers[2], "wanted requests that succeed, found none"
    assert answers[4], "wanted requests that are refused, found none"
