# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Digital Post: messages as an independent package writes them, sent once through every fault."""

import base64
import datetime as dt
import logging
from dataclasses import replace

import pytest
from django.apps import apps
from fake_http import Faults, served
from fake_serviceplatform import FakeServiceplatform, status
from lxml import etree
from sent_letters import CPR, letter

from kodeks.casework.models import Heard
from kodeks.casework.ports import Enclosed, PortError, PortRejected, Recipient
from kodeks.connectors import serviceplatform
from kodeks.connectors.digital_post import client, memo, replies
from kodeks.connectors.digital_post.client import DigitalPost
from kodeks.connectors.xml import XmlError

CVR = "64942212"
PDF = b"%PDF-1.7 brev"
SENDER = memo.Sender(cvr=CVR, label="Eksempelkøbing Kommune", contact_point="22.33.44.55")
AT = dt.datetime(2026, 3, 3, 9, 0, tzinfo=dt.UTC)


def record(**changes):
    return letter(content=PDF, **changes)


@pytest.fixture
def platform():
    return FakeServiceplatform()


@pytest.fixture
def faults():
    return Faults()


@pytest.fixture
def post(platform, faults, settings, monkeypatch, tmp_path):
    tokens = apps.get_app_config("connectors").tokens
    tokens.clear()
    monkeypatch.setattr(serviceplatform, "_own_certificate", lambda: "certifikat")
    settings.KODEKS_MUNICIPALITY_CVR = CVR
    settings.KODEKS_OUTBOX_FOLDER = tmp_path / "outbox"
    with served(platform.answer, faults) as url:
        settings.KODEKS_SERVICEPLATFORM_URL = url
        settings.KODEKS_TOKEN_URL = f"{url}issue"
        serviceplatform.token(client._SEND), serviceplatform.token(client._LOOK_UP)
        yield DigitalPost()
    tokens.clear()


def test_the_message_is_what_an_independent_package_writes():
    models = pytest.importorskip("python_serviceplatformen.models.message")
    writer = pytest.importorskip("python_serviceplatformen.models.xml_util")
    sent = record(enclosed=(Enclosed("Dokument 1", "text/plain; charset=utf-8", b"notat"),))
    built = memo.build(sent, sender=SENDER, created=AT)
    number = memo.message_uuid("run-1:send")
    technical = built.xpath(
        "string(//*[local-name()='TechnicalDocument']//*[local-name()='content'])"
    )
    theirs = models.Message(
        messageHeader=models.MessageHeader(
            messageType="DIGITALPOST",
            messageUUID=number,
            messageID="2026-0000123",
            label="Vi har modtaget din henvendelse",
            mandatory=False,
            legalNotification=False,
            sender=models.Sender(
                senderID=CVR,
                idType="CVR",
                label="Eksempelkøbing Kommune",
                contactPoint=models.ContactPoint(
                    contactGroup=None, contactPointID="22.33.44.55", label="Vej og Park"
                ),
            ),
            recipient=models.Recipient(recipientID=CPR, idType="CPR"),
            contentData=models.ContentData(
                caseID=models.CaseID(caseID="2026-0000123", caseSystem="kodeks"),
                KLE_data=models.KLEdata(
                    subjectKey="05.01.08",
                    version="2024-01-01",
                    activityFacet="G01",
                    label="Vejvedligeholdelse",
                ),
            ),
            replyData=(
                models.ReplyData(
                    messageUUID=number,
                    caseID="2026-0000123",
                    additionalReplyData=(
                        models.AdditionalReplyData(label="reference", value=record().reference),
                    ),
                ),
            ),
        ),
        messageBody=models.MessageBody(
            createdDateTime=AT,
            mainDocument=models.MainDocument(
                label="Vi har modtaget din henvendelse",
                files=(
                    models.File(
                        encodingFormat="application/pdf",
                        filename="brev-2026-0000123.pdf",
                        language="da",
                        content=base64.b64encode(PDF).decode(),
                    ),
                ),
            ),
            additionalDocuments=(
                models.AdditionalDocument(
                    label="Dokument 1",
                    files=(
                        models.File(
                            encodingFormat="text/plain",
                            filename="Dokument-1.txt",
                            language="da",
                            content=base64.b64encode(b"notat").decode(),
                        ),
                    ),
                ),
            ),
            technicalDocuments=(
                models.TechnicalDocument(
                    label="Oplysninger til maskiner",
                    files=(
                        models.File(
                            encodingFormat="application/json",
                            filename="brev-2026-0000123.json",
                            language="da",
                            content=technical,
                        ),
                    ),
                ),
            ),
        ),
    )
    written = etree.fromstring(writer.dataclass_to_xml_string(theirs))
    assert shape(built) == shape(written)


def test_what_is_too_large_together_is_a_persons_to_send(monkeypatch):
    monkeypatch.setattr(memo, "MOST_BYTES", 40)
    memo.check(record(), SENDER)
    with pytest.raises(PortRejected, match="bilag er for store"):
        memo.check(record(enclosed=(Enclosed("Dokument 1", "text/plain", b"x" * 30),)), SENDER)


