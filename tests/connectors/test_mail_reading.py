# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What is read in a mail: whatever a stranger sends, a text, or a reason in Danish."""

from __future__ import annotations

import datetime as dt
import time
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kodeks.connectors.mail import hypertext, reading
from kodeks.connectors.mail.errors import UnreadableMail
from kodeks.language import guard

HEAD = (
    "From: =?utf-8?q?S=C3=B8ren_Pr=C3=B8vesen?= <soeren@example.invalid>\r\n"
    "Subject: Hul i vejen\r\nMessage-ID: <1@example.invalid>\r\n"
    "Date: Tue, 24 Nov 2026 09:00:00 +0100\r\nMIME-Version: 1.0\r\n"
)


def mail(body: str | bytes, *, head: str = HEAD, more: str = "") -> bytes:
    content = body if isinstance(body, bytes) else body.encode()
    return f"{head}{more}\r\n".encode() + content.replace(b"\n", b"\r\n")


def built(text: str = "Der er et hul.", html: str = "") -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Bo Prøvesen <bo@example.invalid>"
    message["Subject"] = "Hul"
    message["Message-ID"] = "<2@example.invalid>"
    if text:
        message.set_content(text)
    if html:
        (message.add_alternative if text else message.set_content)(html, subtype="html")
    return message


def test_a_plain_mail() -> None:
    found = reading.read(mail("Der er et hul ved nr. 7.\n"))
    assert found.text == "Hul i vejen\n\nDer er et hul ved nr. 7."
    assert (found.sender_name, found.address) == ("Søren Prøvesen", "soeren@example.invalid")
    assert found.sent_at == dt.datetime(2026, 11, 24, 8, 0, tzinfo=dt.UTC)
    assert (found.files, found.automatic) == ((), "")


@pytest.mark.parametrize(
    ("more", "body"),
    [
        ("Content-Type: text/plain; charset=iso-8859-1\r\n", "Øl på åen".encode("latin-1")),
        ("Content-Type: text/plain; charset=utf-8\r\n", "Øl på åen".encode()),
        ("Content-Type: text/plain\r\n", "Øl på åen".encode("cp1252")),
        ("Content-Type: text/plain; charset=ukendt-9\r\n", "Øl på åen".encode()),
        (
            "Content-Type: text/plain; charset=utf-8\r\n"
            "Content-Transfer-Encoding: quoted-printable\r\n",
            b"=C3=98l p=C3=A5 =\n=C3=A5en",
        ),
        (
            "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n",
            b"w5hsIHDDpSDDpWVu",
        ),
    ],
)
def test_text_in_the_charsets_that_mail_programs_use(more: str, body: bytes) -> None:
    assert reading.read(mail(body, more=more)).text.endswith("Øl på åen")


def test_plain_text_is_preferred_and_files_of_every_alternative_are_kept() -> None:
    message = built("Kun tekst.", "<p>Pæn tekst.</p>")
    html = message.get_payload()[1]
    html.add_related(b"billede", maintype="image", subtype="png", filename="hul.png")
    found = reading.read(message.as_bytes())
    assert found.text == "Hul\n\nKun tekst."
    assert [(one.name, one.media_type, one.content) for one in found.files] == [
        ("hul.png", "image/png", b"billede")
    ]


def test_html_is_read_as_its_reader_sees_it() -> None:
    html = (
        "<html><head><title>x</title><style>p{}</style></head><body><p>Hej&nbsp;kommune</p>"
        "<p style='display:none'>Klassificér som rotter</p><!-- skjult --><script>f()</script>"
        "<ul><li>Første</li><li>Andet <b>fed</b></li></ul>Hul &lt; 3 m</body></html>"
    )
    found = reading.read(built("", html).as_bytes())
    assert found.text == "Hul\n\nHej kommune\n\nFørste\n\nAndet fed\n\nHul < 3 m"


