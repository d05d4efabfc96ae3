"""Page set-up and navigation only; the pages are in `app.views`."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from app.views import playground

ICON = Path(__file__).parent / "static" / "icon.svg"  # a file of our own: named icons and emoji are fetched from the internet

st.set_page_config(page_title="BatchNorm Lab", page_icon=str(ICON), layout="wide", initial_sidebar_state="auto")
st.navigation([st.Page(playground.render, title="Playground", url_path="playground", default=True)], position="hidden").run()
