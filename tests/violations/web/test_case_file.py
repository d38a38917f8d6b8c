"""The whole file of a case: steps, registry, papers, package, and who looked."""

import io
import zipfile
from datetime import timedelta

import pytest

from violations.cases.reasons import Ruling
from violations.cases.states import Actor, CaseState, Role, Verdict
from violations.registry.port import Vehicle
from violations.registry.table import put_vehicles
from violations.store.case_papers import notice_of, owner_of
from violations.store.case_steps import give_verdict
from violations.store.cases import get_case

AN = Actor("An", Role.REVIEWER)
PLATE = "29A-123.45"
CAR = Vehicle(plate=PLATE, ground="white", kind="motorbike", owner="Nguyễn Thị Ánh")


@pytest.fixture
def accepted(desk):
    case = desk.add(age=timedelta(days=1), plate=PLATE, gate={"prosecutable": True, "reasons": []})
    now = get_case(desk.engine, case).created_at
    give_verdict(desk.engine, case, Ruling(Verdict.ACCEPT), actor=AN, version=1, now=now)
    return case


@pytest.fixture
def send(desk):
    def send(case, path="steps", **fields):
        desk.client.get("/queue")
        body = {"token": desk.client.cookies["ngatu_token"], "version": get_case(desk.engine, case).version} | fields
        headers = {"origin": "http://testserver"}
        return desk.client.post(f"/cases/{case}/{path}", data=body, headers=headers, follow_redirects=False)

    return send


@pytest.mark.parametrize(("language", "words"), [("vi", "Xác định chủ xe"), ("en", "Owner identified")])
def test_the_file_shows_clocks_history_office_and_the_next_step(language, words, *, desk, accepted):
    page = desk.client.get(f"/cases/{accepted}/file?lang={language}").text
    for expected in (words, "16824.6.9.b", "An", f"/cases/{accepted}/papers/notice.pdf"):
        assert expected in page


def test_steps_are_taken_one_after_the_other_and_a_notice_gets_its_code(desk, accepted, send):
    for step, state in (("identify", CaseState.IDENTIFIED), ("notify", CaseState.NOTIFIED)):
        assert send(accepted, step=step).status_code == 303
        assert get_case(desk.engine, accepted).state is state
    assert notice_of(desk.engine, accepted).code in desk.client.get(f"/cases/{accepted}/file").text


def test_a_step_that_is_refused_says_why_and_keeps_what_was_typed(desk, accepted, send):
    answer = send(accepted, step="withdraw", note="vì sao")
    assert answer.status_code == 409
    assert "Cần nêu lý do" in answer.text
    assert "vì sao" in answer.text
    late = send(accepted, step="identify", version="1")
    assert late.status_code == 409
    assert send(accepted, step="expire").status_code == 422
    assert send(accepted, token="guessed", step="identify").status_code == 403


def test_a_registry_that_contradicts_the_picture_sends_the_case_back(desk, accepted, send):
    put_vehicles(desk.engine, [CAR], get_case(desk.engine, accepted).created_at, replace=False)
    assert send(accepted, "registry", ground="white").status_code == 303
    assert owner_of(desk.engine, accepted).suspicions == ("registry_type_differs",)
    assert get_case(desk.engine, accepted).state is CaseState.NEEDS_ANOTHER_LOOK
    page = desk.client.get(f"/cases/{accepted}/file").text
    assert "biển có thể bị làm giả" in page
    assert send(accepted, "registry", ground="green").status_code == 422


def test_the_masked_package_is_downloaded_and_the_look_is_on_record(desk, accepted):
    answer = desk.client.get(f"/cases/{accepted}/package.zip")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.read("masked.txt").decode() == get_case(desk.engine, accepted).finding.package
    assert "Tải gói chứng cứ" in desk.client.get(f"/cases/{accepted}/file").text


def test_a_package_nobody_can_mask_is_not_handed_out(desk):
    assert desk.client.get(f"/cases/{desk.add()}/package.zip").status_code == 503


def test_forms_are_data_and_pdf(desk, accepted):
    form = desk.client.get(f"/cases/{accepted}/papers/form_03.json").json()
    assert (form["form"], form["items"]["plate"], form["certainty"]) == ("03/73", PLATE, "U")
    assert desk.client.get(f"/cases/{accepted}/papers/form_01.pdf").content.startswith(b"%PDF-")


@pytest.mark.parametrize("path", ["papers/none.pdf", "papers/notice.json", "papers/..%2fx.pdf"])
def test_papers_that_do_not_exist_are_not_found(path, *, desk, accepted):
    assert desk.client.get(f"/cases/{accepted}/{path}").status_code == 404


@pytest.mark.parametrize("path", ["file", "package.zip", "papers/notice.pdf"])
def test_a_case_that_does_not_exist_has_no_file(path, desk):
    assert desk.client.get(f"/cases/4711/{path}").status_code == 404