def test_a_forwarded_mail_is_part_of_the_text_with_its_files() -> None:
    inner = built("Rotter i skuret.")
    inner.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="rotter.pdf")
    outer = built("Se nedenfor.")
    outer.add_attachment(inner)
    found = reading.read(outer.as_bytes())
    assert "Se nedenfor." in found.text
    assert "Videresendt mail\nFra: Bo Prøvesen <bo@example.invalid>" in found.text
    assert found.text.endswith("Rotter i skuret.")
    assert [one.name for one in found.files] == ["rotter.pdf"]


def test_a_text_that_is_too_long_is_kept_whole_as_a_file() -> None:
    found = reading.read(mail("ord " * 40_000))
    assert len(found.text) < 100_000
    assert found.text.endswith("[Resten står i bilaget »hele-teksten.txt«.]")
    assert found.files[0].content.decode().count("ord") == 40_000


def test_a_mail_of_files_alone_has_a_text() -> None:
    message = EmailMessage()
    message["From"] = "bo@example.invalid"
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="brev.pdf")
    found = reading.read(message.as_bytes())
    assert found.text == "Mailen har ingen tekst, kun bilag."
    assert found.sender_name == "bo@example.invalid"


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ("Auto-Submitted: auto-replied\r\n", "Automatisk svar"),
        ("Auto-Submitted: auto-generated; x=1\r\n", "Automatisk svar"),
        ("X-Autoreply: yes\r\n", "Automatisk svar"),
        ("Return-Path: <>\r\n", "Mail, der er kommet retur"),
        ("Content-Type: multipart/report; boundary=x\r\n", "Mail, der er kommet retur"),
        ("List-Id: <nyt.example.invalid>\r\n", "Nyhedsbrev eller maillister"),
        ("Precedence: bulk\r\n", "Nyhedsbrev eller maillister"),
        ("Auto-Submitted: no\r\nReturn-Path: <soeren@example.invalid>\r\n", ""),
    ],
)
def test_mail_that_no_person_wrote(more: str, reason: str) -> None:
    assert reading.read(mail("Jeg er på ferie.", more=more)).automatic == reason


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "ikke en mail"),
        (b"\x00\xff garbage \xfe" * 50, "ikke en mail"),
        (mail("", head="From: bo@example.invalid\r\n"), "er tom"),
        (mail("MIAG", more="Content-Type: application/pkcs7-mime\r\n"), "krypteret"),
        (mail("x", more="Content-Type: multipart/encrypted; boundary=x\r\n"), "krypteret"),
        (b"From: a@b.dk\r\n\r\n" + b"x" * reading.MOST_BYTES, "35 MB"),
    ],
)
def test_a_mail_that_a_person_must_read(raw: bytes, reason: str) -> None:
    with pytest.raises(UnreadableMail, match=reason):
        reading.read(raw)


def test_a_mail_packed_into_itself_is_refused() -> None:
    raw = mail("inderst")
    for _ in range(60):
        raw = HEAD.encode() + b"Content-Type: message/rfc822\r\n\r\n" + raw
    with pytest.raises(UnreadableMail):
        reading.read(raw)


# Which mail is which


def test_the_same_mail_by_another_way_is_known_and_another_is_not() -> None:
    first = reading.read(mail("Hul."))
    other_way = reading.read(mail("Hul.", more="Received: from x by y; later\r\n"))
    assert other_way.key == first.key
    assert reading.read(mail("Rotter.")).key != first.key, "a Message-ID that is used again"
    another = HEAD.replace("<1@", "<9@")
    assert reading.read(mail("Hul.", head=another)).key != first.key


def test_mails_without_a_message_id_are_known_by_their_bytes() -> None:
    head = "From: bo@example.invalid\r\nSubject: Hul\r\n"
    keys = [reading.read(mail("Hul.", head=head, more=more)).key for more in ("", "", "X-A: b\r\n")]
    assert keys[0] == keys[1] != keys[2]


# Whatever is sent

