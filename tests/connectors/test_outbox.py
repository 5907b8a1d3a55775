# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Letters in a folder: one of each key, whole, and without anybody's number."""

import hashlib
import json

import pytest
from sent_letters import CPR, letter

from kodeks.casework.ports import PortError, PortRejected
from kodeks.connectors import outbox
from kodeks.connectors.outbox import READY, SENT, OutboxFolder


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "outbox"


def test_a_letter_is_laid_out_once_and_found_again(folder):
    channel = OutboxFolder(folder=folder)
    assert channel.find(key="run-1:send") is None
    receipt = channel.send(record=letter())
    assert channel.find(key="run-1:send") == receipt
    (pdf,) = (folder / READY).glob("*.pdf")
    assert pdf.read_bytes() == b"%PDF-brev"
    told = json.loads(pdf.with_suffix(".json").read_text("utf-8"))
    assert told["case_number"] == "2026-0000123"
    assert told["sha256"] == hashlib.sha256(b"%PDF-brev").hexdigest()
    assert told["message_id"] == receipt.message_id
    assert channel.send(record=letter()).message_id == receipt.message_id
    assert len(list((folder / READY).iterdir())) == 2
    assert channel.send(record=letter(key="run-2:send")).message_id != receipt.message_id


def test_what_was_fetched_is_still_known(folder):
    channel = OutboxFolder(folder=folder)
    receipt = channel.send(record=letter())
    for path in (folder / READY).iterdir():
        path.unlink()
    assert channel.find(key="run-1:send") == receipt


def test_no_number_stands_in_any_file_or_name_and_only_the_owner_reads_them(folder):
    OutboxFolder(folder=folder).send(record=letter())
    paths = [path for path in folder.rglob("*") if path.is_file()]
    assert len(paths) == 3
    for path in paths:
        assert CPR.encode() not in path.read_bytes() + path.name.encode()
        assert path.stat().st_mode & 0o077 == 0
    assert CPR not in repr(letter())


def test_whoever_has_no_number_is_not_reached_and_nothing_is_laid_out(folder):
    receipt = OutboxFolder(folder=folder).send(record=letter(kind="none"))
    assert (receipt.channel, receipt.message_id) == ("none", "")
    assert not folder.exists()


def test_a_crash_before_the_last_file_lays_the_same_letter_out_again(folder, monkeypatch):
    channel, original = OutboxFolder(folder=folder), outbox.write_atomic

    def dies(*, path, content):
        if path.parent.name == SENT:
            raise OSError(28, "full")
        original(path=path, content=content)

    monkeypatch.setattr(outbox, "write_atomic", dies)
    with pytest.raises(PortError, match="fejl 28"):
        channel.send(record=letter())
    assert channel.find(key="run-1:send") is None
    monkeypatch.setattr(outbox, "write_atomic", original)
    channel.send(record=letter())
    assert len(list((folder / READY).iterdir())) == 2


@pytest.mark.parametrize("broken", [b"", b"{", b"[]", b"{}", b'{"sent_at": 3}', b"[" * 100000])
def test_a_damaged_file_is_said_to_be(folder, broken):
    channel = OutboxFolder(folder=folder)
    channel.send(record=letter())
    (kept,) = (folder / SENT).iterdir()
    kept.write_bytes(broken)
    with pytest.raises(PortError, match="ødelagt"):
        channel.find(key="run-1:send")


def test_a_letter_that_is_not_what_it_says_is_refused(folder):
    with pytest.raises(PortRejected, match="kontrolsum"):
        OutboxFolder(folder=folder).send(record=letter(sha256="0" * 64))
