"""An engineer lets traffic choose the stages, sees why, and sees the plan come back when nothing is heard."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

LIBRARY = """\
version: 1
junction:
  name: Đại La - Bạch Mai
  movements:
    - {id: dai_la, width_m: 7.0}
    - {id: bach_mai, width_m: 5.5}
    - {id: di_bo, kind: pedestrian, walk_s: 6, crossing_m: 9}
  stages: [{id: A, movements: [dai_la]}, {id: B, movements: [bach_mai]}, {id: C, movements: [di_bo]}]
plans:
  ngay: {greens_s: {A: 35, B: 25, C: 14}}
days:
  workday: {"00:00": ngay}
approaches:
  dai_la: {camera: dai_la.nam, stop_line: stop}
  bach_mai: {camera: bach_mai.tay, stop_line: stop}
"""
WORDS = {
    "vi": {
        "adaptive": "bộ điều khiển thích ứng quyết định",
        "plan": "kế hoạch quyết định",
        "reason": "Chọn pha",
        "no_data": "kế hoạch đang chạy",
        "source": "cảm biến trực tiếp",
        "silent": "không nghe gì",
    },
    "en": {
        "adaptive": "the adaptive controller",
        "plan": "the plan",
        "reason": "is chosen",
        "no_data": "so the plan runs",
        "source": "live detector",
        "silent": "silent",
    },
}


@contextmanager
def detectors(url: str) -> Iterator[None]:
    """Say twice a second what they see, for as long as the block lasts."""
    over = threading.Event()
    seen: dict[str, Any] = {"dai_la": {"queued": 7, "coming_s": [2, 4, 5.5, 8]}, "bach_mai": {"queued": 1}}

    def speak() -> None:
        with httpx.Client() as client:
            while not over.wait(0.5):
                client.post(f"{url}/traffic", json={"approaches": seen}).raise_for_status()

    thread = threading.Thread(target=speak)
    thread.start()
    yield
    over.set()
    thread.join()


def shoot(page: Page, name: str) -> None:
    if folder := os.environ.get("NGATU_SCREENSHOTS"):
        page.locator("#control").screenshot(path=Path(folder) / f"{name}.png")


def change(page: Page, control: str, reason: str) -> None:
    page.locator("#control [name=control]").select_option(control)
    page.locator("#control [name=reason]").fill(reason)
    page.locator("#control form button").click()


@pytest.fixture
def pages(centre: Any, open_page: Any) -> dict[str, Page]:
    """The same junction as two people see it, each in their language."""
    url = f"{centre.url}/api/signals/junctions/dai_la/plans"
    asked = {"library": LIBRARY, "reason": "Kế hoạch đầu", "base": 0}
    centre.client.post(url, json=asked).raise_for_status()
    centre.client.post(f"{url}/1/decision", json={"approve": True, "reason": "Đã kiểm tra"}).raise_for_status()
    return {language: open_page(f"/signals/dai_la?lang={language}") for language in WORDS}


def test_traffic_chooses_the_stages_while_it_is_heard_and_both_languages_say_so(centre: Any, pages: dict[str, Page]):
    with detectors(f"{centre.url}/api/signals/junctions/dai_la"):
        change(pages["vi"], "adaptive", "Giờ tan tầm")
        for language, page in pages.items():
            words = WORDS[language]
            expect(page.locator("[data-control=runs]")).to_have_text(words["adaptive"], timeout=40_000)
            expect(page.locator("[data-control=why]")).to_be_hidden()
            expect(page.locator("[data-control=reason]")).to_contain_text(words["reason"])
            row = page.locator("[data-approach=dai_la]")
            expect(row.locator("[data-queued]")).to_have_text("7")
            expect(row.locator("[data-source]")).to_have_text(words["source"])
        expect(pages["en"].locator("[data-stage=A] [data-cost]")).not_to_have_text("–", timeout=40_000)
        for language, page in pages.items():
            shoot(page, f"control-{language}")
    for language, page in pages.items():
        words = WORDS[language]
        expect(page.locator("[data-control=runs]")).to_have_text(words["plan"])
        expect(page.locator("[data-control=why]")).to_contain_text(words["no_data"])
        expect(page.locator("[data-approach=dai_la] [data-fault]")).to_contain_text(words["silent"])
        shoot(page, f"control-silent-{language}")
    change(pages["en"], "plan", "Back to the plan for the night")
    expect(pages["en"].locator("[data-control=asked]")).to_have_text("by plan")
    expect(pages["vi"].locator("[data-control=asked]")).to_have_text("theo kế hoạch")
    expect(pages["vi"].locator("[data-control=why]")).to_be_hidden()
    pages["vi"].reload()
    expect(pages["vi"].locator("#traces")).to_contain_text("đổi chế độ điều khiển")
    shoot(pages["vi"], "control-plan-vi")