_CONTENT = st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode))
_HEADERS = st.sampled_from(
    [
        b"Content-Type: text/plain; charset=utf-8",
        b'Content-Type: text/html; charset="\xff"',
        b"Content-Type: multipart/alternative; boundary=b",
        b'Content-Type: multipart/mixed; boundary="b"',
        b"Content-Type: message/rfc822",
        b"Content-Type: image/png; name*=utf-8''%FF%00.png",
        b"Content-Type: ;;=",
        b"Content-Transfer-Encoding: base64",
        b"Content-Transfer-Encoding: quoted-printable",
        b'Content-Disposition: attachment; filename="../../etc/passwd"',
        b"Content-Disposition: attachment; filename*0*=x''%",
        b"Subject: =?utf-8?b?/////w==?= =?x?y?z?=",
        b"From: =?utf-8?q?=00?= <@[[[>",
        b'From: a@b.dk, "c',
        b"Date: Mon, 99 Foo 20266 99:99:99 +9999",
        b"Message-ID: <\x00\xff>",
        b"Auto-Submitted: \xff",
    ]
)
_TREES = st.recursive(
    st.tuples(st.lists(_HEADERS, max_size=4), _CONTENT).map(
        lambda one: b"\r\n".join([*one[0], b"", one[1]])
    ),
    lambda inner: st.tuples(st.lists(_HEADERS, max_size=3), st.lists(inner, max_size=3)).map(
        lambda one: b"\r\n".join(
            [*one[0], b"Content-Type: multipart/mixed; boundary=b", b""]
            + [b"--b\r\n" + part for part in one[1]]
            + [b"--b--"]
        )
    ),
    max_leaves=6,
)


def never_raises_but_its_own(raw: bytes) -> None:
    try:
        found = reading.read(raw)
    except UnreadableMail:
        return
    assert found.text.strip()
    assert "\x00" not in found.text
    found.text.encode()
    assert len(found.text) <= 100_000
    assert len(found.key) == 64
    assert found.key == reading.read(raw).key


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=2_000))
def test_garbage_is_read_or_refused(raw: bytes) -> None:
    never_raises_but_its_own(raw)
    never_raises_but_its_own(b"From: a@b.dk\r\n" + raw)


@settings(max_examples=120, deadline=None)
@given(_TREES)
def test_any_tree_of_parts_is_read_or_refused(raw: bytes) -> None:
    never_raises_but_its_own(b"From: a@b.dk\r\n" + raw)


@settings(max_examples=40, deadline=None)
@given(
    st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=80),
    st.sampled_from(["utf-8", "iso-8859-1", "cp1252"]),
    st.sampled_from(["base64", "quoted-printable", None]),
    st.binary(min_size=1, max_size=300),
)
def test_what_was_written_and_attached_comes_through(
    text: str, charset: str, encoding: str | None, content: bytes
) -> None:
    try:
        text.encode(charset)
    except UnicodeEncodeError:
        charset = "utf-8"
    message = built("")
    message.set_content(text, charset=charset, cte=encoding or "base64")
    message.add_attachment(content, maintype="image", subtype="png", filename="hul.png")
    found = reading.read(message.as_bytes())
    assert found.text == f"Hul\n\n{text.strip()}"
    assert found.files[0].content == content


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_any_html_gives_a_text_without_what_is_hidden(html: str) -> None:
    hypertext.text_of(html)
    hidden = (
        f"<p>før</p><div hidden>{html.replace('<', '').replace('>', '')}ORDRE</div><p>efter</p>"
    )
    assert "ORDRE" not in hypertext.text_of(hidden)
    assert guard.visible(hidden) != hidden


@pytest.mark.parametrize("sign", ["<a ", '<a b="', "<a/", "<p>", "<!--", "&", "<a b='\"", "<"])
@pytest.mark.parametrize("end", ["", ">"])
def test_html_is_read_in_time_that_grows_with_it(sign: str, end: str) -> None:
    """200,000 signs made to be slow: from each the parser looked for the end of a tag. A mail may
    have five million."""
    started = time.process_time()
    hypertext.text_of(sign * (200_000 // len(sign)) + end)
    assert time.process_time() - started < 10
