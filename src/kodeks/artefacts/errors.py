# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Why a model's file cannot be used."""


class ArtefactError(Exception):
    """`what` says in Danish what is wrong with the file; the text is a whole sentence."""

    def __init__(self, what: str) -> None:
        super().__init__(f"Modellen kan ikke bruges: {what}. Træn den igen, eller hent en kopi.")
        self.what = what
