# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The tree as tiles (C2SP tlog-tiles): 256 hashes each, written once, in any store.

Level 0 holds leaf hashes; a hash at level L + 1 is the root of a full tile at level L. A tree of
n leaves has `n >> 8 * L` hashes at level L; its last tile there may be partial (width 1 to 255).
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from kodeks.ledger.errors import VerificationError
from kodeks.ledger.merkle import (
    EMPTY_ROOT,
    HASH_SIZE,
    consistency_ranges,
    inclusion_ranges,
    node_hash,
    root_hash,
)

HEIGHT = 8
FULL_WIDTH = 1 << HEIGHT
MAX_LEVEL = 63

#: Reads the tile (level, index, width): at least its first `width` hashes, concatenated. A store
#: that has replaced a partial tile by a wider one may return that: hashes in tiles never change.
ReadTile = Callable[[int, int, int], bytes]

_PATH = re.compile(
    r"tile/(?P<level>entries|0|[1-9][0-9]?)/(?P<index>(?:x[0-9]{3}/){0,6}[0-9]{3})"
    r"(?:\.p/(?P<width>[1-9][0-9]{0,2}))?"
)


@dataclass(frozen=True)
class TileId:
    """Which tile: `level` 0 to 63, or None for the bundle of the entries themselves."""

    level: int | None
    index: int
    width: int = FULL_WIDTH

    @property
    def path(self) -> str:
        """Path below the log's address, for example `tile/0/x001/234.p/12`."""
        groups = [f"{self.index % 1000:03d}"]
        rest = self.index // 1000
        while rest:
            groups.append(f"x{rest % 1000:03d}")
            rest //= 1000
        level = "entries" if self.level is None else str(self.level)
        suffix = "" if self.width == FULL_WIDTH else f".p/{self.width}"
        return f"tile/{level}/{'/'.join(reversed(groups))}{suffix}"


@dataclass(frozen=True)
class Tile:
    """A tile to store: `width` hashes, concatenated in `data`."""

    level: int
    index: int
    width: int
    data: bytes


@dataclass(frozen=True)
class Batch:
    """What an append leads to: the new size and root, and the tiles to store with them."""

    size: int
    root: bytes
    tiles: tuple[Tile, ...]


def parse_tile_path(path: str) -> TileId:
    """The tile that `path` names; raises VerificationError unless it is the one way to write it."""
    match = _PATH.fullmatch(path)
    if match:
        level = None if match["level"] == "entries" else int(match["level"])
        index = int(match["index"].replace("x", "").replace("/", ""))
        tile = TileId(level, index, int(match["width"] or FULL_WIDTH))
        if tile.path == path and (level is None or level <= MAX_LEVEL):
            return tile
    raise VerificationError("Adressen er ikke en del af loggen.")


def partial_width(*, level: int, size: int) -> int:
    """Hashes in the partial tile at `level` of a tree of `size` leaves; 0 if there is none."""
    return (size >> HEIGHT * level) % FULL_WIDTH


