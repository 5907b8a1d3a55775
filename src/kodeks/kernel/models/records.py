# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What the ledger is told: recommendations, decisions, acts and registry events."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models

from kodeks.kernel.models.codex import CodexRevision, LegalBasis
from kodeks.kernel.models.people import User
from kodeks.kernel.models.permits import Permit
from kodeks.kernel.models.releases import Release
from kodeks.kernel.models.stewardship import Assignment
from kodeks.kernel.models.systems import CardRevision, System


def _copied(model: type[models.Model]) -> Any:
    return models.ForeignKey(
        model, models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )


def _system(*, related_name: str) -> Any:
    """Without an index of its own, as a constraint begins with it.

    Of two indexes that can serve, the planner took that of the system alone, and each issue read
    all that the system had suggested before.
    """
    return models.ForeignKey(System, models.PROTECT, related_name=related_name, db_index=False)


class Record(models.Model):
    """A body in the ledger. Its personal parts are not here but sealed in `Secret`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    body = models.JSONField()
    pending_id = models.BigIntegerField(unique=True)
    """Number in the queue to the ledger; `LedgerEntry.pending_id` is the same."""

    class Meta:
        abstract = True


class RegistryEvent(Record):
    """What was registered: codex, cards, releases, owners, stops, rights ..., one row each."""

    salt = models.BinaryField(max_length=32)
    kind = models.CharField(max_length=40)
    system_slug = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField()
    xid = models.BigIntegerField(db_index=True)
    """Number of the transaction that registered it (pg_current_xact_id)."""

    class Meta:
        indexes = (
            # They are asked for by letter, and are very few among all that is registered.
            models.Index(
                fields=["kind"],
                condition=models.Q(kind="letter_approved"),
                name="kernel_letter_approved",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.system_slug}"


class Recommendation(Record):
    """What a system suggested, and everything that it stood on at that moment."""

    system = _system(related_name="recommendations")
    key = models.CharField(max_length=200)
    subject_type = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=80)
    purpose = models.CharField(max_length=80)
    permit = models.ForeignKey(Permit, models.PROTECT, related_name="+", db_index=False)
    # The database's own functions copy these from the permit's standing, out of tables to which
    # rows are only added: a check of each, and an index, would cost a fifth of every issue.
    card = _copied(CardRevision)
    codex = _copied(CodexRevision)
    assignment = _copied(Assignment)
    basis = _copied(LegalBasis)
    release = _copied(Release)
    confidence = models.DecimalField(max_digits=7, decimal_places=6)
    issued_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["system", "key"], name="kernel_recommendation_key"),
        )
        indexes = (models.Index(fields=["subject_type", "subject_id"]),)

    def __str__(self) -> str:
        return str(self.id)


class Decision(Record):
    """A person's decision: on a recommendation, or without one (`choice` is "own")."""

    system = _system(related_name="decisions")
    purpose = models.CharField(max_length=80)
    recommendation = models.OneToOneField(Recommendation, models.PROTECT, null=True)
    codex = models.ForeignKey(CodexRevision, models.PROTECT, related_name="+")
    subject_type = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=80)
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    choice = models.CharField(max_length=10)
    own_letters = models.IntegerField()
    """Letters in the person's own consideration, whose text is sealed."""
    decided_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["system", "subject_type", "subject_id"], name="kernel_one_decision"
            ),
        )

    def __str__(self) -> str:
        return str(self.id)


class Reversal(Record):
    """A person changed what was decided (omgørelse). The newest stands; none is ever edited."""

    system = models.ForeignKey(System, models.PROTECT, related_name="reversals")
    decision = models.ForeignKey(Decision, models.PROTECT, related_name="reversals")
    former = models.OneToOneField("self", models.PROTECT, null=True, related_name="later")
    """The reversal that this one takes the place of; None when it is the decision itself."""
    codex = models.ForeignKey(CodexRevision, models.PROTECT, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    cause = models.CharField(max_length=10)
    own_letters = models.IntegerField()
    """Letters in the person's own consideration, whose text is sealed."""
    reversed_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["decision"],
                condition=models.Q(former__isnull=True),
                name="kernel_one_first_reversal",
            ),
        )

    def __str__(self) -> str:
        return str(self.id)


class Act(Record):
    """One step of a robot's run, under a decision or, where allowed, a recommendation."""

    system = models.ForeignKey(System, models.PROTECT, related_name="acts")
    decision = models.ForeignKey(Decision, models.PROTECT, null=True, related_name="acts")
    recommendation = models.ForeignKey(
        Recommendation, models.PROTECT, null=True, related_name="acts"
    )
    reversal = models.ForeignKey(Reversal, models.PROTECT, null=True, related_name="acts")
    """Where it follows from a reversal of the decision and not from the decision itself."""
    run_id = models.UUIDField()
    step = models.CharField(max_length=60)
    robot = models.CharField(max_length=60)
    review = models.BooleanField()
    """Drawn for a person to look at afterwards."""
    acted_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["run_id", "step"], name="kernel_act_step"),
            models.UniqueConstraint(
                fields=["decision", "step"],
                condition=models.Q(reversal__isnull=True),
                name="kernel_act_decided_once",
            ),
            models.UniqueConstraint(fields=["reversal", "step"], name="kernel_act_reversed_once"),
            models.UniqueConstraint(
                fields=["recommendation", "step"], name="kernel_act_by_itself_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.run_id}:{self.step}"


class ActReview(models.Model):
    """What a person found who looked at an act that was drawn."""

    act = models.OneToOneField(Act, models.PROTECT, related_name="reviewed")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    passed = models.BooleanField()
    finding = models.TextField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.act_id)
