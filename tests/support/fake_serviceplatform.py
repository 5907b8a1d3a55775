# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Serviceplatformen's SF1601 as public clients know it: tokens, the look-up, and the sending."""

from __future__ import annotations

import base64
import json
import threading
import urllib.parse

from fake_http import Answer, Asked
from lxml import etree

MEMO = "{https://DigitalPost.dk/MeMo-1}"
_JSON = "application/json"


class FakeServiceplatform:
    """Takes each message number once; `exempt` are the numbers that do not get Digital Post."""

    def __init__(self) -> None:
        self.messages: dict[str, bytes] = {}
        self.exempt: set[str] = set()
        self.refuse = 0
        self.transactions: list[str] = []
        self.tokens = 0
        self._lock = threading.Lock()

    def answer(self, asked: Asked) -> Answer:
        place = urllib.parse.urlsplit(asked.path)
        with self._lock:
            match place.path:
                case "/issue":
                    assert json.loads(asked.body)["AnvenderKontekst"]["Cvr"]
                    said = {"RequestedSecurityToken": {"Assertion": "c2FtbA=="}}
                    return 200, _JSON, json.dumps(said).encode()
                case "/service/AccessTokenService_1/token":
                    assert urllib.parse.parse_qs(asked.body.decode())["saml-token"] == ["c2FtbA=="]
                    self.tokens += 1
                    said = {"token_type": "Holder-of-key", "access_token": "t", "expires_in": 3600}
                    return 200, _JSON, json.dumps(said).encode()
            if asked.headers.get("authorization") != "Holder-of-key t":
                return 401, "text/plain", b""
            if place.path == "/service/PostForespoerg_1/digitalpost":
                ((number,),) = urllib.parse.parse_qs(place.query).values()
                return 200, _JSON, json.dumps({"result": number not in self.exempt}).encode()
            assert place.path == "/service/KombiPostAfsend_1/memos"
            return self._take(asked)

    def _take(self, asked: Asked) -> Answer:
        if self.refuse:
            return self.refuse, "text/plain", b"Modtager 0405781234 er ukendt"
        request = etree.fromstring(asked.body)
        assert request.tag == "kombi_request"
        assert request.findtext("KombiValgKode") == "Digital Post"
        message = request.find(f"{MEMO}Message")
        number = message.findtext(f"{MEMO}MessageHeader/{MEMO}messageUUID")
        assert asked.headers["x-transaktionsid"] == number
        self.transactions.append(number)
        if number in self.messages:
            return 409, "text/plain", b"Kendt transaktion"
        self.messages[number] = etree.tostring(message)
        return 200, "application/xml", b"<ok/>"


def status(
    message_id: str,
    code: str = "Afleveret Digital Post",
    *,
    number: str = "9c0f0d5e-0000-4000-8000-000000000001",
    at: str = "2026-03-03T10:00:00Z",
    error: tuple[str, str] | None = None,
) -> bytes:
    """A PKO_PostStatus in Beskedfordeler's envelope."""
    details = (
        ""
        if error is None
        else (
            f"<FejlDetaljer><FejlKode>{error[0]}</FejlKode><FejlTekst>{error[1]}</FejlTekst>"
            "</FejlDetaljer>"
        )
    )
    inner = (
        '<PKO_PostStatus xmlns="http://serviceplatformen.dk/xml/print/PKO_PostStatus/1/types">'
        f"<TransmissionId>1</TransmissionId><MessageUUID>{message_id}</MessageUUID>"
        f"<KanalKode>Digital Post</KanalKode><TransaktionsDatoTid>{at}</TransaktionsDatoTid>"
        f"<TransaktionsStatusKode>{code}</TransaktionsStatusKode>{details}</PKO_PostStatus>"
    )
    content = base64.b64encode(inner.encode()).decode()
    return (
        '<ns2:ModtagBeskedInput xmlns:ns2="urn:oio:sts:1.0.0"><Haendelsesbesked '
        'xmlns="urn:oio:besked:kuvert:1.0"><BeskedId><UUIDIdentifikator>'
        f"{number}</UUIDIdentifikator></BeskedId><Beskeddata><Base64>{content}</Base64>"
        "</Beskeddata></Haendelsesbesked></ns2:ModtagBeskedInput>"
    ).encode()
