"""An engineer draws a camera's scene, in a real browser with a real mouse and real keys."""

import re
from collections.abc import Callable
from pathlib import Path

import cv2
import httpx
import numpy as np
import pytest
from playwright.sync_api import Page, expect

from twin.clip_scene import scene_yaml
from twin.drawn_clip import VideoWriterWithKeyframes, pictures
from twin.junction import CAMERA, FPS, SIZE_PX, moments
from vision.geometry.scene import load_scene

CAMERA_NAME = "nga_tu_so.bac"
EDITOR = f"/cameras/{CAMERA_NAME}"
# Four corners of 10 m by 30 m of road and its middle, drawn a little wrong.
CORNERS = [((0.20, 0.90), (0, 0)), ((0.80, 0.90), (10, 0)), ((0.65, 0.40), (10, 30)), ((0.35, 0.40), (0, 30))]
MIDDLE = ((0.50, 0.58), (5, 15))


def on_canvas(page: Page, x: float, y: float) -> tuple[float, float]:
    """Fractions of the picture to where the mouse must go."""
    box = page.locator("#canvas").bounding_box()
    assert box is not None
    # The picture keeps its shape inside the element.
    left, top, width, height = page.evaluate(
        "() => { const c = document.querySelector('#canvas'), m = c.getScreenCTM(), v = c.viewBox.baseVal;"
        " return [m.e + v.x * m.a, m.f + v.y * m.d, v.width * m.a, v.height * m.d]; }"
    )
    return left + x * width, top + y * height


def click(page: Page, *places: tuple[float, float]) -> None:
    for place in places:
        page.mouse.click(*on_canvas(page, *place))


def draw(page: Page, tool: str, *places: tuple[float, float]) -> None:
    page.get_by_role("button", name=tool, exact=True).click()
    click(page, *places)


def calibrate(page: Page) -> None:
    for n, (at, metres) in enumerate([*CORNERS, MIDDLE]):
        draw(page, "+ Điểm hiệu chuẩn", at)
        for axis, value in enumerate(metres):
            page.locator(f"#metres-{n}-{axis}").fill(str(value))
            page.locator(f"#metres-{n}-{axis}").press("Tab")


def save(page: Page, reason: str) -> None:
    page.locator("[name=reason]").fill(reason)
    page.locator("#save button").click()


def newest(centre) -> dict:
    answer = centre.client.get(f"{centre.url}/api/scenes/{CAMERA_NAME}")
    return answer.json() if answer.status_code == 200 else {}


def a_lane(**more) -> dict:
    ring = [[0.3, 0.9], [0.4, 0.4], [0.5, 0.4], [0.5, 0.9]]
    lane = {"polygon": ring, "direction": [[0.4, 0.85], [0.45, 0.45]]}
    return {"version": 1, "camera": CAMERA_NAME, "lanes": {"lane_1": lane}, **more}


def save_by_another(centre, scene: dict, based_on: int, reason: str) -> httpx.Response:
    body = {"scene": scene, "based_on": based_on, "reason": reason}
    return centre.client.post(f"{centre.url}/api/scenes/{CAMERA_NAME}", json=body)


def point_at(page: Page, n: int) -> tuple[str, ...]:
    return tuple(page.locator(f"#at-points-{n}-{axis}").input_value() for axis in (0, 1))


def residual_m(page: Page) -> float:
    """As the server computed it for what is drawn now."""
    expect(page.locator("#ground")).to_have_attribute("aria-busy", "false")
    match = re.search(r"([\d,]+) m", page.locator("#residual-overall").inner_text())
    assert match
    return float(match[1].replace(",", "."))


def test_a_scene_drawn_with_the_mouse_is_saved_and_is_the_same_after_reloading(centre, open_page, tmp_path):
    page = open_page(EDITOR)
    draw(page, "+ Làn", (0.3, 0.9), (0.4, 0.4), (0.5, 0.4), (0.5, 0.9))
    page.get_by_role("button", name="Xong hình").click()
    page.locator("#field-name").fill("bắc_1")
    page.locator("#field-name").press("Tab")
    page.locator("#field-kinds-motorbike").check()
    draw(page, "+ Vạch dừng", (0.25, 0.8), (0.55, 0.8))
    page.locator("#field-entering").select_option("right_to_left")
    page.locator("#field-lanes-bắc_1").check()
    calibrate(page)
    page.locator("#field-source").fill("Thước dây, đội đo đạc")
    page.locator("#field-source").press("Tab")
    page.get_by_role("button", name="+ Luật", exact=True).click()
    page.locator("#field-offence").select_option("stop_line")
    page.locator("#field-stop_line").select_option("stop_1")
    expect(page.locator(".problems")).to_have_count(0)
    save(page, "Vẽ lần đầu")
    page.wait_for_url("**?saved=1")
    expect(page.locator("#notices")).to_contain_text("Đã lưu phiên bản 1")
    page.reload()
    page.locator("#thing-lanes-bắc_1").click()
    expect(page.locator("#field-kinds-motorbike")).to_be_checked()
    expect(page.locator("#saved-state")).to_have_text("Không có thay đổi")
    saved = newest(centre)
    assert saved["reason"] == "Vẽ lần đầu"
    assert saved["scene"] == page.evaluate("JSON.parse(document.querySelector('#scene-data').textContent).scene")
    file = tmp_path / "scene.yaml"
    file.write_text(saved["yaml"], "utf-8")
    scene = load_scene(file)
    assert scene.lanes["bắc_1"].kinds == ("motorbike",)
    assert scene.stop_lines["stop_1"].lanes == ("bắc_1",)
    assert np.allclose(scene.lanes["bắc_1"].polygon, [(0.3, 0.9), (0.4, 0.4), (0.5, 0.4), (0.5, 0.9)], atol=0.002)


