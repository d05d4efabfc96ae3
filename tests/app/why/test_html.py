from __future__ import annotations

from app.why.html import arxiv, count_words, knob, panel, player, table


def test_a_slider_says_its_name_its_value_and_its_tick():
    html = knob("rate", "c", 0, 2.2, 0.01, 1.5, mark=2.0)
    assert 'data-input="c"' in html
    assert 'value="1.5"' in html
    assert '<option value="2"></option>' in html
    assert 'list="tick-c"' in html
    assert "datalist" not in knob("rate", "c", 0, 2.2, 0.01, 1.5)
    assert 'aria-valuetext="epoch 3 &lt;"' in knob("epoch", "e", 0, 9, 1, 3, "epoch 3 <")


def test_a_player_plays_only_when_told_and_stops_at_its_ends():
    assert 'data-play="next:350"' in player("e", "epoch", 3, 9, "3", True, 350)
    assert ">Pause<" in player("e", "epoch", 3, 9, "3", True)
    assert "data-play" not in player("e", "epoch", 3, 9, "3")
    assert 'data-act="next" aria-label="Later" disabled' in player("e", "epoch", 9, 9, "9")


def test_a_table_names_its_rows_and_columns():
    html = table(["", "steps"], [["raw", "3"], ["centred", "4"]], "Steps <")
    assert html.count('scope="row"') == 2
    assert html.count('scope="col"') == 2
    assert "Steps &lt;</caption>" in html


def test_a_table_is_lit_by_row_before_column():
    rows = [["raw", "3", "4"], ["centred", "5", "6"]]
    html = table(["", "λ", "κ"], rows, "Curvatures", columns=["", "lambda", "kappa"], lines=["", "loss"])
    assert '<th scope="col" data-symbol="kappa">κ</th>' in html
    assert '<td data-symbol="lambda">3</td><td data-symbol="kappa">4</td>' in html
    assert '<th scope="row" data-symbol="loss">centred</th><td data-symbol="loss">5</td>' in html
    assert html.count("data-symbol") == 7
    assert "data-symbol" not in table(["", "λ", "κ"], rows, "Curvatures")


def test_words():
    assert count_words(1) == "1"
    assert count_words(999_999) == "999,999"
    assert count_words(11_806_118) == "12 million"
    assert "https://arxiv.org/abs/1603.04779" in arxiv("1603.04779", "Li")
    assert panel("<", "x").startswith('<div class="panel stack" style="align-content:start"><h4>&lt;</h4>x')
