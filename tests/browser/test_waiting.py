"""While a change trains: the old picture stays, under a thin line that says how far it is."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.lab import Lab

SECONDS = "/?seeds=128&epochs=40&seed=70"
"""A second or two of training: far more than the time before progress is shown."""

WATCH = """player => {
    const canvas = player.querySelector("figure canvas"), old = player.dataset.run, begun = canvas.toDataURL();
    window.watched = {looks: 0, gone: 0, blank: 0, changed: 0, shares: []};
    const look = () => {
        const bar = document.querySelector(".bnlab-progress");
        const pixel = canvas.getContext("2d").getImageData(canvas.width / 2, canvas.height / 2, 1, 1).data;
        const {watched} = window;
        watched.looks += 1;
        watched.gone += !player.isConnected;
        watched.blank += pixel[3] === 0;
        if (player.dataset.run === old) {
            watched.changed += canvas.toDataURL() !== begun;
            const share = bar?.getAttribute("aria-valuenow");
            if (share && share !== watched.shares.at(-1)) watched.shares.push(share);
            watched.height = bar?.getBoundingClientRect().height ?? watched.height;
        }
        window.watching = requestAnimationFrame(look);
    };
    look();
}"""


def test_the_old_picture_stays_under_a_thin_line_while_a_change_trains(page: Page) -> None:
    lab = Lab(page, SECONDS)
    bar = page.get_by_role("progressbar", name="Training")
    expect(bar).to_have_count(0)
    before = lab.run
    lab.player.evaluate(WATCH)
    lab.control("Learning rate").press("ArrowRight")
    expect(lab.player).not_to_have_attribute("data-run", before, timeout=60_000)
    lab.settle()
    expect(bar).to_have_count(0)
    watched = page.evaluate("cancelAnimationFrame(window.watching), window.watched")
    assert watched["looks"] > 10
    assert (watched["gone"], watched["blank"], watched["changed"]) == (0, 0, 0)
    assert len(watched["shares"]) >= 1
    assert [int(share) for share in watched["shares"]] == sorted(int(share) for share in watched["shares"])
    assert 0 < watched["height"] <= 4


def test_a_change_that_is_known_already_shows_no_line(page: Page) -> None:
    lab = Lab(page)
    lab.change(lambda: lab.control("Learning rate").press("ArrowRight"))
    page.evaluate("""() => { window.lines = 0; new MutationObserver(() => {
        window.lines += document.querySelectorAll(".bnlab-progress").length;
    }).observe(document.body, {childList: true, subtree: true}); }""")
    lab.change(lambda: lab.control("Learning rate").press("ArrowLeft"))
    assert page.evaluate("window.lines") == 0
