# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Rounds: bins looked at under a permit, what is expected of them, and who is asked about."""

from __future__ import annotations

import datetime as dt
import uuid
from types import SimpleNamespace

import pytest
from django.utils import timezone
from tests.support import waste_stage
from tests.support.waste_stage import placed, told, weeks

from kodeks.kernel import api as kernel
from kodeks.kernel import stewardship
from kodeks.kernel.models import Recommendation, User
from kodeks.waste import (
    bins,
    forgetting,
    home_clock,
    many_series,
    noticing,
    rounds,
    schedules,
    seeing,
    telling,
)
from kodeks.waste.days_ahead import DaysAhead
from kodeks.waste.engine.health.judging import judge
from kodeks.waste.engine.notices.proposing import found_labels
from kodeks.waste.engine.notices.rules import EMPTY, FIRE, INSPECT, shipped
from kodeks.waste.models import Bin, Notice, Outlook, Round

pytestmark = pytest.mark.django_db


def labels() -> set[tuple[str, str]]:
    return set(Notice.objects.filter(ended_at=None).values_list("bin__code", "label"))


def test_a_round_keeps_what_is_known_of_each_bin_and_asks_about_those_in_need() -> None:
    calm, full, hot = placed(3)
    told(calm, weeks())
    told(full, weeks(last=93.0))
    told(hot, weeks(), last_temperature=82.0)
    assert rounds.look() == 3
    made = Round.objects.get()
    assert made.finished_at is not None
    assert len(made.artefact_sha256) == 64
    found = {one.bin.code: one for one in Outlook.objects.select_related("bin")}
    assert found["spand-0"].level_pct == pytest.approx(20.0, abs=0.2)
    assert found["spand-0"].trust == 1.0
    assert found["spand-2"].temperature_c == 82.0
    # The installation of the tests has learned from no bins: nobody knows what comes.
    assert found["spand-0"].within_1 is None
    assert labels() == {("spand-1", EMPTY), ("spand-2", FIRE)}


def test_each_notice_is_a_recommendation_that_can_be_computed_again() -> None:
    notice = waste_stage.asked()
    recommendation = kernel.recommendation(notice.recommendation_id or notice.id)
    assert recommendation is not None
    assert recommendation.suggestion == {"label": FIRE}
    assert {(one["source"], one["field"]) for one in recommendation.body["data_used"]} == {
        ("sensorer", "levels"),
        ("sensorer", "state"),
        ("toemninger", "visits"),
    }
    assert any("80 °C" in one["text"] for one in recommendation.body["considerations"])


def test_the_same_is_asked_once_and_is_over_when_it_is_gone() -> None:
    (device,) = placed(1)
    told(device, weeks(last=93.0))
    rounds.look()
    rounds.look()
    first = Notice.objects.get()
    told_again = waste_stage.uplink(device, 999, distance=980)
    waste_stage.took(told_again)
    rounds.look()
    first.refresh_from_db()
    assert first.ended_at is not None
    assert first.decision_id is None
    assert not labels()


def test_what_a_round_and_a_look_at_warm_bins_find_at_once_is_asked_once() -> None:
    first = waste_stage.asked()
    ((seen,),) = seeing.seen(
        [first.bin_id],
        now=timezone.now(),
        ahead=DaysAhead(),
    )
    noticing.ask(
        bin_id=first.bin_id, situation=seen.situation, label=FIRE, opened_at=timezone.now()
    )
    assert Notice.objects.get() == first
    assert Recommendation.objects.count() == 1


def test_a_round_leaves_what_somebody_decides_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    (device,) = placed(1)
    told(device, weeks(last=93.0))
    rounds.look()
    notice = Notice.objects.get()
    waste_stage.took(waste_stage.uplink(device, 999, distance=980))
    decided = uuid.uuid4()
    at = timezone.now() - dt.timedelta(minutes=1)

    class Meanwhile(set[str]):
        """The labels of a bin; while they are looked at, a person decides."""

        def __contains__(self, label: object) -> bool:
            Notice.objects.update(decision_id=decided, ended_at=at)
            return False

    seen = SimpleNamespace(bin_id=notice.bin_id)
    found = SimpleNamespace(labels=[Meanwhile()])
    rounds._end([seen], found, timezone.now())  # type: ignore[list-item, arg-type]
    notice.refresh_from_db()
    assert (notice.decision_id, notice.ended_at) == (decided, at)


def test_a_silent_sensor_is_unknown_and_asked_about_and_never_empty() -> None:
    (device,) = placed(1)
    told(device, weeks(last=30.0), ends=dt.timedelta(hours=40))
    rounds.look()
    outlook = Outlook.objects.get()
    assert outlook.trust == 0.0
    assert [kind for kind, _ in outlook.faults] == ["drop-out"]
    assert labels() == {("spand-0", INSPECT)}


def test_while_the_system_is_stopped_there_is_no_round() -> None:
    (device,) = placed(1)
    told(device, weeks(last=93.0))
    merete = User.objects.get(username="merete")
    stewardship.stop(system=noticing.SYSTEM, user=merete, reason="Prøve: målerne skal skiftes.")
    assert (rounds.look(), rounds.watch()) == (0, 0)
    assert not Round.objects.exists()
    assert not Notice.objects.exists()


