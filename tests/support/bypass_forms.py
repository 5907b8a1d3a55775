# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What visitors put in forms, headers and addresses to become more than they are."""

from __future__ import annotations

import base64
import uuid

WORDS = "Borgeren skriver om et hul i vejen."

FORGED: dict[str, str] = {
    "user": "sofie",
    "user_id": "1",
    "username": "sofie",
    "as": "sofie",
    "role": "caseworker",
    "is_staff": "on",
    "decided_by": "Sofie Prøvesen",
    "running": "true",
    "codex_sha256": "c0" * 32,
    "next": "/systemer/inquiries/",
    "_method": "PUT",
    "csrfmiddlewaretoken": "x" * 64,
    "system": "inquiries",
    "recommendation_id": str(uuid.UUID(int=0)),
}
HEADERS: dict[str, dict[str, str]] = {
    "remote user": {"REMOTE_USER": "merete"},
    "remote user header": {"HTTP_REMOTE_USER": "merete"},
    "forwarded user": {"HTTP_X_FORWARDED_USER": "merete"},
    "x-user": {"HTTP_X_USER": "merete", "HTTP_X_USER_ID": "1"},
    "basic": {"HTTP_AUTHORIZATION": "Basic " + base64.b64encode(b"merete:x").decode()},
    "bearer": {"HTTP_AUTHORIZATION": "Bearer merete"},
    "forwarded for": {"HTTP_X_FORWARDED_FOR": "127.0.0.1", "REMOTE_ADDR": "127.0.0.1"},
    "forwarded host": {"HTTP_X_FORWARDED_HOST": "localhost"},
    "original address": {"HTTP_X_ORIGINAL_URL": "/", "HTTP_X_REWRITE_URL": "/"},
    "htmx": {"HTTP_HX_REQUEST": "true", "HTTP_HX_CURRENT_URL": "http://testserver/"},
    "script": {"HTTP_X_REQUESTED_WITH": "XMLHttpRequest"},
    "override": {"HTTP_X_HTTP_METHOD_OVERRIDE": "POST"},
    "override method": {"HTTP_X_METHOD_OVERRIDE": "POST", "HTTP_X_HTTP_METHOD": "POST"},
    "role header": {"HTTP_X_ROLE": "system_owner"},
}

BAD_DECISIONS: dict[str, dict[str, str]] = {
    "nothing": {},
    "no own words": {"choice": "accept"},
    "blank words": {"choice": "accept", "own_consideration": " \n\t"},
    "dots": {"choice": "accept", "own_consideration": "....."},
    "digits": {"choice": "accept", "own_consideration": "12345"},
    "two letters": {"choice": "accept", "own_consideration": "o k"},
    "zero-width words": {"choice": "accept", "own_consideration": "\u200b\u200b\u200b"},
    "too many words": {"choice": "accept", "own_consideration": "x" * 4001},
    "nul": {"choice": "accept", "own_consideration": "abc\x00def"},
    "no choice": {"own_consideration": WORDS},
    "unknown choice": {"choice": "maskinen", "own_consideration": WORDS},
    "choice twice": {"choice": "accept,reject", "own_consideration": WORDS},
    "capital choice": {"choice": "Accept", "own_consideration": WORDS},
    "other without topic": {"choice": "other", "own_consideration": WORDS},
    "own without topic": {"choice": "own", "own_consideration": WORDS},
    "other of no topic": {"choice": "other", "label": "findes-ikke", "own_consideration": WORDS},
    "own of no topic": {"choice": "own", "label": "findes-ikke", "own_consideration": WORDS},
    "topic by pattern": {"choice": "other", "label": "%", "own_consideration": WORDS},
    "topic as a CPR number": {"choice": "own", "label": "010190-1234", "own_consideration": WORDS},
}

# Where others look for Django's administration, for programs' interfaces, for files, and for
# pages that would do by themselves what takes two people here.
# fmt: off
NO_DOORS = (
    "admin/", "admin/login/", "admin/kernel/user/", "admin/kernel/decision/add/", "admin/jsi18n/",
    "django-admin/", "da/admin/", "adm/", "kontrolpanel/", "accounts/login/", "accounts/profile/",
    "api/", "api/v1/decisions/", "api/issue", "graphql", "rest/", "rpc", "soap", "jsonrpc",
    "__debug__/", "debug/", "console/", "shell/", "sql/", "silk/", "metrics", "health/", ".env",
    ".git/config", "settings.py", "manage.py", "keys/kek-0001", "media/", "server-status",
    "statisk/../keys/kek-0001", "statisk/%2e%2e/keys/kek-0001", "%00",
    "register/inquiries/rediger/", "kodeks/register/", "kodeks/1/underskriv/", "log/skriv/",
    "systemer/inquiries/frigiv/", "systemer/inquiries/godkend/", "systemer/inquiries/slet/",
    "systemer/inquiries/ansvar/ny/", "systemer/inquiries/bilag/", "systemer/inquiries/1/godkend/",
    "brugere/", "brugere/ny/", "rettigheder/", "roller/tag/", "noegler/", "slet/", "cpr/",
)
# fmt: on
