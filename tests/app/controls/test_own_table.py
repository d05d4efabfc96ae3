from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from app.controls.own_table import LONG_LINK, OPEN, PASTE, UPLOAD
from app.controls.pad import EMPTY, range_of, spots_of
from app.controls.table_words import example, read_file, sentence, to_csv
from bncore.rows import checked_rows, format_rows
from bncore.table_text import MAX_BYTES, Csv, TableError, parse_csv

GOOD = "size,weight,kind\n" + "".join(f"{i},{i * i % 7},{'placed' if i % 3 else 'not placed'}\n" for i in range(48))
ROWS = format_rows(parse_csv(GOOD).rows)


def page() -> None:
    import streamlit as st

    from app.controls import current, encode, sidebar

    experiment, messages = current()
    sidebar(experiment, st.html)
    st.json(encode(experiment))
    for message in messages:
        st.text(message)


def page_with_pad() -> None:
    import streamlit as st

    from app.controls import current, encode, sidebar
    from app.controls.own_table import act, point

    experiment, _ = current()
    sidebar(experiment, st.html)
    st.json(encode(experiment))
    for name in ("class:0", "class:1", "class:9", "nonsense"):
        st.button(name, on_click=act, args=(name,))
    st.button("press", on_click=lambda: [point(values, final) for values, final in st.session_state["told"]])


@pytest.fixture
def app() -> AppTest:
    app = AppTest.from_function(page, default_timeout=20)
    app.session_state["group_data"] = True
    return app.run()


def unfold(app: AppTest) -> AppTest:
    return app.toggle(key=OPEN).set_value(True).run()


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception
    return app


def captions(app: AppTest) -> list[str]:
    return [caption.value for caption in app.caption]


def state(app: AppTest) -> dict[str, Any]:
    import json

    assert not app.exception
    return {name: texts[0] for name, texts in json.loads(app.json[0].value).items()}


def test_it_is_folded_until_it_is_asked_for(app: AppTest) -> None:
    assert app.toggle(key=OPEN).value is False
    assert not app.text_area
    unfold(app)
    assert app.text_area(key=PASTE).value == ""
    assert "Put points down or paste rows, and use them; until then the data stay what they are." in captions(app)
    assert not app.get("download_button")


def test_pasted_rows_are_used_standardized_and_called_by_their_labels(app: AppTest) -> None:
    unfold(app).text_area(key=PASTE).set_value(GOOD)
    press(app, "Use these rows")
    assert state(app) == {"dataset": "table", "table": ROWS, "standardize": "true"}
    assert app.query_params == state(app)
    assert "In use: 48 rows, 2 classes\\: 0 = not placed, 1 = placed." in captions(app)
    assert app.text_area(key=PASTE).value == GOOD
    assert len(app.get("download_button")) == 1


def test_bad_rows_are_named_by_their_line_and_nothing_is_lost(app: AppTest) -> None:
    app.selectbox(key="dataset").set_value("moons").run()
    bad = "1,2,a\n3,x,b\n4,5\n"
    unfold(app).text_area(key=PASTE).set_value(bad)
    press(app, "Use these rows")
    assert state(app) == {"dataset": "moons"}
    assert app.text_area(key=PASTE).value == bad
    assert [text for text in captions(app) if "Line" in text or "Nothing" in text] == [
        ":red[▲] Line 2\\: y must be a number; got 'x'.",
        ":red[▲] Line 3\\: must have 3 cells \\(x, y, class\\); got 2.",
        "Nothing was changed.",
    ]
    app.session_state["group_data"] = False
    app.run()
    app.session_state["group_data"] = True
    app.run()
    unfold(app)
    assert app.text_area(key=PASTE).value == bad
    app.text_area(key=PASTE).set_value(GOOD)
    press(app, "Use these rows")
    assert state(app)["table"] == ROWS
    assert "Nothing was changed." not in captions(app)


def test_an_empty_box_says_what_it_wants(app: AppTest) -> None:
    press(unfold(app), "Use these rows")
    assert state(app) == {}
    assert ":red[▲] There are no rows. Write each as x,y,class." in captions(app)


def test_the_example_fills_the_box_and_waits(app: AppTest) -> None:
    press(unfold(app), "Example")
    assert app.text_area(key=PASTE).value == example()
    assert state(app) == {}
    press(app, "Use these rows")
    assert state(app)["table"] == format_rows(parse_csv(example()).rows)


def test_choosing_the_data_set_without_rows_unfolds_the_box_and_changes_nothing(app: AppTest) -> None:
    app.selectbox(key="dataset").set_value("moons").run()
    app.selectbox(key="dataset").set_value("table").run()
    assert state(app) == {"dataset": "moons"}
    assert app.selectbox(key="dataset").value == "moons"
    assert [text.value for text in app.text] == ["dataset: table has no rows yet. Give them at Your own table. Still using moons."]
    assert app.text_area(key=PASTE).value == ""


def test_a_file_is_read_like_a_paste(app: AppTest) -> None:
    unfold(app).file_uploader(key=UPLOAD).upload("points.csv", GOOD.encode("utf-8"), "text/csv").run()
    assert state(app) == {"dataset": "table", "table": ROWS, "standardize": "true"}
    assert app.text_area(key=PASTE).value == GOOD


