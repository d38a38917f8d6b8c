"""A proposed version against the running one: begun, watched, given up, kept; refused where it cannot be done."""

from threading import Event
from time import monotonic, sleep

import pytest
from fastapi.testclient import TestClient

from centre.app import Settings, create_app
from centre.junctions.comparing import Comparisons
from signals.errors import Fault
from signals.live.shelf import PlanShelf
from signals.sumo import simulate
from signals.sumo.compare import Compared, Ran
from signals.sumo.errors import SumoError
from signals.sumo.simulate import find_sumo

WAIT_S = 60
ROOT = "/api/signals/junctions"
FLOWS = {"out": 90.0, "side": 60.0}


class Drives:
    """In the place of SUMO: two runs a seed, each waiting until it may go on."""

    def __init__(self):
        self.go, self.fault, self.seen = Event(), None, None

    def __call__(self, junction, demands, present, proposed, *, seeds, progress):
        self.seen = (present.cycle_s, proposed.cycle_s, [one.flow.units_h for one in demands])
        for run in range(2 * len(seeds)):
            progress(run, 2 * len(seeds))
            self.go.wait(WAIT_S)
        if self.fault is not None:
            raise self.fault
        return Compared(
            tuple(seeds),
            Ran((31.0,) * len(seeds), {"out": 20.0, "side": 45.5}, 150, 0),
            Ran((24.0,) * len(seeds), {"out": 22.0, "side": 28.0}, 150, 1),
            7.0,
            0.5,
            len(seeds),
        )


class Centre:
    """With a junction for each test: its version 1 runs, version 2 with a longer green is proposed."""

    def __init__(self, folder, library):
        self.folder, self.library, self.made = folder, library, 0
        self.app = create_app(Settings(f"sqlite:///{folder / 'n.db'}", folder, local=True))
        self.client = TestClient(self.app, raise_server_exceptions=False)

    def junction(self):
        self.made += 1
        name = f"nga_tu_{self.made}"
        for base, green_s in enumerate((30, 40)):
            body = {"library": self.library % green_s, "reason": "counts", "base": base}
            assert self.ask("POST", f"/{name}/plans", body).status_code == 201
        self.ask("POST", f"/{name}/plans/1/decision", {"approve": True, "reason": "checked"})
        return f"/{name}/plans/2"

    def ask(self, method, path, body=None):
        return self.client.request(method, f"{ROOT}{path}", json=body)

    def page(self, path, language="en"):
        return self.client.get(f"/signals{path}?lang={language}").text

    def until_over(self, path):
        until_s = monotonic() + WAIT_S
        while (told := self.ask("GET", f"{path}/comparison").json())["state"] == "running":
            assert monotonic() < until_s
            sleep(0.02)
        return told


@pytest.fixture(scope="module")
def simulated(tmp_path_factory, library):
    """A centre that takes SUMO for installed, and whose runs are those of the test at hand."""
    at_hand = []
    real = Comparisons.__init__

    def run(*given, **more):
        return at_hand[-1](*given, **more)

    def begin(self, shelf, now):
        real(self, shelf, now, run, lambda: None)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Comparisons, "__init__", begin)
        centre = Centre(tmp_path_factory.mktemp("simulated"), library)
    with centre.client:
        yield centre, at_hand


@pytest.fixture
def drives(simulated):
    simulated[1].append(Drives())
    return simulated[1][-1]


@pytest.fixture
def centre(simulated):
    return simulated[0]


@pytest.fixture(scope="module")
def real_centre(tmp_path_factory, library):
    centre = Centre(tmp_path_factory.mktemp("real"), library)
    with centre.client:
        yield centre


def test_a_comparison_tells_its_progress_and_is_kept_with_the_version(drives, centre):
    path = centre.junction()
    assert centre.ask("GET", f"{path}/comparison").status_code == 404
    body = {"flows": FLOWS, "seeds": 2, "present_plan": "day"}
    begun = centre.ask("POST", f"{path}/comparison", body)
    assert (begun.status_code, begun.json()["state"], begun.json()["of"]) == (202, "running", 4)
    again = centre.ask("POST", f"{path}/comparison", body)
    assert (again.status_code, "is under way" in again.json()["detail"]) == (409, True)
    page = centre.page(path)
    assert "of 4 runs are over" in page
    assert "Give the comparison up" in page
    drives.go.set()
    told = centre.until_over(path)
    assert drives.seen == (60.0, 70.0, [90.0, 60.0])
    assert told["result"]["seeds"] == [1, 2]
    assert (told["result"]["present"]["worst"], told["result"]["proposed"]["worst"]) == ("side", "side")
    assert told["result"]["present"]["by_approach_s"] == {"out": 20.0, "side": 45.5}
    kept = Comparisons(PlanShelf(centre.folder / "signals"), lambda: None)
    assert kept.get(path.split("/")[1], 2).model_dump(mode="json") == told, "another process reads it from the shelf"
    for language, sentence in (("en", "saves 7.0 ± 0.5 s"), ("vi", "giảm 7,0 ± 0,5 giây")):
        page = centre.page(path, language)
        assert sentence in page
        assert "1, 2" in page


