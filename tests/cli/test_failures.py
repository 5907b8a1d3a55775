# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Failures a user can mend have a Danish sentence; the program's own do not."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest
from django.db import DataError, IntegrityError, OperationalError, ProgrammingError
from django.db.migrations.exceptions import MigrationSchemaMissing

from kodeks.cli import process


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OperationalError("down"), "Databasen svarer ikke"),
        (DataError("too long"), "Intet er gemt"),
        (IntegrityError("twice"), "Intet er gemt"),
        (ProgrammingError("no table"), "kodeks migrate"),
        (MigrationSchemaMissing("no right"), "Lad den eje databasen"),
        (FileExistsError(errno.EEXIST, "exists", "model"), "model er en fil"),
        (IsADirectoryError(errno.EISDIR, "folder", "emner"), "emner er en mappe"),
        (OSError(errno.ENOSPC, "full"), "Disken er fuld"),
    ],
)
def test_a_failure_the_user_can_mend_is_explained(error: Exception, said: str) -> None:
    assert said in (process.sentence_for(error) or "")


@pytest.mark.parametrize("error", [ValueError("x"), KeyError("x"), OSError(errno.EIO, "x")])
def test_an_error_in_the_program_keeps_its_traceback(error: Exception) -> None:
    assert process.sentence_for(error) is None


def test_the_sentence_names_the_file_and_not_its_content(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as caught:
        (tmp_path / "nix.csv").read_text()
    assert "nix.csv" in (process.sentence_for(caught.value) or "")
