# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clause P5.3: the web process's database role cannot pass the kernel."""

import psycopg
import pytest


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO kernel_switch SELECT * FROM kernel_switch",
        "UPDATE kernel_assignment SET manager = 'Mig'",
        "DELETE FROM kernel_recommendation",
        "TRUNCATE kernel_decision CASCADE",
        "ALTER TABLE kernel_decision DISABLE TRIGGER ALL",
        "SET ROLE kodeks_owner",
        "SET session_replication_role = replica",
        "SELECT kernel.assign('inquiries', 'x', 'y')",
        "CREATE TEMP TABLE kernel_switch (running boolean)",
        "UPDATE kernel_user SET is_superuser = true",
    ],
)
def test_it_is_refused_and_nothing_is_written(stage, statement):
    before = stage.contents()
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        stage.application.execute(statement)
    assert stage.contents() == before
