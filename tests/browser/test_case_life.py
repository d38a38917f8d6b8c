"""One case from the camera to its withdrawal, in real browsers: an officer, a second one, a supervisor, a citizen."""

import os
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from violations.registry.port import Vehicle
from violations.registry.table import put_vehicles
from violations.store.database import open_database

LANGUAGES = ("vi", "en")
PLATE = "29A-123.45"
SOUND = {"gate": {"prosecutable": True, "reasons": []}}
OWNER = Vehicle(plate=PLATE, ground="white", kind="car", owner="Nguyễn Thị Ánh", registered_on=date(2020, 5, 1))
STEP = {
    "vi": {"identify": "Xác định chủ xe", "notify": "Gửi thông báo", "withdraw": "Rút hồ sơ"},
    "en": {"identify": "Owner identified", "notify": "Send the notice", "withdraw": "Withdraw the case"},
}
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 64


def shoot(page, name):
    """A picture of the whole page where somebody asked for one: NGATU_SCREENSHOTS names the folder."""
    folder = os.environ.get("NGATU_SCREENSHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@pytest.fixture
def registered(centre):
    engine = open_database(f"sqlite:///{centre.folder.parent / 'centre.db'}")
    put_vehicles(engine, [OWNER], datetime.now(UTC), replace=False)
    engine.dispose()


@pytest.fixture
def open_as(open_page, centre):
    """A browser of its own for each person; the name counts while there are no accounts."""

    def open_(name, path, language="vi", **options):
        page = open_page(f"/queue?lang={language}", **options)
        page.context.add_cookies([{"name": "ngatu_reviewer", "value": name, "url": centre.url}])
        page.goto(path)
        return page

    return open_


def accept(page, plate=None):
    if plate:
        page.locator("h1").click()
        page.keyboard.press("p")
        page.keyboard.type(plate)
    page.locator("h1").click()
    page.keyboard.press("a")
    page.wait_for_url("**decided=*")


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_whole_day_from_the_camera_to_a_withdrawal(centre, open_page, open_as, registered, language):
    case = centre.accuse(timedelta(hours=3), plate="29A-123.46", **SOUND)
    first = open_as("An", f"/cases/{case}", language)
    accept(first, PLATE)
    second = open_as("Lan", f"/cases/{case}", language)
    expect(second.locator(".decision")).to_contain_text("hai người" if language == "vi" else "Two people")
    shoot(second, f"review-second-{language}")
    accept(second)

    file = open_as("Lan", f"/cases/{case}/file", language)
    file.get_by_role("button", name="Tra cứu đăng ký xe" if language == "vi" else "Look up in the registry").click()
    expect(file.locator(".notice.done")).to_be_visible()
    expect(file.locator("main")).to_contain_text("Nguyễn Thị Ánh")
    for step in ("identify", "notify"):
        file.get_by_role("button", name=STEP[language][step], exact=True).click()
        file.wait_for_url(f"**done={step}")
    code = re.search(r"[2-9A-Z]{4}-[2-9A-Z]{3}-[2-9A-Z]{3}", file.locator("main").inner_text()).group()
    assert fits(file)
    shoot(file, f"case-file-{language}")

    citizen = open_page(f"/notice/{code}?lang={language}", viewport={"width": 390, "height": 844})
    shoot(citizen, f"citizen-check-{language}")
    citizen.locator("[name=plate]").fill("29a 12345")
    citizen.locator("main button").click()
    expect(citizen.locator("h1")).to_contain_text("xe" if language == "vi" else "vehicle")
    expect(citizen.locator("img[src*='/api/evidence']")).to_have_count(0)
    assert fits(citizen)
    shoot(citizen, f"citizen-notice-{language}")
    citizen.locator("[name=words]").fill("Xe tôi nhường đường cho xe cứu thương.")
    citizen.locator("[name=files]").set_input_files({"name": "x.png", "mimeType": "image/png", "buffer": PNG})
    citizen.locator("#appeal button").click()
    receipt = citizen.locator("#receipt").inner_text()
    shoot(citizen, f"citizen-receipt-{language}")

    head = open_as("Mai", f"/cases/{case}/file", language)
    expect(head.locator("main")).to_contain_text(receipt)
    expect(head.locator("main")).to_contain_text("cứu thương")
    head.locator("select[name=reason]").select_option("gave_way")
    head.get_by_role("button", name=STEP[language]["withdraw"], exact=True).click()
    head.wait_for_url("**done=withdraw")
    shoot(head, f"case-file-withdrawn-{language}")

    citizen.goto("/notice")
    citizen.locator("[name=code]").fill(code.lower())
    citizen.locator("[name=plate]").fill(PLATE)
    citizen.locator("main button").click()
    withdrawn = "Hồ sơ đã được rút" if language == "vi" else "The case was withdrawn"
    expect(citizen.locator("main")).to_contain_text(withdrawn)


def test_a_verdict_is_taken_back_with_one_key(centre, open_as):
    case = centre.accuse(timedelta(hours=3), plate=PLATE)
    page = open_as("An", f"/cases/{case}")
    page.keyboard.press("4")
    page.keyboard.press("x")
    page.wait_for_url(f"**/queue?decided={case}")
    page.keyboard.press("u")
    page.wait_for_url(f"**/cases/{case}")
    expect(page.locator("form#decision")).to_be_visible()
    accept(page)


def test_who_judged_a_case_is_not_led_to_it_again(centre, open_as):
    case = centre.accuse(timedelta(hours=3), plate=PLATE)
    page = open_as("An", f"/cases/{case}", refusals=(409,))
    page.keyboard.press("n")
    page.wait_for_url(f"**/queue?decided={case}")
    page.goto(f"/cases/{case}")
    page.locator("h1").click()
    page.keyboard.press("a")
    expect(page.locator("#problem")).to_contain_text("người khác phải quyết định")


def test_papers_and_the_package_are_downloaded_from_the_case_file(centre, open_as):
    case = centre.accuse(timedelta(hours=3), plate=PLATE, **SOUND)
    page = open_as("An", f"/cases/{case}/file")
    with page.expect_download() as package:
        page.get_by_role("link", name="Tải cả gói").click()
    assert package.value.suggested_filename.startswith(f"case-{case}-")
    for paper in ("notice", "decision", "form_01", "form_03"):
        answer = page.request.get(f"/cases/{case}/papers/{paper}.pdf")
        assert (answer.status, answer.headers["content-type"], answer.body()[:5]) == (200, "application/pdf", b"%PDF-")
    assert page.request.get(f"/cases/{case}/papers/form_03.json").json()["items"]["plate"] == PLATE
    page.reload()
    expect(page.locator("main")).to_contain_text("Tải gói chứng cứ")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_notice_opens_for_nobody_without_both_code_and_plate(open_page, language):
    page = open_page(f"/notice?lang={language}", refusals=(404,), viewport={"width": 390, "height": 844})
    page.locator("[name=code]").fill("K7QX-9M2-P4C")
    page.locator("[name=plate]").fill(PLATE)
    page.locator("main button").click()
    expect(page.locator("#problem")).to_contain_text("Không có thông báo" if language == "vi" else "There is no notice")
    expect(page.locator("[name=plate]")).to_have_value(PLATE)
    shoot(page, f"citizen-none-{language}")


def test_citizens_can_do_all_of_it_without_scripts(open_page):
    page = open_page("/notice", java_script_enabled=False, refusals=(404,))
    page.locator("[name=code]").fill("nonsense")
    page.locator("[name=plate]").fill(PLATE)
    page.locator("main button").click()
    expect(page.locator("#problem")).to_be_visible()
