"""A question about a run that has made room for others: it is trained again, under a thin line that says how far it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.lab import Lab
from tests.faults.serving import serving

pytestmark = pytest.mark.evidence

SECONDS = "/?epochs=300&seed=%d"
"""Two seconds of training, 7 MB with its twin."""

WATCH = """player => {
    const bar = player.querySelector("[role=progressbar]"), shares = window.shares = [];
    const look = () => {
        const share = bar.getAttribute("aria-valuenow");
        if (!bar.hidden && share !== shares.at(-1)) shares.push(share);
        requestAnimationFrame(look);
    };
    look();
}"""


def test_it_is_seen_how_far_it_is(browser: Browser, tmp_path: Path) -> None:
    with serving(tmp_path, BNLAB_CACHE_MB="8") as server:
        page, other = (browser.new_context(base_url=server.url, viewport={"width": 1440, "height": 900}).new_page() for _ in "12")
        lab = Lab(page, SECONDS % 71)
        Lab(other, SECONDS % 72)
        bar = lab.player.get_by_role("progressbar", name="Training")
        expect(bar).to_be_hidden()
        lab.player.evaluate(WATCH)
        page.get_by_role("button", name="Probe").click()
        lab.player.get_by_role("slider", name="γ").press("End")
        expect(bar).to_be_visible(timeout=10_000)
        expect(lab.player.locator(".sentence")).to_contain_text("Probe of layer 1", timeout=30_000)
        expect(bar).to_be_hidden()
        shares = [int(share) for share in page.evaluate("window.shares")]
        assert len(shares) > 1
        assert shares == sorted(shares)
        page.context.close()
        other.context.close()
