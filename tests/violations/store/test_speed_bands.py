"""A speeding is fined by how great it surely was."""

import pytest

from violations.store.cases import list_cases
from violations.store.ingest import ingest


@pytest.mark.parametrize(("over_kmh", "points"), [(7.0, 0), (20.0, 2), (23.8, 4), (36.0, 6), (3.0, None)])
def test_the_measure_says_which_offence_of_the_law_it_is(
    engine, shelf, stored_files, make_finding, noon, over_kmh, points
):
    event = make_finding(0)
    measures = [{"name": "over_limit", "value": over_kmh, "error": 0.0, "unit": "km/h"}]
    event["data"] |= {"offence": "speeding", "measures": measures}
    ingest(engine, shelf, [event], noon)
    [case] = list_cases(engine).cases
    assert (case.life.fine.points if case.life.fine else None) == points
