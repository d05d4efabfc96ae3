"""What is asked of a moment: gamma and beta by hand, and the eyes of one mini-batch."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.lab import Lab

FOLLOW = """async (player, slider) => {
    const times = [];
    for (let i = 0; i < 12; i++) {
        const canvas = player.querySelector("figure canvas"), before = canvas.toDataURL();
        slider.value = String(Number(slider.min) + (Number(slider.max) - Number(slider.min)) * (i + 0.5) / 12);
        const start = performance.now();
        slider.dispatchEvent(new Event("input", {bubbles: true}));
        while (canvas.toDataURL() === before && performance.now() - start < 5000) await new Promise(requestAnimationFrame);
        times.push(performance.now() - start);
    }
    return times;
}"""


def test_the_probe_follows_and_puts_back(page: Page) -> None:
    lab = Lab(page)
    before = lab.pictures()
    page.get_by_role("button", name="Probe").click()
    gamma = lab.player.get_by_role("slider", name="γ")
    gamma.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    expect(lab.player).to_have_attribute("data-probe", "true")
    expect(lab.player.locator(".sentence")).to_contain_text("learned", timeout=10_000)
    changed = lab.pictures()
    assert changed["Decision surfaces"] != before["Decision surfaces"]
    assert changed["Histograms"] != before["Histograms"]
    page.keyboard.press("Escape")
    expect(lab.player).to_have_attribute("data-probe", "false")
    assert lab.pictures() == before


def test_the_probe_moves_nothing_that_is_not_dragged(page: Page) -> None:
    lab = Lab(page)
    page.get_by_role("button", name="Probe").click()
    shift = lab.player.locator(".knob", has=page.get_by_role("slider", name="β")).locator("output")
    learned = shift.text_content() or ""
    lab.player.get_by_role("slider", name="γ").press("End")
    sentence = lab.player.locator(".sentence")
    expect(sentence).to_contain_text("Probe of layer 1, all units: γ", timeout=10_000)
    expect(sentence).not_to_contain_text("β")
    expect(shift).to_have_text(learned)
    lab.player.get_by_role("slider", name="β").press("End")
    expect(sentence).to_contain_text("β", timeout=10_000)


def test_every_position_of_the_probe_is_answered(page: Page) -> None:
    lab = Lab(page)
    page.get_by_role("button", name="Probe").click()
    slider = lab.player.get_by_role("slider", name="γ").element_handle()
    times = lab.player.evaluate(FOLLOW, slider)
    assert len(times) == 12
    assert max(times) < 5000  # none was lost


def test_the_lens_shows_one_mini_batch_and_another(page: Page) -> None:
    lab = Lab(page)
    lab.go(12)
    before = lab.pictures()["Decision surfaces"]
    page.get_by_role("button", name="one mini-batch").click()
    expect(lab.player).to_have_attribute("data-lens", "batch")
    expect(lab.player.locator(".sentence")).to_contain_text("batch", timeout=10_000)
    one = lab.pictures()["Decision surfaces"]
    assert one != before
    label = lab.player.locator(".sentence").text_content()
    page.get_by_role("button", name="another batch").click()
    expect(lab.player.locator(".sentence")).not_to_have_text(label or "", timeout=10_000)
    assert lab.pictures()["Decision surfaces"] != one
    page.get_by_role("group", name="Statistics to normalise by").get_by_role("button", name="running").click()
    expect(lab.player).to_have_attribute("data-lens", "running")
    assert lab.pictures()["Decision surfaces"] == before


def test_the_lens_shows_exact_statistics_of_the_moment_in_both_arms(page: Page) -> None:
    lab = Lab(page, "/?seeds=2&epochs=10&bn_momentum=0.99&arm=with%20BN:&arm=with%20ghost%20BN:norm%3Dghost")
    lab.go(8)
    before = lab.pictures()["Decision surfaces"]
    page.get_by_role("button", name="exact").click()
    sentence = lab.player.locator(".sentence")
    expect(sentence).to_contain_text("Exact statistics of the whole training set: with BN test accuracy", timeout=10_000)
    expect(sentence).to_contain_text("with ghost BN test accuracy")
    one = lab.pictures()["Decision surfaces"]
    assert one != before
    told = sentence.text_content() or ""
    lab.player.press("ArrowRight")
    expect(sentence).not_to_have_text(told, timeout=10_000)
    expect(sentence).to_contain_text("Exact statistics", timeout=10_000)


def test_where_inference_is_exact_the_record_is_exact_and_running_is_asked_for(page: Page) -> None:
    lab = Lab(page, "/?seeds=2&epochs=10&bn_momentum=0.99&inference=exact")
    expect(lab.player).to_have_attribute("data-lens", "exact")
    lab.go(8)
    before = lab.pictures()["Decision surfaces"]
    page.get_by_role("group", name="Statistics to normalise by").get_by_role("button", name="running").click()
    expect(lab.player.locator(".sentence")).to_contain_text("Running statistics: with BN", timeout=10_000)
    assert lab.pictures()["Decision surfaces"] != before