def test_the_residual_follows_a_calibration_point_that_is_moved_by_mouse_and_by_keys(centre, open_page):
    page = open_page(EDITOR)
    calibrate(page)
    expect(page.locator("#grid-layer polyline").first).to_be_attached()
    before, place = residual_m(page), point_at(page, 4)
    page.mouse.move(*on_canvas(page, *MIDDLE[0]))
    page.mouse.down()
    page.mouse.move(*on_canvas(page, 0.56, 0.66), steps=4)
    page.mouse.up()
    expect(page.locator("#at-points-4-0")).to_have_value(re.compile(r"0\.5[56]"))
    dragged = residual_m(page)
    assert dragged > before + 0.1
    handle = page.locator(".handle").nth(4)
    handle.focus()
    for _ in range(4):
        handle.press("Shift+ArrowLeft")
    assert residual_m(page) != dragged
    while point_at(page, 4) != place:  # quick moves are undone together, slow ones singly
        page.locator("#undo").click()
    assert residual_m(page) == before


def test_an_answer_about_a_draft_that_has_changed_since_is_not_the_last_word(centre, open_page):
    page = open_page(EDITOR)
    calibrate(page)
    before, held = residual_m(page), []
    page.route("**/check", lambda route: held.append(route))  # noqa: PLW0108  Playwright cannot wrap a built-in
    handle = page.locator(".handle").nth(4)
    handle.focus()
    with page.expect_request("**/check"):
        handle.press("Shift+ArrowLeft")
    page.locator("#undo").click()
    with page.expect_response("**/check"):
        held[0].continue_()
    expect(page.locator("#ground")).to_have_attribute("aria-busy", "true")
    with page.expect_response("**/check"):
        while len(held) < 2:
            page.wait_for_timeout(20)
        held[1].continue_()
    assert residual_m(page) == before


def test_everything_can_be_drawn_moved_and_undone_with_the_keyboard_alone(centre, open_page):
    page = open_page(EDITOR)
    page.keyboard.press("3")
    for _ in range(20):
        page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("Enter")
    for _ in range(40):
        page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator("#thing-counting_lines-count_1")).to_have_attribute("aria-pressed", "true")
    page.locator(".places summary").click()
    width = SIZE_PX[0]
    expect(page.locator("#at-line-0-0")).to_have_value(f"{round((0.5 - 200 / width) * 1e5) / 1e5:g}")
    page.locator(".handle").first.focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#at-line-0-1")).to_have_value(re.compile(r"0\.50"))
    page.locator("#canvas").focus()
    page.keyboard.press("Control+z")
    expect(page.locator("#at-line-0-1")).to_have_value("0.5")
    page.keyboard.press("Control+z")
    expect(page.locator("#thing-counting_lines-count_1")).to_have_count(0)
    page.keyboard.press("Control+y")
    expect(page.locator("#thing-counting_lines-count_1")).to_have_count(1)


def test_a_problem_stands_beside_the_thing_it_names_and_nothing_wrong_is_saved(centre, open_page):
    page = open_page(EDITOR, refusals=(422,))
    draw(page, "+ Vùng", (0.2, 0.2), (0.6, 0.6), (0.6, 0.2), (0.2, 0.6))
    page.keyboard.press("f")
    expect(page.locator("#thing-zones-zone_1 .wrong")).to_have_text("! 1")
    expect(page.locator(".problems")).to_contain_text("đa giác tự cắt")
    save(page, "thử")
    expect(page.locator("#notices")).to_contain_text("Cảnh còn lỗi")
    assert newest(centre) == {}


