"""Data come through the channel as they were, and nothing else comes through at all."""

import json
import socket
import threading
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from actloss.course.values import Opaque, plain
from actloss.grading import wire

DTYPES = [np.dtype(name) for name in wire.DTYPES]
NUMBERS = st.one_of(st.booleans(), st.integers(), st.floats(), st.complex_numbers(), st.none())
KEYS = st.one_of(st.text(), st.integers(), st.booleans())
ARRAYS = st.sampled_from(DTYPES).flatmap(
    lambda dtype: arrays.arrays(dtype, arrays.array_shapes(min_dims=0, max_dims=3, min_side=0))
)
VALUES = st.recursive(
    st.one_of(NUMBERS, st.text(), ARRAYS, st.just(...), st.frozensets(KEYS)),
    lambda inside: st.one_of(
        st.lists(inside), st.lists(inside).map(tuple), st.dictionaries(KEYS, inside)
    ),
    max_leaves=20,
)


def there_and_back(value):
    blobs = []
    node = json.loads(json.dumps(wire.encode(value, blobs)))
    return wire.decode(node, blobs)


def alike(left, right):
    if isinstance(left, np.ndarray):
        return (
            left.dtype == right.dtype
            and left.shape == right.shape
            and left.tobytes() == right.tobytes()
        )
    if type(left) is not type(right):
        return False
    if isinstance(left, (list, tuple)):
        return len(left) == len(right) and all(map(alike, left, right))
    if isinstance(left, dict):
        return list(left) == list(right) and all(alike(left[k], right[k]) for k in left)
    if isinstance(left, frozenset):
        return left == right
    return repr(left) == repr(right)  # NaN and -0.0 too


@settings(max_examples=60, deadline=None)
@given(VALUES)
def test_every_value_comes_through_unchanged(value):
    assert alike(there_and_back(plain(value)), plain(value))


@pytest.mark.parametrize(
    "value", [2**63, -(2**64), 2**9000, np.longdouble(0.5), np.array(["ä", ""])]
)
def test_unusual_numbers_and_texts_come_through(value):
    assert np.all(there_and_back(plain(value)) == value)


def test_what_is_not_data_becomes_its_description():
    assert there_and_back(plain(object())) == Opaque("an object of type object")


def test_a_function_goes_as_a_number_by_which_it_can_be_called():
    functions = []
    node = wire.encode([np.sin], [], functions)
    assert functions == [np.sin]
    assert wire.decode(node, [], lambda number: f"function {number}") == ["function 0"]


@pytest.mark.parametrize(
    "node",
    [
        {},
        {"array": 0, "dtype": "f8", "shape": [3]},
        {"array": 0, "dtype": "f8", "shape": [2**40, 2**40]},
        {"array": 0, "dtype": "f8", "shape": [-1, -2]},
        {"array": 0, "dtype": "f8", "shape": [True, 2]},
        {"array": 0, "dtype": "O", "shape": [2]},
        {"array": 0, "dtype": "V8", "shape": [2]},
        {"array": 0, "dtype": "U99999999", "shape": [0]},
        {"array": 0, "dtype": ["f8"], "shape": [2]},
        {"array": 1, "dtype": "f8", "shape": [2]},
        {"array": -1, "dtype": "f8", "shape": [2]},
        {"array": 0, "dtype": "f8", "shape": "2"},
        {"array": 0, "dtype": "f8"},
        {"array": 0, "dtype": "U1", "shape": [4]},  # its bytes are no letters
        {"int": "0x" + "f" * 20_000},
        {"int": 3},
        {"set": [[1]]},
        {"dict": [[[1], 2]]},
        {"dict": [[n, 0] for n in range(wire.MOST_KEYS + 1)]},
        {"function": 0},
        {"pickle": "gASVKA"},
        {"complex": [1]},
    ],
)
def test_nonsense_is_malformed(node):
    with pytest.raises((wire.Malformed, ValueError)):
        wire.decode(node, [b"\xff" * 16])


def test_deep_nesting_is_malformed():
    node = []
    for _ in range(wire.MOST_DEPTH + 1):
        node = [node]
    with pytest.raises(wire.Malformed):
        wire.decode(node, [])


def send_raw(raw, seconds=0.3, then=lambda channel: None):
    """What `receive` makes of raw bytes from the other side."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(raw)
        then(theirs)
        return wire.receive(ours, time.monotonic() + seconds)


def frame(header, raw=b""):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return wire.LENGTHS.pack(len(text), len(raw)) + text + raw


def test_a_frame_arrives_whole():
    assert send_raw(frame({"blobs": [1, 2]}, b"abc"))[1] == [b"a", b"bc"]


@pytest.mark.parametrize(
    "raw",
    [
        wire.LENGTHS.pack(2**32 - 1, 0),
        wire.LENGTHS.pack(0, 2**32 - 1),
        frame(b"\xff\xfe"),
        frame(b"[" * 100_000),
        frame([]),
        frame({"blobs": [5]}, b"abc"),
        frame({"blobs": [-1, 4]}, b"abc"),
        frame({"blobs": "abc"}, b"abc"),
        frame({}),
    ],
)
def test_a_frame_that_lies_is_malformed(raw):
    with pytest.raises(wire.Malformed):
        send_raw(raw)


def test_the_other_side_may_go_at_any_time():
    whole = frame({"blobs": [3]}, b"abc")
    for length in range(len(whole)):
        with pytest.raises(EOFError):
            send_raw(whole[:length], then=lambda channel: channel.close())


def test_a_byte_now_and_then_does_not_move_the_deadline():
    ours, theirs = socket.socketpair()
    stop = threading.Event()

    def drip():
        theirs.sendall(wire.LENGTHS.pack(1000, 0))
        while not stop.wait(0.02):
            theirs.sendall(b" ")

    dripping = threading.Thread(target=drip)
    dripping.start()
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        wire.receive(ours, began + 0.2)
    assert time.monotonic() - began < 2
    stop.set()
    dripping.join()


def test_what_is_too_large_is_not_sent():
    ours, theirs = socket.socketpair()
    with ours, theirs, pytest.raises(ValueError, match="too large"):
        wire.send(ours, {}, [bytes(wire.MOST_BYTES + 1)])
