# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""SF2900: what we send fits the schema, goes once through every fault, and receipts are read."""

import datetime as dt
import logging

import pytest
from fake_distribution import SCHEMAS, FakeDistribution, receipt, receipt_schema, schema
from fake_http import Faults, served
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from kodeks.casework.models import ReceiptCode
from kodeks.casework.ports import DistributionRecord, PortError, PortRejected
from kodeks.connectors.distribution import client, message, receipts, soap
from kodeks.connectors.distribution.client import Fordelingskomponenten
from kodeks.connectors.xml import XmlError

SYSTEM = "44444444-4444-4444-8444-444444444444"
RECEIVER = "33333333-3333-4333-8333-333333333333"
SENDER = message.Sender(cvr="64942212", system=SYSTEM)
TEXT = "Der er et hul i vejen <ved> Testvej & ved søen."
NUMBER = message.transaction_id("run-1:forward")


def record(**changes) -> DistributionRecord:
    arguments = {
        "key": "run-1:forward",
        "case_id": "55555555-5555-4555-8555-555555555555",
        "case_number": "2026-0000123",
        "kle_number": "05.01.08",
        "facet": "G01",
        "unit": "havn",
        "route": "kle",
        "document_id": "66666666-6666-4666-8666-666666666666",
        "document_title": "Henvendelse (Kontaktformular)",
        "direction": "incoming",
        "letter_date": dt.date(2026, 3, 2),
        "theme": "Henvendelse om huller og skader i vejen",
        "media_type": "text/plain; charset=utf-8",
        "content": TEXT.encode(),
        "registered_at": dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC),
        "since": dt.datetime(2026, 3, 2, 8, tzinfo=dt.UTC),
    }
    return DistributionRecord(**(arguments | changes))


KINDS = {
    "JOURNALPOST": {},
    "DOKUMENT": {"media_type": "application/pdf", "content": b"%PDF-1.7"},
    "FORMULAR": {
        "media_type": "application/xml",
        "content": b"<anmodning><felt>1</felt></anmodning>",
    },
}
needs_schema = pytest.mark.skipif(schema() is None, reason="../shared/data is not here")


@needs_schema
@pytest.mark.parametrize("route", ["kle", RECEIVER])
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_what_is_sent_fits_the_schema(kind, route):
    request = message.build(record(route=route, **KINDS[kind]), SENDER)
    schema().assertValid(request)
    said = {etree.QName(one).localname: one.text for one in request.iter()}
    assert said["ObjektType"] == kind
    assert (said["KLEEmneForslag"], said["HandlingFacetForslag"]) == ("05.01.08", "G01")
    if kind != "FORMULAR":
        assert (said["SagForslag"], said["AktoerType"]) == (record().case_id, "ItSystem")


def test_the_note_is_what_the_citizen_wrote():
    request = message.build(record(), SENDER)
    said = {etree.QName(one).localname: one.text for one in request.iter()}
    assert (said["Notat"], said["AnvenderTransaktionsID"]) == (TEXT, NUMBER)
    assert TEXT not in repr(record())


@needs_schema
@given(
    st.text(max_size=50),
    st.text(max_size=50),
    st.sampled_from(["05.01.08", "5.1.8", "05.01.0x"]),
    st.sampled_from(["G01", "Å99", "g01", ",01"]),
    st.sampled_from(["kle", RECEIVER, "x", ""]),
)
def test_whatever_is_sent_fits_or_is_turned_away(title, text, number, facet, route):
    changes = {"document_title": title, "content": text.encode("utf-8", "replace")}
    try:
        request = message.build(
            record(kle_number=number, facet=facet, route=route, **changes), SENDER
        )
    except PortRejected:
        return
    schema().assertValid(request)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"kle_number": "5.1.8"}, "KLE"),
        ({"facet": ",01"}, "facet"),
        ({"route": "x"}, "system"),
        ({"case_id": "1"}, "id"),
        ({"direction": "sideways"}, "retning"),
        ({"registered_at": dt.datetime(2026, 3, 2)}, "tidszone"),
        ({"theme": ""}, "titel"),
        ({"theme": "nul\x00"}, "titel"),
        ({"content": b" "}, "tom"),
        ({"content": b"\x00"}, "tegn"),
        ({"media_type": "text/xml", "content": b"<!DOCTYPE a><a/>"}, "ikke XML"),
    ],
)
def test_what_has_a_wrong_form_is_not_sent(changes, says):
    with pytest.raises(PortRejected, match=says):
        message.build(record(**changes), SENDER)


@pytest.mark.parametrize("sender", [message.Sender("1", SYSTEM), message.Sender("64942212", "")])
def test_a_municipality_that_is_not_set_up_hears_what_to_do(sender):
    with pytest.raises(PortRejected, match="KODEKS_"):
        message.build(record(), sender)


@pytest.fixture
def component():
    return FakeDistribution()


