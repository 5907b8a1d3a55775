# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""QR codes: the same modules as another's program makes, the best mask, and readable."""

import random

import numpy as np
import pytest
import segno
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st

from kodeks.documents import qr
from kodeks.documents.errors import DocumentError

# Bytes in a full symbol of version 1 to 40 at level L (ISO/IEC 18004, table 7).
CAPACITY = (
    *(17, 32, 53, 78, 106, 134, 154, 192, 230, 271, 321, 367, 425, 458, 520, 586, 644, 718, 792),
    *(858, 929, 1003, 1091, 1171, 1273, 1367, 1465, 1528, 1628, 1732, 1840, 1952, 2068, 2188, 2303),
    *(2431, 2563, 2699, 2809, 2953),
)


def mask_of(symbol) -> int:
    """As the symbol itself says."""
    bits = (int(symbol[8, len(symbol) - 1 - place]) for place in range(8))
    format_ = sum(bit << place for place, bit in enumerate(bits))
    format_ |= sum(int(symbol[8, 5 - place]) << (9 + place) for place in range(6))
    return (format_ ^ 0x5412) >> 10 & 7


@pytest.mark.parametrize("version", range(1, 41))
def test_a_full_symbol_is_what_another_program_draws(version):
    # Only full ones: segno puts a zero byte before the padding, which readers do not see.
    data = random.Random(version).randbytes(CAPACITY[version - 1])
    symbol = qr.modules(data)
    drawn = segno.make_qr(
        data, error="l", boost_error=False, mode="byte", mask=mask_of(symbol), version=version
    )
    assert np.array_equal(symbol, np.array([list(row) for row in drawn.matrix]))


def test_one_byte_more_takes_the_next_version():
    sizes = [len(qr.modules(bytes(count + 1))) for count in CAPACITY[:-1]]
    assert sizes == [17 + 4 * version for version in range(2, 41)]


def test_too_much_is_refused():
    assert CAPACITY[-1] == qr.MAX_BYTES
    with pytest.raises(DocumentError, match="for stor til en kode"):
        qr.modules(bytes(qr.MAX_BYTES + 1))


@settings(max_examples=40, deadline=None)
@given(st.binary(min_size=1, max_size=400))
def test_any_bytes_are_read_again(data):
    picture = np.kron(np.pad(1 - qr.modules(data), 4, constant_values=1), np.ones((4, 4)))
    (found,) = zxingcpp.read_barcodes((picture * 255).astype(np.uint8))
    assert found.bytes == data
    assert found.ec_level == "L"


def plain_penalty(symbol) -> int:
    """The four rules of the standard, word for word."""
    size = len(symbol)
    score = 0
    for line in (*symbol.tolist(), *symbol.T.tolist()):
        run = 0
        for place in range(size):
            run = run + 1 if place and line[place] == line[place - 1] else 1
            if place + 1 == size or line[place + 1] != line[place]:
                score += run - 2 if run >= 5 else 0
        for place in range(size - 6):
            if line[place : place + 7] == [1, 0, 1, 1, 1, 0, 1]:
                after = line[place + 7 : place + 11] == [0] * 4
                before = place >= 4 and line[place - 4 : place] == [0] * 4
                score += 40 * (after or before)
    for row in range(size - 1):
        for column in range(size - 1):
            score += 3 * (symbol[row : row + 2, column : column + 2].sum() in (0, 4))
    return score + 10 * int(abs(100 * symbol.sum() / size**2 - 50) / 5)


@pytest.mark.parametrize("count", [1, 30, 200])
def test_the_mask_with_the_least_penalty_is_used(count):
    data = random.Random(count).randbytes(count)
    symbol = qr.modules(data)
    size = len(symbol)
    spaced = np.pad(symbol, ((0, 0), (0, 1))).reshape(-1)
    number = sum(1 << int(place) for place in np.flatnonzero(spaced))
    assert qr.penalty(number, size) == plain_penalty(symbol)
    unmasked = symbol ^ mask_layer(data, mask_of(symbol))
    others = [plain_penalty(unmasked ^ mask_layer(data, mask)) for mask in range(8)]
    assert plain_penalty(symbol) == min(others)


def mask_layer(data: bytes, mask: int):
    """What a mask and its format change, as two drawings of segno differ."""

    def drawing(number: int):
        drawn = segno.make_qr(data, error="l", boost_error=False, mode="byte", mask=number)
        return np.array([list(row) for row in drawn.matrix], dtype=np.uint8)

    return drawing(mask) ^ drawing(0)


def test_equal_bytes_give_equal_drawings():
    assert qr.png(qr.modules(b"kvittering")) == qr.png(qr.modules(b"kvittering"))
