# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Merkle tree hashes and proofs (RFC 6962, section 2.1; verification as RFC 9162, 2.1.3-2.1.4).

Hashes are 32 bytes of SHA-256. A proof is a list of hashes from the leaf towards the root.
"""

from collections.abc import Sequence
from hashlib import sha256

from kodeks.ledger.errors import VerificationError

HASH_SIZE = 32
EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """Hash of one entry: SHA-256(0x00 || data)."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node: SHA-256(0x01 || left || right)."""
    return sha256(b"\x01" + left + right).digest()


def root_hash(leaf_hashes: Sequence[bytes]) -> bytes:
    """Root of the tree over `leaf_hashes`; of no leaves: SHA-256 of the empty string."""
    if not leaf_hashes:
        return EMPTY_ROOT
    row = list(leaf_hashes)
    while len(row) > 1:
        # An odd last node moves up unchanged; this gives the same tree as RFC 6962's split
        # at the largest power of two.
        pairs = zip(row[::2], row[1::2], strict=False)
        above = [sha256(b"\x01" + left + right).digest() for left, right in pairs]
        if len(row) % 2:
            above.append(row[-1])
        row = above
    return row[0]


def _split(size: int) -> int:
    """The largest power of two smaller than `size` (`size` >= 2)."""
    return 1 << ((size - 1).bit_length() - 1)


def inclusion_ranges(*, index: int, size: int) -> list[tuple[int, int]]:
    """The leaf ranges (start, end) whose roots are the inclusion proof of leaf `index`."""
    if not 0 <= index < size:
        raise VerificationError(f"Nummer {index} findes ikke i en log med {size} poster.")
    ranges = []
    low, high = 0, size
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            ranges.append((middle, high))
            high = middle
        else:
            ranges.append((low, middle))
            low = middle
    return ranges[::-1]


def consistency_ranges(*, old_size: int, new_size: int) -> list[tuple[int, int]]:
    """The leaf ranges (start, end) whose roots are the consistency proof between two sizes.

    Equal sizes need no proof. From the empty tree nothing can be proved: that is an error.
    """
    if old_size == new_size and old_size >= 0:
        return []
    if not 0 < old_size < new_size:
        raise VerificationError(f"Der er intet at bevise fra {old_size} til {new_size} poster.")
    ranges = []
    low, high = 0, new_size
    while high != old_size:
        middle = low + _split(high - low)
        if old_size <= middle:
            ranges.append((middle, high))
            high = middle
        else:
            ranges.append((low, middle))
            low = middle
    if low:
        # The old tree's last subtree; when it is the whole old tree its root is known already.
        ranges.append((low, high))
    return ranges[::-1]


def inclusion_proof(leaf_hashes: Sequence[bytes], index: int) -> list[bytes]:
    """PATH(index, leaf_hashes) of RFC 6962, section 2.1.1."""
    ranges = inclusion_ranges(index=index, size=len(leaf_hashes))
    return [root_hash(leaf_hashes[low:high]) for low, high in ranges]


def consistency_proof(leaf_hashes: Sequence[bytes], old_size: int) -> list[bytes]:
    """PROOF(old_size, leaf_hashes) of RFC 6962, section 2.1.2."""
    ranges = consistency_ranges(old_size=old_size, new_size=len(leaf_hashes))
    return [root_hash(leaf_hashes[low:high]) for low, high in ranges]


def _require_hashes(hashes: Sequence[bytes]) -> None:
    if any(len(value) != HASH_SIZE for value in hashes):
        raise VerificationError(f"En hash skal fylde {HASH_SIZE} byte.")


def verify_inclusion(
    *, leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> None:
    """Return if the leaf **hash** `leaf` is number `index` in the tree (`size`, `root`).

    Raises VerificationError otherwise. `size` alone is not authenticated by `root` (trees of
    different sizes can share a path): take both from one signed checkpoint.
    """
    _require_hashes([leaf, root, *proof])
    if not 0 <= index < size:
        raise VerificationError(f"Nummer {index} findes ikke i en log med {size} poster.")
    node, last, current = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise VerificationError("Beviset er for langt.")
        if node & 1 or node == last:
            current = node_hash(sibling, current)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            current = node_hash(current, sibling)
        node, last = node >> 1, last >> 1
    if last != 0:
        raise VerificationError("Beviset er for kort.")
    if current != root:
        raise VerificationError("Beviset passer ikke med loggens rod.")


def verify_consistency(
    *, old_size: int, old_root: bytes, new_size: int, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """Return if the tree (`new_size`, `new_root`) only adds entries to (`old_size`, `old_root`).

    Raises VerificationError otherwise, also for a proof from the empty tree to a larger one,
    which would prove nothing.
    """
    _require_hashes([old_root, new_root, *proof])
    if old_size == new_size:
        _verify_same(size=old_size, old_root=old_root, new_root=new_root, proof=proof)
        return
    if not 0 < old_size < new_size:
        raise VerificationError(f"Der er intet at bevise fra {old_size} til {new_size} poster.")
    old, new = _consistency_roots(old_size, old_root, new_size, proof)
    if old != old_root or new != new_root:
        raise VerificationError("Den nye log bygger ikke videre på den gamle.")


def _verify_same(*, size: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> None:
    if proof:
        raise VerificationError("Beviset er for langt.")
    if size < 0 or old_root != new_root or (size == 0 and old_root != EMPTY_ROOT):
        raise VerificationError("De to udgaver af loggen er forskellige.")


def _consistency_roots(
    old_size: int, old_root: bytes, new_size: int, proof: Sequence[bytes]
) -> tuple[bytes, bytes]:
    """The old and the new root that `proof` leads to."""
    # A complete old tree is itself a node of the new tree, so the proof leaves it out.
    path = [old_root, *proof] if old_size & (old_size - 1) == 0 else list(proof)
    if not path:
        raise VerificationError("Beviset er for kort.")
    node, last = old_size - 1, new_size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise VerificationError("Beviset er for langt.")
        if node & 1 or node == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        node, last = node >> 1, last >> 1
    if last != 0:
        raise VerificationError("Beviset er for kort.")
    return old, new
