"""Nobody asks the registry without a case and a line in the audit log; what does not fit raises suspicion."""

from datetime import date

import pytest

from violations.registry.errors import NoCaseError, RegistryError
from violations.registry.port import Registrar, Vehicle
from violations.registry.suspicion import Suspicion, suspicions
from violations.registry.table import TableRegistry, put_vehicles

CAR = Vehicle(plate="29A-123.45", ground="white", kind="car", owner="Ánh", registered_on=date(2020, 5, 1))
DAY = date(2026, 11, 20)


@pytest.fixture
def registrar(engine, noon):
    put_vehicles(engine, [CAR, CAR.model_copy(update={"plate": "29A-999.99", "ground": "yellow"})], noon, replace=False)
    return Registrar(TableRegistry(engine))


def test_a_look_is_written_down_before_the_answer(registrar):
    written = []
    assert registrar.look(7, "29a 12345", "white", lambda *look: written.append(look)) == CAR
    assert written == [(7, "29a 12345", "white")]


def test_what_cannot_be_written_down_is_not_asked(registrar):
    def broken(*look):
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        registrar.look(7, "29A-123.45", "white", broken)


@pytest.mark.parametrize(
    ("case", "plate", "error"),
    [(None, "29A1", NoCaseError), (0, "29A1", NoCaseError), (7, None, RegistryError), (7, "--", RegistryError)],
)
def test_no_look_without_a_case_and_a_plate(case, plate, error, registrar):
    written = []
    with pytest.raises(error):
        registrar.look(case, plate, "white", lambda *look: written.append(look))
    assert written == []


def test_a_plate_known_by_another_ground_alone_is_found_so_that_the_difference_can_be_told(registrar):
    found = registrar.look(7, "29A-999.99", "white", lambda *look: None)
    assert suspicions(found, "car", "white", DAY) == (Suspicion.OTHER_GROUND,)


@pytest.mark.parametrize(
    ("vehicle", "seen", "ground", "on", "expected"),
    [
        (CAR, "car", "white", DAY, ()),
        (CAR, "car", None, DAY, ()),
        (CAR, "motorbike", "white", DAY, (Suspicion.OTHER_TYPE,)),
        (CAR, "truck", "yellow", DAY, (Suspicion.OTHER_TYPE, Suspicion.OTHER_GROUND)),
        (CAR, "car", "white", date(2020, 4, 30), (Suspicion.REGISTERED_LATER,)),
        (None, "car", "white", DAY, (Suspicion.NOT_REGISTERED,)),
    ],
)
def test_what_does_not_fit_is_a_reason_not_to_fine(vehicle, seen, ground, on, expected):
    assert suspicions(vehicle, seen, ground, on) == expected
