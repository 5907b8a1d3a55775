# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""After any change the register says exactly what the kernel enforces, in every form it has.

A state machine makes changes in any order; after each, the truth is taken from the database (its
gate, its rows) and looked for in the pages and files that a visitor gets.
"""

from __future__ import annotations

import datetime as dt
import itertools
import json
from typing import Any

import psycopg
from django.test import Client
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from kernel_stage import ARTEFACT, bases_of, today
from register_card import register_card
from revisions import in_operation
from staff_pages import words_of

from kodeks.workbench import wording

KINDS = st.sampled_from(["dpia", "test_report", "dpo_opinion", "consequence_analysis"])
NOW = {"running": ("I drift", "In operation"), "stopped": ("Stoppet", "Stopped")}
NOW["blocked"] = ("Kan ikke køre", "Cannot run")
NUMBERS = itertools.count()
NOBODY = {"da": "Leder: Ingen er udpeget", "en": "Manager: Nobody is appointed"}


def fetched(path: str) -> Any:
    return json.loads(Client().get(path).content)


class Changes(RuleBasedStateMachine):
    """What people may do to one system; what the kernel refuses changes nothing."""

    stage: Any = None

    def __init__(self) -> None:
        super().__init__()
        self.slug = f"d{next(NUMBERS):03d}"
        self.editions = 0
        self.versions = 0
        self.refused = 0
        # A codex with rows for this system only: each new one is read and verified again.
        content = self.stage.content()
        content["legal_bases"] = bases_of(self.slug)
        self.stage.register_codex(content)
        self.card_revised()
        self.stage.assign(slug=self.slug)
        self.stage.attest(self.slug)
        self.stage.evidence(self.slug)
        self.new_release()
        assert self.refused == 0

    def attempt(self, change: Any, *arguments: Any, **more: Any) -> None:
        try:
            change(*arguments, **more)
        except psycopg.Error:
            self.refused += 1

    @rule()
    def stop(self) -> None:
        self.attempt(self.stage.switch, self.slug)

    @rule()
    def resume(self) -> None:
        self.attempt(self.stage.switch, self.slug, verb="resume")

    @rule()
    def new_release(self) -> None:
        self.versions += 1
        self.attempt(
            self.stage.release, slug=self.slug, version=str(self.versions), artefact=ARTEFACT
        )

    @rule()
    def revoke(self) -> None:
        self.attempt(
            self.stage.as_owner,
            "SELECT kernel.revoke_release(%s, %s, %s, 'Prøve.')",
            self.slug,
            str(self.versions),
            self.stage.user_id("merete"),
        )

    @rule()
    def owner_leaves(self) -> None:
        self.attempt(self.stage.assign, slug=self.slug, manager=None)

    @rule(manager=st.sampled_from(["merete", "bodil"]), attests=st.booleans())
    def owner_comes(self, manager: str, attests: bool) -> None:
        self.attempt(self.stage.assign, slug=self.slug, manager=manager, unit=f"Hos {manager}")
        if attests:
            self.attempt(self.stage.attest, self.slug, by=manager)

    @rule(kind=KINDS, withdrawn=st.booleans())
    def evidence(self, kind: str, withdrawn: bool) -> None:
        self.attempt(self.stage.evidence, self.slug, kind=kind, withdrawn=withdrawn)

    @rule()
    def card_revised(self) -> None:
        self.editions += 1
        self.attempt(self.stage.register_card, register_card(self.slug, edition=self.editions))

    @rule(days=st.sampled_from([-1, 0, None]))
    def basis_ends(self, days: int | None) -> None:
        last = None if days is None else (today() + dt.timedelta(days=days)).isoformat()
        content = self.stage.content()
        in_operation(self.slug, valid_to=last)(content)
        self.attempt(self.stage.register_codex, content)

    @invariant()
    def register_says_what_the_kernel_enforces(self) -> None:
        if self.stage is not None:
            Told(self.stage, self.slug).check()


class Told:
    """The truth about one system, and what the register says of it."""

    def __init__(self, stage: Any, slug: str) -> None:
        self.slug = slug
        self.obstacles = stage.as_owner("SELECT kernel.obstacles(%s, 'operation', NULL)", slug)
        self.codes = [one["code"] for one in self.obstacles]
        try:
            self.permitted = bool(stage.permit(slug))
        except psycopg.Error:
            self.permitted = False
        row = stage.owner.execute
        self.unit, self.manager = row(
            "SELECT unit, CASE WHEN manager_id IS NULL THEN '' ELSE manager_name END"
            " FROM kernel_assignment WHERE system_id = %s ORDER BY id DESC LIMIT 1",
            (slug,),
        ).fetchone()
        self.revision, self.sha256, self.card = row(
            "SELECT revision, sha256, card FROM kernel_cardrevision WHERE system_id = %s"
            " ORDER BY revision DESC LIMIT 1",
            (slug,),
        ).fetchone()
        (self.version,) = row(
            "SELECT r.version FROM kernel_releaseapproval a JOIN kernel_release r"
            " ON r.id = a.release_id WHERE r.system_id = %s ORDER BY a.id DESC LIMIT 1",
            (slug,),
        ).fetchone()
        self.codex = stage.codex
        (basis,) = (
            one
            for one in self.codex["content"]["legal_bases"]
            if (one["system"], one["phase"]) == (slug, "operation")
        )
        self.lawful = (basis["valid_to"] or "9") >= today().isoformat()

    @property
    def state(self) -> str:
        if "stopped" in self.codes:
            return "stopped"
        return "blocked" if self.codes else "running"

    def check(self) -> None:
        assert self.permitted is (not self.codes)
        for language, before, name in (
            ("da", "", self.card["name"]),
            ("en", "/en", self.card["english"]["name"]),
        ):
            sentences = [
                wording.obstacle(one["code"], one["sentence"], language)
                for one in self.obstacles
                if one["code"] != "stopped"
            ]
            self.check_data(fetched(f"{before}/register/{self.slug}.json"), name, sentences)
            self.check_dutch(fetched(f"{before}/register/{self.slug}.nl.json"), name)
            text = NOW[self.state][language == "en"]
            page = words_of(Client().get(f"{before}/register/{self.slug}/"))
            manager = self.manager or NOBODY[language]
            for part in (name, manager, self.unit, self.sha256, *sentences):
                assert part in page
            assert f" {name} {text} " in page
            assert f" {name} {text} " in words_of(Client().get(f"{before}/register/"))

    def check_data(self, told: Any, name: str, sentences: list[str]) -> None:
        assert told["name"] == name
        assert told["status"]["state"] == self.state
        assert told["status"]["codes"] == [code for code in self.codes if code != "stopped"]
        assert told["status"]["obstacles"] == list(dict.fromkeys(sentences))
        assert told["owner"] == {"unit": self.unit, "manager": self.manager}
        assert told["card"] == {"revision": self.revision, "sha256": self.sha256}
        assert told["release"]["version"] == self.version
        assert told["codex"] == {"number": self.codex["number"], "sha256": self.codex["sha256"]}
        (basis,) = (one for one in told["legal_bases"] if one["phase"] == "operation")
        assert basis["valid_today"] is self.lawful

    def check_dutch(self, told: Any, name: str) -> None:
        assert told["name"] == name
        assert (told["status"] == "In gebruik") is self.permitted
        assert told["technical_operation"].endswith(f" {self.version}.")
        law = told["legal_basis"]
        assert ("Drift: " in law or "Operation: " in law) is self.lawful
        for kind, words in (("dpia", "atabeskyttelse"), ("consequence_analysis", "forvaltning")):
            english = wording.english()["documents"][kind]
            held = words in told["impact_assessments"] or english in told["impact_assessments"]
            assert held is (f"no_{kind}" not in self.codes)


def test_no_change_leaves_the_register_behind(stage) -> None:
    machine = type("ChangesHere", (Changes,), {"stage": stage})
    run_state_machine_as_test(
        machine,
        settings=settings(
            derandomize=True,
            database=None,
            deadline=None,
            max_examples=2,
            stateful_step_count=9,
            # A failing run names its steps; to shorten it would take minutes.
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
