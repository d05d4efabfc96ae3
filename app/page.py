"""Page set-up and navigation only; the pages are in `app.views`."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from app.controls.classroom import is_student
from app.controls.echo import sent
from app.controls.entering import enter
from app.controls.returning import stay_in_touch
from app.settings import current
from app.views.pages import pages

ICON = Path(__file__).parent / "static" / "icon.svg"  # a file of our own: named icons and emoji are fetched from the internet

page = st.navigation(pages(), position="hidden" if is_student() else "top")
title = f"{page.title} · {current().title}" if page.url_path else current().title
st.set_page_config(page_title=title, page_icon=str(ICON), layout="wide", initial_sidebar_state="auto")
enter(page.url_path)
stay_in_touch()
try:
    page.run()
except Exception:
    sent()  # what failed is drawn as far as it came; a run that a newer one ended raises something else, and is not
    raise
sent()
