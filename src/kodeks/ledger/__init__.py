# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The transparency log, pure: no database, no web, no clock.

The log is a Merkle tree (RFC 6962) whose head is a signed checkpoint, so that nobody, the
municipality included, can change, remove or insert an entry after a checkpoint has been seen.

- `merkle`: hashes, proofs and their verification.
- `tiles`, `entries`: the tree and its entries as files (C2SP tlog-tiles); `TreeBuilder` writes,
  `HashReader` reads and proves.
- `note`, `checkpoint`: signed text and signed tree heads (C2SP signed-note, tlog-checkpoint).
- `canonical`: the one way to write a JSON value as bytes (subset of RFC 8785).
- `cosignature`, `policy`, `witness`: who else has seen a head, whom to believe, and how a witness
  is asked (C2SP tlog-cosignature, tlog-policy, tlog-witness).
- `proof`, `receipt`, `slip`: the offline proof (C2SP tlog-proof), the citizen's receipt file, and
  the same in a QR code on a letter.
- `audit`: checks a whole published log.

All formats are public, so that anyone can check the log with software that is not ours.
`errors.VerificationError` is the only exception that foreign input can cause.
"""
