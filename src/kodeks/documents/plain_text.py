# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The blocks of a letter as text for mail: blocks with an empty line between them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kodeks.documents.letters import Block, Facts, Heading, Listing


def plain_text(blocks: Iterable[Block]) -> str:
    """The words of the blocks; a heading is a line of its own above what follows."""
    return "".join(_lines(blocks)).strip()


def _lines(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        match block:
            case str():
                yield f"{block}\n\n"
            case Heading():
                yield f"{block.text}\n"
            case Facts():
                yield "".join(f"{name}: {value}\n" for name, value in block.rows) + "\n"
            case Listing():
                signs = (
                    f"{number}." if block.numbered else "-"
                    for number in range(1, len(block.items) + 1)
                )
                pairs = zip(signs, block.items, strict=True)
                yield "".join(f"{sign} {item}\n" for sign, item in pairs) + "\n"
