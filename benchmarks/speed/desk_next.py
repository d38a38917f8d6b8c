"""`python -m benchmarks.speed.desk_next --json`: from the verdict's key to the next case on the screen, in Chromium.

The page marks both moments itself (`performance`); a real `ngatu serve` on a desk of 20,000 cases answers. A person who
looks at each case for some seconds is played, so that the next one is in hand; how often it was not is told.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from benchmarks.errors import BenchmarkError
from benchmarks.speed.desk import DATABASES
from benchmarks.speed.desk_cases import Filling
from benchmarks.speed.desk_postgres import postgres
from benchmarks.speed.desk_server import furnish, serve
from benchmarks.speed.spread import give_out, spread

CHROMIUM = Path("/usr/bin/chromium")
GOAL_MS = 300
PATIENCE_MS = 30_000
TOOK = "performance.getEntriesByName('decision').map((one) => one.duration)"


def trial(name: str, filling: Filling, decisions: int, look_s: float) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="ngatu-next-") as folder, ExitStack() as stack:
        data = Path(folder, "data")
        data.mkdir()
        database = f"sqlite:///{data / 'ngatu.db'}"
        if name == "postgresql":
            database, _ = stack.enter_context(postgres())
        people, devices = furnish(database, data, filling, reviewers=1)
        centre = stack.enter_context(serve(database, data, people, devices, workers=1))
        play = stack.enter_context(sync_playwright())
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = browser.new_context(base_url=centre.url)
        secret = next(iter(people.values()))
        context.add_cookies([{"name": "ngatu_session", "value": secret, "url": centre.url}])
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.goto("/queue")
        page.locator("[data-entry]").first.click()
        took_ms = _decide(page, decisions, look_s)
        browser.close()
    return {
        "decisions": decisions,
        "shown_from_hand": len(took_ms),
        "ms": spread(took_ms) if took_ms else None,
        "slowest_ms": round(max(took_ms), 1) if took_ms else None,
    }


def _decide(page: Page, decisions: int, look_s: float) -> list[float]:
    """Milliseconds of those that were shown without a navigation."""
    took_ms: list[float] = []
    for _ in range(decisions):
        page.wait_for_timeout(1000 * look_s)
        before, at = page.evaluate(TOOK), page.url
        page.keyboard.press("a")
        page.wait_for_function("at => location.href !== at", arg=at)
        page.wait_for_load_state()
        page.wait_for_timeout(200)
        after = page.evaluate(TOOK)
        took_ms += after[len(before) :] if len(after) > len(before) else []
    return took_ms


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--decisions", type=int, default=20)
    parser.add_argument("--look", type=float, default=4.0, help="seconds at each case")
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--database", choices=DATABASES, action="append", help="default: both")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    if not CHROMIUM.exists():
        raise BenchmarkError(f"browser: wanted Debian's chromium at {CHROMIUM}, found none")
    filling = Filling(given.cases, given.cases, packages=20)
    names = given.database or DATABASES
    found = {name: trial(name, filling, given.decisions, given.look) for name in names}
    rows = [[name, one["shown_from_hand"], one["ms"], one["slowest_ms"]] for name, one in found.items()]
    head = ["database", f"shown from hand, of {given.decisions}", "ms (p10 … p90)", "slowest"]
    give_out({"goal_ms": GOAL_MS, "databases": found}, rows, head, as_json=given.json)


if __name__ == "__main__":
    try:
        main()
    except BenchmarkError as error:
        sys.exit(f"benchmark: {error}")
