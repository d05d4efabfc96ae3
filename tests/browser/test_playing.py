"""Playing, stepping and scrubbing: every picture follows, and the server hears nothing of it."""

from __future__ import annotations

from playwright.sync_api import Page, WebSocket, expect

from tests.browser.lab import Lab

PAINTS = """player => new Promise(resolve => {
    const gaps = [], seen = new Set();
    let before = performance.now(), blank = 0;
    const begin = before;
    const canvas = player.querySelector("figure canvas");
    const tick = now => {
        gaps.push(now - before);
        before = now;
        seen.add(player.dataset.frame);
        const pixel = canvas.getContext("2d").getImageData(canvas.width / 2, canvas.height / 2, 1, 1).data;
        blank += pixel[3] === 0;
        now - begin < 2000 ? requestAnimationFrame(tick) : resolve({frames: seen.size, ticks: gaps.length, blank});
    };
    requestAnimationFrame(tick);
})"""


def test_keys_step_and_every_picture_follows(page: Page) -> None:
    lab = Lab(page)
    assert lab.frame == lab.last
    end = lab.pictures()
    lab.player.press("ArrowLeft")
    assert lab.frame == lab.last - 1
    lab.player.press("Home")
    assert lab.frame == 0
    start = lab.pictures()
    assert {name for name in end if end[name] == start[name]} == set()
    lab.player.press("End")
    assert lab.frame == lab.last
    assert lab.pictures() == end


def test_scrubbing_with_the_mouse(page: Page) -> None:
    lab = Lab(page)
    track = page.get_by_role("slider", name="Moment in the training")
    box = track.bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] - 2, middle)
    page.mouse.down()
    seen = set()
    for share in (0.8, 0.6, 0.4, 0.2):
        page.mouse.move(box["x"] + share * box["width"], middle, steps=4)
        seen.add(lab.frame)
    page.mouse.up()
    assert len(seen) == 4
    expect(track).to_have_attribute("aria-valuetext", f"{track.get_attribute('aria-valuetext')}")
    assert 0 < lab.frame < lab.last / 2


def test_playing_is_smooth_never_blank_and_costs_no_traffic(page: Page) -> None:
    sockets: list[WebSocket] = []
    page.on("websocket", lambda socket: sockets.append(socket))
    lab = Lab(page)
    page.wait_for_timeout(500)
    sent: list[object] = []
    for socket in sockets:
        socket.on("framesent", lambda frame: sent.append(frame))
        socket.on("framereceived", lambda frame: sent.append(frame))
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    lab.player.press("Home")
    lab.player.press(" ")
    expect(lab.player).to_have_attribute("data-playing", "true")
    seen = lab.player.evaluate(PAINTS)
    lab.player.press(" ")
    expect(lab.player).to_have_attribute("data-playing", "false")
    assert seen["blank"] == 0
    assert seen["frames"] > 10
    assert (sent, requests) == ([], [])


def test_play_runs_to_the_end_and_starts_over(page: Page) -> None:
    lab = Lab(page)
    page.get_by_role("combobox", name="Speed").select_option(label="4×")
    lab.player.press("Home")
    page.get_by_role("button", name="Play").click()
    expect(lab.player).to_have_attribute("data-frame", str(lab.last), timeout=20_000)
    expect(page.get_by_role("button", name="Play")).to_be_visible()


def test_the_sentence_follows_the_moment(page: Page) -> None:
    lab = Lab(page)
    sentence = lab.player.locator(".sentence")
    lab.player.press("Home")
    expect(sentence).to_contain_text("Before training")
    lab.player.press("End")
    expect(sentence).to_contain_text("median test accuracy")
    expect(sentence).not_to_contain_text("Before training")


def test_a_change_keeps_the_moment(page: Page) -> None:
    lab = Lab(page)
    lab.go(20)
    lab.control("Learning rate").focus()
    lab.change(lambda: page.keyboard.press("ArrowRight"))
    assert lab.frame == 20


def test_layer_signal_and_log_switch(page: Page) -> None:
    lab = Lab(page)
    before = lab.pictures()
    page.get_by_role("group", name="Layer").get_by_role("button", name="2").click()
    two = lab.pictures()
    assert two["Histograms"] != before["Histograms"]
    assert two["Statistics"] != before["Statistics"]
    page.get_by_role("group", name="Signal").get_by_role("button", name="ẑ").click()
    assert lab.pictures()["Histograms"] != two["Histograms"]
    expect(lab.player.get_by_role("region", name="Histograms")).to_contain_text("without")
    page.get_by_role("button", name="log", exact=True).click()
    assert lab.pictures()["Loss"] != before["Loss"]
