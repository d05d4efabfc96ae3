from hypothesis import given
from hypothesis import strategies as st

from app.compute.cache import ByteCache


def test_the_entry_unused_for_longest_makes_room() -> None:
    cache: ByteCache[str, int] = ByteCache(100)
    for number, name in enumerate("abc"):
        cache.put(name, number, 30)
    cache.get("a")
    cache.put("d", 3, 30)
    assert [cache.get(name) for name in "abcd"] == [0, None, 2, 3]


def test_an_entry_above_the_bound_is_not_kept_and_displaces_none() -> None:
    cache: ByteCache[str, int] = ByteCache(100)
    cache.put("small", 1, 100)
    cache.put("large", 2, 101)
    assert (cache.get("small"), cache.get("large"), cache.size) == (1, None, 100)


def test_an_entry_that_is_put_again_counts_once() -> None:
    cache: ByteCache[str, int] = ByteCache(100)
    cache.put("a", 1, 60)
    cache.put("a", 2, 50)
    assert (cache.get("a"), cache.size, len(cache)) == (2, 50, 1)


def test_what_is_taken_out_frees_its_bytes() -> None:
    cache: ByteCache[str, int] = ByteCache(100)
    cache.put("a", 1, 60)
    assert (cache.pop("a"), cache.pop("a"), cache.size) == (1, None, 0)


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 60), st.booleans())))
def test_the_bound_holds_and_the_sum_is_true(moves: list[tuple[int, int, bool]]) -> None:
    cache: ByteCache[int, int] = ByteCache(100)
    for key, size, take in moves:
        if take:
            cache.pop(key)
        else:
            cache.put(key, size, size)
        sizes = [size for size, _ in cache._entries.values()]
        assert cache.size == sum(sizes) <= 100
