from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from app.arms import twins
from app.classroom.link import CONTROLS, RULES, ClassLink
from app.controls.held import free_fields, held, keeps
from app.controls.mend import mend
from bncore import Experiment, RunConfig
from bncore.config import SPECS
from tests.configs import configs, experiments

links = st.builds(ClassLink.of, st.dictionaries(st.sampled_from(list(CONTROLS)), st.sampled_from(RULES)), st.sampled_from(RULES))


@settings(max_examples=60, deadline=None)
@given(links, experiments(), experiments())
def test_nothing_that_is_asked_for_changes_what_is_fixed(link: ClassLink, given_: Experiment, asked: Experiment) -> None:
    now, _ = held(link, given_, given_, asked)
    assert keeps(link, given_, now)
    again, said = held(link, given_, now, now)
    assert (again, said) == (now, [])


@settings(max_examples=40, deadline=None)
@given(configs())
def test_where_everything_is_free_everything_is_had(config: RunConfig) -> None:
    asked, _ = mend({name: getattr(config, name) for name in SPECS})
    assert held(ClassLink("free"), Experiment(), Experiment(), asked) == (asked, [])


def test_what_does_not_go_with_what_is_fixed_changes_nothing() -> None:
    link = ClassLink.of({"samples": "free"}, rest="fixed")
    now, said = held(link, Experiment(), Experiment(), mend({"samples": 20})[0])
    assert now == Experiment()
    assert said == ["This does not go with what your teacher has fixed. Nothing was changed."]


def test_a_second_arm_differs_by_what_is_free_alone() -> None:
    link = ClassLink.of({"compare": "free", "eps": "free"}, rest="fixed")
    base = RunConfig()
    by_norm, by_eps, by_rate = (
        Experiment(base, twins(base, *one)) for one in (("norm", "layer"), ("eps", 0.1), ("learning_rate", 1.0))
    )
    assert keeps(link, Experiment(), by_norm)
    assert keeps(link, Experiment(), by_eps)
    assert held(link, Experiment(), by_eps, by_rate)[0] == by_eps
    assert held(ClassLink("fixed"), Experiment(), Experiment(), by_norm)[0] == Experiment()
    assert "steps" in free_fields(ClassLink.of({"epochs": "free"}, rest="hidden"))


def test_arms_that_were_given_stay_though_they_differ_by_what_is_fixed() -> None:
    base = RunConfig()
    start = Experiment(base, twins(base, "learning_rate", 1.0))
    link = ClassLink.of({"eps": "free"}, rest="fixed")
    asked = start.replace({"eps": 0.1})
    assert held(link, start, start, asked)[0] == asked
