# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The citizen's pages as tests read them: the address, the letter's code and the words."""

from __future__ import annotations

import html
import re

from kodeks.inquiries.services import subject_of
from kodeks.kernel import insight


def address(inquiry, rest: str = "") -> str:
    return f"/indsigt/inquiry/{inquiry.id}/{rest}"


def code_of(inquiry) -> str:
    return insight.access_code(subject=subject_of(inquiry))


def text_of(response) -> str:
    """The words of the page's main part, one block a line, as a reader sees them."""
    main = response.content.decode().split("<main", 1)[1].split("</main>", 1)[0]
    lines = re.sub(r"</?(p|li|td|th|h1|h2|h3|tr|br|blockquote|section)\b[^>]*>", "\n", main)
    plain_text = html.unescape(re.sub(r"<[^>]+>", "", lines.partition(">")[2]))
    return "\n".join(line.strip() for line in plain_text.splitlines() if line.strip())
