# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Tiles: a real log of another program, and our builder and reader against the plain tree."""

import json
from base64 import b64decode, b64encode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kodeks.ledger import merkle, note
from kodeks.ledger.checkpoint import open_signed
from kodeks.ledger.entries import parse_entries
from kodeks.ledger.errors import VerificationError
from kodeks.ledger.tiles import (
    HashReader,
    TileId,
    TreeBuilder,
    levels,
    parse_tile_path,
    partial_width,
)

# The key published in the Tessera test log's build script.
TESSERA_KEY = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"
LEAVES = [merkle.leaf_hash(b"%d" % number) for number in range(1100)]
SIZES = [0, 1, 2, 3, 7, 8, 127, 128, 255, 256, 257, 300, 511, 512, 513, 700, 768, 1023, 1024, 1100]


class Store(dict):
    """Tiles by (level, index, width), with a count of reads."""

    def __init__(self):
        super().__init__()
        self.reads = 0

    def add(self, batch):
        for tile in batch.tiles:
            assert (tile.level, tile.index, tile.width) not in self
            self[tile.level, tile.index, tile.width] = tile.data

    def read(self, level, index, width):
        self.reads += 1
        return self[level, index, width]


def stored(leaves):
    store = Store()
    store.add(TreeBuilder(size=0, read_tile=store.read).append(leaves))
    return store


def test_the_tessera_log(vectors):
    log = vectors / "tessera-log/testdata/log"
    key = note.parse_verifier_key(TESSERA_KEY)
    entries = parse_entries((log / TileId(None, 0, 15).path).read_bytes())
    leaves = [merkle.leaf_hash(entry) for entry in entries]
    assert (len(entries), entries[0], entries[-1]) == (15, b"one", b"fivten")
    heads = [open_signed((log / f"checkpoint.{n}").read_bytes(), key=key) for n in range(16)]
    assert open_signed((log / "checkpoint").read_bytes(), key=key) == heads[-1]
    builder = TreeBuilder(size=0, read_tile=Store().read)
    for size, head in enumerate(heads):
        assert (head.size, head.root) == (size, merkle.root_hash(leaves[:size]))
        if size:
            (tile,) = builder.append([leaves[size - 1]]).tiles
            path = log / TileId(tile.level, tile.index, tile.width).path
            assert tile.data == path.read_bytes()
            bundle = log / TileId(None, 0, size).path
            assert parse_entries(bundle.read_bytes()) == entries[:size]

    def read(level, index, width):
        return (log / TileId(level, index, width).path).read_bytes()

    reader = HashReader(15, read)
    for old in heads[1:]:
        merkle.verify_consistency(
            old_size=old.size,
            old_root=old.root,
            new_size=15,
            new_root=heads[-1].root,
            proof=reader.consistency_proof(old_size=old.size),
        )


def test_every_root_and_proof_of_the_go_implementation(vectors):
    data = json.loads((vectors / "tlog-roots-and-proofs.json").read_text())
    leaves = [merkle.leaf_hash(b64decode(leaf)) for leaf in data["leaves"]]
    reader = HashReader(3000, stored(leaves).read)
    for size, root in enumerate(data["roots"], start=1):
        assert reader.root(size=size) == b64decode(root)
    for case in data["inclusion"]:
        proof = reader.inclusion_proof(index=case["I"], size=case["N"])
        assert proof == [b64decode(value) for value in case["Proof"]]
    for case in data["consistency"]:
        proof = reader.consistency_proof(old_size=case["M"], new_size=case["N"])
        assert proof == [b64decode(value) for value in case["Proof"]]
    counts = [len(data[name]) for name in ("leaves", "roots", "inclusion", "consistency")]
    assert counts == [3000, 3000, 1200, 1213]


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (TileId(0, 0), "tile/0/000"),
        (TileId(0, 1234, 12), "tile/0/x001/234.p/12"),
        (TileId(3, 1234067), "tile/3/x001/x234/067"),
        (TileId(None, 999, 255), "tile/entries/999.p/255"),
        (TileId(63, 1000, 1), "tile/63/x001/000.p/1"),
    ],
)
def test_paths(tile, path):
    assert tile.path == path
    assert parse_tile_path(path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "", "tile/0/0", "tile/0/x000/001", "tile/00/000", "tile/64/000", "tile/0/001/002",
        "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/01", "tile/0/000/", "tile/-1/000",
        "/tile/0/000", "tile/0/../000", "tile/0/000\n", "tile/0/٠٠٠", "tile/0/x001", "tile/0/000.p",
    ],
)  # fmt: skip
def test_other_spellings_are_refused(path):
    with pytest.raises(VerificationError):
        parse_tile_path(path)


@given(
    st.none() | st.integers(0, 63),
    st.integers(0, 10**12),
    st.integers(1, 256),
    st.text(max_size=30),
)
def test_paths_round_trip_and_foreign_paths_are_refused(level, index, width, text):
    tile = TileId(level, index, width)
    assert parse_tile_path(tile.path) == tile
    with pytest.raises(VerificationError):
        parse_tile_path(text)


def test_partial_widths_are_those_of_the_specification():
    assert [partial_width(level=level, size=70_000) for level in levels(70_000)] == [112, 17, 1]
    assert [partial_width(level=level, size=256) for level in levels(256)] == [0, 1]
    assert list(levels(0)) == []


