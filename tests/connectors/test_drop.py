# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The watched folder: whole files, once each, and a reason beside what is refused."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kodeks.connectors import arriving
from kodeks.connectors.drop import folder as drop
from kodeks.connectors.drop import reading
from kodeks.connectors.models import Arrival
from kodeks.inquiries import services
from kodeks.inquiries.errors import InquiryError
from kodeks.inquiries.models import Inquiry
from kodeks.robots import background
from kodeks.robots.errors import BusinessError

pytestmark = pytest.mark.django_db

MAIL = b"From: Bo <bo@example.invalid>\r\nSubject: Hul\r\nMessage-ID: <1@x>\r\n\r\nDybt hul.\r\n"


@pytest.fixture
def put(tmp_path: Path) -> Callable[..., Path]:
    def write(name: str, content: bytes | str, *, age: float = 60.0) -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        os.utime(path, (time.time() - age,) * 2)
        return path

    return write


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def test_each_kind_of_file_becomes_inquiries(tmp_path: Path, put: Callable[..., Path]) -> None:
    put("scan.TXT", "Der er et hul. Mit nummer er 710190-0000.")
    put("fra-system.csv", "text;channel;external_id\nRotter i gården;app;a1\nLampen er slukket;;\n")
    put("en.json", json.dumps({"text": "Affald", "channel": "app", "sender_name": "Bo"}))
    put("flere.json", json.dumps([{"text": "Støj"}, {"text": "Sne", "district": "Nord"}]))
    put("post.eml", MAIL)
    done = drop.take_in(tmp_path)
    assert (done.files, done.inquiries, done.known, done.refused) == (5, 7, 0, 0)
    found = set(Inquiry.objects.values_list("text", "channel"))
    assert found == {
        ("Der er et hul. Mit nummer er [CPR].", "brev"),
        ("Rotter i gården", "app"),
        ("Lampen er slukket", "web"),
        ("Affald", "app"),
        ("Støj", "web"),
        ("Sne", "web"),
        ("Hul\n\nDybt hul.", "mail"),
    }
    assert names(tmp_path) == ["behandlet"]
    assert len(names(tmp_path / "behandlet")) == 5


def test_a_file_that_is_not_finished_is_left(tmp_path: Path, put: Callable[..., Path]) -> None:
    put("nu.txt", "Halv", age=1.0)
    put("andet.txt.part", "Halv")
    put(".ny-1234", "Halv")
    (tmp_path / "link.txt").symlink_to("/etc/passwd")
    (tmp_path / "mappe.txt").mkdir()
    before = names(tmp_path)
    assert drop.take_in(tmp_path).files == 0
    assert names(tmp_path) == before


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("billede.png", b"\x89PNG", "filer af den slags"),
        ("latin.txt", "Øl".encode("latin-1"), "UTF-8"),
        ("tom.txt", "  \n", "tom"),
        ("fejl.csv", "text,channel\nHul,mail\nHul,brevdue\n", "række 3"),
        ("lang.csv", "text\nHul\n" + "x" * 100_001, "Række 3"),
        ("fejl.json", "{", "JSON"),
        ("felt.json", '{"text": "Hul", "cpr": "x"}', "kendes"),
        ("tal.json", '[{"text": 5}]', "Nummer 1"),
        ("uden.json", '{"channel": "mail"}', "ingen tekst"),
        ("tom.json", "[]", "tom"),
        ("dyb.json", "[" * 200_000, "JSON"),
        (
            "lukket.eml",
            b"From: a@b.dk\r\nContent-Type: application/pkcs7-mime\r\n\r\nx",
            "krypteret",
        ),
    ],
)
def test_a_file_that_cannot_be_taken_in_lies_with_its_reason(
    tmp_path: Path, put: Callable[..., Path], name: str, content: bytes | str, reason: str
) -> None:
    path = put(name, content)
    held = path.read_bytes()
    assert drop.take_in(tmp_path).refused == 1
    refused = tmp_path / "afvist"
    assert names(refused) == [name, f"{name}.grund.txt"]
    assert (refused / name).read_bytes() == held
    assert reason in (refused / f"{name}.grund.txt").read_text(encoding="utf-8")
    assert not Inquiry.objects.exists()
    assert "brevdue" not in arriving.refused().get().reason


