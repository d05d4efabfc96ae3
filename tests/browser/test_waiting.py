"""While a change trains: the old picture stays, under a thin line; so does what is trained so far, and the line says how far."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.lab import Lab

SECONDS = "/?seeds=128&epochs=40&seed=70"
"""A second or two of training: far more than the time before progress is shown."""

WATCH = """player => {
    const canvas = player.querySelector("figure canvas"), old = player.dataset.run, begun = canvas.toDataURL();
    const bar = player.querySelector("[role=progressbar]");
    window.watched = {looks: 0, gone: 0, blank: 0, changed: 0, waited: 0, shares: []};
    const look = () => {
        const pixel = canvas.getContext("2d").getImageData(canvas.width / 2, canvas.height / 2, 1, 1).data;
        const {watched} = window, share = bar.getAttribute("aria-valuenow");
        watched.looks += 1;
        watched.gone += !player.isConnected;
        watched.blank += pixel[3] === 0;
        if (!bar.hidden) {
            const box = bar.getBoundingClientRect();
            watched.height = box.height;
            watched.seen = bar.contains(bar.getRootNode().elementFromPoint(box.x + box.width / 2, box.y + box.height / 2));
        }
        if (player.dataset.run === old) {
            watched.changed += canvas.toDataURL() !== begun;
            watched.waited += !bar.hidden && share === null;
        } else if (!bar.hidden && share !== watched.shares.at(-1)) watched.shares.push(share);
        window.watching = requestAnimationFrame(look);
    };
    look();
}"""

DRAWN = """player => {
    window.drawn = [];
    new MutationObserver(() => window.drawn.push(player.dataset.run)).observe(player, {attributeFilter: ["data-run"]});
}"""


def test_the_old_picture_stays_under_a_thin_line_while_a_change_trains(page: Page) -> None:
    lab = Lab(page, SECONDS)
    bar = page.get_by_role("progressbar", name="Training")
    expect(bar).to_be_hidden()
    before = lab.run
    lab.player.evaluate(WATCH)
    lab.control("Learning rate").press("ArrowRight")
    expect(lab.player).not_to_have_attribute("data-run", before, timeout=60_000)
    lab.settle()
    expect(bar).to_be_hidden()
    watched = page.evaluate("cancelAnimationFrame(window.watching), window.watched")
    assert watched["looks"] > 10
    assert (watched["gone"], watched["blank"], watched["changed"]) == (0, 0, 0)
    assert watched["waited"] > 1
    assert len(watched["shares"]) >= 1
    assert [int(share) for share in watched["shares"]] == sorted(int(share) for share in watched["shares"])
    assert all(0 < int(share) < 100 for share in watched["shares"])
    assert 0 < watched["height"] <= 4
    assert watched["seen"]  # nothing lies over it


def test_nothing_is_drawn_again_while_a_change_trains(page: Page) -> None:
    lab = Lab(page)
    before = lab.run
    lab.player.evaluate(DRAWN)
    lab.change(lambda: lab.control("Learning rate").press("ArrowRight"))
    assert before != lab.run
    assert {*page.evaluate("window.drawn")} == {lab.run}