@pytest.fixture
def faults():
    return Faults()


@pytest.fixture
def way(component, faults, settings, monkeypatch):
    settings.KODEKS_MUNICIPALITY_CVR = "64942212"
    settings.KODEKS_DISTRIBUTION_SYSTEM = SYSTEM
    monkeypatch.setattr(client, "SECONDS", 0.3)
    with served(component.answer, faults) as url:
        settings.KODEKS_DISTRIBUTION_URL = url
        yield Fordelingskomponenten()


def test_a_case_is_handed_over(way, component):
    taken = way.send(record=record())
    assert taken.message_id == NUMBER
    assert list(component.taken) == [NUMBER]


@pytest.mark.parametrize("fault", ["500", "cut", "slow", "garbage"])
def test_a_case_is_handed_over_once_whatever_happens(way, component, faults, fault, caplog):
    caplog.set_level(logging.DEBUG)
    faults.next = [fault]
    with pytest.raises(PortError) as away:
        way.send(record=record())
    assert way.send(record=record()).message_id == NUMBER
    assert list(component.taken) == [NUMBER]
    assert "Testvej" not in caplog.text + str(away.value)


@pytest.mark.parametrize("code", ["AFVIST", "FEJLET"])
def test_a_no_in_the_reply_is_for_a_person(way, component, code):
    component.code = code
    with pytest.raises(PortRejected, match=code):
        way.send(record=record())


def test_a_fault_that_is_ours_is_for_a_person(way, component):
    component.wrong = True
    with pytest.raises(PortRejected, match="kode SP01"):
        way.send(record=record())


def test_an_unknown_code_in_the_reply_is_tried_again(way, component):
    component.code = "MÅSKE"
    with pytest.raises(PortError):
        way.send(record=record())


def test_without_an_address_nothing_is_distributed(way, settings):
    settings.KODEKS_DISTRIBUTION_URL = ""
    with pytest.raises(PortRejected, match="KODEKS_DISTRIBUTION_URL"):
        way.send(record=record())


@needs_schema
def test_a_municipality_can_have_everything_checked_against_its_own_schemas(
    way, component, settings, tmp_path, monkeypatch
):
    settings.KODEKS_DISTRIBUTION_SCHEMAS = str(SCHEMAS)
    way.send(record=record())
    monkeypatch.setattr(message, "check", lambda record, sender: None)
    with pytest.raises(PortRejected, match="skema"):
        way.send(record=record(key="run-2", kle_number="5.1.8"))
    settings.KODEKS_DISTRIBUTION_SCHEMAS = str(tmp_path)
    with pytest.raises(PortRejected, match="kan ikke læses"):
        way.send(record=record(key="run-3"))
    assert component.calls == 1


@pytest.mark.parametrize("code", ReceiptCode.values)
def test_all_five_receipts_are_read(code):
    data = receipt(NUMBER.upper(), code, reason="Ikke vores", errors=(("F1", "Forkert KLE"),))
    if receipt_schema() is not None:
        receipt_schema().assertValid(etree.fromstring(data)[0][0])
    found = receipts.read(data)
    assert (found.message_id, found.answer.code) == (NUMBER, code)
    assert found.answer.reason == "Ikke vores; F1: Forkert KLE"
    assert "vores" not in repr(found)


_RECEIPT = receipt(NUMBER, "AFVIST", reason="Nej", errors=(("F1", "x"),))


@pytest.mark.parametrize(
    "wrong",
    [
        receipt("x", "AFVIST"),
        receipt(NUMBER, "MÅSKE"),
        _RECEIPT.replace(b">Forretning<", b">Andet<"),
        _RECEIPT.replace(b"AnvenderRequest", b"AnvenderAndet"),
        _RECEIPT.replace(b"DistributionService/2", b"DistributionService/9"),
        _RECEIPT.replace(b"FejlTekst", b"Andet"),
        b"<!DOCTYPE a>" + _RECEIPT,
        soap.fault("Nej", namespace=message.V2),
    ],
)
def test_what_is_no_receipt_is_turned_away(wrong):
    with pytest.raises(XmlError):
        receipts.read(wrong)


@given(st.integers(0, len(_RECEIPT) - 1), st.binary(max_size=4), st.integers(0, 40))
def test_a_damaged_receipt_is_read_or_turned_away(at, put, cut):
    try:
        found = receipts.read(_RECEIPT[:at] + put + _RECEIPT[at + cut :])
    except XmlError:
        return
    assert found.answer.code in ReceiptCode.values


@needs_schema
def test_what_we_answer_fits_the_schema():
    receipt_schema().assertValid(etree.fromstring(receipts.taken())[0][0])
    fault = etree.fromstring(soap.fault("Nej", namespace=message.V2))
    receipt_schema().assertValid(fault.find(f".//{{{message.V2}}}TransportKvittering"))
