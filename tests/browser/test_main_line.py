# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The main line as people meet it: on a running installation, with and without JavaScript."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import warm

PATIENCE = 15.0
CPR = "710190-0000"
SYSTEM = "Visitering af borgerhenvendelser"
WHY = "Borgeren beskriver stedet, og det hører til vejene."
STAMP = Path(__file__).parents[2] / "src/kodeks/workbench/static/dkfds/.stamp"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("chromium") is None, reason="chromium is not installed"),
    pytest.mark.skipif(not STAMP.is_file(), reason="no assets: run python hatch_build.py"),
]


def until(holds: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > deadline:
            pytest.fail(f"it did not come to pass: {what}")
        time.sleep(0.2)


def see(one: Any, text: str, *, by_itself: bool, within: str = "main") -> None:
    """The page comes to show the text: by itself when it has JavaScript, else when fetched anew."""
    if by_itself:
        one.page.wait_for_selector(f"{within} :text({text!r})")
        return

    def shown() -> bool:
        one.page.reload()
        return text in one.page.inner_text(within)

    until(shown, text)


def type_in(sofie: Any, text: str, *, cpr: str = "") -> str:
    """Sofie types an inquiry in; returns the address of its page, where she now is."""
    page = sofie.page
    sofie.goto("/henvendelser/ny/")
    sofie.check("new")
    page.fill("#id_text", text)
    page.select_option("#id_channel", "telefonnotat")
    page.fill("#id_sender_name", "Testine Testesen")
    page.fill("#id_sender_cpr", cpr)
    page.click("main button[type=submit]")
    page.wait_for_selector("text=Henvendelsen er gemt med nummer")
    return str(page.url)


def view_first(sofie: Any, *, topic: str = "vejskade", why: str = WHY) -> None:
    """The system is new, so she writes down her own view before she sees the suggestion."""
    page = sofie.page
    assert "Mulige emner" not in sofie.text
    page.fill("#id_own_consideration", why)
    page.select_option("#id_label", topic)
    page.click("text=Gem din vurdering, og se forslaget")
    page.wait_for_selector("text=Din vurdering er gemt.")
    assert "Mulige emner" in sofie.text


def decide(sofie: Any, *, picked: str = "", topic: str = "", why: str = WHY) -> None:
    """The demo's model has learned from few texts, so there are several topics to pick between."""
    page = sofie.page
    page.fill("#id_own_consideration", why)
    if picked:
        page.check(f"#decision input[name=picked][value='{picked}']")
    if topic:
        page.select_option("#id_label", topic)
    page.click("#decision button")
    page.wait_for_selector("text=Du har afgjort henvendelsen")


def download(one: Any, link: str, folder: Path) -> Path:
    with one.page.expect_download() as waiting:
        one.page.click(link)
    file = folder / waiting.value.suggested_filename
    waiting.value.save_as(file)
    return file


def verify(file: Path, key: str) -> subprocess.CompletedProcess[str]:
    """By the command, in an environment that knows of no installation."""
    command = ["-m", "kodeks", "receipt", "verify", file.name, "--key", key]
    return warm.run_text(command, cwd=file.parent, env={})


def words_of(pdf: Path) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return " ".join(page.get_textpage().get_text_bounded() for page in document)


def test_from_an_inquiry_to_a_proof(
    visitor: Callable[..., Any], javascript: bool, tmp_path: Path
) -> None:
    sofie = visitor("sofie")
    page = sofie.page
    sofie.check("front page")
    place = f"Prøvevej {uuid.uuid4().hex[:6]}"
    inquiries = {
        choice: f"Der er et dybt hul i asfalten på {place}, {choice}. Cyklister kører udenom."
        for choice in ("accept", "other", "reject")
    }
    addresses = {}
    for choice, text in inquiries.items():
        told = f"{text} Mit nummer er {CPR}." if choice == "accept" else text
        addresses[choice] = type_in(sofie, told, cpr=CPR if choice == "accept" else "")
    assert "Vis CPR-nummeret" not in sofie.text
    see(sofie, "Vurdér selv først", by_itself=javascript)

    for choice, text in inquiries.items():
        sofie.goto("/")
        assert sofie.first_stop_of_the_keyboard() == "Gå til sidens indhold"
        page.click("header >> text=Indbakke")
        sofie.check("inbox")
        page.click(f"tbody a:has-text('{place}, {choice}')")
        assert page.url == addresses[choice]
        see(sofie, "Vurdér selv først", by_itself=javascript)
        sofie.check("an inquiry to view first")
        view_first(sofie)
        sofie.check("an inquiry with its suggestion")
        read, suggested = (
            page.locator(one).bounding_box() for one in ("#inquiry-text", "#suggestion")
        )
        assert read["y"] + read["height"] < suggested["y"]
        assert text in page.inner_text("#inquiry-text")
        decide(
            sofie,
            picked="vejskade" if choice == "accept" else ":another",
            topic={"accept": "", "other": "rotter", "reject": "andet"}[choice],
            why=f"{WHY} Mit valg er {choice}.",
        )
    page.goto(addresses["accept"])
    assert "Vis CPR-nummeret" in sofie.text

    numbers = {}
    for choice, address in addresses.items():
        page.goto(address)
        until(lambda: page.reload() and "Ikke endnu" not in sofie.text, "the robot is done")
        sofie.check("an inquiry that is decided")
        numbers[choice] = re.search(r"Sag: (\S+)", sofie.text).group(1)  # type: ignore[union-attr]
        page.click(f"main a:text('{numbers[choice]}')")
        sofie.check("journal")
        rows = page.locator("tbody tr").all_inner_texts()
        # What came in, the acknowledgement where it could be a letter, and the letter.
        assert len(rows) == (3 if choice == "accept" else 2)
        for row in rows:
            assert numbers[choice] in row
            assert "Kvitteret" in row
            assert re.search(rf"{numbers[choice]}-[123]\b", row), "the id of the ESDH system"
    page.goto(addresses["accept"])
    letter = words_of(
        download(sofie, "text=Hent brevet »Vi har modtaget din henvendelse«", tmp_path)
    )
    found = re.search(r"sagsnummeret\s+(\S+)\s+og\s+koden\s+(\S+?)\.?\s", letter)
    assert found, letter
    assert found.group(1) == numbers["accept"]
    assert CPR not in letter

    citizen = visitor()
    citizen.goto("/")
    citizen.check("front page of the public")
    citizen.page.click("header >> text=Se din sag")
    citizen.check("find a case")
    citizen.page.fill("#id_case_number", found.group(1))
    citizen.page.fill("#id_code", found.group(2))
    citizen.page.click("main button[type=submit]")
    citizen.page.wait_for_selector("h1:has-text('Din henvendelse om')")
    assert inquiries["accept"] in citizen.text, "the data that was used"
    assert f"{WHY} Mit valg er accept." in citizen.text, "what a person weighed"
    assert "Ordet " in citizen.text, "what the system weighed"
    insight = citizen.page.url
    citizen.check("insight")
    titles = citizen.page.locator("section:has(#receipts) li").all_inner_texts()
    assert len(titles) == 7, titles

    citizen.page.click("header >> text=Loggen")
    until(
        lambda: citizen.page.reload() and "venter på en plads i loggen: 0" in citizen.text,
        "it is in the log",
    )
    citizen.check("ledger")
    below = "h3:text-is('Loggens nøgle') + p + blockquote code"
    key = citizen.page.locator(below).inner_text().strip()
    citizen.page.goto(insight)
    receipts = [download(citizen, f"text={title}", tmp_path) for title in titles]
    # The files are the same without JavaScript.
    for file in receipts if javascript else receipts[:1]:
        done = verify(file, key)
        assert done.returncode == 0, done.stderr
        assert "Kvitteringen er ægte." in done.stdout
    data = bytearray(receipts[1].read_bytes())
    data[len(data) // 2] ^= 1
    receipts[1].write_bytes(data)
    done = verify(receipts[1], key)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    citizen.page.click("main button:has-text('Luk sagen')")

    citizen.page.click("header >> text=Register")
    citizen.check("register")
    citizen.page.click(f"text={SYSTEM}")
    citizen.check("an entry of the register")
    assert "I drift" in citizen.text
    assert "Merete Demosen" in citizen.text


def switch(owner: Any, reason: str, *, then: str) -> None:
    owner.goto("/systemer/")
    owner.check("systems")
    owner.page.click(f"main a:text('{SYSTEM}')")
    owner.page.fill("#id_reason", reason)
    owner.page.click("main form button")
    owner.page.wait_for_selector(f".alert:has-text('{then}')")
    owner.check(then)


def test_a_stopped_system_suggests_and_does_nothing(
    visitor: Callable[..., Any], javascript: bool
) -> None:
    sofie, merete = visitor("sofie"), visitor("merete")
    page = sofie.page
    mark = uuid.uuid4().hex[:6]
    switch(merete, f"Forslagene er forkerte {mark}.", then="Systemet er stoppet.")
    try:
        address = type_in(sofie, f"Der er hul i vejen ved Testgade {mark}.")
        assert "Der kommer først et forslag, når systemet er startet igen." in sofie.text
        assert "Systemet er stoppet" in sofie.text
        assert "Mulige emner" not in sofie.text
        sofie.check("an inquiry while the system is stopped")
        decide(sofie, topic="vejskade")
        assert "når systemet er startet igen" in sofie.text
        sofie.goto("/robotter/visitator/?status=waiting")
        waits = "Systemet kan ikke køre. Robotten går videre"
        until(lambda: page.reload() and waits in sofie.text, "the robot waits")
        sofie.check("the robot that waits")
        page.goto(address)
        assert "Ikke endnu" in sofie.text

        type_in(sofie, f"Lampen på Testgade {mark} er slukket om aftenen.")
        page.fill("#id_own_consideration", "Jeg er ved at skrive.")
        page.select_option("#id_label", "rotter")
    finally:
        switch(merete, "Fejlen er rettet.", then="Systemet er i drift igen.")
    see(sofie, "Vurdér selv først", by_itself=javascript)
    if javascript:
        assert page.input_value("#id_own_consideration") == "Jeg er ved at skrive."
        assert page.input_value("#id_label") == "rotter"
    sofie.check("a suggestion that came by itself")
    view_first(sofie, topic="rotter")
    decide(sofie, picked=":another", topic="andet")
    page.goto(address)
    until(lambda: page.reload() and "Ikke endnu" not in sofie.text, "the robot goes on")
    assert "Valgte emnet uden et forslag" in sofie.text


@pytest.mark.parametrize("javascript", ["with JavaScript"], indirect=True)
def test_a_colleague_sees_the_stop_and_the_start(
    visitor: Callable[..., Any], javascript: bool
) -> None:
    merete, dorte = visitor("merete"), visitor("dorte")
    dorte.goto("/systemer/inquiries/")
    dorte.page.fill("#id_reason", "Jeg er ved at skrive.")
    switch(merete, "Prøve af stop.", then="Systemet er stoppet.")
    try:
        see(dorte, "Stoppet", by_itself=javascript, within="#system-state")
        assert "Prøve af stop." in dorte.text
        assert "Det er ændret, mens du så på siden." in dorte.text
        assert dorte.page.input_value("#id_reason") == "Jeg er ved at skrive."
        assert dorte.page.inner_text("main form button") == "Stop systemet"
        dorte.check("the system of a colleague")
    finally:
        switch(merete, "Prøven er slut.", then="Systemet er i drift igen.")
    see(dorte, "I drift", by_itself=javascript, within="#system-state")


def test_the_inbox_is_searched(visitor: Callable[..., Any], javascript: bool) -> None:
    sofie = visitor("sofie")
    page = sofie.page
    mark, other = uuid.uuid4().hex[:6], uuid.uuid4().hex[:6]
    type_in(sofie, f"Der er hul i vejen ved Testgade {mark}.")
    type_in(sofie, f"Der er rotter i gården på Testgade {other}.")
    sofie.goto("/henvendelser/")
    page.evaluate("document.body.dataset.same = 'yes'")
    page.fill("#id_words", mark)
    page.focus("#show")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=1 passer til søgningen.")
    same = page.evaluate("document.body.dataset.same")
    assert same == ("yes" if javascript else None), "only the list is fetched with JavaScript"
    assert f"words={mark}" in page.url
    assert page.input_value("#id_words") == mark
    assert (mark in sofie.text, other in sofie.text) == (True, False)
    if javascript:
        assert page.evaluate("document.activeElement.id") == "show"
    sofie.check("a searched inbox")
    page.go_back()
    page.wait_for_selector(f"tbody a:has-text('{other}')")
    page.fill("#id_words", f"{CPR}")
    page.click("#show")
    page.wait_for_selector("text=Ingen henvendelser passer til søgningen.")
    assert CPR not in page.url


def test_a_planner_finds_a_bin_and_decides(visitor: Callable[..., Any], javascript: bool) -> None:
    sofie = visitor("sofie")
    page = sofie.page
    sofie.goto("/skraldespande/")
    if javascript:
        page.wait_for_selector("#map canvas")
        assert page.locator(".kodeks-map-legend li").count() == 5
        points = page.evaluate("fetch('/skraldespande/punkter/').then((one) => one.json())")
        # The demonstration's bins fill one page of the list.
        assert len(points["features"]) == page.locator("tbody tr").count()
    else:
        assert not page.locator("#map").is_visible()
    sofie.check("bins")
    page.locator("tbody a").first.click()
    page.wait_for_selector("#weeks-title", state="attached")
    assert page.locator(".kodeks-timeline polyline").count() >= 1
    sofie.check("one bin")
    page.click("text=Hele historikken for spanden")
    page.wait_for_selector("#past-title", state="attached")
    sofie.check("a bin's history")
    sofie.goto("/skraldespande/tal/")
    sofie.check("districts")
    sofie.goto("/skraldespande/maalere/")
    sofie.check("sensors")
    sofie.goto("/skraldespande/beskeder/")
    sofie.check("notices")
    asked = page.locator("table a[href^='/skraldespande/beskeder/']").count()
    assert asked
    page.locator("table a[href^='/skraldespande/beskeder/']").first.click()
    sofie.check("a notice")
    for _ in range(2):
        # Her own view first, where the system is new.
        if page.locator("#decision").count():
            page.fill("#id_own_consideration", "Jeg har set på målingerne og kender pladsen.")
            page.check("input[name=label][value=nothing]")
            page.click("#decision button[type=submit]")
            page.wait_for_load_state()
    assert page.url.endswith("/skraldespande/beskeder/")
    assert "Gør ikke noget" in sofie.text
