# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Places of inquiries: found when they come in, on their page, on the map and in its table."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from kodeks.demo import municipality
from kodeks.inquiries import places
from kodeks.inquiries.models import Inquiry, Place
from kodeks.web import maps

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A list of the test's own: the run's home has the demo's."""
    monkeypatch.setattr(maps, "path", lambda: tmp_path / "places.geojson")


@pytest.fixture
def loaded() -> None:
    municipality.register_places()


def titles(inquiry: Inquiry) -> list[tuple[str, str]]:
    return list(inquiry.places.order_by("number").values_list("title", "district"))


def test_places_are_written_down_when_an_inquiry_comes_in(
    loaded: None, arrived: Callable[..., Inquiry]
) -> None:
    inquiry = arrived("Hul på Testvej 14 ved hjørnet af Prøvegade og Testvej", district="Engholm")
    assert titles(inquiry) == [("Testvej 14", "Engholm"), ("Prøvegade / Testvej", "Engholm")]


def test_what_came_before_the_list_is_looked_through_when_it_is_loaded(
    arrived: Callable[..., Inquiry],
) -> None:
    inquiry = arrived("Træet ved Bakkelund Torv er væltet")
    assert titles(inquiry) == []
    municipality.register_places()
    assert places.find_again() == 1
    assert places.find_again() == 1
    assert titles(inquiry) == [("Bakkelund Torv", "Bakkelund")]


def test_the_map_and_its_table_show_the_same_and_nothing_of_the_suggestion(
    loaded: None, page: Client, triaged: Callable[..., Inquiry], arrived: Callable[..., Inquiry]
) -> None:
    calm = triaged("Der er et dybt hul i vejen på Testvej 14.", district="Engholm")
    urgent = arrived("En cyklist er kommet til skade på Prøvegade 3", district="Havneby")
    arrived("Et hul uden sted")
    text = unescape(page.get(reverse("inquiries:map")).content.decode())
    points = page.get(reverse("inquiries:map-points")).json()["features"]
    assert [one["properties"]["title"] for one in points] == ["Prøvegade 3", "Testvej 14"]
    assert [one["properties"]["urgent"] for one in points] == [True, False]
    body = text.partition("<tbody")[2].partition("</tbody>")[0]
    assert body.index(str(urgent.id)) < body.index(str(calm.id))
    assert "Huller og skader i vejen" not in text + str(points)
    query = {"district": "Engholm"}
    narrowed = page.get(reverse("inquiries:map-points"), query).json()["features"]
    assert [one["properties"]["title"] for one in narrowed] == ["Testvej 14"]
    assert str(urgent.id) not in page.get(reverse("inquiries:map"), query).content.decode()


def test_an_inquiry_s_page_lists_its_places_and_its_points_are_its_own(
    loaded: None, page: Client, arrived: Callable[..., Inquiry]
) -> None:
    inquiry = arrived("Hul på Testvej 14", district="Engholm")
    text = unescape(page.get(reverse("inquiries:inquiry", args=[inquiry.id])).content.decode())
    assert "Steder i teksten" in text
    assert "Testvej 14" in text
    points = page.get(reverse("inquiries:places", args=[inquiry.id])).json()["features"]
    (longitude, latitude) = points[0]["geometry"]["coordinates"]
    place = Place.objects.get()
    assert (longitude, latitude) == (place.longitude, place.latitude)


def test_without_a_list_the_map_says_what_to_do(page: Client) -> None:
    text = unescape(page.get(reverse("inquiries:map")).content.decode())
    assert "Der er ingen liste over veje og steder" in text
    assert page.get(reverse("workbench:map-background")).json()["features"] == []


def test_the_ground_of_the_map_is_our_own_districts_and_streets(loaded: None, page: Client) -> None:
    ground = page.get(reverse("workbench:map-background"))
    assert ground["Content-Type"] == "application/geo+json"
    kinds = {one["properties"]["kind"] for one in ground.json()["features"]}
    assert kinds == {"district", "street"}