def test_the_picture_fits_the_points_of_a_file_whatever_it_showed(app: AppTest) -> None:
    unfold(app).text_area(key=PASTE).set_value("-1000,2000,a\n3000,-4000,b").run()
    app.file_uploader(key=UPLOAD).upload("points.csv", GOOD.encode("utf-8"), "text/csv").run()
    assert app.session_state["bnlab.pad_shown"] == range_of(spots_of(GOOD), EMPTY)


def test_a_file_that_is_no_text_leaves_the_box_alone(app: AppTest) -> None:
    unfold(app).text_area(key=PASTE).set_value("1,2,a").run()
    app.file_uploader(key=UPLOAD).upload("points.csv", b"\xff\xfe1", "text/csv").run()
    assert state(app) == {}
    assert app.text_area(key=PASTE).value == "1,2,a"
    assert any(text.startswith(":red[▲] The file must be UTF-8 text; byte 1 is none.") for text in captions(app))


def test_a_link_with_rows_shows_them_and_a_long_one_asks_for_the_file() -> None:
    long = format_rows(checked_rows("", [(i * 1.2345, i * -2.3456, i % 2) for i in range(400)]))
    for text, said in ((ROWS, False), (long, True)):
        app = AppTest.from_function(page, default_timeout=20)
        app.session_state["group_data"] = True
        app.query_params.update({"dataset": "table", "table": text})
        app.run()
        assert parse_csv(app.text_area(key=PASTE).value).rows == parse_csv(text.replace(";", "\n")).rows
        assert any("give the file instead" in caption for caption in captions(app)) is said
    assert len(long) > LONG_LINK


def test_a_saved_table_is_read_back_the_same() -> None:
    for labels in ((), ("no, never", 'so "so"'), ("1;2", "x")):
        rows = parse_csv(GOOD).rows
        again = parse_csv(to_csv(rows, labels))
        assert again == Csv(rows, labels or ("0", "1"))


def test_numbers_that_name_themselves_are_not_named_twice() -> None:
    assert sentence(parse_csv(GOOD).rows, ("0", "1")) == "48 rows, 2 classes: 0, 1."
    assert sentence(parse_csv(GOOD).rows, ("1", "2")) == "48 rows, 2 classes: 0 = 1, 1 = 2."


def test_a_large_file_is_refused_before_it_is_read() -> None:
    with pytest.raises(TableError, match=rf"^The file must be at most {MAX_BYTES} bytes; got {MAX_BYTES + 1}\. Take a sample"):
        read_file(b"1" * (MAX_BYTES + 1))


def test_the_server_takes_small_files_only_and_guards_them() -> None:
    import tomllib
    from pathlib import Path

    server = tomllib.loads((Path(__file__).parents[3] / ".streamlit/config.toml").read_text("utf-8"))["server"]
    assert (server["maxUploadSize"], server["enableXsrfProtection"]) == (1, True)


@pytest.fixture
def pad() -> AppTest:
    app = AppTest.from_function(page_with_pad, default_timeout=20)
    app.session_state["group_data"] = True
    return unfold(app.run())


def put_down(app: AppTest, *told: tuple[dict[str, Any], bool]) -> list[tuple[float, float, str]]:
    app.session_state["told"] = told
    press(app, "press")
    return [(spot.x, spot.y, spot.label) for spot in spots_of(app.text_area(key=PASTE).value)]


def at(x: float, y: float) -> tuple[dict[str, Any], bool]:
    return {"px": x, "py": y}, True


def test_points_are_put_down_where_the_pointer_is_let_go(pad: AppTest) -> None:
    assert put_down(pad, at(0.5, 0.25)) == [(0.5, 0.25, "0")]
    press(pad, "class:1")
    dragged = [({"px": -1.0, "py": 0.0}, False), ({"px": -1.2, "py": 0.5}, False), ({}, True)]
    assert put_down(pad, *dragged) == [(0.5, 0.25, "0"), (-1.2, 0.5, "1")]
    assert put_down(pad, at(0.51, 0.26)) == [(-1.2, 0.5, "1")]  # upon a point: away with it


@pytest.mark.parametrize("name", ["class:9", "nonsense"])
def test_a_class_that_is_not_offered_is_not_chosen(pad: AppTest, name: str) -> None:
    press(pad, name)
    assert put_down(pad, at(0.0, 0.0)) == [(0.0, 0.0, "0")]


@pytest.mark.parametrize("values", [{}, {"px": 1.0}, {"px": "a", "py": "b"}, {"px": 1.0, "py": True, "other": 2.0}])
def test_what_is_no_place_puts_nothing_down(pad: AppTest, values: dict[str, Any]) -> None:
    assert len(put_down(pad, (values, True))) == 0


def test_a_place_beyond_the_picture_is_at_its_edge(pad: AppTest) -> None:
    assert put_down(pad, at(1e300, -7.0)) == [(1.5, -1.5, "0")]


def test_once_the_table_is_in_use_a_point_more_is_used_at_once(pad: AppTest) -> None:
    pad.text_area(key=PASTE).set_value("".join(f"{i / 20 - 0.5},{i % 3 / 3},{i % 2}\n" for i in range(20)))
    press(pad, "Use these rows")
    assert len(state(pad)["table"].split(";")) == 20
    put_down(pad, at(1.2, 1.2))
    assert len(state(pad)["table"].split(";")) == 21
    assert state(pad)["dataset"] == "table"
