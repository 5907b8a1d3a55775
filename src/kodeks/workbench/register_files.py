# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The whole register as files, with the names and contents that the site serves."""

from __future__ import annotations

import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils import translation

from kodeks.kernel import selectors
from kodeks.workbench import register_entries, register_nl
from kodeks.workbench.wording import LANGUAGES

_BEFORE = {"da": "", "en": "en/"}


def files(*, site: str = "") -> dict[str, bytes]:
    """Path below the site's root -> content, for each system and language.

    Raises NotPublishable when a system has no whole record: a register that leaves one out would
    look complete.
    """
    found: dict[str, bytes] = {}
    for state in selectors.systems():
        for language in LANGUAGES:
            with translation.override(language):
                path = f"{_BEFORE[language]}register/{state.slug}"
                found[f"{path}.json"] = _as_json(register_entries.as_data(state, language))
                dutch = register_nl.record(state, language=language, site=site)
                found[f"{path}.nl.json"] = _as_json(dutch)
    return found


def _as_json(content: dict[str, Any]) -> bytes:
    """As the site writes it."""
    return json.dumps(content, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2).encode()
