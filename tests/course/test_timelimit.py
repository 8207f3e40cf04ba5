"""Code that never ends is stopped, whatever it catches, and nothing of the limit stays behind."""

# ruff: noqa: SIM105, B012

import signal
import sys
import time

import pytest

from actloss.course.timelimit import TimeLimit


def loops():
    while True:
        pass


def sleeps_and_catches_everything():
    while True:
        try:
            time.sleep(10)
        except:  # noqa: E722
            pass


def catches_exceptions():
    while True:
        try:
            loops()
        except Exception:
            pass


def catches_in_three_nested_loops():
    while True:
        try:
            while True:
                try:
                    while True:
                        try:
                            loops()
                        except BaseException:
                            pass
                except BaseException:
                    pass
        except BaseException:
            pass


def keeps_what_it_catches():
    caught = []
    while True:
        try:
            loops()
        except BaseException as error:
            caught.append(error)


def starts_again_when_stopped():
    try:
        loops()
    except BaseException:
        starts_again_when_stopped()


def continues_finally():
    while True:
        try:
            loops()
        finally:
            continue


def returns_late():
    try:
        loops()
    except BaseException:
        return "a result after all"


@pytest.mark.parametrize(
    "endless",
    [
        loops,
        sleeps_and_catches_everything,
        catches_exceptions,
        catches_in_three_nested_loops,
        keeps_what_it_catches,
        starts_again_when_stopped,
        continues_finally,
        returns_late,
    ],
)
def test_endless_code_is_stopped(endless):
    begin = time.monotonic()
    with TimeLimit(0.05) as limit:
        endless()
    assert limit.expired
    assert time.monotonic() - begin < 2


def test_nothing_of_the_limit_stays():
    def mine(*event):
        raise AssertionError("the alarm that was set before should not ring now")

    before = signal.signal(signal.SIGALRM, mine)
    trace = sys.gettrace()
    signal.setitimer(signal.ITIMER_REAL, 1000)
    try:
        with TimeLimit(0.05):
            loops()
        assert signal.getsignal(signal.SIGALRM) is mine
        assert signal.getitimer(signal.ITIMER_REAL)[0] > 900
        assert sys.gettrace() is trace
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_quick_code_is_left_alone():
    with TimeLimit(5) as limit:
        value = sum(range(1000))
    assert value == 499500
    assert not limit.expired


def test_errors_pass_through():
    with pytest.raises(ZeroDivisionError), TimeLimit(5):
        1 / 0  # noqa: B018
