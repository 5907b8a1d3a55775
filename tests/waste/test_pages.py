# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The planner's pages: list and map, one bin, the notices and what is decided about them."""

from __future__ import annotations

import base64
import datetime as dt
import re
import uuid
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.support import waste_stage
from tests.support.waste_stage import placed, told, weeks

from kodeks.kernel import api as kernel
from kodeks.kernel import stewardship
from kodeks.kernel.models import Decision, User
from kodeks.waste import bins, insight, learning, noticing, rollups, rounds, schedules, seeing
from kodeks.waste.models import Bin, Notice, Outlook, Reading, Round, SensorWorth

pytestmark = pytest.mark.django_db
DECENTLAB = "02000700 0301F4 00050C1C"
"""500 mm and 3.1 V."""
WHY = "Der er marked på pladsen i morgen, så den skal tømmes i aften."


@pytest.fixture
def page(client: Client) -> Client:
    """A client signed in as a planner."""
    client.force_login(User.objects.get(username="sofie"))
    return client


def at(name: str, *arguments: Any) -> str:
    return reverse(f"waste:{name}", args=arguments)


def shown(response: Any) -> str:
    assert response.status_code in (200, 422), response.status_code
    return " ".join(unescape(response.content.decode()).split())


def seen(page: Client, notice: Notice) -> str:
    """The page of the notice, after the person's own view where that was asked for first."""
    text = shown(page.get(at("notice", notice.id)))
    if "Vurdér selv først" in text:
        given = {"label": "nothing", "own_consideration": WHY}
        assert page.post(at("decide", notice.id), given).status_code == 302
        text = shown(page.get(at("notice", notice.id)))
    return text


def days_of_readings() -> set[dt.date]:
    """20 days and nights of readings are of 21 dates, and of 20 late in the evening."""
    found = {timezone.localdate(at) for at in Reading.objects.values_list("at", flat=True)}
    assert len(found) in (20, 21)
    return found


def test_before_anything_is_read_the_pages_say_so(page: Client) -> None:
    assert "Der er ingen skraldespande endnu" in shown(page.get(at("bins")))
    assert "Ingen venter" in shown(page.get(at("notices")))
    assert "Der er ingen målere på listen endnu" in shown(page.get(at("sensors")))
    assert "Der er ikke talt op endnu" in shown(page.get(at("lessons")))
    assert "Det er ikke regnet ud endnu" in shown(page.get(at("quality")))


def test_the_list_tells_level_trust_and_reason_and_finds(page: Client) -> None:
    calm, full = placed(2)
    told(calm, weeks())
    told(full, weeks(last=93.0))
    rounds.look()
    text = shown(page.get(at("bins")))
    assert "93 %" in text
    assert "Måleren virker." in text
    assert text.index("spand-1") < text.index("spand-0")
    only = shown(page.get(at("bins"), {"only": "need"}))
    assert "spand-1" in only
    assert "spand-0" not in only
    assert "spand-0" in shown(page.get(at("bins"), {"words": "spand-0"}))
    assert "Ingen skraldespande passer" in shown(page.get(at("bins"), {"words": "x"}))
    assert "Vælg en af mulighederne" in shown(page.get(at("bins"), {"district": "Ingen"}))


def test_the_map_has_all_bins_that_the_list_finds_coloured_by_level(page: Client) -> None:
    half, full, silent, low = placed(4)
    told(half, weeks(last=55.0))
    told(full, weeks(last=93.0))
    told(silent, weeks(last=30.0), ends=dt.timedelta(hours=40))
    told(low, weeks(last=20.0))
    Bin.objects.filter(code="spand-3").update(latitude=None, longitude=None)
    rounds.look()
    # More than a page of the list, which no sensor sits in.
    Bin.objects.bulk_create(
        Bin(code=f"tavs-{number}", latitude=55.7, longitude=12.5, set_at=timezone.now())
        for number in range(60)
    )
    found = page.get(at("points"))
    assert found["Content-Type"] == "application/geo+json"
    drawn = {one["properties"]["title"]: one for one in found.json()["features"]}
    assert len(drawn) == 63
    kinds = {name: one["properties"]["kind"] for name, one in drawn.items()}
    assert kinds["spand-0"] == "middle"
    assert kinds["spand-1"] == "high"
    assert kinds["spand-2"] == kinds["tavs-7"] == "unknown"
    assert drawn["spand-1"]["properties"]["text"] == "Fyldt: 93 %."
    assert "(sidst kendt 30 %)" in drawn["spand-2"]["properties"]["text"]
    assert drawn["spand-0"]["geometry"]["coordinates"] == [12.5701, 55.6801]
    asked = set(Notice.objects.filter(ended_at=None).values_list("bin__code", flat=True))
    assert asked == {name for name, one in drawn.items() if one["properties"]["urgent"]}
    # The list is paged, and the map follows its filter.
    assert "tavs-7" not in shown(page.get(at("bins")))
    only = page.get(at("points"), {"words": "tavs"}).json()["features"]
    assert len(only) == 60
    assert page.get(at("points"), {"district": "Ingen"}).json()["features"] == []