def test_a_comparison_is_given_up_before_its_next_run(drives, centre):
    path = centre.junction()
    assert centre.ask("DELETE", f"{path}/comparison").status_code == 409
    centre.ask("POST", f"{path}/comparison", {"flows": FLOWS})
    assert centre.ask("DELETE", f"{path}/comparison").status_code == 204
    drives.go.set()
    told = centre.until_over(path)
    assert (told["state"], told["result"]) == ("given_up", None)
    assert "was given up" in centre.page(path)
    acts = [one["action"] for one in centre.ask("GET", f"/{path.split('/')[1]}/audit").json()["entries"]]
    assert acts[:2] == ["signals.give_up", "signals.compare"]


def test_a_comparison_that_fails_says_why(drives, centre):
    drives.fault = SumoError(Fault("sumo", "sumo failed: no route"))
    drives.go.set()
    path = centre.junction()
    centre.ask("POST", f"{path}/comparison", {"flows": FLOWS, "seeds": 1})
    told = centre.until_over(path)
    assert (told["state"], told["problem"]) == ("failed", "sumo failed: no route")
    assert "sumo failed: no route" in centre.page(path)


@pytest.mark.parametrize(
    ("body", "status", "sentence"),
    [
        ({"flows": {"out": 90.0}}, 422, "The flow of movement side is unknown"),
        ({"flows": FLOWS, "present_plan": "noon"}, 422, "Version 1 has no plan noon (it has: day, night)"),
        ({"flows": FLOWS, "proposed_plan": "noon"}, 422, "Version 2 has no plan noon"),
        ({"flows": FLOWS | {"left": 3.0}}, 422, "A flow is given for left"),
        ({"flows": FLOWS, "seeds": 21}, 422, "seeds"),
    ],
)
def test_what_cannot_be_compared_is_refused_with_the_reason(drives, centre, body, status, sentence):
    answer = centre.ask("POST", f"{centre.junction()}/comparison", body)
    assert (answer.status_code, sentence in answer.json()["detail"]) == (status, True), answer.text


def test_nothing_is_compared_with_a_junction_that_does_not_run(drives, centre, library):
    centre.ask("POST", "/xa_dan/plans", {"library": library % 30, "reason": "first", "base": 0})
    answer = centre.ask("POST", "/xa_dan/plans/1/comparison", {"flows": FLOWS})
    assert (answer.status_code, "Nothing runs at xa_dan" in answer.json()["detail"]) == (409, True)
    assert "Nothing runs here yet" in centre.page("/xa_dan/plans/1")


def test_without_sumo_a_sentence_says_how_to_get_it(real_centre, monkeypatch, tmp_path):
    monkeypatch.setenv("SUMO_HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(simulate, "find_spec", lambda _name: None)
    assert not _is_installed()
    path = real_centre.junction()
    answer = real_centre.ask("POST", f"{path}/comparison", {"flows": FLOWS})
    assert answer.status_code == 503
    assert answer.json()["type"] == "urn:ngatu:problem:no-simulation"
    assert "pip install eclipse-sumo" in answer.json()["detail"]
    for language, sentence in (("en", "SUMO is not installed"), ("vi", "chưa cài SUMO")):
        assert sentence in real_centre.page(path, language)


def _is_installed():
    try:
        find_sumo()
    except SumoError:
        return False
    return True


def test_sumo_itself_drives_both_plans_through_the_same_traffic(real_centre):
    """eclipse-sumo is a test package: where it is missing this fails."""
    path = real_centre.junction()
    assert real_centre.ask("POST", f"{path}/comparison", {"flows": FLOWS, "seeds": 1}).status_code == 202
    told = real_centre.until_over(path)
    assert told["problem"] is None
    assert told["result"]["present"]["vehicles"] == told["result"]["proposed"]["vehicles"] > 50
    assert set(told["result"]["present"]["by_approach_s"]) == {"out", "side"}