def shape(element):
    """Tag, attributes, text and children, whatever the prefixes."""
    return (element.tag, dict(element.attrib), element.text, [shape(one) for one in element])


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"recipient": Recipient("cpr", "0000000000")}, "CPR-nummer"),
        ({"recipient": Recipient("cpr", "040578-1234")}, "CPR-nummer"),
        ({"recipient": Recipient("cvr", "64942213")}, "CVR-nummer"),
        ({"subject": ""}, "overskrift"),
        ({"subject": "x" * 256}, "overskrift"),
        ({"subject": "nul\x00"}, "overskrift"),
        ({"subject": "Om 040578-1234"}, "Overskriften"),
        ({"kle_number": "5.1.8"}, "KLE"),
        ({"facet": "g01"}, "facet"),
        ({"sha256": "0" * 64}, "kontrolsum"),
    ],
)
def test_what_digital_post_would_turn_away_is_not_sent(changes, says):
    with pytest.raises(PortRejected, match=says):
        memo.build(record(**changes), sender=SENDER, created=AT)


def test_only_a_pdf_that_is_not_too_large_is_sent(monkeypatch):
    with pytest.raises(PortRejected, match="PDF"):
        memo.build(letter(content=b"tekst"), sender=SENDER, created=AT)
    monkeypatch.setattr(memo, "MOST_BYTES", 10)
    with pytest.raises(PortRejected, match="for store"):
        memo.build(record(), sender=SENDER, created=AT)
    with pytest.raises(PortRejected, match="KODEKS_MUNICIPALITY_CVR"):
        memo.build(record(), sender=replace(SENDER, cvr="12345678"), created=AT)


def test_a_letter_is_sent_and_the_tokens_are_asked_for_once(post, platform):
    receipt = post.send(record=record())
    assert (receipt.channel, receipt.message_id) == (
        "digital-post",
        memo.message_uuid("run-1:send"),
    )
    (message,) = platform.messages.values()
    assert CPR.encode() in message
    post.send(record=record(key="run-2:send"))
    assert (len(platform.messages), platform.tokens) == (2, 2)


@pytest.mark.parametrize("fault", ["500", "cut", "garbage", "slow"])
@pytest.mark.parametrize("at", ["look-up", "sending"])
def test_a_letter_goes_once_whatever_happens(
    post, platform, faults, fault, at, monkeypatch, caplog
):
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(client, "SECONDS", 0.3)
    faults.next = [fault] if at == "look-up" else ["", fault]
    if (fault, at) == ("garbage", "sending"):
        # Any answer of success to the sending is one.
        post.send(record=record())
    else:
        with pytest.raises(PortError) as away:
            post.send(record=record())
        assert CPR not in str(away.value)
    receipt = post.send(record=record())
    assert receipt.channel == "digital-post"
    assert list(platform.messages) == [receipt.message_id]
    assert CPR not in caplog.text


def test_a_refusal_is_for_a_person_and_quotes_nobody(post, platform):
    platform.refuse = 422
    with pytest.raises(PortRejected, match="svar 422") as refused:
        post.send(record=record())
    assert CPR not in str(refused.value)


def test_who_is_exempt_gets_the_letter_otherwise_and_it_is_said(post, platform, settings):
    platform.exempt = {CPR}
    receipt = post.send(record=record())
    assert (receipt.channel, receipt.because) == ("none", "exempt")
    settings.KODEKS_LETTER_FALLBACK = "kodeks.connectors.outbox.OutboxFolder"
    assert post.find(key="run-1:send") is None
    receipt = post.send(record=record())
    assert (receipt.channel, receipt.because) == ("outbox", "exempt")
    assert post.find(key="run-1:send") == receipt
    assert not platform.messages
    settings.KODEKS_LETTER_FALLBACK = "kodeks.ingen"
    with pytest.raises(PortRejected, match="KODEKS_LETTER_FALLBACK"):
        post.send(record=record())


def test_without_a_number_nothing_is_asked(post, platform, faults):
    faults.next = ["500"]
    receipt = post.send(record=record(kind="none"))
    assert (receipt.channel, faults.next) == ("none", ["500"])


def test_who_is_not_let_in_hears_what_to_do(post, faults, settings, tmp_path):
    apps.get_app_config("connectors").tokens.clear()
    faults.next = ["500"]
    with pytest.raises(PortError, match="svarede 500"):
        post.send(record=record())
    settings.KODEKS_CLIENT_CERTIFICATE = str(tmp_path / "ingen.pem")
    with pytest.raises(PortRejected, match="KODEKS_CLIENT_CERTIFICATE"):
        serviceplatform.certificate()


NUMBER = "11111111-1111-4111-8111-111111111111"


@pytest.mark.parametrize(
    ("code", "heard"),
    [
        ("Modtaget Digital Post", Heard.RECEIVED),
        ("Afleveret Digital Post", Heard.DELIVERED),
        ("FEJLET", Heard.FAILED),
    ],
)
def test_what_is_said_later_is_read(code, heard):
    found = replies.read(status(NUMBER, code, error=("ukendt modtager", "Findes ikke")))
    assert (found.message_id, found.news.heard) == (NUMBER, heard)
    assert (found.news.code, found.news.reason) == ("ukendt-modtager", "Findes ikke")
    assert found.news.at == dt.datetime(2026, 3, 3, 10, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    "wrong",
    [
        status("ikke et nummer"),
        status(NUMBER, "Måske"),
        status(NUMBER, number="x"),
        status(NUMBER, at="i går"),
        status(NUMBER).replace(b"Haendelsesbesked", b"Andet"),
        status(NUMBER).replace(b"<Base64>", b"<Base64>!"),
    ],
)
def test_what_is_no_status_is_turned_away(wrong):
    with pytest.raises(XmlError):
        replies.read(wrong)


def test_the_answer_to_a_status_can_be_read():
    root = etree.fromstring(replies.answer(20, "OK"))
    assert [one.text for one in root[0]] == ["20", "OK"]
