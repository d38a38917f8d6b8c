"""What an officer does all day, in a real browser."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

LANGUAGES = ("vi", "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_room_opens_without_a_fault(centre, open_page, language):
    case = centre.accuse(timedelta(hours=2), plate="29A-123.45")
    page = open_page(f"/?lang={language}")
    expect(page.locator("html")).to_have_attribute("lang", language)
    for path in ("/queue", "/cases", f"/cases/{case}", "/counts", "/cameras"):
        page.goto(path)
        expect(page.locator("h1")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{path} scrolls sideways"


def test_the_clip_plays_and_steps_by_one_frame(centre, open_page):
    page = open_page(f"/cases/{centre.accuse(timedelta(hours=2))}")
    video = page.locator("video")
    expect(video).to_have_js_property("readyState", 4)
    page.keyboard.press(".")
    expect(video).to_have_js_property("currentTime", 0.04)
    page.keyboard.press(",")
    expect(video).to_have_js_property("currentTime", 0)
    page.keyboard.press("Space")
    expect(video).to_have_js_property("paused", False)


def test_the_drawn_picture_can_be_hidden_with_one_key_and_typed_letters_are_only_letters(centre, open_page):
    page = open_page(f"/cases/{centre.accuse(timedelta(hours=2))}")
    expect(page.locator("#overlay")).to_be_visible()
    page.keyboard.press("o")
    expect(page.locator("#overlay")).to_be_hidden()
    page.keyboard.press("o")
    page.locator("[name=note]").press_sequentially("xa o1")
    expect(page.locator("[name=note]")).to_have_value("xa o1")
    expect(page.locator("[name=reason]:checked")).to_have_count(0)
    expect(page.locator("#overlay")).to_be_visible()


@pytest.mark.parametrize(("language", "accepted"), [("vi", "Đã chấp nhận"), ("en", "Accepted")])
def test_cases_are_decided_with_the_keyboard_alone(centre, open_page, language, accepted):
    old, young = centre.accuse(timedelta(days=3)), centre.accuse(timedelta(hours=2))
    page = open_page(f"/queue?lang={language}")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/cases/{old}")
    page.keyboard.press("j")
    page.wait_for_url(f"**/cases/{young}")
    page.keyboard.press("k")
    page.wait_for_url(f"**/cases/{old}")
    page.get_by_role("textbox", name="Người duyệt" if language == "vi" else "Reviewer").fill("Lan")
    page.keyboard.press("Tab")
    page.locator("h1").click()
    page.keyboard.press("a")
    page.wait_for_url(f"**/cases/{young}?decided={old}")
    expect(page.locator("#live")).to_contain_text(accepted)
    page.keyboard.press("4")
    page.keyboard.press("x")
    page.wait_for_url(f"**/queue?decided={young}")
    page.goto(f"/cases/{young}")
    expect(page.locator(".history")).to_contain_text("Lan")


@pytest.mark.parametrize(
    ("language", "sentence"), [("vi", "Hãy chọn lý do bác bỏ"), ("en", "Choose a reason for rejecting")]
)
def test_a_rejection_without_reason_is_stopped_and_said_aloud(centre, open_page, language, sentence):
    case = centre.accuse(timedelta(hours=2))
    page = open_page(f"/cases/{case}?lang={language}")
    page.locator("[name=reviewer]").fill("Lan")
    page.locator("[name=note]").fill("mờ")
    page.locator("h1").click()
    page.keyboard.press("x")
    expect(page.locator("#no-reason")).to_be_visible()
    expect(page.locator("#live")).to_contain_text(sentence)
    expect(page.locator("[name=note]")).to_have_value("mờ")
    page.keyboard.press("3")
    page.keyboard.press("x")
    page.wait_for_url(f"**/queue?decided={case}")


def test_without_scripts_the_plain_form_decides(centre, open_page):
    case = centre.accuse(timedelta(hours=2))
    page = open_page("/queue", refusals=(422,), java_script_enabled=False)
    page.locator("[data-entry]").click()
    page.locator("[name=reviewer]").fill("Lan")
    page.locator("button[value=reject]").click()
    expect(page.locator("#problem")).to_contain_text("Hãy chọn lý do bác bỏ")
    expect(page.locator("[name=reviewer]")).to_have_value("Lan")
    page.locator("input[value=lamp_unclear]").check()
    page.locator("button[value=reject]").click()
    page.wait_for_url(f"**/queue?decided={case}")


def test_the_map_of_keys_opens_and_letter_keys_can_be_switched_off(centre, open_page):
    case = centre.accuse(timedelta(hours=2))
    page = open_page(f"/cases/{case}")
    page.locator("[name=reviewer]").fill("Lan")
    page.locator("h1").click()
    page.keyboard.press("?")
    expect(page.locator("dialog#keys")).to_be_visible()
    page.keyboard.press("a")
    page.get_by_role("link", name="Tắt", exact=True).click()
    page.wait_for_url("**keys=off")
    page.locator("[name=reviewer]").fill("Lan")
    page.locator("h1").click()
    page.keyboard.press("a")
    page.keyboard.press("?")
    expect(page.locator("dialog#keys")).to_be_visible()
    expect(page.locator("form#decision")).to_have_count(1)


def test_theme_follows_its_link_and_the_screen(centre, open_page):
    page = open_page("/queue", color_scheme="dark")
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.get_by_role("link", name="Sáng", exact=True).click()
    page.wait_for_url("**theme=light")
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.goto("/cases")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == light != dark


@pytest.mark.parametrize(("language", "title"), [("vi", "Không có trang này"), ("en", "There is no such page")])
def test_a_wrong_address_gets_a_page_that_helps(open_page, language, title):
    page = open_page(f"/cases/4711?lang={language}", refusals=(404,))
    expect(page.locator("h1")).to_have_text(title)
    page.goto("/nowhere")
    expect(page.locator("h1")).to_have_text(title)
    page.locator("main a").click()
    page.wait_for_url("**/queue")
