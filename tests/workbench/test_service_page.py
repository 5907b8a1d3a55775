# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Times and hours on the owner's page and in the public register, and the form of a time study."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from decimal import Decimal

import pytest
from kernel_stage import LIMIT, today
from measured_stage import done
from procrastinate.contrib.django.models import ProcrastinateJob
from register_card import register_card
from staff_pages import headings_in_order, visitor, who_is_let_in, words_of

from kodeks.codex.days import law_day
from kodeks.kernel import fairness, sequencer
from kodeks.kernel.models import Act, RegistryEvent, TimeStudy
from kodeks.language.lix import lix
from kodeks.robots import background
from kodeks.workbench import figures, measurements, service_page, service_report
from kodeks.workbench.models import ServiceReport

BEGAN = dt.datetime(2026, 3, 2, 9, 30, tzinfo=dt.UTC)
MINUTES = "\n".join(["7,5"] * 10 + ["12"] * 10)
FORM = {
    "step": "receipt",
    "minutes": MINUTES,
    "review": "3",
    "rework": "20,5",
    "first_day": (today() - dt.timedelta(days=9)).isoformat(),
    "last_day": today().isoformat(),
    "measured_by": "To medarbejdere",
}


@pytest.fixture
def slug(stage) -> str:
    return stage.register()


def path(slug: str, rest: str = "") -> str:
    return f"/systemer/{slug}/tider/{rest}"


def renewed(slug: str) -> ServiceReport:
    while sequencer.integrate():
        pass
    return background.get(service_report.TASK)(system=slug)


def test_who_may_see_it(stage, slug) -> None:
    people = dict.fromkeys(("merete", "bodil", "dorte", "anders"), True)
    people |= dict.fromkeys(("sofie", "testine", ""), False)
    assert who_is_let_in(stage, path(slug), people) == people
    assert who_is_let_in(stage, f"/systemer/{slug}/tider.json", people) == people
    assert visitor(stage, "merete").get(path("findes-ikke")).status_code == 404


def test_before_a_worker_has_counted_it_is_asked_to_once(stage, slug) -> None:
    for page in (path(slug), f"/register/{slug}/"):
        assert "Tallene er ved at blive regnet ud." in words_of(visitor(stage, "merete").get(page))
    assert visitor(stage, "merete").get(f"/systemer/{slug}/tider.json").json() == {}
    jobs = ProcrastinateJob.objects.filter(lock=f"{service_report.TASK}:{slug}")
    assert [job.args["arguments"] for job in jobs] == [{"system": slug}]


def test_a_report_that_is_new_or_has_nothing_to_add_is_not_made_again(stage, slug) -> None:
    jobs = ProcrastinateJob.objects.filter(lock=f"{service_report.TASK}:{slug}")
    report = renewed(slug)
    service_report.newest(slug)
    ServiceReport.objects.filter(pk=report.pk).update(made_at=report.made_at - service_report.FRESH)
    service_report.newest(slug)
    assert not jobs.exists()
    done(stage, slug)
    while sequencer.integrate():
        pass
    service_report.newest(slug)
    assert jobs.count() == 1


def test_hours_and_times_are_told_where_they_are_asked_for(stage, slug) -> None:
    stage.call("time_study", stage.study(slug, step="receipt", mean="90.00"))
    for _ in range(2):
        done(stage, slug, answered=True, began=BEGAN, promised=BEGAN.date())
    done(stage, slug, choice="reject")
    renewed(slug)
    for who, page in (("merete", path(slug)), ("", f"/register/{slug}/")):
        response = visitor(stage, who).get(page)
        words = words_of(response)
        for part in (
            "Robotten har frigjort 3,0 timer .",
            "Færdige sager: 2.",
            "forslaget blev afvist. De tæller ikke: 1",
            "Svaret kom inden for den lovede frist i 0 % (0 ud af 2) sager.",
            "Fra henvendelsen kom, til afdelingen har svaret",
            "Sådan er det regnet ud",
        ):
            assert part in words, part
        assert headings_in_order(response)
    owners = visitor(stage, "merete").get(path(slug))
    assert owners.content.decode().count("<rect ") == 1
    assert "style=" not in owners.content.decode().split("<main", 1)[1]


