import pytest

from twin.offences.play import PLACES, Wanted, play
from twin.offences.sky import Condition

SECONDS = {"junction": 46.0, "avenue": 40.0, "kerb": 46.0, "gate": 24.0}


@pytest.fixture(scope="session", params=list(PLACES))
def staged(request):
    return play(Wanted(request.param, Condition.DAY, 3, SECONDS[request.param]))
