# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What an inquiry's page tells of matters: how it was split, from what, or that it could be."""

from __future__ import annotations

import uuid
from typing import Any

from kodeks.inquiries import attachments, selectors, splitting
from kodeks.inquiries.beginnings import beginning
from kodeks.inquiries.models import Inquiry
from kodeks.kernel import api as kernel

_BEGINNING = 120


def context(found: Inquiry, user: kernel.User, *, is_shown: bool) -> dict[str, Any]:
    """For `inquiries/split_told.html`; proposed matters only when the suggestion is shown."""
    made: dict[str, Any] = {"may_split": splitting.may_split(found, user=user)}
    if is_shown and made["may_split"]:
        titles = selectors.topic_titles()
        made["several"] = [
            (titles.get(one["label"], one["label"]), splitting.text_of(found, one["sentences"]))
            for one in found.proposed or ()
        ]
    split = splitting.of_inquiry(found)
    if split is not None:
        seen = selectors.visible_to(user).filter(parent=found).order_by("external_id")
        children = [(one.id, beginning(one.text, _BEGINNING) or "(slettet)") for one in seen]
        made["divided"] = {
            "by": split.by,
            "at": split.at,
            "count": len(split.parts) + 1,
            "kept": splitting.text_of(found, split.kept),
            "children": children,
            "unseen": len(split.parts) - len(children),
        }
    return made | _parent(found.parent_id, user)


def _parent(parent_id: uuid.UUID | None, user: kernel.User) -> dict[str, Any]:
    parent = selectors.visible_to(user).filter(id=parent_id).first() if parent_id else None
    if parent is None:
        return {}
    return {"parent": parent.id, "parent_files": len(attachments.listed(parent))}
