"""The next case is on the screen at once: it was fetched while the one before was looked at."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

CONFLICT = {"vi": "người khác thay đổi", "en": "Someone else changed"}


def settle(page: Page, case: int) -> None:
    """Until the next case is in hand; and a mark that only a navigation would wipe out."""
    expect(page.locator(f'html[data-prefetched="/cases/{case}"]')).to_have_count(1)
    page.evaluate("window.stayed = true")


def stayed(page: Page) -> bool:
    return bool(page.evaluate("window.stayed === true"))


def test_after_a_verdict_the_next_case_comes_from_what_was_fetched_and_the_verdict_can_be_undone(centre, open_page):
    first, second, third = (centre.accuse(timedelta(hours=hours)) for hours in (30, 20, 10))
    page = open_page(f"/cases/{first}?lang=en")
    page.locator("[name=reviewer]").fill("Lan")
    page.locator("h1").click()
    settle(page, second)
    page.keyboard.press("a")
    page.wait_for_url(f"**/cases/{second}?decided={first}")
    expect(page.locator("#live")).to_contain_text("Accepted")
    expect(page.locator("[name=reviewer]")).to_have_value("Lan")
    expect(page.locator(".decision form#decision")).to_have_attribute("action", f"/cases/{second}")
    expect(page.locator("video")).to_have_js_property("readyState", 4)
    assert stayed(page)
    page.wait_for_function("performance.getEntriesByName('decision').length === 1")
    settle(page, third)
    page.keyboard.press("u")
    page.wait_for_url(f"**/cases/{first}")
    expect(page.locator("form#decision")).to_have_count(1)


def test_browsing_and_going_back_show_the_cases_that_the_address_names(centre, open_page):
    first, second = (centre.accuse(timedelta(hours=hours)) for hours in (30, 20))
    page = open_page(f"/cases/{first}")
    settle(page, second)
    page.keyboard.press("j")
    page.wait_for_url(f"**/cases/{second}")
    expect(page).to_have_title(f"Hồ sơ {second} · Ngã Tư")
    assert stayed(page)
    page.go_back()
    expect(page).to_have_title(f"Hồ sơ {first} · Ngã Tư")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_case_that_somebody_else_decided_meanwhile_is_said_so_and_nothing_typed_is_lost(centre, open_page, language):
    first, second = (centre.accuse(timedelta(hours=hours)) for hours in (30, 20))
    page = open_page(f"/cases/{first}?lang={language}", refusals=(409,))
    page.locator("[name=reviewer]").fill("Lan")
    page.locator("[name=note]").fill("mờ quá")
    page.locator("h1").click()
    settle(page, second)
    verdict = {"verdict": "accept", "version": 1, "reviewer": "Minh"}
    centre.client.post(f"{centre.url}/api/cases/{first}/verdict", json=verdict).raise_for_status()
    page.keyboard.press("3")
    page.keyboard.press("x")
    problem = page.locator("#problem")
    expect(problem).to_contain_text(CONFLICT[language])
    expect(problem).to_contain_text("mờ quá")
    assert stayed(page)
    expect(page.locator("form#decision")).to_have_count(0)