def levels(size: int) -> range:
    """The levels at which a tree of `size` leaves has hashes."""
    return range(-(-size.bit_length() // HEIGHT))


def proof_tiles(ranges: Sequence[tuple[int, int]], *, size: int) -> list[TileId]:
    """The tiles of a tree of `size` leaves that a proof over `ranges` of leaves reads."""
    found: dict[tuple[int, int], TileId] = {}
    for low, high in ranges:
        for start, height in _complete_subtrees(low, high):
            level = height // HEIGHT
            index = start >> HEIGHT * (level + 1)
            whole = index < size >> HEIGHT * (level + 1)
            width = FULL_WIDTH if whole else partial_width(level=level, size=size)
            found[level, index] = TileId(level, index, width)
    return list(found.values())


def _hashes(data: bytes, width: int) -> list[bytes]:
    if not width <= len(data) / HASH_SIZE <= FULL_WIDTH or len(data) % HASH_SIZE:
        raise VerificationError("En gemt del af loggen har forkert længde.")
    return [data[at : at + HASH_SIZE] for at in range(0, width * HASH_SIZE, HASH_SIZE)]


def _complete_subtrees(low: int, high: int) -> Iterator[tuple[int, int]]:
    """Split a range of leaves, as found in proofs, into complete subtrees (start, height)."""
    while low < high:
        height = (high - low).bit_length() - 1
        yield low, height
        low += 1 << height


def _fold(roots: Sequence[bytes]) -> bytes:
    """Root over complete subtrees of falling size."""
    if not roots:
        return EMPTY_ROOT
    *rest, root = roots
    for left in reversed(rest):
        root = node_hash(left, root)
    return root


class TreeBuilder:
    """Appends leaf hashes to a tree and says which tiles to store.

    It keeps only the tree's right edge. Build a new one from the store when storing a batch has
    failed: the builder is then ahead of the store.
    """

    def __init__(self, *, size: int, read_tile: ReadTile) -> None:
        """Continue the stored tree of `size` leaves; reads its partial tiles, at most 8."""
        self._size = size
        self._edge: list[list[bytes]] = []
        for level in levels(size):
            width = partial_width(level=level, size=size)
            index = size >> HEIGHT * (level + 1)
            self._edge.append(_hashes(read_tile(level, index, width), width) if width else [])
        # Roots of the complete subtrees that the size's binary digits stand for, largest first.
        self._roots = [
            root_hash(hashes[start : start + (1 << height)])
            for hashes in reversed(self._edge)
            for start, height in _complete_subtrees(0, len(hashes))
        ]

    @property
    def size(self) -> int:
        """Number of leaves."""
        return self._size

    @property
    def root(self) -> bytes:
        """Root hash of the tree at `size`."""
        return _fold(self._roots)

    def append(self, leaf_hashes: Sequence[bytes]) -> Batch:
        """Add the leaves in order. Tiles of the batch: those filled, then the partial ones."""
        if any(len(value) != HASH_SIZE for value in leaf_hashes):
            raise VerificationError(f"En hash skal fylde {HASH_SIZE} byte.")
        first = self._size
        tiles = [tile for value in leaf_hashes for tile in self._add(value)]
        for level, hashes in enumerate(self._edge):
            shift = HEIGHT * level
            if hashes and self._size >> shift > first >> shift:
                index = self._size >> shift + HEIGHT
                tiles.append(Tile(level, index, len(hashes), b"".join(hashes)))
        return Batch(self._size, self.root, tuple(tiles))

    def _add(self, value: bytes) -> list[Tile]:
        """Add one leaf; the tiles that it fills."""
        full = []
        height = 0
        while True:
            if height % HEIGHT == 0:
                full += self._extend(height // HEIGHT, value)
            if not self._size >> height & 1:
                break
            value = node_hash(self._roots.pop(), value)
            height += 1
        self._roots.append(value)
        self._size += 1
        return full

    def _extend(self, level: int, value: bytes) -> list[Tile]:
        """Add a hash to the edge at `level`; the tile, if it is full now."""
        if level == len(self._edge):
            self._edge.append([])
        hashes = self._edge[level]
        hashes.append(value)
        if len(hashes) < FULL_WIDTH:
            return []
        self._edge[level] = []
        index = self._size >> HEIGHT * (level + 1)
        return [Tile(level, index, FULL_WIDTH, b"".join(hashes))]


@dataclass(frozen=True)
class HashReader:
    """Roots and proofs of the stored tree of `size` leaves and of all its earlier sizes.

    Each answer reads at most two tiles a level (6 for 10 million entries) and hashes at most 255
    nodes in each. Tiles are not trusted: check a proof with `merkle` where the store may be.
    """

    size: int
    read_tile: ReadTile

    def leaf(self, *, index: int) -> bytes:
        """Leaf hash number `index`."""
        if not 0 <= index < self.size:
            raise VerificationError(f"Nummer {index} findes ikke i en log med {self.size} poster.")
        return self._roots([(index, index + 1)])[0]

    def root(self, *, size: int | None = None) -> bytes:
        """Root of the tree at `size` (default: the whole tree)."""
        return self._roots([(0, self._at(size))])[0]

    def inclusion_proof(self, *, index: int, size: int | None = None) -> list[bytes]:
        """Proof that leaf `index` is in the tree at `size` (default: the whole tree)."""
        return self._roots(inclusion_ranges(index=index, size=self._at(size)))

    def consistency_proof(self, *, old_size: int, new_size: int | None = None) -> list[bytes]:
        """Proof that the tree at `new_size` (default: the whole tree) continues `old_size`."""
        new = self._at(new_size)
        return self._roots(consistency_ranges(old_size=old_size, new_size=new))

    def _at(self, size: int | None) -> int:
        if size is None:
            return self.size
        if not 0 <= size <= self.size:
            raise VerificationError(f"Loggen har {self.size} poster og ikke {size}.")
        return size

    def _roots(self, ranges: Sequence[tuple[int, int]]) -> list[bytes]:
        cache: dict[tuple[int, int], list[bytes]] = {}
        return [
            _fold([self._subtree(cache, *tree) for tree in _complete_subtrees(low, high)])
            for low, high in ranges
        ]

    def _subtree(self, cache: dict[tuple[int, int], list[bytes]], low: int, height: int) -> bytes:
        level, inner = divmod(height, HEIGHT)
        index, offset = divmod(low >> HEIGHT * level, FULL_WIDTH)
        if (level, index) not in cache:
            cache[level, index] = self._tile(level, index)
        return root_hash(cache[level, index][offset : offset + (1 << inner)])

    def _tile(self, level: int, index: int) -> list[bytes]:
        complete = (self.size >> HEIGHT * level) // FULL_WIDTH
        width = partial_width(level=level, size=self.size) if index == complete else FULL_WIDTH
        return _hashes(self.read_tile(level, index, width), width)