def test_of_two_editors_the_second_is_told_and_keeps_what_was_drawn(centre, open_page):
    save_by_another(centre, a_lane(), 0, "đầu").raise_for_status()
    page = open_page(EDITOR, refusals=(409,))
    draw(page, "+ Vạch đếm", (0.2, 0.6), (0.8, 0.6))
    expect(page.locator("#thing-counting_lines-count_1")).to_be_visible()
    save_by_another(centre, a_lane(note="của người khác"), 1, "sửa ghi chú").raise_for_status()
    save(page, "thêm vạch đếm")
    expect(page.locator("#notices")).to_contain_text("đã lưu phiên bản 2")
    expect(page.locator("#notices")).to_contain_text("sửa ghi chú")
    expect(page.locator("#thing-counting_lines-count_1")).to_be_visible()
    expect(page.locator("[name=reason]")).to_have_value("thêm vạch đếm")
    page.get_by_role("button", name="Lưu hình của tôi thành phiên bản 3").click()
    page.wait_for_url("**?saved=3")
    assert newest(centre)["scene"]["counting_lines"]
    page.get_by_role("link", name="Phiên bản 3").click()
    expect(page.locator(".diff .added").first).to_contain_text("counting_lines")
    expect(page.locator(".diff .taken").first).to_contain_text("của người khác")


def test_an_old_version_is_saved_anew_with_a_reason(centre, open_page):
    save_by_another(centre, a_lane(), 0, "đầu").raise_for_status()
    save_by_another(centre, a_lane(note="nhầm"), 1, "nhầm").raise_for_status()
    page = open_page(EDITOR)
    page.get_by_role("button", name="Lưu lại bản này").click()
    expect(page.locator("#save-problem")).to_be_visible()
    page.locator("[name=reason]").fill("về bản đầu")
    page.get_by_role("button", name="Lưu lại bản này").click()
    page.wait_for_url("**?saved=3")
    assert newest(centre)["scene"] == a_lane()


@pytest.mark.parametrize(("language", "said"), [("vi", "dòng 4: khóa lạ"), ("en", "line 4: unknown key")])
def test_a_wrong_file_is_refused_with_its_line_and_the_draft_stays(centre, open_page, tmp_path, language, said):
    save_by_another(centre, a_lane(), 0, "đầu").raise_for_status()
    page = open_page(f"{EDITOR}?lang={language}", refusals=(422,))
    bad = tmp_path / "bad.yaml"
    bad.write_text("version: 1\ncamera: x\nnote: y\nlane: {}\n", "utf-8")
    page.locator("#put-yaml").set_input_files(bad)
    expect(page.locator("#notices")).to_contain_text(said)
    expect(page.locator("#thing-lanes-lane_1")).to_be_visible()


def test_without_scripts_the_picture_the_drawing_and_the_file_are_there(centre, open_page):
    save_by_another(centre, a_lane(), 0, "đầu").raise_for_status()
    done, jpeg = cv2.imencode(".jpg", np.full((270, 480, 3), 90, np.uint8))
    assert done
    still = centre.client.put(f"{centre.url}/api/stills/{CAMERA_NAME}", content=jpeg.tobytes(), timeout=60)
    assert still.json()["width"] == 480
    page = open_page(EDITOR, java_script_enabled=False)
    expect(page.locator("#shape-layer polygon")).to_have_count(1)
    expect(page.locator("#canvas image")).to_have_attribute("href", still.json()["url"])
    expect(page.locator("#tools")).to_be_hidden()
    with page.expect_download() as started:
        page.locator("#download").click()
    assert "lane_1" in Path(started.value.path()).read_text("utf-8")


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], tuple[Path, Path]]:
    """A second of the demo's drawn junction in which a car passes both lines, and its scene."""
    folder = tmp_path_factory.mktemp("drawn")
    clip, scene = folder / "clip.mp4", folder / "scene.yaml"
    frames = list(moments(7, 0, 14.4))[332:]
    with VideoWriterWithKeyframes(clip, SIZE_PX, FPS) as video:
        for image, moment in zip(pictures(7, frames), frames, strict=True):
            video.write(image, moment.media_s - frames[0].media_s)
    scene.write_text(scene_yaml(CAMERA).replace("drawn-junction", CAMERA_NAME), "utf-8")
    return clip, scene


@pytest.mark.timeout(400)  # three processes, each of which imports a detector
def test_a_draft_is_tried_on_a_clip_by_the_real_agent(centre, open_page, drawn):
    clip, scene = drawn
    page = open_page(EDITOR)
    page.locator("#put-clip").set_input_files(clip)
    expect(page.locator("#canvas image")).to_have_attribute("width", str(SIZE_PX[0]), timeout=120_000)
    page.locator("#put-yaml").set_input_files(scene)
    expect(page.locator("#thing-lanes-lane_3")).to_be_visible()
    page.locator("#try").click()
    expect(page.locator("#trial-summary")).to_contain_text("lượt qua vạch", timeout=200_000)
    expect(page.locator("#trial table")).to_contain_text("Ô tô con: 1")
    expect(page.locator("#trial img")).to_have_js_property("naturalWidth", SIZE_PX[0])
    assert newest(centre) == {}, "a dry run saves nothing"
