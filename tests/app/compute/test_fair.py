from collections import Counter

from app.compute.fair import FairQueue


def share_out(queue: FairQueue, owners: dict[str, float], turns: int) -> list[str]:
    """Give out turns that last as long as the owners' values say."""
    chosen = []
    for _ in range(turns):
        owner = queue.pick(list(owners))
        queue.charge(owner, 0.1)
        queue.correct(owner, owners[owner] - 0.1)
        chosen.append(owner)
    return chosen


def test_equal_turns_go_round() -> None:
    assert share_out(FairQueue(), {"a": 0.1, "b": 0.1, "c": 0.1}, 6) == ["a", "b", "c"] * 2


def test_time_counts_not_turns() -> None:
    counts = Counter(share_out(FairQueue(), {"long": 0.4, "short": 0.1}, 50))
    assert counts["short"] == 4 * counts["long"]


def test_who_was_away_earns_no_credit() -> None:
    queue = FairQueue()
    share_out(queue, {"here": 0.1, "away": 0.1}, 2)
    share_out(queue, {"here": 0.1}, 20)
    assert Counter(share_out(queue, {"here": 0.1, "away": 0.1}, 10)) == {"here": 5, "away": 5}


def test_a_newcomer_goes_before_those_who_had_a_turn() -> None:
    queue = FairQueue()
    share_out(queue, {"a": 0.1, "b": 0.1}, 4)
    assert queue.pick(["a", "b", "new"]) == "new"


def test_who_left_is_forgotten() -> None:
    queue = FairQueue()
    for guest in range(100):
        share_out(queue, {f"guest {guest}": 0.1, "stays": 0.1}, 4)
    assert len(queue._ends) < 10
