"""Every page, in both languages and themes: no serious fault of accessibility, nothing wider than its screen, nothing
from elsewhere, nothing heavy; and its picture for docs/screens (`NGATU_SCREENSHOTS=docs/screens pytest THIS_FILE`)."""

import gzip
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Response, expect

from twin.clip_scene import scene_yaml
from twin.junction import CAMERA
from violations.accounts.devices import Device, enrol
from violations.accounts.sessions import begin_session
from violations.api.access import COOKIE, route_roles
from violations.cases.states import Role
from violations.registry.port import Vehicle
from violations.registry.table import put_vehicles
from violations.store.account_tables import UserRow
from violations.store.database import writing

# The first test also fills the centre.
pytestmark = pytest.mark.timeout(400)

TABLE = Path(__file__).parent / "pages.txt"
SCREENS = {"desktop": {"width": 1366, "height": 768}, "phone": {"width": 390, "height": 844}}
LANGUAGES = ("vi", "en")
GRAVE = {"serious", "critical"}
MOST_PAGE_BYTES = 100_000
MOST_PICTURE_BYTES = 60_000
OPEN = {"sign-in", "new-password", "error-ledger", "notice-check", "notice-by-code"}
CAMERA_NAME = "nga_tu_so.bac"
PLATE = "29A-123.45"
CHIEF = "Trần Thị Lan"
SOUND = {"gate": {"prosecutable": True, "reasons": []}}
OWNER = Vehicle(plate=PLATE, ground="white", kind="car", owner="Nguyễn Thị Ánh", registered_on=date(2020, 5, 1))


@dataclass(frozen=True)
class Listed:
    name: str
    screens: tuple[str, ...]
    route: str


