# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""QR codes (ISO/IEC 18004) of bytes at level L, quickly: a letter has time for one.

A symbol is one number with a bit for each module, row by row with a gap of one bit after each
row. So a mask is one exclusive or, and the eight penalties are shifts and counts of bits.
"""

from __future__ import annotations

import functools
import struct
import zlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kodeks.documents.errors import DocumentError

MAX_BYTES = 2953
"""Bytes in the largest symbol: version 40, level L (ISO/IEC 18004, table 7)."""
QUIET_ZONE = 4
"""Modules of white around the symbol, which are part of it (ISO/IEC 18004, 6.3.8)."""

# By version 1 to 40 at level L (ISO/IEC 18004, table 9): correction codewords in a block; blocks.
_CORRECTION = (
    *(7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28),
    *(28, 28, 30, 30, 26, 28, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30),
)
_BLOCKS = (
    *(1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 6, 6, 7, 8),
    *(8, 9, 9, 10, 12, 12, 12, 13, 14, 15, 16, 17, 18, 19, 19, 20, 21, 22, 24, 25),
)
_FIELD = 0x11D
_FORMAT_GENERATOR, _FORMAT_MASK, _VERSION_GENERATOR = 0x537, 0x5412, 0x1F25
_LEVEL_L = 1

Modules = npt.NDArray[np.uint8]
"""Square, 1 for a dark module."""


@dataclass(frozen=True)
class _Frame:
    """What all symbols of a version share."""

    size: int
    fixed: Modules
    places: npt.NDArray[np.intp]
    """Where the bits go, in their order, as indices into the flat symbol."""
    masks: tuple[int, ...]
    formats: tuple[int, ...]


def modules(data: bytes) -> Modules:
    """The symbol of `data` in 8-bit bytes, of the least version and with the best mask.

    Raises DocumentError when `data` is larger than ``MAX_BYTES``.
    """
    version = _version(len(data))
    frame = _frame(version)
    bits = np.unpackbits(_codewords(data, version))
    symbol = frame.fixed.copy()
    # The last few modules of some versions hold no codeword: they are light before masking.
    symbol.reshape(-1)[frame.places[: len(bits)]] = bits
    plain = _number(symbol)
    masked = (plain ^ mask ^ form for mask, form in zip(frame.masks, frame.formats, strict=True))
    best = min(masked, key=lambda number: penalty(number, frame.size))
    return _of_number(best, frame.size)


def png(symbol: Modules) -> bytes:
    """The symbol with its quiet zone as a picture: one point, of one bit, for each module."""
    side = len(symbol) + 2 * QUIET_ZONE
    light = np.pad(1 - symbol, QUIET_ZONE, constant_values=1)
    rows = np.packbits(np.pad(light, ((0, 0), (0, -side % 8))), axis=1)
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)),
            # As good as random: a higher level makes it no smaller.
            _chunk(b"IDAT", zlib.compress(np.pad(rows, ((0, 0), (1, 0))).tobytes(), 1)),
            _chunk(b"IEND", b""),
        )
    )


def penalty(number: int, size: int) -> int:
    """How hard the symbol is to read (ISO/IEC 18004, 7.8.3.1); the mask with the least is used."""
    light = _everywhere(size) & ~number
    alike = _alike(number, size, 1)
    below = _alike(number, size, size + 1)
    score = 3 * (alike & alike >> (size + 1) & below).bit_count()
    for step, same in ((1, alike), (size + 1, below)):
        # A run of n >= 5 modules costs n - 2, and there are n - 4 beginnings of five in it.
        threes = same & same >> step
        fives = threes & threes >> (2 * step)
        score += fives.bit_count() + 2 * (fives & ~(fives << step)).bit_count()
        score += 40 * _finder_like(number, light, step).bit_count()
    percent = 100 * number.bit_count() / size**2
    return score + 10 * int(abs(percent - 50) / 5)


def _alike(number: int, size: int, step: int) -> int:
    """Where a module has the colour of the one `step` after it, and that one is in the symbol."""
    both = _everywhere(size) & _everywhere(size) >> step
    return both & ~(number ^ number >> step)


def _finder_like(dark: int, light: int, step: int) -> int:
    """Where 1:1:3:1:1 begins with four light modules before or after it, inside the symbol."""
    found = dark & dark >> (2 * step)
    # Dark, dark and what is four and two after: the same pair again, two and four on.
    found &= found >> (4 * step) & dark >> (3 * step) & light >> step & light >> (5 * step)
    twos = light & light >> step
    fours = twos & twos >> (2 * step)
    return found & (fours >> (7 * step) | fours << (4 * step))


def _version(length: int) -> int:
    for version in range(1, 41):
        # Mode (4 bits) and count (8 or 16 bits), and the end (4 bits), take this many bytes.
        if length + (2 if version < 10 else 3) <= _data_codewords(version):
            return version
    raise DocumentError("Kvitteringen er for stor til en kode i brevet.")


def _codewords(data: bytes, version: int) -> Modules:
    """Data and correction, interleaved as they are placed."""
    count, room = len(data), _data_codewords(version)
    width = 8 if version < 10 else 16
    stream = (0b0100 << width | count) << 8 * count | int.from_bytes(data)
    length = 4 + width + 8 * count
    # Four zeros end the stream; mode and count left it in the middle of a byte.
    words = (stream << 4).to_bytes(-(-length // 8))
    words += (b"\xec\x11" * room)[: room - len(words)]
    blocks, correction = _BLOCKS[version - 1], _CORRECTION[version - 1]
    short, longer = room // blocks, room % blocks
    # Short blocks get a zero in front, which changes nothing about their correction.
    table = np.zeros((blocks, short + 1), dtype=np.uint8)
    flat = np.frombuffer(words, dtype=np.uint8)
    border = short * (blocks - longer)
    table[: blocks - longer, 1:] = flat[:border].reshape(-1, short)
    table[blocks - longer :] = flat[border:].reshape(-1, short + 1)
    parity = _parity(table, correction)
    interleaved = np.empty((short + 1, blocks), dtype=np.uint8)
    interleaved[:short] = table[:, 1:].T
    interleaved[:short, blocks - longer :] = table[blocks - longer :, :short].T
    last = table[blocks - longer :, short]
    return np.concatenate((interleaved[:short].reshape(-1), last, parity.T.reshape(-1)))


def _parity(table: Modules, correction: int) -> Modules:
    """The Reed-Solomon codewords of each row: the data times a matrix over GF(256)."""
    length = table.shape[1]
    summands = _products(length, correction)[np.arange(length), table]
    parity: Modules = np.bitwise_xor.reduce(summands, axis=1).view(np.uint8)
    return parity[:, :correction]


@functools.lru_cache(maxsize=4)
def _products(length: int, correction: int) -> npt.NDArray[np.uint64]:
    """Each row of the generator matrix times each byte; eight codewords in a number.

    About 1 MB, so only those of the versions in use are kept.
    """
    exponent, logarithm = _powers()
    matrix = _generator_matrix(length, correction)
    padded = np.pad(matrix, ((0, 0), (0, -correction % 8)))
    products = exponent[logarithm[padded][:, None, :] + logarithm[None, :, None]]
    return np.ascontiguousarray(products).view(np.uint64)


@functools.cache
def _powers() -> tuple[Modules, npt.NDArray[np.int16]]:
    """Powers of 2 in GF(256), zero from 512 on, and logarithms, where that of 0 is 512."""
    exponent = np.zeros(1025, dtype=np.uint8)
    logarithm = np.full(256, 512, dtype=np.int16)
    value = 1
    for power in range(255):
        exponent[power] = exponent[power + 255] = value
        logarithm[value] = power
        value = value << 1 ^ (_FIELD if value & 0x80 else 0)
    exponent[510] = exponent[0]
    return exponent, logarithm


def _times(left: int, right: int) -> int:
    exponent, logarithm = _powers()
    return int(exponent[logarithm[left] + logarithm[right]])


@functools.cache
def _generator_matrix(length: int, correction: int) -> Modules:
    """Row i is x**(length - 1 - i + correction) modulo the generator polynomial."""
    generator = [1]
    root = 1
    for _ in range(correction):
        shifted = [*generator, 0]
        for place, factor in enumerate(generator):
            shifted[place + 1] ^= _times(factor, root)
        generator = shifted
        root = _times(root, 2)
    rows = [generator[1:]]
    for _ in range(length - 1):
        first, *rest = rows[-1]
        rows.append([a ^ _times(first, b) for a, b in zip([*rest, 0], generator[1:], strict=True)])
    return np.array(rows[::-1], dtype=np.uint8)


@functools.cache
def _frame(version: int) -> _Frame:
    size = 17 + 4 * version
    fixed, taken = np.zeros((2, size, size), dtype=np.uint8)
    _draw_patterns(fixed, taken, version)
    free = taken == 0
    rows, columns = np.indices((size, size))
    product = rows * columns
    conditions = (
        (rows + columns) % 2,
        rows % 2,
        columns % 3,
        (rows + columns) % 3,
        (rows // 2 + columns // 3) % 2,
        product % 2 + product % 3,
        (product % 2 + product % 3) % 2,
        ((rows + columns) % 2 + product % 3) % 2,
    )
    masks = tuple(_number(((each == 0) & free).astype(np.uint8)) for each in conditions)
    formats = tuple(_number(_format(size, mask)) for mask in range(8))
    return _Frame(size, fixed, _places(free), masks, formats)


def _draw_patterns(fixed: Modules, taken: Modules, version: int) -> None:
    """Finders, timing, alignment, version; and what is kept for the format."""
    size = len(fixed)
    fixed[6, ::2] = fixed[::2, 6] = 1
    taken[6] = taken[:, 6] = 1
    ring = np.maximum(*np.abs(np.indices((9, 9)) - 4))
    finder = np.isin(ring, (0, 1, 3)).astype(np.uint8)
    for top, left in ((-1, -1), (-1, size - 8), (size - 8, -1)):
        where = (slice(max(top, 0), top + 9), slice(max(left, 0), left + 9))
        drawn = finder[max(-top, 0) : size - top, max(-left, 0) : size - left]
        fixed[where] = drawn[: size - max(top, 0), : size - max(left, 0)]
    taken[:9, :9] = taken[:9, -8:] = taken[-8:, :9] = 1
    centres = _alignment(version)
    corners = {(6, 6), (6, size - 7), (size - 7, 6)}
    for row in centres:
        for column in centres:
            if (row, column) not in corners:
                where = (slice(row - 2, row + 3), slice(column - 2, column + 3))
                fixed[where] = ring[2:7, 2:7] != 1
                taken[where] = 1
    fixed[size - 8, 8] = 1
    if version >= 7:
        bits = _with_remainder(version, _VERSION_GENERATOR, 12)
        block = np.array([bits >> place & 1 for place in range(18)], np.uint8).reshape(6, 3)
        fixed[:6, size - 11 : size - 8] = block
        fixed[size - 11 : size - 8, :6] = block.T
        taken[:6, size - 11 : size - 8] = taken[size - 11 : size - 8, :6] = 1


def _alignment(version: int) -> tuple[int, ...]:
    """The coordinates of alignment patterns (ISO/IEC 18004, annex E)."""
    if version == 1:
        return ()
    count = version // 7 + 2
    step = (version * 8 + count * 3 + 5) // (count * 4 - 4) * 2
    last = 10 + 4 * version
    return (6, *(last - step * back for back in reversed(range(count - 1))))


def _format(size: int, mask: int) -> Modules:
    """Level and mask, in both places (ISO/IEC 18004, 7.9)."""
    bits = _with_remainder(_LEVEL_L << 3 | mask, _FORMAT_GENERATOR, 10) ^ _FORMAT_MASK
    drawn = np.zeros((size, size), dtype=np.uint8)
    down = (*range(6), 7, 8, *range(size - 7, size))
    across = (*range(size - 1, size - 9, -1), 7, *range(5, -1, -1))
    for place in range(15):
        drawn[down[place], 8] = drawn[8, across[place]] = bits >> place & 1
    return drawn


def _with_remainder(value: int, generator: int, width: int) -> int:
    rest = value << width
    while rest.bit_length() > width:
        rest ^= generator << (rest.bit_length() - generator.bit_length())
    return value << width | rest


def _places(free: npt.NDArray[np.bool_]) -> npt.NDArray[np.intp]:
    """Two columns at a time from the right, upwards and downwards by turns (7.7.3)."""
    size = len(free)
    places: list[int] = []
    upwards = True
    for right in (*range(size - 1, 6, -2), 5, 3, 1):
        rows = range(size - 1, -1, -1) if upwards else range(size)
        for row in rows:
            for column in (right, right - 1):
                if free[row, column]:
                    places.append(row * size + column)
        upwards = not upwards
    return np.array(places, dtype=np.intp)


def _data_codewords(version: int) -> int:
    modules_left = (16 * version + 128) * version + 64
    if version >= 2:
        count = version // 7 + 2
        modules_left -= (25 * count - 10) * count - 55
    if version >= 7:
        modules_left -= 36
    return modules_left // 8 - _CORRECTION[version - 1] * _BLOCKS[version - 1]


def _number(symbol: Modules) -> int:
    """Rows after each other, the first module in the lowest bit, a gap of one after each row."""
    spaced = np.pad(symbol, ((0, 0), (0, 1)))
    return int.from_bytes(np.packbits(spaced, bitorder="little").tobytes(), "little")


def _of_number(number: int, size: int) -> Modules:
    data = number.to_bytes(-(-size * (size + 1) // 8), "little")
    bits = np.unpackbits(np.frombuffer(data, np.uint8), bitorder="little")
    return bits[: size * (size + 1)].reshape(size, size + 1)[:, :size]


@functools.cache
def _everywhere(size: int) -> int:
    return _number(np.ones((size, size), dtype=np.uint8))


def _chunk(kind: bytes, content: bytes) -> bytes:
    checksum = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + checksum
