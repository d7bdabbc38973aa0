"""When a server is asked, and when it isn't."""

import pytest

from base.breaker import Breaker


class Clock:
    """Seconds that pass when told to."""

    now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def breaker(clock):
    return Breaker(5, clock)


def test_what_works_is_asked(breaker):
    for _again in range(3):
        assert breaker.lets_through()
        breaker.succeeded()


def test_after_a_failure_nobody_waits_for_it(breaker, clock):
    breaker.failed()
    assert not breaker.lets_through()
    clock.now += 4.9
    assert not breaker.lets_through()


def test_then_one_tries_and_the_others_wait_no_more_than_before(breaker, clock):
    breaker.failed()
    clock.now += 5.1
    assert [breaker.lets_through() for _ in range(3)] == [True, False, False]


def test_a_trial_that_succeeds_lets_everybody_through(breaker, clock):
    breaker.failed()
    clock.now += 5.1
    breaker.lets_through()
    breaker.succeeded()
    assert breaker.lets_through() and breaker.lets_through()


def test_a_trial_that_fails_starts_the_pause_anew(breaker, clock):
    breaker.failed()
    clock.now += 5.1
    breaker.lets_through()
    clock.now += 1
    breaker.failed()
    clock.now += 4.9
    assert not breaker.lets_through()
    clock.now += 0.2
    assert breaker.lets_through()


def test_a_trial_that_never_comes_back_is_followed_by_another(breaker, clock):
    breaker.failed()
    clock.now += 5.1
    assert breaker.lets_through()
    clock.now += 5.1
    assert breaker.lets_through()


def test_once_slow_is_forgiven_and_twice_in_a_row_is_not(breaker):
    breaker.succeeded(slowly=True)
    assert breaker.lets_through()
    breaker.succeeded()
    breaker.succeeded(slowly=True)
    assert breaker.lets_through()
    breaker.succeeded(slowly=True)
    assert not breaker.lets_through()
