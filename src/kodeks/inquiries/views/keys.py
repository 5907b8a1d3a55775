# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The keys of this room's pages, as their help lists them (workbench/keys.js does the work)."""

from __future__ import annotations

INBOX = (
    ("J", "Næste henvendelse på listen"),
    ("K", "Forrige henvendelse på listen"),
    ("Enter", "Åbn den henvendelse, du står på"),
    ("/", "Søg i teksten"),
    ("?", "Vis genvejene"),
)
INQUIRY = (
    ("1", "Vælg systemets forslag"),
    ("2", "Vælg det næste emne under »Andre mulige emner«"),
    ("3", "Vælg emnet efter det"),
    ("B", "Skriv, hvad du lægger vægt på"),
    ("N", "Næste henvendelse på listen"),
    ("P", "Forrige henvendelse på listen"),
    ("U", "Tilbage til listen"),
    ("Ctrl + Enter", "Afgør henvendelsen, mens du skriver"),
    ("?", "Vis genvejene"),
)