def test_between_rounds_only_what_is_warm_is_looked_at() -> None:
    calm, hot = placed(2)
    told(calm, weeks(last=95.0))
    told(hot, weeks(), last_temperature=75.0)
    assert rounds.watch() == 1
    assert labels() == {("spand-1", FIRE)}
    assert not Outlook.objects.exists()


@pytest.mark.parametrize("last", [28.0, 150.0])
def test_what_grew_warm_since_its_reading_before_is_looked_at_at_once(last: float) -> None:
    """One that speaks each second hour has no reading of the hour before; 150 °C is no mistake."""
    (hot,) = placed(1)
    told(hot, weeks(), temperature=1.0, last_temperature=last)
    assert rounds.watch() == 1
    assert labels() == {("spand-0", FIRE)}


def test_a_sensor_that_never_said_a_level_is_to_be_looked_at() -> None:
    """Its distances were forgotten in the list."""
    (mute,) = placed(1, empty_mm=None, full_mm=None)
    told(mute, weeks())
    assert rounds.look() == 1
    assert labels() == {("spand-0", INSPECT)}
    outlook = Outlook.objects.get()
    assert "Står afstandene rigtigt?" in outlook.reason


def test_another_distance_to_the_bottom_is_no_fault() -> None:
    (device,) = placed(1)
    told(device, [60.0 + (place % 3) for place in range(200)])
    changed = timezone.now() - dt.timedelta(hours=201)
    bins.place(
        device=device,
        bin_code="spand-0",
        sensor=waste_stage.EM400,
        empty_mm=700.0,
        full_mm=200.0,
        since=changed,
        set_by="test",
    )
    ((told_,),) = many_series.told(
        [Bin.objects.get().id], since=timezone.now() - seeing.LOOK_BACK, until=timezone.now()
    )
    assert told_.placed == (home_clock.seconds(changed),)
    assert told_.series.level[0] > 55
    assert told_.series.level[-1] < 45
    knowing = told_.judged(timezone.now())
    assert not knowing.faults
    assert not knowing.emptyings
    plain = judge(told_.series)
    assert plain.faults or plain.emptyings


def test_a_fire_is_told_to_whoever_decides() -> None:
    notice = waste_stage.asked()
    told_of = list(telling.urgent())
    assert "sofie" in {user.username for _, user, _, _ in told_of}
    assert all(str(notice.id) in path and "Se efter" in subject for *_, subject, path in told_of)
    notice.ended_at = timezone.now()
    notice.save()
    assert not list(telling.urgent())


def test_the_planned_visit_stands_with_what_is_expected() -> None:
    (device,) = placed(1)
    told(device, weeks())
    schedules.put(code="spand-0", weekdays="1-7", time="07:00", set_by="test")
    rounds.look()
    outlook = Outlook.objects.get()
    assert outlook.visit_at is not None
    assert timezone.localtime(outlook.visit_at).hour == 7


def test_old_rounds_go_and_the_newest_stays() -> None:
    (device,) = placed(1)
    told(device, weeks())
    rounds.look()
    rounds.look()
    Round.objects.update(at=timezone.now() - dt.timedelta(days=91))
    newest = Round.objects.order_by("-at").first()
    assert newest is not None
    assert forgetting.forget() == 1
    assert Round.objects.count() == 1
    assert Outlook.objects.count() == 1


def test_a_sensor_that_has_been_silent_for_longer_than_is_looked_at_is_still_asked_about() -> None:
    (device,) = placed(1)
    told(device, weeks(days=3), ends=dt.timedelta(days=40))
    assert rounds.look() == 1
    outlook = Outlook.objects.get()
    assert (outlook.trust, outlook.level_pct) == (0.0, None)
    assert outlook.heard_at is not None
    assert "Måleren har ikke sagt noget siden" in outlook.reason
    assert labels() == {("spand-0", INSPECT)}
    # It stands until somebody decides, and is not asked twice.
    assert rounds.look() == 1
    assert Notice.objects.count() == 1


def test_a_sensor_that_never_spoke_is_unknown_and_asked_about_when_it_should_have_spoken() -> None:
    placed(1)
    assert rounds.look() == 1
    outlook = Outlook.objects.get()
    assert (outlook.trust, outlook.heard_at) == (0.0, None)
    assert "Måleren har aldrig sagt noget" in outlook.reason
    # It was put on the list just now.
    assert not labels()
    bin_id = Bin.objects.get().id
    ((later,),) = seeing.seen(
        [bin_id], now=timezone.now() + dt.timedelta(hours=30), ahead=DaysAhead()
    )
    assert found_labels(shipped(), later.situation, None) == {INSPECT}


def test_a_sensor_that_was_moved_and_fell_silent_has_said_nothing_of_its_new_bin() -> None:
    (device,) = placed(1)
    told(device, weeks(days=3), ends=dt.timedelta(days=40))
    bins.put(code="spand-ny", district="Vest", set_by="test")
    moved = timezone.now() - dt.timedelta(days=5)
    about = {"sensor": waste_stage.EM400, "empty_mm": 1000.0, "full_mm": 200.0, "set_by": "test"}
    bins.place(device=device, bin_code="spand-ny", since=moved, **about)
    assert rounds.look() == 1
    outlook = Outlook.objects.get()
    assert outlook.bin.code == "spand-ny"
    assert "har aldrig sagt noget her" in outlook.reason


def test_a_bin_without_a_sensor_is_in_no_round() -> None:
    bins.put(code="spand-0", district="Vest", set_by="test")
    assert rounds.look() == 0
