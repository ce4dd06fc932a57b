"""Waits after faults, and the counts of them."""

from bot.reminders.retrying import FIRST_RETRY, LONGEST_RETRY, Counts, backoff


def test_the_wait_is_bounded_and_spread() -> None:
    assert backoff(1, lambda: 0.0) == FIRST_RETRY / 2
    assert backoff(1, lambda: 1.0) == FIRST_RETRY
    assert backoff(3, lambda: 1.0) == 4 * FIRST_RETRY
    assert backoff(10_000, lambda: 1.0) == LONGEST_RETRY
    assert backoff(10_000, lambda: 1.0, 3 * FIRST_RETRY) == 3 * FIRST_RETRY


def test_counts_begin_anew_after_a_drop() -> None:
    counts = Counts()
    assert [counts.add(1), counts.add(1), counts.add(2)] == [1, 2, 1]
    counts.drop(1)
    counts.drop(3)
    assert counts.add(1) == 1


def test_only_the_latest_counts_are_kept() -> None:
    counts = Counts(most=2)
    for reminder in (1, 2, 1, 3):
        counts.add(reminder)
    assert counts.add(1) == 3
    assert counts.add(2) == 1  # it was the one longest ago