def test_every_size_one_leaf_at_a_time():
    store = Store()
    builder = TreeBuilder(size=0, read_tile=store.read)
    assert builder.root == merkle.EMPTY_ROOT
    for size, leaf in enumerate(LEAVES, start=1):
        batch = builder.append([leaf])
        store.add(batch)
        assert batch.size == builder.size == size
        if size % 13 == 0 or size in SIZES:
            assert batch.root == builder.root == merkle.root_hash(LEAVES[:size])
            continued = TreeBuilder(size=size, read_tile=store.read)
            assert continued.root == batch.root
    assert (0, 0, 256) in store
    assert store[1, 0, 4] == b"".join(
        merkle.root_hash(LEAVES[at : at + 256]) for at in range(0, 1024, 256)
    )


@settings(max_examples=25)
@given(st.lists(st.integers(0, 270), max_size=4))
def test_any_partition_into_batches_gives_the_same_tree(parts):
    leaves = LEAVES[: sum(parts)]
    store = Store()
    size = 0
    for part in parts:
        # A new builder each time, as after a restart.
        batch = TreeBuilder(size=size, read_tile=store.read).append(LEAVES[size : size + part])
        store.add(batch)
        size += part
        assert (batch.size, batch.root) == (size, merkle.root_hash(LEAVES[:size]))
        assert bool(batch.tiles) is bool(part)
    once = stored(leaves)
    assert once.items() <= store.items()


@pytest.mark.parametrize("size", SIZES)
def test_the_reader_gives_the_proofs_of_the_plain_tree(size):
    leaves = LEAVES[:size]
    reader = HashReader(size, stored(leaves).read)
    assert reader.root() == merkle.root_hash(leaves)
    for index in {*range(0, size, 61), *range(max(size - 2, 0), size)}:
        assert reader.leaf(index=index) == leaves[index]
        assert reader.inclusion_proof(index=index) == merkle.inclusion_proof(leaves, index)
    for old in range(1, size + 1, 53):
        assert reader.root(size=old) == merkle.root_hash(leaves[:old])
        expected = merkle.consistency_proof(leaves, old)
        assert reader.consistency_proof(old_size=old) == expected
        proof = reader.inclusion_proof(index=old // 2, size=old)
        assert proof == merkle.inclusion_proof(leaves[:old], old // 2)


def repeated(width):
    """Tiles of a tree whose leaves are all equal: each level repeats one hash."""

    def read(level, _index, wanted):
        value = merkle.leaf_hash(b"same")
        for _ in range(8 * level):
            value = merkle.node_hash(value, value)
        read.count += 1
        return value * (width or wanted)

    read.count = 0
    return read


@settings(max_examples=30)
@given(st.integers(1, 10**8), st.data())
def test_large_trees_take_few_reads(size, data):
    index = data.draw(st.integers(0, size - 1))
    old = data.draw(st.integers(1, size))
    read = repeated(None)
    reader = HashReader(size, read)
    most = 2 * len(levels(size))
    root = reader.root()
    assert read.count <= most
    read.count = 0
    proof = reader.inclusion_proof(index=index)
    assert read.count <= most
    leaf = merkle.leaf_hash(b"same")
    merkle.verify_inclusion(leaf=leaf, index=index, size=size, proof=proof, root=root)
    read.count = 0
    between = reader.consistency_proof(old_size=old)
    assert read.count <= most
    merkle.verify_consistency(
        old_size=old,
        old_root=reader.root(size=old),
        new_size=size,
        new_root=root,
        proof=between,
    )
    assert TreeBuilder(size=size, read_tile=repeated(None)).root == root


def test_a_wider_tile_may_stand_for_a_partial_one():
    size = 70_000
    narrow, wide = HashReader(size, repeated(None)), HashReader(size, repeated(256))
    assert narrow.root() == wide.root()
    assert TreeBuilder(size=size, read_tile=repeated(256)).root == narrow.root()


@pytest.mark.parametrize("data", [b"", b"x" * 31, b"x" * 33, b"x" * 32 * 299, b"x" * 32 * 257])
def test_damaged_tiles_are_refused(data):
    with pytest.raises(VerificationError):
        HashReader(300, lambda *_: data).root()
    with pytest.raises(VerificationError):
        TreeBuilder(size=300, read_tile=lambda *_: data)


def test_questions_outside_the_tree_are_refused():
    reader = HashReader(9, stored(LEAVES[:9]).read)
    for ask in (
        lambda: reader.leaf(index=9),
        lambda: reader.leaf(index=-1),
        lambda: reader.root(size=10),
        lambda: reader.root(size=-1),
        lambda: reader.inclusion_proof(index=9),
        lambda: reader.inclusion_proof(index=5, size=5),
        lambda: reader.consistency_proof(old_size=10),
        lambda: reader.consistency_proof(old_size=0),
    ):
        with pytest.raises(VerificationError):
            ask()


def test_leaves_must_be_hashes_and_a_refused_batch_changes_nothing():
    builder = TreeBuilder(size=0, read_tile=Store().read)
    before = builder.append(LEAVES[:3]).root
    for bad in (b"", b64encode(LEAVES[0])):
        with pytest.raises(VerificationError):
            builder.append([LEAVES[3], bad])
    assert (builder.size, builder.root) == (3, before)
