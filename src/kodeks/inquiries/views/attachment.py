# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A file that came with an inquiry."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kodeks.inquiries import attachments, selectors
from kodeks.inquiries.models import Attachment
from kodeks.kernel import api as kernel
from kodeks.web.pages import for_roles, signed_in


@require_safe
@for_roles(kernel.Role.CASEWORKER)
@never_cache
def attachment(request: HttpRequest, attachment_id: uuid.UUID) -> HttpResponse:
    """The file to save, never to show: the sender chose what is in it."""
    seen = selectors.visible_to(signed_in(request))
    if not Attachment.objects.filter(id=attachment_id, inquiry__in=seen).exists():
        raise Http404
    try:
        file = attachments.opened(attachment_id)
    except Attachment.DoesNotExist:
        raise Http404 from None
    return HttpResponse(
        file.content,
        content_type="application/octet-stream",
        headers={"Content-Disposition": content_disposition_header(True, file.name) or ""},
    )