def test_the_same_as_data(stage, slug) -> None:
    stage.call("time_study", stage.study(slug))
    done(stage, slug, answered=True, began=BEGAN)
    report = renewed(slug)
    owners = visitor(stage, "dorte").get(f"/systemer/{slug}/tider.json").json()
    assert owners == json.loads(json.dumps(report.content))
    month = f"{today():%Y-%m}"
    assert owners["months"][month]["hours"]["minutes"] == 12
    assert list(owners["months"][month]["units"]) == ["vej"]
    public = visitor(stage, "").get(f"/register/{slug}.json").json()["service"]
    assert public["total"] == owners["total"]
    # Not who measured, and no unit that may have had one matter only.
    assert "measured_by" not in public["studies"][0]
    assert "units" not in public["months"][month]


def test_the_owner_writes_a_study_by_pasting_the_minutes(stage, slug) -> None:
    response = visitor(stage, "merete").post(path(slug, "maaling/"), FORM)
    assert response.status_code == 302
    row = TimeStudy.objects.get(system_id=slug)
    assert (row.measured, row.mean, row.deviation) == (20, Decimal("9.75"), Decimal("2.31"))
    assert (row.review, row.rework) == (Decimal(3), Decimal("20.50"))
    listed = "7.50\n" * 10 + "12.00\n" * 10
    assert row.sha256 == hashlib.sha256(listed.encode()).hexdigest()
    renewed(slug)
    page = words_of(visitor(stage, "dorte").get(path(slug)))
    for part in (
        "Gælder nu",
        "En sag tog 9,75 minutter i gennemsnit. Spredningen var 2,31 minutter",
        "Målt på 20 sager",
        "Skrevet af Merete Demosen, Prøveafdelingen",
    ):
        assert part in page
    assert "Kun lederen eller stedfortræderen kan skrive en måling." in page


