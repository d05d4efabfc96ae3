"""Lessons: all of them as cards, or one as a page, as slides, or as a worksheet."""

from __future__ import annotations

import streamlit as st

from app.controls.classroom import is_student
from app.controls.text import escape
from app.lessons.catalogue import NAMES, lesson_of
from app.live.sheet import show_sheet
from app.teaching.cards import cards, tracks
from app.teaching.slides import PICTURE, slide, slide_count
from app.teaching.specs import ALL
from app.teaching.worksheet import worksheet
from app.views.class_link import class_link_button, class_link_dialog
from app.views.lesson import evidence_picture, lesson_page
from app.views.lesson_state import PAGE
from app.views.style import apply_style

__all__ = ["act", "render"]

TITLE = (
    "<h2>Lessons</h2><p>Each takes one claim about batch normalization. You predict, the experiment is run over several seeds, "
    "and the lab tells you what came out, also where the textbook is wrong.</p>"
)


def render() -> None:
    """Draw the page."""
    apply_style()
    values, said = PAGE.current()
    for message in said:
        st.warning(escape(message))
    name = values["lesson"]
    if name == ALL:
        show_sheet({"title": TITLE, "tracks": tracks(), "cards": cards()}, "lessons.all", "All lessons", on_act=act)
    elif values["view"] == "slides":
        show_sheet({"slide": slide(lesson_of(name), values["slide"])}, "lessons.slides", "Slides", on_act=act)
        if values["slide"] == PICTURE:
            evidence_picture(lesson_of(name))
    elif values["view"] == "worksheet":
        show_sheet({"worksheet": worksheet(lesson_of(name))}, "lessons.worksheet", "Worksheet", on_act=act)
    else:
        class_link_dialog(PAGE.encode({**values, "answer": "", "run": False}), lesson_of(name).knobs, view=False)
        lesson_page(lesson_of(name), values, act)
        class_link_button()


def act(name: str) -> None:
    """Do what a button of a sheet says; for callbacks. There may be no such button: a browser sent it."""
    word, _, rest = name.partition(":")
    values = PAGE.latest()
    if is_student() and values["lesson"] != ALL and word in ("open", "all"):
        return
    if word == "open" and rest in NAMES:
        PAGE.reset()
        PAGE.change(lesson=rest)
    elif word == "all":
        PAGE.reset()
    elif word == "answer":
        PAGE.change(answer=rest)
    elif word == "run" and values["answer"]:
        PAGE.change(run=True)
    elif word == "again":
        PAGE.change(run=False, answer="", set=())
    elif word in ("view", "leave"):
        PAGE.change(view=rest if word == "view" else "page", slide=1)
    elif word in ("next", "back") and values["lesson"] != ALL:
        last = slide_count(lesson_of(values["lesson"]))
        PAGE.change(slide=min(max(values["slide"] + (1 if word == "next" else -1), 1), last))
