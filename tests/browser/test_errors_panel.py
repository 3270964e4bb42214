"""The panel of right and wrong names: the joined view's figures as meters, with their doubt."""

from collections.abc import Iterator

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from streams.board import Board
from streams.dashboard.server import Dashboard
from streams.messages import Risk
from tests.streams.dashboard import sample

pytestmark = pytest.mark.browser
PANEL = "[data-panel=errors]"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    dashboard = Dashboard(sample.board(), clock=lambda: 40.0)
    yield dashboard.start()
    dashboard.stop()


def opened(browser: Browser, address: str, width: int = 1280) -> Page:
    page = browser.new_page(viewport={"width": width, "height": 820})
    page.goto(address)
    page.wait_for_selector("main[data-seq]")
    return page


def test_it_shows_the_joined_views_figures(browser: Browser, address: str) -> None:
    views = httpx.get(f"{address}snapshot.json").json()["risk"]["views"]
    (joined,) = (view for view in views if view["role"] == "joined")
    page = opened(browser, address)
    shown = page.locator(f"{PANEL} [data-figure]")
    assert shown.count() == len(joined["figures"]) == 9
    for one in shown.all():
        figure = joined["figures"][one.get_attribute("data-figure")]
        assert float(one.get_attribute("data-value") or "nan") == figure["value"]
        meter = one.get_by_role("meter")
        assert meter.get_attribute("aria-valuetext") == one.locator("strong").inner_text()
        assert float(meter.get_attribute("aria-valuenow") or "nan") == figure["value"]
        assert f"{figure['n']:,} people" in one.locator("small").inner_text()
    assert page.inner_text(f"{PANEL} [data-figure=misidentification] strong") == "under 0.1 %"
    said = page.inner_text(f"{PANEL} [data-figure=time_to_identification] small")
    assert said == "95 %: 75 to 80, by 1,000 people"
    assert "counted over 20,000 people" in page.inner_text(f"{PANEL} [data-figure=join_lift]")
    page.close()


def test_it_comes_after_what_the_first_seconds_show(browser: Browser, address: str) -> None:
    page = opened(browser, address)
    names = [panel.get_attribute("data-panel") for panel in page.locator("section.panel").all()]
    assert names[:3] == ["strip", "throughput", "lattice"]
    assert names.index("errors") > names.index("ledger")
    page.close()


@pytest.mark.parametrize("width", [390, 1280])
def test_it_is_accessible_and_nothing_is_cut_off(
    browser: Browser, address: str, width: int
) -> None:
    page = opened(browser, address, width)
    found = Axe().run(page, context=PANEL)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


def test_without_figures_it_says_what_it_waits_for(browser: Browser) -> None:
    board = Board(sample.RUN)
    bare = [sample.view_risk(("phone",), "fraud_check", (3, 3, 9.0))]
    risk = Risk(block=0, last=False, views=tuple(bare))
    board.take("risk", b"0", sample.encode(risk))
    dashboard = Dashboard(board, clock=lambda: 1.0)
    page = opened(browser, dashboard.start())
    said = page.inner_text(PANEL)
    page.close()
    dashboard.stop()
    assert "The first figures come when the first hour of events closes." in said
    assert "failed" not in said
