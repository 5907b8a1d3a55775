# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Which places the demo's 720 texts name, by the demo's own list, and how quickly they are found.

    .venv/bin/python benchmarks/geography/places.py

Each text comes with the district that its author had in mind. `elsewhere` are places found in
another one; `one letter` those whose name has a wrong letter put in by the benchmark and is still
found; `only under a greeting` texts that name a street there and nowhere else.
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from importlib.resources import files

from kodeks.demo import corpus
from kodeks.geography import gazetteer, loading
from kodeks.geography.gazetteer import Gazetteer

LETTERS = "abcdefghijklmnoprstuvyæøå"


def main() -> int:
    folder = files("kodeks.demo") / "geography"
    known = Gazetteer.of(
        [
            *loading.of_geojson((folder / "kort.geojson").read_text(encoding="utf-8")),
            *loading.of_csv((folder / "adresser.csv").read_text(encoding="utf-8")),
        ]
    )
    texts = corpus.everything()
    began = time.process_time()
    found = [known.find(one.text, near=one.district) for one in texts]
    took = time.process_time() - began
    kinds = Counter(place.kind for places in found for place in places)
    elsewhere = sum(
        place.district != one.district
        for one, places in zip(texts, found, strict=True)
        for place in places
        if place.kind != "district"
    )
    signed = sum(
        not places and any(place.kind != "district" for place in _with_greeting(known, one))
        for one, places in zip(texts, found, strict=True)
    )
    kept, tried = _wrong_letters(known, texts, found)
    print(f"{len(texts)} texts, {len(known.names)} names, {sum(map(bool, found))} name a place")
    print(", ".join(f"{kind} {count}" for kind, count in sorted(kinds.items())))
    print(f"elsewhere {elsewhere}; one letter wrong: {kept} of {tried} still found")
    print(f"only under a greeting: {signed}; {len(texts) / took:.0f} texts per CPU second")
    return 0


def _with_greeting(known: Gazetteer, one: corpus.Written) -> tuple[object, ...]:
    at = gazetteer._end_of_matter(one.text)
    return known.find(one.text[at:].partition("\n")[2], near=one.district)


def _wrong_letters(known: Gazetteer, texts: object, found: object) -> tuple[int, int]:
    draw = random.Random(7)
    kept = tried = 0
    for one, places in zip(texts, found, strict=True):  # type: ignore[call-overload]
        for place in places:
            if place.kind not in ("street", "address") or not place.exact:
                continue
            at = place.start + draw.randint(1, 6)
            text = one.text[:at] + draw.choice(LETTERS) + one.text[at + 1 :]
            tried += 1
            again = known.find(text, near=one.district)
            kept += any(other.title == place.title for other in again)
    return kept, tried


if __name__ == "__main__":
    sys.exit(main())