def test_the_map_of_thousands_asks_as_few_questions_as_that_of_two(
    page: Client, django_assert_max_num_queries: Any
) -> None:
    Bin.objects.bulk_create(
        Bin(code=f"b-{number}", latitude=55.6, longitude=12.5, set_at=timezone.now())
        for number in range(5_700)
    )
    with django_assert_max_num_queries(12):
        assert len(page.get(at("points")).json()["features"]) == 5_700


def test_a_bins_page_has_its_weeks_and_what_was_decided(page: Client) -> None:
    (device,) = placed(1)
    told(device, weeks(last=93.0))
    schedules.put(code="spand-0", weekdays="1-5", time="07:00", set_by="test")
    rollups.make_due()
    rounds.look()
    bin = Bin.objects.get()
    response = page.get(at("bin", bin.id))
    text = shown(response)
    assert "man, tirs, ons, tors, fre kl. 07.00" in text
    assert "Venter på en beslutning" in text
    drawn = response.content.decode()
    assert drawn.count("kodeks-timeline-mark") >= 5
    assert "<polyline" in drawn
    assert "Tabte beskeder" in text
    assert page.get(at("bin", 2**31)).status_code == 404


def test_a_bin_that_nobody_knows_is_not_told_as_a_number_of_now(page: Client) -> None:
    import datetime as dt

    (device,) = placed(1)
    told(device, weeks(last=30.0), ends=dt.timedelta(hours=40))
    rounds.look()
    assert "Ukendt (sidst kendt 30 %)" in shown(page.get(at("bins")))
    text = page.get(at("bin", Bin.objects.get().id)).content.decode()
    assert "kodeks-timeline-fault" in text
    assert "Måleren er tavs" in text


def test_a_person_decides_with_words_of_their_own(page: Client) -> None:
    notice = waste_stage.asked()
    assert "Haster" in shown(page.get(at("notices")))
    assert "Ring 112 ved mistanke om ild" in shown(page.get(at("notice", notice.id)))
    assert "Det haster med spanden" in shown(page.get(at("bin", notice.bin_id)))
    text = seen(page, notice)
    assert "Systemets forslag" in text
    assert "Se efter ild med det samme" in text
    refused = page.post(at("decide", notice.id), {"label": "fire", "own_consideration": ""})
    assert refused.status_code == 422
    assert "Der er ikke besluttet noget" in shown(refused)
    wrong = page.post(at("decide", notice.id), {"label": "burn", "own_consideration": WHY})
    assert "Vælg, hvad der skal ske." in shown(wrong)
    assert WHY in shown(wrong)
    assert not Decision.objects.exists()
    given = {"label": "empty", "own_consideration": WHY}
    assert page.post(at("decide", notice.id), given).status_code == 302
    notice.refresh_from_db()
    decision = kernel.decision(notice.decision_id or uuid.uuid4())
    assert decision.outcome == {"label": "empty"}
    assert decision.recommendation_id == notice.recommendation_id
    assert notice.ended_at is not None
    text = shown(page.get(at("notice", notice.id)))
    assert WHY in text
    assert "Det foreslog systemet" in text
    assert "Ring 112" not in text
    listed = shown(page.get(at("notices")))
    assert "Tøm før den planlagte tur" in listed
    again = page.post(at("decide", notice.id), given)
    assert "besluttet allerede" in shown(again)


def test_what_was_decided_is_not_asked_again_the_same_day(page: Client) -> None:
    notice = waste_stage.asked()
    seen(page, notice)
    page.post(at("decide", notice.id), {"label": "nothing", "own_consideration": WHY})
    rounds.look()
    assert not Notice.objects.filter(ended_at=None).exists()
    Notice.objects.update(ended_at=timezone.now() - seeing.AGAIN)
    rounds.look()
    assert Notice.objects.filter(ended_at=None).count() == 1


