# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Trains and releases a model that knows meanings in the demo municipality of KODEKS_HOME."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path

from kodeks.cli import process


def main() -> None:
    process.use_django(role="owner")
    from kodeks.demo import corpus, municipality
    from kodeks.inquiries import releases
    from kodeks.inquiries.models import Channel
    from kodeks.kernel import releases as kernel_releases
    from kodeks.kernel.models import User
    from kodeks.language import embeddings

    anders, merete = (User.objects.get(username=name) for name in ("anders", "merete"))
    past = corpus.history()
    texts, labels = [one.text for one in past], [one.label for one in past]
    with tempfile.TemporaryDirectory() as folder:
        releases.train(
            texts=texts,
            labels=labels,
            divided_by={
                "channel": [Channel(one.channel).label for one in past],
                "district": [one.district for one in past],
            },
            sha256=hashlib.sha256(repr(texts).encode()).hexdigest(),
            user=anders,
            folder=Path(folder),
            embedder=embeddings.default(),
        )
        # Nothing here is decided that it could be tried on, so the demo's own model goes first.
        kernel_releases.revoke(
            system=municipality.SYSTEM,
            version=municipality.VERSION,
            user=merete,
            reason="Målingen bruger en anden model.",
        )
        releases.propose(
            source=Path(folder),
            version="maaling-mening",
            author=anders,
            signer=municipality.signer("anders"),
        )
    kernel_releases.approve(
        system=municipality.SYSTEM,
        version="maaling-mening",
        approver=merete,
        signer=municipality.signer("merete"),
    )


if __name__ == "__main__":
    main()