def listed() -> list[Listed]:
    lines = [line.split() for line in TABLE.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    return [Listed(name, tuple(screens.split(",")), route) for name, screens, route in lines]


JUNCTION = "dai_la"
LIBRARY = """\
version: 1
junction:
  name: Đại La - Bạch Mai
  movements: [{id: dai_la, width_m: 7.0}, {id: bach_mai, width_m: 5.5}]
  stages: [{id: A, movements: [dai_la]}, {id: B, movements: [bach_mai]}]
plans:
  ngay: {greens_s: {A: %d, B: 25}}
  dem: {greens_s: {A: 15, B: 12}}
days:
  workday: {"00:00": dem, "05:30": ngay, "22:30": dem}
  sunday: {"00:00": dem}
approaches:
  dai_la: {camera: nga_tu_so.bac, stop_line: stop}
"""
PAGES = [page for page in listed() if page.name != "-"]


@pytest.fixture(scope="module")
def office(running_centre: Any, junction: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A centre on an ordinary day: cases in every state, a camera with a scene, people and devices."""
    with running_centre(tmp_path_factory.mktemp("office"), junction) as centre:
        fill(centre)
        yield centre


def fill(centre: Any) -> None:
    put_vehicles(centre.engine, [OWNER], datetime.now(UTC), replace=False)
    notified = centre.accuse(timedelta(days=2), plate=PLATE, **SOUND)
    rejected = centre.accuse(timedelta(days=1), plate="30G-678.90")
    for hours, plate in ((5, "29D-246.80"), (3, None), (2, "29B-135.79")):
        centre.accuse(timedelta(hours=hours), plate=plate)
    verdict(centre, notified, "An", verdict="accept")
    verdict(centre, notified, "Bình", verdict="accept")
    verdict(centre, rejected, "An", verdict="reject", reason="lamp_unclear")
    centre.client.post(f"{centre.url}/api/cases/{notified}/registry", json={"ground": "white"})
    for step in ("identify", "notify"):
        post(centre, f"/api/cases/{notified}/steps", {"step": step, "actor": "Mai"}, notified)
    traffic(centre)
    lights(centre)
    people(centre)
    scene(centre)
    centre.case, centre.notified = 3, notified


def post(centre: Any, path: str, body: dict[str, Any], case: int) -> None:
    version = centre.client.get(f"{centre.url}/api/cases/{case}").json()["version"]
    answer = centre.client.post(f"{centre.url}{path}", json=body | {"version": version})
    assert answer.is_success, answer.text


def verdict(centre: Any, case: int, who: str, **said: str) -> None:
    if centre.client.get(f"{centre.url}/api/cases/{case}").json()["state"] == "accepted":
        return
    post(centre, f"/api/cases/{case}/verdict", said | {"reviewer": who}, case)


def traffic(centre: Any) -> None:
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    for n in range(40):
        counts = {"right_to_left": {"motorbike": 14 + 9 * (n % 4), "car": 3 + n % 3, "bus": n % 2}}
        counts["left_to_right"] = {"motorbike": 8 + 5 * (n % 3), "car": 2 + n % 4}
        data = {"line": "beyond", "since_s": 15.0 * n, "until_s": 15.0 * n + 15, "coverage": 1.0, "counts": counts}
        if n not in {17, 18}:
            centre.send("counts", data, now - timedelta(seconds=15 * (40 - n)))
    centre.send("health", {"state": "running", "frames": 90_000, "dropped": 12, "fps": 24.9, "note": ""}, now)


def lights(centre: Any) -> None:
    """A junction that runs its second version of plans, and a third one that waits for a second person."""
    url = f"{centre.url}/api/signals/junctions/{JUNCTION}/plans"
    for base, (green_s, reason) in enumerate(
        ((35, "Kế hoạch đầu"), (42, "Số đếm tháng 10"), (50, "Giờ tan tầm dài hơn"))
    ):
        asked = {"library": LIBRARY % green_s, "reason": reason, "base": base}
        centre.client.post(url, json=asked).raise_for_status()
        if base < 2:
            decided = {"approve": True, "reason": "Đã kiểm tra"}
            centre.client.post(f"{url}/{base + 1}/decision", json=decided).raise_for_status()
    figure = {"value": 0.62, "error": 0.08}
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    for n in (1, 2, 4, 5):
        facts = {"stop_line": "stop", "since_s": 900.0 * n, "until_s": 900.0 * n + 900, "coverage": 0.97, "greens": 11}
        facts |= {"pcu_table": "tcvn_4054_2005", "pcu_unit": "pcu", "arrivals_on_green": figure}
        facts |= {"vehicles": {"value": 410 + 20 * n, "error": 25}, "vehicles_pcu": {"value": 170 + 8 * n, "error": 12}}
        facts |= {"control_delay_s": {"value": 21.0 + n, "error": 4}, "saturation_pcu_h": {"value": 1850, "error": 140}}
        facts |= {name: {"value": None, "error": None, "why": "not measured"} for name in ("time_in_queue_s", "stops")}
        facts |= {"split_failures": {"value": 1, "error": 1}}
        facts |= {"level_of_service": {"grade": "C", "best": "B", "worst": "C", "basis": "hcm_signalised_delay"}}
        centre.send("approach_facts", facts, now - timedelta(seconds=900 * (6 - n)))


def scene(centre: Any) -> None:
    still = cv2.imencode(".jpg", centre.scenery.picture(104.2))[1].tobytes()
    url = f"{centre.url}/api/scenes/{CAMERA_NAME}"
    centre.client.put(f"{centre.url}/api/stills/{CAMERA_NAME}", content=still, timeout=120).raise_for_status()
    yaml = scene_yaml(CAMERA).replace("drawn-junction", CAMERA_NAME)
    draft = centre.client.post(f"{url}/read", content=yaml.encode()).json()["scene"]
    for number, reason in enumerate(("Vẽ lần đầu", "Thêm luật dừng quá vạch")):
        answer = centre.client.post(url, json={"scene": draft, "based_on": number, "reason": reason})
        answer.raise_for_status()
        draft = draft | {"rules": {"dừng_quá_vạch": {"offence": "stop_line", "stop_line": "stop"}}}


def people(centre: Any) -> None:
    """From here on whoever asks must have signed in."""
    now = datetime.now(UTC)
    everything = [role for role in Role if role not in {Role.DEVICE, Role.CITIZEN}]
    with writing(centre.engine) as session:
        for name, roles in ((CHIEF, everything), ("An", ["reviewer"]), ("Bình", ["reviewer", "supervisor"])):
            row = UserRow(name=name, password="-", roles=[str(role) for role in roles], districts=None, disabled=False)
            row.created_at = row.changed_at = now
            session.add(row)
        enrol(session, Device("nga-tu-so", "HK", None, disabled=False, created_at=now))
        secret = begin_session(session, CHIEF, None, now)
    centre.client.cookies.set(COOKIE, secret)
    centre.secret = secret


def path_of(centre: Any, page: Listed) -> str:
    values = {
        "case_id": centre.case,
        "camera": CAMERA_NAME,
        "number": 2,
        "name": "An",
        "code": "2345-678-9AB",
        "junction": JUNCTION,
    }
    values |= {"case_id": centre.notified} if page.name == "case-file" else {}
    return re.sub(r"\{(\w+)(:\w+)?\}", lambda part: str(values[part[1]]), page.route)


@pytest.fixture
def visit(browser: Browser, office: Any) -> Iterator[Callable[..., Page]]:
    """Open a page as somebody who may do everything, citizens' pages as nobody; anything in the console fails."""
    faults: list[str] = []
    contexts = []

    def open_(page: Listed, screen: str, language: str) -> Page:
        context = browser.new_context(base_url=office.url, viewport=SCREENS[screen], color_scheme="light")
        contexts.append(context)
        if page.name not in OPEN:
            context.add_cookies([{"name": COOKIE, "value": office.secret, "url": office.url}])
        shown = context.new_page()
        shown.set_default_timeout(30_000)
        shown.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
        shown.on("pageerror", lambda error: faults.append(str(error)))
        shown.on("request", lambda one: None if one.url.startswith((office.url, "data:")) else faults.append(one.url))
        path = path_of(office, page)
        shown.goto(f"{path}{'&' if '?' in path else '?'}lang={language}&theme=light")
        return shown

    yield open_
    for context in contexts:
        context.close()
    assert faults == []


def grave_faults(page: Page) -> list[str]:
    """One line for each element with a serious or critical fault, as axe-core sees the page now."""
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {node['html'][:160]} — {node['failureSummary'][:300]}"
        for one in found
        if one["impact"] in GRAVE
        for node in one["nodes"]
    ]


def test_the_search_for_faults_finds_one_that_is_there(visit):
    page = visit(PAGES[0], "desktop", "vi")
    page.evaluate("document.querySelector('main').append(document.createElement('img'))")
    assert any(fault.startswith("image-alt") for fault in grave_faults(page))


def shoot(page: Page, name: str, screen: str) -> None:
    """WebP, as good as fits; only where NGATU_SCREENSHOTS names a folder."""
    folder = os.environ.get("NGATU_SCREENSHOTS")
    if not folder:
        return
    Path(folder).mkdir(parents=True, exist_ok=True)
    image = cv2.imdecode(np.frombuffer(page.screenshot(full_page=screen == "phone"), np.uint8), cv2.IMREAD_COLOR)
    for quality in (80, 65, 50, 35, 25, 15):
        content = cv2.imencode(".webp", image, [cv2.IMWRITE_WEBP_QUALITY, quality])[1].tobytes()
        if len(content) <= MOST_PICTURE_BYTES:
            break
    (Path(folder) / f"{name}.webp").write_bytes(content)


def settle(page: Page, name: str) -> None:
    if name == "camera":
        expect(page.locator("#ground")).to_have_attribute("aria-busy", "false")
        page.locator("#thing-stop_lines-stop").click()
    if name == "junction":
        expect(page.locator("[data-lamp]").first).not_to_have_class("lamp dark")
    if name == "review":
        expect(page.locator("video")).to_have_js_property("readyState", 4)


def test_every_page_of_the_app_is_listed(office):
    app_routes = {path for method, path, _roles in route_roles(office.app) if method == "GET"}
    pages = {path for path in app_routes if not path.startswith("/api")}
    assert pages == {page.route for page in listed()}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_has_no_grave_fault_in_light_or_dark_and_fits_its_screen(visit, page, language):
    for screen in page.screens:
        shown = visit(page, screen, language)
        expect(shown.locator("h1")).to_be_visible()
        expect(shown.locator("html")).to_have_attribute("lang", language)
        settle(shown, page.name)
        assert shown.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{page.name} scrolls sideways"
        shoot(shown, f"{page.name}-{screen}-{language}", screen)
        assert grave_faults(shown) == []
        shown.evaluate("document.documentElement.dataset.theme = 'dark'")
        assert grave_faults(shown) == [], "in the dark theme"


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_citizen_sees_of_their_notice(office, visit, language):
    """Reached by a form alone."""
    code = notice_code(office)
    form = next(page for page in PAGES if page.name == "notice-check")
    shown = visit(form, "phone", language)
    shown.locator("[name=code]").fill(code)
    shown.locator("[name=plate]").fill(PLATE)
    shown.locator("main button").click()
    expect(shown.locator("#appeal")).to_be_visible()
    assert shown.evaluate("document.documentElement.scrollWidth <= innerWidth")
    shoot(shown, f"notice-phone-{language}", "phone")
    assert grave_faults(shown) == []
    shown.evaluate("document.documentElement.dataset.theme = 'dark'")
    assert grave_faults(shown) == [], "in the dark theme"


def notice_code(office: Any) -> str:
    page = office.client.get(f"{office.url}/cases/{office.notified}/file").text
    found = re.search(r"[2-9A-Z]{4}-[2-9A-Z]{3}-[2-9A-Z]{3}", page)
    assert found
    return found[0]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_is_light_without_its_evidence(browser, office, page):
    """Page, style and scripts as they travel compressed; pictures and clips of evidence are counted by nobody."""
    context = browser.new_context(base_url=office.url, viewport=SCREENS[page.screens[0]])
    if page.name not in OPEN:
        context.add_cookies([{"name": COOKIE, "value": office.secret, "url": office.url}])
    shown, answers = context.new_page(), []

    def keep(answer: Response) -> None:
        if not answer.url.startswith((f"{office.url}/api/", "data:")):
            answers.append(answer)

    shown.on("response", keep)
    # The junction's stream never ends, so there the network is never idle.
    shown.goto(path_of(office, page), wait_until="load" if page.name == "junction" else "networkidle")
    sizes = {answer.url.removeprefix(office.url): len(gzip.compress(answer.body())) for answer in answers}
    context.close()
    assert sum(sizes.values()) < MOST_PAGE_BYTES, sizes


def test_the_album_shows_every_page_in_both_languages():
    album = Path(__file__).parents[2] / "docs" / "screens"
    names = {f"{page.name}-{screen}" for page in PAGES for screen in page.screens} | {"notice-phone"}
    wanted = {f"{name}-{language}.webp" for name in names for language in LANGUAGES}
    assert set(re.findall(r"\((\S+\.webp)\)", (album / "README.md").read_text("utf-8"))) == wanted
    sizes = {name: (album / name).stat().st_size for name in wanted}
    assert {name: size for name, size in sizes.items() if size > MOST_PICTURE_BYTES} == {}
