"""Whose pictures are shown, whose statistics, and which headline: choices of the view that train nothing."""

from __future__ import annotations

from urllib.parse import quote

from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.lab import Lab

ARMS = f"/?seeds=3&epochs=12&arm={quote('narrow:hidden=3,2')}&arm={quote('wide:')}&arm={quote('without:norm=none')}"


def test_the_next_seed_brings_its_own_pictures_and_no_other_numbers(page: Page) -> None:
    lab = Lab(page)
    chooser = page.get_by_role("group", name="Seed of the pictures")
    heading = page.get_by_role("heading", level=2)
    expect(chooser).to_contain_text("seed 0, 1 of 8")
    lab.go(20)
    before, run, headline = lab.pictures(), lab.run, heading.text_content() or ""
    lab.change(chooser.get_by_role("button", name="Next seed").click)
    expect(chooser).to_contain_text("seed 1, 2 of 8")
    expect(chooser.get_by_role("button", name="Next seed")).to_be_focused()
    assert lab.frame == 20
    expect(lab.player.get_by_role("figure").first).to_contain_text("seed 1")
    expect(lab.player.get_by_role("img", name="Decision surface with BN, seed 1,")).to_be_visible()
    expect(lab.player.get_by_role("img", name="Median test accuracy at")).to_have_accessible_name(
        lab.player.get_by_role("img", name="of seed 1, whose pictures are shown: with BN").first.get_attribute("aria-label") or ""
    )
    after = lab.pictures()
    assert {name for name in before if before[name] == after[name]} == set()  # the curves, too: another one is the stronger
    expect(heading).to_have_text(headline)
    lab.change(lambda: lab.player.press("p"))
    assert (lab.run, lab.pictures()) == (run, before)
    lab.change(lambda: lab.player.press("p"))
    expect(chooser).to_contain_text("seed 7, 8 of 8")


def test_the_probe_asks_about_the_seed_that_is_shown(page: Page) -> None:
    lab = Lab(page, "/?v.run=3")
    lab.go(8)  # an early moment: the seeds are far apart
    page.get_by_role("button", name="Probe").click()
    lab.player.get_by_role("slider", name="γ").press("ArrowRight")
    expect(lab.player.locator(".sentence")).to_contain_text("Probe of layer 1, all units", timeout=10_000)
    accuracy = lab.player.get_by_role("figure").first.locator(".number").text_content() or ""
    was = (lab.player.locator(".sentence").text_content() or "").split("Test accuracy ")[1].split(" %")[0]
    assert abs(float(accuracy.split()[0]) - float(was)) <= 2  # a hundredth more of gamma changes next to nothing


def test_a_link_carries_the_seed(new_page: NewPage) -> None:
    page = new_page(permissions=["clipboard-read", "clipboard-write"])
    lab = Lab(page, "/?seed=3")
    lab.change(lambda: lab.player.press("n"))
    page.get_by_role("button", name="Copy link").click()
    page.wait_for_function("async () => (await navigator.clipboard.readText()).includes('v.run=2')")
    pictures = lab.pictures()
    other = Lab(page, page.evaluate("navigator.clipboard.readText()"))
    expect(page.get_by_role("group", name="Seed of the pictures")).to_contain_text("seed 4, 2 of 8")
    assert other.pictures() == pictures


def test_a_seed_that_is_not_there_is_named(page: Page) -> None:
    lab = Lab(page, "/?v.run=9")
    expect(lab.said).to_contain_text("v.run: must be one of the seeds, counted 1..8; got 9. The default is shown.")
    expect(page.get_by_role("group", name="Seed of the pictures")).to_contain_text("seed 0, 1 of 8")


def test_one_seed_has_no_neighbour_and_says_why(page: Page) -> None:
    Lab(page, "/?seeds=1&seed=5")
    chooser = page.get_by_role("group", name="Seed of the pictures")
    expect(chooser).to_contain_text("seed 5 alone")
    for button in chooser.get_by_role("button").all():
        expect(button).to_be_disabled()
        expect(button).to_have_attribute("title", "There is one seed only; choose more of them to see others")


def test_a_headline_may_ask_for_what_is_kept(page: Page) -> None:
    lab = Lab(page, "/?v.kept=true")
    heading = page.get_by_role("heading", level=2)
    switch = page.get_by_role("button", name="kept for 5 epochs")
    expect(switch).to_have_attribute("aria-pressed", "true")
    expect(heading).to_contain_text("95 % for 5 epochs in a row from epoch ")
    run = lab.run
    switch.click()
    expect(heading).to_contain_text("95 % at epoch ")
    assert lab.run == run
    Lab(page, "/?epochs=4&v.kept=true")
    expect(page.get_by_role("button", name="kept for 5 epochs")).to_be_disabled()
    expect(page.get_by_role("heading", level=2)).not_to_contain_text("in a row")


def test_of_several_normalised_arms_one_is_chosen(page: Page) -> None:
    lab = Lab(page, ARMS)
    statistics = page.get_by_role("region", name="Statistics")
    before = lab.pictures()
    statistics.get_by_role("combobox", name="Arm").select_option(label="wide")
    assert {name for name, pixels in lab.pictures().items() if pixels != before[name]} == {"Statistics"}
    assert statistics.get_by_role("combobox", name="Unit").locator("option").count() == 17
    page.get_by_role("button", name="Probe").click()
    expect(page.get_by_role("combobox", name="Arm to probe").locator("option:checked")).to_have_text("wide")
    for _ in range(9):
        lab.player.get_by_role("slider", name="β").press("ArrowRight")
    expect(lab.player.locator(".sentence")).to_contain_text("Probe of layer 1, all units, wide: β", timeout=10_000)
    expect(lab.player.get_by_role("figure").nth(1)).to_contain_text("probe: all units")


def test_arms_of_other_durations_are_played_to_the_end_of_the_longest(page: Page) -> None:
    lab = Lab(page, f"/?seeds=2&epochs=12&arm={quote('short:epochs=3')}&arm={quote('long:')}")
    track = page.get_by_role("slider", name="Moment in the training")
    expect(track).to_have_attribute("aria-valuetext", f"epoch 12 of 12, frame {lab.last + 1} of {lab.last + 1}")
    expect(lab.player.get_by_role("img", name="Decision surface short, seed 0, epoch 3:")).to_be_visible()
    expect(lab.player.get_by_role("img", name="Decision surface long, seed 0, epoch 12:")).to_be_visible()
    expect(lab.player.get_by_role("group", name="Timeline")).to_contain_text("12 of 12")
    before = lab.pictures()
    lab.player.press("ArrowLeft")
    assert lab.pictures()["Decision surfaces"] != before["Decision surfaces"]


def test_another_seed_is_looked_at_while_a_run_grows(page: Page) -> None:
    Lab(page, "/?seeds=128&epochs=150&seed=44", settle=False)
    growing = page.locator("[data-frames][data-complete=false]")
    expect(growing).to_be_visible(timeout=20_000)
    growing.press("n")
    chooser = page.get_by_role("group", name="Seed of the pictures")
    expect(chooser).to_contain_text("seed 45, 2 of 128")
    expect(page.locator("[data-frames][data-complete=true]")).to_be_visible(timeout=120_000)
    expect(chooser).to_contain_text("seed 45, 2 of 128")
    expect(page.get_by_role("figure").first).to_contain_text("seed 45")
