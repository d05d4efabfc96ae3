from collections import Counter

from app.compute.fair import QUANTUM, FairQueue


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
    assert share_out(FairQueue(), {"a": QUANTUM, "b": QUANTUM, "c": QUANTUM}, 6) == ["a", "b", "c"] * 2


def test_a_turn_goes_on_for_a_quantum() -> None:
    assert share_out(FairQueue(), {"a": 0.3, "b": 0.5}, 6) == ["a", "a", "b", "a", "a", "b"]


def test_who_is_done_ends_the_turn() -> None:
    queue = FairQueue()
    assert share_out(queue, {"a": 0.1, "b": 0.1}, 2) == ["a", "a"]
    queue.leave("a")  # and asks for something else
    assert share_out(queue, {"b": 0.1, "a": 0.1}, 2) == ["b", "b"]


def test_of_those_who_are_even_the_longest_wait_goes_first() -> None:
    queue = FairQueue()
    share_out(queue, {"a": QUANTUM / 2}, 1)
    queue.leave("a")
    assert queue.pick(["a", "b"]) == "a"  # has had more, but less than a quantum
    queue.leave("a")
    queue.charge("a", QUANTUM)
    assert queue.pick(["a", "b"]) == "b"


def test_time_counts_not_turns() -> None:
    counts = Counter(share_out(FairQueue(), {"long": 4 * QUANTUM, "short": QUANTUM}, 50))
    assert counts["short"] == 4 * counts["long"]


def test_who_was_away_earns_no_credit() -> None:
    queue = FairQueue()
    share_out(queue, {"here": QUANTUM, "away": QUANTUM}, 2)
    share_out(queue, {"here": QUANTUM}, 20)
    assert Counter(share_out(queue, {"here": QUANTUM, "away": QUANTUM}, 10)) == {"here": 5, "away": 5}


def test_a_newcomer_goes_before_those_who_had_a_turn() -> None:
    queue = FairQueue()
    share_out(queue, {"a": QUANTUM, "b": QUANTUM}, 4)
    assert queue.pick(["a", "b", "new"]) == "new"


def test_what_is_urgent_goes_before_a_turn_that_has_begun() -> None:
    queue = FairQueue()
    share_out(queue, {"a": 0.1, "b": 0.1}, 1)
    assert [queue.pick(["a", "b"], urgent) for urgent in ((), ("b",), ())] == ["a", "b", "a"]


def test_who_is_a_quantum_ahead_is_not_urgent_any_more() -> None:
    queue = FairQueue()
    share_out(queue, {"patient": 0.01}, 1)
    turns = []
    for _ in range(20):
        turns.append(queue.pick(["patient", "greedy"], ["greedy"]))
        queue.leave("greedy")
        queue.charge(turns[-1], 0.1)
    assert turns[:5] == ["greedy"] * 5
    assert turns[6] == "patient"
    assert abs(Counter(turns)["greedy"] - 10) <= QUANTUM / 0.1


def test_who_left_is_forgotten() -> None:
    queue = FairQueue()
    for guest in range(100):
        share_out(queue, {f"guest {guest}": 0.1, "stays": 0.1}, 4)
        queue.leave(f"guest {guest}")
        share_out(queue, {"stays": 0.1}, 10)
    assert len(queue._ends) < 10
    assert len(queue._served) <= 1