def test_the_same_file_again_is_known_and_another_of_its_name_is_not(
    tmp_path: Path, put: Callable[..., Path]
) -> None:
    for content in ("Hul.", "Hul.", "Rotter."):
        put("scan.txt", content)
        drop.take_in(tmp_path)
    assert Inquiry.objects.count() == 2
    assert len(names(tmp_path / "behandlet")) == 3


def test_what_was_refused_is_taken_in_when_the_program_can_read_it(
    tmp_path: Path, put: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(reading, "_READERS", {})
        put("scan.txt", "Hul.")
        assert drop.take_in(tmp_path).refused == 1
    (tmp_path / "afvist" / "scan.txt").rename(tmp_path / "scan.txt")
    assert drop.take_in(tmp_path).inquiries == 1


def test_a_mail_that_comes_by_mailbox_and_folder_is_one(
    tmp_path: Path, put: Callable[..., Path]
) -> None:
    put("a.eml", MAIL)
    put("b.eml", MAIL)
    assert drop.take_in(tmp_path).files == 2
    assert Inquiry.objects.count() == 1


@pytest.mark.parametrize("where", ["_move", "take_in"])
def test_killed_anywhere_it_is_taken_in_once(
    tmp_path: Path, put: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    class Killed(BaseException):
        pass

    def die(*_: Any, **__: Any) -> None:
        raise Killed

    put("liste.csv", "text\nHul\nRotter\n")
    put("fejl.txt", b"\xff")
    with monkeypatch.context() as patch:
        patch.setattr(drop if where == "_move" else drop.arriving, where, die)
        for _ in range(2):
            with pytest.raises(Killed):
                drop.take_in(tmp_path)
    drop.take_in(tmp_path)
    drop.take_in(tmp_path)
    assert Inquiry.objects.count() == 2
    assert Arrival.objects.count() == 2
    assert names(tmp_path) == ["afvist", "behandlet"]
    assert names(tmp_path / "afvist") == ["fejl.txt", "fejl.txt.grund.txt"]


def test_one_file_that_breaks_something_does_not_hold_up_the_others(
    tmp_path: Path, put: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    receive = services.receive

    def fails(**given: Any) -> Any:
        if "giftig" in given["text"]:
            raise RuntimeError("the text of the file")
        return receive(**given)

    monkeypatch.setattr(services, "receive", fails)
    put("a.txt", "giftig")
    put("b.txt", "Hul")
    with pytest.raises(drop.DropFault, match="1 filer"):
        drop.take_in(tmp_path)
    assert Inquiry.objects.count() == 1
    assert names(tmp_path) == ["a.txt", "behandlet"]


def test_the_background_work_looks_in_the_folder_of_the_settings(
    tmp_path: Path, put: Callable[..., Path], settings: Any
) -> None:
    look = background.get("inquiries.drop")
    with pytest.raises(BusinessError, match="ikke valgt"):
        look()
    settings.KODEKS_DROP_FOLDER = str(tmp_path / "ingen")
    with pytest.raises(BusinessError, match="findes ikke"):
        look()
    settings.KODEKS_DROP_FOLDER = str(tmp_path)
    put("scan.txt", "Hul")
    look()
    assert Inquiry.objects.count() == 1


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(["a.txt", "a.csv", "a.json", "a.eml", "a"]),
    st.one_of(st.binary(max_size=300), st.text(max_size=300).map(str.encode)),
)
def test_any_bytes_are_read_or_refused(name: str, raw: bytes) -> None:
    try:
        receive = reading.inquiries_of(name, raw, key="0" * 64)
    except InquiryError:
        return
    assert callable(receive)
