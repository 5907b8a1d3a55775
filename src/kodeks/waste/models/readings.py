# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Bins, the sensors that may tell of them, and what they told. Nothing here is about a person.

What was told is added to and never changed: placements by trigger, readings by the rights that the
application role has (0001_initial). Readings lie in partitions by month (see `months`).
"""

from django.db import models
from django.db.models import F, Q

from kodeks.web.sender_keys import SenderKey, one_a_name


class Bin(models.Model):
    """A litter bin. `code` is what the municipality calls it; degrees are WGS 84."""

    code = models.CharField(max_length=120, unique=True)
    place = models.CharField(max_length=200, blank=True)
    district = models.CharField(max_length=80, blank=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    litres = models.PositiveIntegerField(null=True)
    set_by = models.CharField(max_length=150)
    set_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(latitude=None, longitude=None)
                | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="waste_bin_position",
            ),
        )

    def __str__(self) -> str:
        return self.code


class Source(SenderKey):
    """A platform or gateway that sends us messages over HTTP.

    With `signs`, each body must carry an HMAC by a secret that lies among the robot's credentials.
    """

    signs = models.BooleanField(default=False)

    class Meta:
        constraints = (one_a_name("waste_source_name"),)


class Device(models.Model):
    """A sensor that may send: the list of the allowed. `sensor` is the id of its table."""

    id = models.AutoField(primary_key=True)
    name = models.CharField(max_length=120, unique=True)
    """Its EUI in small letters, or what its platform calls it."""
    sensor = models.CharField(max_length=80, blank=True)
    added_by = models.CharField(max_length=150)
    added_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Placement(models.Model):
    """Where a device sits from then on, and what its distances mean there. Never changed (trigger):
    the newest `since` of a device that is not after a reading is the one that counts for it.

    Without a bin it is out of service, and what it sends is put in quarantine.
    """

    device = models.ForeignKey(Device, models.PROTECT, related_name="placements")
    bin = models.ForeignKey(Bin, models.PROTECT, null=True, related_name="placements")
    since = models.DateTimeField()
    empty_mm = models.FloatField(null=True)
    full_mm = models.FloatField(null=True)
    source = models.CharField(max_length=60, blank=True)
    """The only source that may bring its messages; empty: any that is let in."""
    set_by = models.CharField(max_length=150)
    set_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(empty_mm=None, full_mm=None)
                | Q(empty_mm__gt=F("full_mm"), full_mm__gte=0),
                name="waste_placement_distances",
            ),
        )
        indexes = (models.Index(fields=("device", "-since", "-id"), name="waste_placement_now"),)

    def __str__(self) -> str:
        return f"{self.device_id}: {self.bin_id}"


class Session(models.Model):
    """A device between two joins: how far its counter is, what was lost, and what it said last.

    `highest` is the counter as it would be without a width; None where it sends none. The name is
    what the platform calls the session, or "@" for what is known by its time.
    """

    id = models.AutoField(primary_key=True)
    device = models.ForeignKey(Device, models.PROTECT, related_name="sessions")
    name = models.CharField(max_length=64, blank=True)
    highest = models.BigIntegerField(null=True)
    came = models.BigIntegerField(default=0)
    lost = models.BigIntegerField(default=0)
    began_at = models.DateTimeField()
    """The time of its first reading, or of the join."""
    last_at = models.DateTimeField(null=True)
    level_pct = models.FloatField(null=True)
    distance_mm = models.FloatField(null=True)
    temperature_c = models.FloatField(null=True)
    flags = models.IntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("device", "name"), name="waste_session_name"),
        )

    def __str__(self) -> str:
        return f"{self.device_id}: {self.name}"


class Reading(models.Model):
    """What a device said at one time. `number` is its counter, or microseconds since 1970 where the
    session is "@". `flags` are those of `engine.flags`. Units as in `engine.payloads.quantities`.

    The table is partitioned and made in SQL. A session's number is not unique by itself there; that
    it comes once is what `ingesting` sees to, one writer at a time.
    """

    pk = models.CompositePrimaryKey("session_id", "number", "at")
    session = models.ForeignKey(
        Session, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    number = models.BigIntegerField()
    at = models.DateTimeField()
    device = models.ForeignKey(
        Device, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    flags = models.IntegerField()
    level_pct = models.FloatField(null=True)
    distance_mm = models.FloatField(null=True)
    temperature_c = models.FloatField(null=True)
    battery_pct = models.FloatField(null=True)
    battery_v = models.FloatField(null=True)
    unread_at = models.SmallIntegerField(null=True)
    unread = models.BinaryField(null=True)
    """What no table could read, from that offset in the message."""

    class Meta:
        managed = False
        db_table = "waste_reading"

    def __str__(self) -> str:
        return f"{self.session_id}: {self.number}"


class Quarantined(models.Model):
    """A message, or one value of it, that was not taken: why, and what it was (at most 4 KB)."""

    digest = models.CharField(max_length=64)
    """Of code, topic and the whole message, by which the same is known again; `part` counts on."""
    part = models.PositiveIntegerField()
    code = models.CharField(max_length=40)
    reason = models.CharField(max_length=400)
    source = models.CharField(max_length=60, blank=True)
    topic = models.CharField(max_length=300, blank=True)
    device = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField(null=True)
    session = models.CharField(max_length=64, blank=True)
    counter = models.BigIntegerField(null=True)
    what = models.CharField(max_length=40, blank=True)
    value = models.CharField(max_length=200, blank=True)
    raw = models.BinaryField()
    raw_bytes = models.BigIntegerField()
    """How long the whole message was."""
    received_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("digest", "part"), name="waste_quarantined_once"),
        )

    def __str__(self) -> str:
        return f"{self.code}: {self.device}"


class DueDay(models.Model):
    """A Danish day that got readings since its figures were made."""

    day = models.DateField()

    def __str__(self) -> str:
        return str(self.day)


class BinDay(models.Model):
    """A bin's readings in a Danish day, made anew whenever some come (see `rollups`).

    Levels are percent. `lost` are the uplinks that are missing before those that came that day.
    """

    bin = models.ForeignKey(Bin, models.PROTECT, related_name="days")
    day = models.DateField()
    readings = models.PositiveIntegerField()
    unknown = models.PositiveIntegerField()
    """Those that say nothing of the level."""
    came = models.PositiveIntegerField()
    lost = models.PositiveIntegerField()
    level_min = models.FloatField(null=True)
    level_max = models.FloatField(null=True)
    level_mean = models.FloatField(null=True)
    level_last = models.FloatField(null=True)
    temperature_max = models.FloatField(null=True)
    battery_pct = models.FloatField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("bin", "day"), name="waste_binday_once"),)
        indexes = (models.Index(fields=("day",), name="waste_binday_day"),)

    def __str__(self) -> str:
        return f"{self.bin_id}: {self.day}"


class ArchivedMonth(models.Model):
    """A month of readings that lies in a Parquet file; until then its partition is not emptied."""

    month = models.DateField(primary_key=True)
    file = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    rows = models.BigIntegerField()
    archived_at = models.DateTimeField()
    emptied_at = models.DateTimeField(null=True)
    """When the database's own rows of it went; until then they are read, and not the file."""
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("month",)

    def __str__(self) -> str:
        return str(self.month)