WRONG = {
    "nothing": ({"minutes": ""}, "Skriv, hvor mange minutter hver sag tog."),
    "too few": ({"minutes": "7,5 8"}, "Der er 2 målinger. Mål mindst 20 sager"),
    "no number": ({"minutes": MINUTES + "\nseks"}, "Måling nr. 21 er ikke et tal"),
    "nothing in it": ({"minutes": MINUTES + "\n0"}, "Måling nr. 21 er ikke et tal"),
    "all alike": ({"minutes": "7 " * 20}, "Den er 0, hvis der ikke er målt."),
    "negative": ({"review": "-1"}, "Skriv minutter som et tal fra 0 til 2.400"),
    "too much": ({"rework": "2400,01"}, "Skriv minutter som et tal fra 0 til 2.400"),
    "to come": (
        {"last_day": (today() + dt.timedelta(days=1)).isoformat()},
        "Målingen slutter i fremtiden.",
    ),
    "no step": ({"step": ""}, "Vælg det trin, du har målt."),
    "another step": ({"step": "forward"}, "Trinnet står ikke på systemkortet."),
    "nobody": ({"measured_by": ""}, "Skriv, hvem der har målt."),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(stage, slug, name) -> None:
    changes, sentence = WRONG[name]
    response = visitor(stage, "merete").post(path(slug, "maaling/"), FORM | changes)
    assert response.status_code == 422
    page = response.content.decode()
    assert sentence in words_of(response)
    for field in ("measured_by", "first_day", "last_day"):
        assert f'value="{(FORM | changes)[field]}"' in page or (FORM | changes)[field] == ""
    assert not TimeStudy.objects.filter(system_id=slug).exists()


def test_one_who_does_not_answer_keeps_what_they_wrote(stage, slug) -> None:
    response = visitor(stage, "anders").post(path(slug, "maaling/"), FORM)
    assert response.status_code == 422
    assert "To medarbejdere" in response.content.decode()
    assert "Det kan kun lederen" in words_of(response)


def test_a_difference_between_log_and_tables_is_shown_to_everybody(stage, slug) -> None:
    decision = done(stage, slug)
    act = Act.objects.get(decision_id=decision, step="receipt").id
    with stage.rewriting("act"):
        stage.owner.execute("UPDATE kernel_act SET step = 'x' WHERE id = %s", (act,))
    renewed(slug)
    for who, page in (("merete", path(slug)), ("", f"/register/{slug}/")):
        words = words_of(visitor(stage, who).get(page))
        assert "Log og database er ikke enige" in words
        assert "1 poster siger noget andet i databasen end i loggen." in words


def test_a_month_that_is_over_is_kept_and_a_change_of_it_is_told(stage, slug, monkeypatch) -> None:
    stage.call("time_study", stage.study(slug))
    decision = done(stage, slug)
    monkeypatch.setattr(service_report, "_SETTLED", -dt.timedelta(days=40))
    report = renewed(slug)
    month = f"{law_day(dt.datetime.now(dt.UTC)):%Y-%m}"
    assert list(report.closed) == [month]
    assert report.content["alarms"] == []
    kept = report.closed
    act = Act.objects.get(decision_id=decision, step="receipt").id
    with stage.rewriting("act"):
        stage.owner.execute("UPDATE kernel_act SET step = 'x' WHERE id = %s", (act,))
    for _ in range(2):
        report = renewed(slug)
        assert [one["code"] for one in report.content["alarms"]] == ["differs", "month_changed"]
        assert month in report.content["alarms"][1]["text"]
        assert report.closed == kept


def test_a_month_is_not_over_while_entries_wait(stage, slug, monkeypatch) -> None:
    monkeypatch.setattr(service_report, "_SETTLED", -dt.timedelta(days=40))
    renewed(slug)
    done(stage, slug)
    report = service_report.renew(system=slug)
    assert report.content["not_counted"]["waiting"] > 0
    assert report.closed == {}
    assert renewed(slug).closed


def test_the_pages_own_danish_is_easy(stage, slug, own_sentences) -> None:
    stage.call("time_study", stage.study(slug))
    done(stage, slug, answered=True, began=BEGAN, promised=BEGAN.date())
    renewed(slug)
    assert lix(own_sentences(visitor(stage, "merete").get(path(slug)))) <= 35


def test_the_english_register_tells_what_was_counted_and_measured(stage) -> None:
    slug = stage.register(released=True, fairness=LIMIT)
    stage.register_card(register_card(slug, fairness=LIMIT))
    stage.call("time_study", stage.study(slug))
    done(stage, slug, answered=True, began=BEGAN, promised=BEGAN.date())
    stage.audited(slug, "North", followed=12)
    stage.audited(slug, "South", followed=12)
    fairness.measure(system=slug)
    renewed(slug)
    words = words_of(visitor(stage, "merete").get(f"/en/register/{slug}/"))
    assert "Do answers come sooner, and does it free hours? The robot has freed" in words
    assert "From when the inquiry came until a person had chosen" in words
    assert "The limit of 20 percentage points holds. Furthest apart are" in words
    assert "24 cases from the last month are counted." in words
    assert "Tallene" not in words


def test_many_months_have_a_bar_each_and_the_newest_is_last(stage, slug) -> None:
    report = renewed(slug)
    hours = {"minutes": 90.0, "baseline": 90.0, "review": 0.0, "rework": 0.0, "low": 60.0,
             "high": 120.0, "finished": 1, "undone": 0, "rejected": 0, "unmeasured": 0,
             "reviews": 0, "reworks": 0}  # fmt: skip
    report.content["months"] = {
        f"{2020 + number // 12}-{number % 12 + 1:02d}": {
            "hours": hours | {"minutes": 60.0 * number - 600}, "times": None, "units": {},
        }
        for number in range(40)
    }  # fmt: skip
    chart = service_page.chart(report)
    assert chart is not None
    assert [int(hours) for _, hours in reversed(chart.rows)] == [n - 10 for n in range(16, 40)]
    assert len(chart.bars) == 24
    assert [word.text for word in chart.texts] == ["maj 2021", "maj 2022", "apr 2023"]
    found = service_page.months(report)
    assert (len(found), found[0]["label"]) == (24, "april 2023")
    report.content["months"] = {"2020-01": {"hours": None, "times": None, "units": {}}}
    assert service_page.chart(report) is None


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "under 1 minut"), (60, "1 minut"), (7199, "119 minutter"), (7200, "2,0 timer"),
     (172_799, "48,0 timer"), (172_800, "2,0 dage"), (10**8, "1.157,4 dage")],
)  # fmt: skip
def test_how_long_a_wait_is_called(seconds: int, text: str) -> None:
    assert figures.duration(seconds) == text


def test_measurements_in_every_spelling() -> None:
    assert measurements.parse("7,5; 8.25\n\n9\t10") == [
        Decimal("7.5"), Decimal("8.25"), Decimal(9), Decimal(10),
    ]  # fmt: skip
    assert measurements.written([Decimal("7.5"), Decimal(9)]) == "7.50\n9.00\n"
    for wrong in ("7,555", "1e3", "-1", "2400,01", "NaN", "٣"):
        with pytest.raises(measurements.MeasurementProblem):
            measurements.parse(wrong)
    with pytest.raises(measurements.MeasurementProblem, match="for lang"):
        measurements.parse("7 " * 60_000)


def test_events_of_the_study_are_what_the_auditor_reads(stage, slug) -> None:
    visitor(stage, "merete").post(path(slug, "maaling/"), FORM)
    event = RegistryEvent.objects.get(kind="time_study", system_slug=slug)
    assert event.body["mean"] == "9.75"
