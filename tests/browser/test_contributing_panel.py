"""The panel of CONTRIBUTING.md, dropped into the page's folder, shows its table."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from streams.dashboard.app import PANELS
from streams.dashboard.server import Dashboard
from tests.examples import drop
from tests.streams.dashboard import sample

pytestmark = pytest.mark.browser


def test_the_panel_of_the_page_shows(browser: Browser, tmp_path: Path) -> None:
    for shipped in PANELS.glob("*.js"):
        (tmp_path / shipped.name).write_text(shipped.read_text())
    name = drop("streams/dashboard/static/panels", tmp_path)
    board = sample.board()
    dashboard = Dashboard(board, panels=tmp_path)
    page = browser.new_page()
    page.goto(dashboard.start())
    page.wait_for_selector("main[data-seq]")
    rejects = board.snapshot(0.0)["rejects"]
    assert rejects
    rows = page.locator(f"[data-panel={name}] tbody tr").all_inner_texts()
    assert [row.split("\t")[0] for row in rows] == [r.replace("_", " ") for r in rejects]
    assert [int(row.split("\t")[1]) for row in rows] == list(rejects.values())
    assert page.locator(".failed").count() == 0
    page.close()
    dashboard.stop()
