"""Data on its way between the judge and a sandbox: a JSON header, then raw bytes.

Nothing is ever unpickled. What comes out of a sandbox is read as if an enemy had written it: no
length is believed before it is checked, and every array says a known dtype and a shape that fits
its bytes.

A frame is the length of its header and of its bytes (two unsigned 32-bit numbers), the header,
the bytes. In the header an array stands as the place, dtype and shape of its bytes.
"""

from __future__ import annotations

import json
import math
import socket
import struct
import time
from typing import Any

import numpy as np

from actloss.course.values import Opaque

LENGTHS = struct.Struct("!II")
MOST_HEADER = 4 * 2**20
MOST_BYTES = 64 * 2**20
MOST_DEPTH = 50
MOST_KEYS = 10_000  # chosen to collide, many more would keep a judge busy for hours
PIECE = 2**16
DTYPES = ("b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "c8", "c16")


class Malformed(ValueError):
    """What came is not what this module sends."""


# --- Values as JSON, and back ------------------------------------------------------------------


def encode(value: Any, blobs: list[bytes], functions: list[Any] | None = None) -> Any:
    """Plain data (see `values.plain`) as JSON; the bytes of arrays are put into `blobs`.

    A function is put into `functions`, if there is such a list, and goes as its place in it: the
    other side may ask for it to be called.
    """
    if value is None or isinstance(value, (bool, float, str)):
        return value
    if isinstance(value, int):
        return value if abs(value) < 2**63 else {"int": hex(value)}
    if isinstance(value, complex):
        return {"complex": [value.real, value.imag]}
    if isinstance(value, (np.ndarray, np.generic)):
        return _encode_array(np.asarray(value), blobs)
    if isinstance(value, list):
        return [encode(item, blobs, functions) for item in value]
    if isinstance(value, tuple):
        return {"tuple": [encode(item, blobs, functions) for item in value]}
    if isinstance(value, (set, frozenset)):
        return {"set": [encode(item, blobs, functions) for item in value]}
    if isinstance(value, dict):
        pairs = [list(pair) for pair in value.items()]
        return {"dict": [encode(pair, blobs, functions) for pair in pairs]}
    if value is Ellipsis:
        return {"ellipsis": None}
    if callable(value) and functions is not None:
        functions.append(value)
        return {"function": len(functions) - 1}
    return {"opaque": value.description if isinstance(value, Opaque) else "an object"}


def _encode_array(array: np.ndarray, blobs: list[bytes]) -> dict[str, Any]:
    if array.dtype.kind in "fc" and array.dtype.itemsize > (8 if array.dtype.kind == "f" else 16):
        array = array.astype(float if array.dtype.kind == "f" else complex)  # no two agree on more
    blobs.append(array.tobytes())
    dtype = array.dtype.str.lstrip("<>=|")
    return {"array": len(blobs) - 1, "dtype": dtype, "shape": list(array.shape)}


def decode(node: Any, blobs: list[bytes], function: Any = None, depth: int = 0) -> Any:
    """The value that a node of JSON stands for; `function(number)` makes a function."""
    if depth > MOST_DEPTH:
        raise Malformed("it is nested too deeply")
    if node is None or isinstance(node, (bool, int, float, str)):
        return node
    if isinstance(node, list):
        return [decode(item, blobs, function, depth + 1) for item in node]
    if not isinstance(node, dict) or not node:
        raise Malformed("it is no value")
    kind = next(iter(node))
    inside = node[kind]
    if kind == "array":
        return _decode_array(node, blobs)
    if kind == "opaque":
        return Opaque(str(inside)[:200])
    if kind == "ellipsis":
        return Ellipsis
    if kind == "function" and function is not None:
        return function(count(inside))
    if kind == "int" and isinstance(inside, str) and len(inside) < 10_000:
        return int(inside, 16)
    if not isinstance(inside, list) or (kind in ("dict", "set") and len(inside) > MOST_KEYS):
        raise Malformed(f"{kind!r} is no value")
    if kind == "complex" and len(inside) == 2:
        return complex(float(inside[0]), float(inside[1]))
    if kind == "dict":
        pairs = [decode(pair, blobs, function, depth + 1) for pair in inside]
        return {_key(pair[0]): pair[1] for pair in pairs if isinstance(pair, list)}
    if kind == "tuple":
        return tuple(decode(item, blobs, function, depth + 1) for item in inside)
    if kind == "set":
        return frozenset(_key(decode(item, blobs, function, depth + 1)) for item in inside)
    raise Malformed(f"{kind!r} is no value")


def _key(value: Any) -> Any:
    try:
        hash(value)
    except TypeError:
        raise Malformed("a key that cannot be one") from None
    return value


def count(number: Any, most: int = 2**40) -> int:
    """A number that came, if it is a count of something."""
    if type(number) is not int or not 0 <= number <= most:
        raise Malformed("a count that is none")
    return number


def _decode_array(node: dict[str, Any], blobs: list[bytes]) -> np.ndarray:
    place = count(node.get("array"), len(blobs) - 1)
    name, shape = node.get("dtype"), node.get("shape")
    text = isinstance(name, str) and name.startswith("U") and name[1:].isdecimal()
    if name not in DTYPES and not (text and len(str(name)) < 8):
        raise Malformed("an array of an unknown dtype")
    if not isinstance(shape, list) or len(shape) > 32:
        raise Malformed("an array without a shape")
    dtype = np.dtype(name if text else f"<{name}")
    size = math.prod(map(count, shape))
    if size * dtype.itemsize != len(blobs[place]) or size > MOST_BYTES:
        raise Malformed("an array whose shape does not fit its bytes")
    if dtype.itemsize == 0:  # empty texts, of which any number takes no bytes
        if size > MOST_KEYS:
            raise Malformed("too many texts")
        return np.zeros(shape, "U1")
    array = np.frombuffer(blobs[place], dtype).reshape(shape).copy()
    if text:
        try:
            array.tolist()
        except (ValueError, SystemError):
            raise Malformed("text that is none") from None
    return array


# --- Frames on a socket ------------------------------------------------------------------------


def send(channel: socket.socket, header: dict[str, Any], blobs: list[bytes]) -> None:
    """Send one frame; raises `ValueError` where it is larger than may be sent."""
    text = json.dumps({**header, "blobs": [len(blob) for blob in blobs]}).encode()
    raw = b"".join(blobs)
    if len(text) > MOST_HEADER or len(raw) > MOST_BYTES:
        raise ValueError("too large to send")
    channel.sendall(LENGTHS.pack(len(text), len(raw)) + text + raw)


def receive(channel: socket.socket, deadline: float) -> tuple[dict[str, Any], list[bytes]]:
    """One frame, whole, before `deadline` (in `time.monotonic`'s seconds).

    Raises `TimeoutError`, `EOFError` where the other side is gone, and `Malformed`.
    """
    header_length, raw_length = LENGTHS.unpack(_exactly(channel, LENGTHS.size, deadline))
    if header_length > MOST_HEADER or raw_length > MOST_BYTES:
        raise Malformed("a frame too large")
    try:
        header = json.loads(_exactly(channel, header_length, deadline))
    except (ValueError, RecursionError):
        raise Malformed("a header that is not JSON") from None
    raw = _exactly(channel, raw_length, deadline)
    lengths = header.get("blobs") if isinstance(header, dict) else None
    if not isinstance(lengths, list) or sum(map(count, lengths)) != raw_length:
        raise Malformed("a header that does not fit its bytes")
    blobs, start = [], 0
    for length in lengths:
        blobs.append(raw[start : start + length])
        start += length
    return header, blobs


def _exactly(channel: socket.socket, length: int, deadline: float) -> bytes:
    # The deadline is for the whole: a byte now and then does not move it.
    pieces = []
    while length:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        channel.settimeout(left)
        try:
            piece = channel.recv(min(length, PIECE))
        except ConnectionError:
            raise EOFError from None
        if not piece:
            raise EOFError
        pieces.append(piece)
        length -= len(piece)
    return b"".join(pieces)
