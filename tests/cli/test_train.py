# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""`kodeks inquiries train` tells in Danish what the model was measured to do."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import warm


def test_the_figures_are_told_in_danish_without_an_installation(tmp_path: Path) -> None:
    pytest.importorskip("sklearn")
    data = tmp_path / "data.csv"
    data.write_text("text,label\n" + "hul i vejen,Vej\naffald hentes,Affald\n" * 10)
    answer = warm.run(
        ["-m", "kodeks", "inquiries", "train", "--data", data, "--out", "model"],
        cwd=tmp_path,
        env=os.environ | {"KODEKS_HOME": str(tmp_path / "home")},
        timeout=120,
    )
    assert answer.returncode == 0, answer.stderr.decode()
    lines = answer.stdout.decode().splitlines()
    assert lines[0] == "Modellen er gemt i model. Emner: 2."
    assert lines[1].startswith("  Så ofte er det første forslag rigtigt: ")
    assert lines[1].endswith(" %")
    assert "  Tekster, det er målt på: 20" in lines
    assert not any("_" in line or "accuracy" in line for line in lines)
    assert not (tmp_path / "home").exists()


def test_groups_are_measured_where_the_file_has_them(tmp_path: Path) -> None:
    pytest.importorskip("sklearn")
    rows = "hul i vejen,Vej,mail,Nordby\naffald hentes,Affald,web,Sydby\n"
    data = tmp_path / "data.csv"
    data.write_text("text,label,channel,district\n" + rows * 10)
    command = ["inquiries", "train", "--data", data, "--out", "model"]
    answer = warm.run(
        ["-m", "kodeks", *command],
        cwd=tmp_path,
        env=os.environ | {"KODEKS_HOME": str(tmp_path / "home")},
        timeout=120,
    )
    assert answer.returncode == 0, answer.stderr.decode()
    lines = answer.stdout.decode().splitlines()
    first = lines.index("Så ofte er forslaget rigtigt:") + 1
    told = lines[first : first + 4]
    assert [line.strip().rpartition(":")[0] for line in told] == [
        "Kanal: mail",
        "Kanal: web",
        "Bydel: Nordby",
        "Bydel: Sydby",
    ]
    assert all(line.endswith(": 100 % (72 % til 100 %) af 10") for line in told)
    assert not (tmp_path / "model" / "provenance.json").exists()
