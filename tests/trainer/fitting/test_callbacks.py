"""Seconds go on from those before a restart."""

from trainer.fitting.callbacks import Clock


def test_clock_goes_on_from_the_latest_entry_of_the_log() -> None:
    clock = Clock()

    clock.go_on_from([{"seconds": 3600.0}, {"loss": 1.0}, {"seconds": 7200.0}])

    assert 7200 <= clock.seconds < 7300


def test_clock_starts_at_nothing_without_a_log() -> None:
    clock = Clock(seconds_before=7200.0)

    clock.go_on_from([])

    assert clock.seconds < 100
