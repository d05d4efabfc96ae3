"""What a person chooses is neither lost nor put back, whatever becomes of the messages that tell it and of their answers."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from contextlib import suppress

import pytest
from playwright.sync_api import Browser, Error, Locator, Page, expect

from tests.browser.messages import Messages, until
from tests.browser.server import AppServer

pytestmark = pytest.mark.evidence

UPDATES = ("13", "26", "65", "130", "260")
LATE = "No answer yet. What you changed is kept, and told again until there is one."


SHOWN = """sheets => sheets.map(sheet => [
    sheet.querySelector("h3")?.textContent.split(" at momentum")[0], sheet.querySelector("[data-input=updates]")?.value])"""


class Network:
    """The trained network on the page of running statistics, told by messages that can be lost."""

    def __init__(self, page: Page) -> None:
        self.page, self.messages = page, Messages(page)
        page.emulate_media(reduced_motion="reduce")
        page.goto("/statistics")
        self.sheet = page.get_by_role("region", name="A trained network")
        self.settled("65", default=True)

    @property
    def updates(self) -> Locator:
        return self.sheet.get_by_role("combobox", name="Updates")

    def settled(self, chosen: str, *, default: bool = False) -> None:
        """Wait until a choice is what is shown, in the picture, the control and the address."""
        wanted = [[f"After {chosen} updates", chosen]]
        until(lambda: wanted == self.sheet.evaluate_all(SHOWN), self.page)  # a stale one may stand beside it for a while
        if not default:
            expect(self.page).to_have_url(re.compile(f"[?&]updates={chosen}(&|$)"), timeout=20_000)


def test_choices_outlive_the_sheet_they_were_made_in(page: Page) -> None:
    network = Network(page)
    network.messages.hold()
    network.messages.cut()
    until(lambda: network.messages.held > 0, page)  # the page asks to be run anew
    network.messages.blank = True
    network.updates.select_option("260")
    network.updates.select_option("13")
    network.messages.release()
    expect(network.sheet).to_have_count(0)  # it was run anew, and what it drew was lost
    network.messages.blank = False
    network.messages.cut()
    network.settled("13")


def test_a_choice_that_nobody_hears_stays_and_is_told_until_it_is_heard(page: Page) -> None:
    network = Network(page)
    network.messages.deaf = True
    network.updates.select_option("13")
    note = network.sheet.get_by_role("status")
    expect(note).to_have_text(LATE, timeout=10_000)
    page.wait_for_timeout(5000)
    expect(network.updates).to_have_value("13")
    network.messages.deaf = False
    network.settled("13")
    expect(note).to_have_text("")


def test_the_last_of_many_choices_holds_whatever_fails(browser: Browser, server: AppServer) -> None:
    page = browser.new_context(viewport={"width": 1440, "height": 900}, base_url=server.url).new_page()  # Streamlit logs errors
    network = Network(page)
    chance, last = random.Random(1), "65"
    faults: tuple[Callable[[], None], ...] = (
        lambda: None,
        network.messages.cut,
        lambda: setattr(network.messages, "deaf", True),
        lambda: setattr(network.messages, "blank", True),
    )
    for _ in range(8):
        for chosen in chance.sample(UPDATES, 3):
            chance.choice(faults)()
            with suppress(Error):  # it may just be taken away
                network.updates.select_option(chosen, timeout=1000)
                last = chosen
            page.wait_for_timeout(chance.choice((0, 5, 50, 200, 700)))
        blank, network.messages.deaf, network.messages.blank = network.messages.blank, False, False
        if blank:
            network.messages.cut()  # nothing else would draw again what was lost
        network.settled(last, default=last == "65")
    page.context.close()
