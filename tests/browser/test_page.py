"""The live page in a browser: the snapshot's figures, no complaint, phone width, accessible."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from streams.board import Board
from streams.dashboard.app import PANELS
from streams.dashboard.server import Dashboard
from tests.streams.dashboard import sample

pytestmark = pytest.mark.browser
READY = "main[data-seq]"
WIDE, NARROW = (1280, 820), (390, 844)


def clock() -> float:
    return 40.0


@pytest.fixture(scope="module")
def board() -> Board:
    return sample.board()


@pytest.fixture(scope="module")
def address(board: Board) -> Iterator[str]:
    dashboard = Dashboard(board, clock=clock)
    yield dashboard.start()
    dashboard.stop()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    found = opened(browser, address)
    yield found
    found.close()


def opened(
    browser: Browser, address: str, size: tuple[int, int] = WIDE, scheme: str = "light"
) -> Page:
    page = browser.new_page(
        viewport={"width": size[0], "height": size[1]},
        color_scheme=scheme,  # type: ignore[arg-type]
    )
    page.goto(address)
    page.wait_for_selector(READY)
    return page


def seq(page: Page) -> int:
    return int(page.get_attribute("main", "data-seq") or -1)


def wait_for_news(page: Page) -> None:
    """Wait until a newer snapshot is drawn. The page's policy forbids wait_for_function."""
    before = seq(page)
    for _ in range(200):
        if seq(page) > before:
            return
        page.wait_for_timeout(50)
    pytest.fail(f"no snapshot followed {before}")


def test_first_data_comes_within_a_second_of_the_load(browser: Browser, address: str) -> None:
    # Measured by the page's own clock, from the load event to the first drawn snapshot.
    page = browser.new_page()
    page.add_init_script(
        f"""new MutationObserver((_, seen) => {{
            if (document.querySelector("{READY}")) {{
                document.documentElement.dataset.drawn = performance.now();
                seen.disconnect();
            }}
        }}).observe(document, {{ attributes: true, childList: true, subtree: true }});"""
    )
    page.goto(address)
    page.wait_for_selector("html[data-drawn]")
    drawn = float(page.get_attribute("html", "data-drawn") or "inf")
    loaded = page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd")
    page.close()
    assert drawn - loaded <= 1_000


def test_no_other_host_is_asked_and_nothing_is_complained_of(
    browser: Browser, address: str
) -> None:
    page = browser.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(address)
    page.wait_for_selector(READY)
    wait_for_news(page)
    wait_for_news(page)
    page.close()
    assert said == []
    assert asked
    assert [url for url in asked if not url.startswith(address)] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_axe_finds_no_violation(
    browser: Browser, address: str, scheme: str, size: tuple[int, int]
) -> None:
    page = opened(browser, address, size, scheme)
    found = Axe().run(page)
    page.close()
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("width", [320, 390, 599, 600, 768, 1000, 1280, 1440])
def test_nothing_is_cut_off_at_any_width(browser: Browser, address: str, width: int) -> None:
    page = opened(browser, address, (width, 844))
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    outside = page.evaluate(
        """[...document.querySelectorAll("body *:not(h2)")]
            .filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
            .map((one) => one.outerHTML.slice(0, 80))"""
    )
    wider = page.evaluate(
        """[...document.querySelectorAll("td, th, dd, p:not(.headline *)")]
            .filter((one) => one.scrollWidth > one.clientWidth + 1)
            .map((one) => one.outerHTML.slice(0, 80))"""
    )
    page.close()
    assert (outside, wider) == ([], [])


def test_the_cards_say_what_the_snapshot_says(page: Page, address: str) -> None:
    risk = httpx.get(f"{address}snapshot.json").json()["risk"]
    views = {view["view"]: view for view in risk["views"] if view["role"] != "part"}
    cards = page.locator("article.card")
    assert cards.count() == len(views) == 5
    headlines = []
    for card in cards.all():
        view = views[card.get_attribute("data-view") or ""]
        meter = card.get_by_role("meter")
        number = card.locator(".headline strong").inner_text()
        assert number == meter.get_attribute("aria-valuenow") == str(view["of_100"])
        assert card.locator("circle.on").count() == view["of_100"]
        facts = card.locator("dl").inner_text()
        assert f"{view['identified']['n']:,} of {view['people']:,} people" in facts
        assert view["adversary"] in facts
        assert view["resolution"] in facts
        headlines.append((number, card.locator(".crowd").inner_text()))
    assert headlines == [
        ("17", "you hide among 9 people"),
        ("8", "you hide among 22 people"),
        ("0", "you hide among 493 people"),
        ("78", "you hide among nobody"),
        ("3", "you hide among 45 people"),
    ]
    assert "fraud check may still see 41 % of its records joined" in page.inner_text(".reading")