def test_while_it_is_stopped_people_decide_alone_and_no_forecast_is_shown(page: Client) -> None:
    notice = waste_stage.asked()
    merete = User.objects.get(username="merete")
    stewardship.stop(system=noticing.SYSTEM, user=merete, reason="Prøve: målerne skal skiftes.")
    text = shown(page.get(at("notice", notice.id)))
    assert "Systemet kan ikke køre" in text
    assert "Systemets forslag" not in text
    assert "Der er ingen prognose nu" in shown(page.get(at("bins")))
    given = {"label": "fire", "own_consideration": WHY}
    assert page.post(at("decide", notice.id), given).status_code == 302
    decision = kernel.decision(Notice.objects.get().decision_id or uuid.uuid4())
    assert decision.recommendation_id is None


def test_who_belongs_to_another_department_decides_nothing(page: Client, settings: Any) -> None:
    settings.KODEKS_WASTE_UNIT = "renhold-og-affald"
    notice = waste_stage.asked()
    page.force_login(User.objects.get(username="viggo"))
    given = {"label": "fire", "own_consideration": WHY}
    assert page.post(at("decide", notice.id), given).status_code == 422
    assert Notice.objects.get().decision_id is None


def test_the_sensors_page_tells_when_each_was_heard_and_what_was_lost(page: Client) -> None:
    heard, silent = placed(2)
    told(heard, weeks(days=2))
    waste_stage.took(waste_stage.uplink(heard, 27), waste_stage.uplink("ffff", 1))
    rounds.look()
    text = shown(page.get(at("sensors")))
    assert "Aldrig" in text
    assert "92 %" in text
    assert "10,7 %" in text
    assert "Enheden står ikke på listen." in text
    assert silent in shown(page.get(at("sensors"), {"words": "spand-1"}))
    assert silent not in shown(page.get(at("sensors"), {"words": "spand-0"}))


def test_the_lessons_page_tells_of_kinds_and_of_bins(page: Client) -> None:
    one, two = placed(2)
    told(one, weeks())
    told(two, weeks())
    assert learning.learn_lessons() == 1
    assert learning.learn_worth() == 0
    text = shown(page.get(at("lessons")))
    assert waste_stage.EM400 in text
    assert "Det er ikke regnet ud endnu" in text
    bin = Bin.objects.first()
    assert bin is not None
    SensorWorth.objects.create(
        at=timezone.now(), bin=bin, days=28, gain=0.081, needed=True, reason="Klart bedre."
    )
    text = shown(page.get(at("lessons")))
    assert "Klart bedre." in text
    assert "0,081" in text


def test_a_matter_of_oversight_leads_to_the_notice() -> None:
    notice = waste_stage.asked()
    subject = noticing.subject_of(notice.id)
    found = insight.matter(subject=subject)
    assert found is not None
    assert found.title == "Skraldespanden spand-0"
    sofie, merete = (User.objects.get(username=name) for name in ("sofie", "merete"))
    assert insight.for_staff(subject=subject, user=sofie) == [
        ("Åbn beskeden", at("notice", notice.id))
    ]
    assert insight.for_staff(subject=subject, user=merete) == []
    assert insight.matter(subject=kernel.Subject(type="binnotice", id="x")) is None
    assert insight.matter(subject=kernel.Subject(type="inquiry", id=str(notice.id))) is None


def test_a_bins_whole_history_is_drawn_told_by_day_and_given_as_csv(page: Client) -> None:
    (device,) = placed(1)
    told(device, weeks(last=93.0))
    rollups.make_due()
    rounds.look()
    bin_id = Bin.objects.get().id
    today = timezone.localdate()
    text = shown(page.get(at("past", bin_id)))
    assert "240 målinger" in text
    assert "Den røde linje er fuld" in text
    assert text.split("Dag for dag")[1].count('<th scope="row">') == len(days_of_readings())
    days = {"since": f"{today - dt.timedelta(days=1)}", "until": f"{today}"}
    text = shown(page.get(at("past", bin_id), days))
    assert text.split("Dag for dag")[1].count('<th scope="row">') == 2
    answer = page.get(at("past-csv", bin_id), days)
    rows = answer.content.decode().splitlines()
    assert rows[0] == "bin,time,level_pct,temperature_c"
    code, moment, level, warm = rows[-1].split(",")
    assert (code, level, warm) == ("spand-0", "93.0", "20.0")
    assert timezone.now() - dt.datetime.fromisoformat(moment) < dt.timedelta(hours=1)
    # What was measured is told with what it means: the bin is emptied every other day.
    drawn = page.get(at("past", bin_id)).content.decode()
    assert drawn.count("kodeks-timeline-mark") >= 8
    assert "Tømninger" in text
    assert "Fejl ved måleren" in text
    # Days before anything was heard are no error.
    empty = shown(page.get(at("past", bin_id), {"until": "2020-01-31"}))
    assert "0 målinger fra 3. december 2019 til 31. januar 2020" in empty
    assert "Der er ingen dage med målinger" in empty


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ({"since": "2026-02-02", "until": "2026-02-01"}, "Byt om på dem"),
        ({"since": "0001-01-01", "until": "0001-01-02"}, "efter år 2000"),
        ({"until": "0001-01-02"}, "efter år 2000"),
        ({"since": "2001-01-01", "until": "2026-02-01"}, "over fem år"),
        ({"since": "i går"}, "Dagene kan ikke bruges"),
    ],
)
def test_days_that_cannot_be_used_are_told(page: Client, days: dict[str, str], words: str) -> None:
    placed(1)
    bin_id = Bin.objects.get().id
    for address in (at("past", bin_id), at("past-csv", bin_id), at("figures")):
        answer = page.get(address, days)
        assert answer.status_code == 422
        assert words in shown(answer)


