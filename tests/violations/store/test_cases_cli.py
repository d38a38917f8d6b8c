"""The command that ends cases whose year is over."""

import json

from typer.testing import CliRunner

from violations.cases.states import CaseState
from violations.store.cases import list_cases
from violations.store.cases_cli import app
from violations.store.ingest import ingest


def test_cases_whose_year_is_over_end_by_one_command(engine, database_url, shelf, stored_files, make_finding, noon):
    old = make_finding(1) | {"time": noon.replace(year=2025, month=6).isoformat()}
    ingest(engine, shelf, [old, make_finding(2)], noon)

    def run():
        done = CliRunner().invoke(app, ["cases", "expire", "--db", database_url, "--json"])
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)

    assert run() == {"expired": 1}
    assert run() == {"expired": 0}
    assert [case.state for case in list_cases(engine).cases] == [CaseState.DETECTED, CaseState.EXPIRED]