def test_the_tables_say_what_the_snapshot_says(page: Page, address: str) -> None:
    snapshot = httpx.get(f"{address}snapshot.json").json()
    outcomes = cells(page, "outcomes")
    assert {row[0]: int(row[1].replace(",", "")) for row in outcomes} == snapshot["throughput"][
        "outcomes"
    ]
    assert {row[0]: int(row[1]) for row in cells(page, "lag")} == snapshot["lag"]
    shown = page.locator("[data-table=lattice] td[data-value]").all()
    values = [float(cell.get_attribute("data-value") or "nan") for cell in shown]
    fields = ("identified", "identified_per_source", "vulnerability")
    assert values == [v[f]["value"] for v in snapshot["risk"]["views"] for f in fields]
    links = snapshot["links"]["last"]
    rows = cells(page, "links")
    assert [row[0].split("\n")[0] for row in rows] == [link["account"] for link in links]
    assert [float(row[2]) for row in rows] == [round(link["weight"], 1) for link in links]
    joins = cells(page, "joins")
    ledger = snapshot["ledger"]["identifiability"]
    assert [row[1:3] for row in joins] == [
        [f"{r['granted']:,}", f"{r['refused']:,}"] for r in ledger
    ]
    for name, value in snapshot["quality"].items():
        measure = page.locator(f"[data-measure={name}]")
        assert float(measure.get_attribute("data-value") or "nan") == value
        assert measure.locator("strong").inner_text() == f"{100 * value:.2f} %"
    assert "seed 7" in page.inner_text("footer")


def cells(page: Page, table: str) -> list[list[str]]:
    rows = page.locator(f"[data-table={table}] tbody tr").all()
    return [row.locator("th, td").all_inner_texts() for row in rows]


def test_pause_holds_the_page_and_resume_catches_up(page: Page) -> None:
    button = page.get_by_role("button", name="Pause")
    button.click()
    assert page.inner_text("#state") == "paused"
    held = seq(page)
    page.wait_for_timeout(800)
    assert seq(page) == held
    page.get_by_role("button", name="Resume").click()
    wait_for_news(page)
    assert page.inner_text("#state") == "live"


def test_a_new_snapshot_leaves_focus_and_selection_alone(page: Page) -> None:
    page.evaluate("window.kept = document.querySelector('article.card h3').firstChild")
    wait_for_news(page)
    assert page.evaluate("window.kept.isConnected")


def test_an_empty_board_says_what_it_waits_for(browser: Browser) -> None:
    dashboard = Dashboard(Board(sample.RUN), clock=clock)
    page = opened(browser, dashboard.start())
    text = page.inner_text("main")
    violations = Axe().run(page).violations_count
    page.close()
    dashboard.stop()
    assert "The first figures come when the first hour of events closes." in text
    assert "failed" not in text
    assert violations == 0


def test_a_dropped_panel_shows_and_a_bad_one_hurts_no_other(
    browser: Browser, board: Board, tmp_path: Path
) -> None:
    for shipped in PANELS.glob("*.js"):
        (tmp_path / shipped.name).write_text(shipped.read_text())
    (tmp_path / "people.js").write_text(
        """import { h, patch } from "/static/dom.js";
        export const title = "People";
        export const render = (element, { run }) => patch(element, [h("p", {}, run.people)]);"""
    )
    (tmp_path / "bad.js").write_text("export const title = 'Bad'; export const render = null;")
    dashboard = Dashboard(board, clock=clock, panels=tmp_path)
    page = opened(browser, dashboard.start())
    assert page.inner_text("[data-panel=people] p") == str(sample.PEOPLE)
    assert "bad failed" in page.inner_text("[data-panel=bad]")
    assert page.locator("article.card").count() == 5
    page.close()
    dashboard.stop()


def test_a_server_that_leaves_is_noticed(browser: Browser) -> None:
    dashboard = Dashboard(Board(sample.RUN), clock=clock)
    page = opened(browser, dashboard.start())
    assert page.inner_text("#state") == "live"
    dashboard.stop()
    page.wait_for_selector("#state[data-state=reconnecting]")
    page.close()


def test_markup_in_a_message_stays_text(browser: Browser) -> None:
    board = Board(sample.RUN)
    link = json.loads(sample.encode(sample.link(1)))
    link["account"] = "<img src=x onerror=alert(1)>"
    board.take("links", None, json.dumps(link).encode())
    dashboard = Dashboard(board, clock=clock)
    page = opened(browser, dashboard.start())
    assert "<img src=x" in page.inner_text("[data-table=links]")
    assert page.locator("main img").count() == 0
    page.close()
    dashboard.stop()