def test_districts_are_told_side_by_side_and_days_for_the_one_that_is_chosen(page: Client) -> None:
    assert "Der er ikke set på spandene endnu" in shown(page.get(at("figures")))
    calm, busy = placed(2)
    told(calm, weeks(rate=10.0))
    told(busy, weeks(rate=48.0))
    rollups.make_due()
    rounds.look()
    text = shown(page.get(at("figures")))
    assert "En spand er fuld fra 80 %" in text
    shares = re.findall(r"(Vest|Øst)</th><td>1</td><td>([\d,]+) %", text)
    assert [name for name, _ in shares] == ["Vest", "Øst"]
    vest, east = (float(share.replace(",", ".")) for _, share in shares)
    assert vest > 40
    assert east == 0
    chosen = shown(page.get(at("figures"), {"district": "Vest"}))
    assert chosen.count('<th scope="row">') == len(days_of_readings())
    assert page.get(at("figures"), {"district": "Nord"}).status_code == 422


def test_a_bins_past_tells_of_faults_and_of_what_had_been_expected(page: Client) -> None:
    (device,) = placed(1)
    told(device, weeks(last=30.0), ends=dt.timedelta(hours=40))
    rollups.make_due()
    rounds.look()
    outlook = Outlook.objects.get()
    outlook.within_1 = 0.37
    outlook.save()
    two_days_ago = timezone.now() - dt.timedelta(days=2)
    Round.objects.update(at=two_days_ago)
    bin_id = Bin.objects.get().id
    text = shown(page.get(at("past", bin_id)))
    assert f"37 % (kl. {timezone.localtime(two_days_ago):%H.%M})" in text
    assert "Måleren er tavs" in text
    assert "kodeks-timeline-fault" in page.get(at("past", bin_id)).content.decode()
    # Of years the readings are shown without what they tell.
    today = timezone.localdate()
    years = {"since": f"{today - dt.timedelta(days=500)}", "until": f"{today}"}
    assert "Vælg højst 400 dage" in shown(page.get(at("past", bin_id), years))


def test_batteries_are_told_in_percent_or_volts_and_those_that_are_low_are_listed(
    page: Client, settings: Any
) -> None:
    percent, volts = placed(2)
    told(percent, weeks(days=2))
    bins.place(
        device=volts,
        bin_code="spand-1",
        sensor="decentlab-dl-mbx",
        since=timezone.now() - dt.timedelta(days=1),
        set_by="test",
        empty_mm=1000.0,
        full_mm=200.0,
    )
    content = base64.b64encode(bytes.fromhex(DECENTLAB)).decode()
    waste_stage.took(waste_stage.uplink(volts, 1, data=content, fPort=1))
    text = shown(page.get(at("sensors")))
    assert "92 %" in text
    assert "3,1 V" in text
    low = {"only": "battery"}
    assert "Ingen målere passer" in shown(page.get(at("sensors"), low))
    settings.KODEKS_WASTE_LOW_BATTERY_MV = 3500
    only = shown(page.get(at("sensors"), low))
    assert volts in only
    assert percent not in only
    settings.KODEKS_WASTE_LOW_BATTERY = 95
    both = shown(page.get(at("sensors"), low))
    assert volts in both
    assert percent in both
    assert both.count("Lavt") >= 2
