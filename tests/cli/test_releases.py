# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""From training to operation: a technician trains and signs, then the manager approves."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from commands import Installed, Run, one_sentence

from kodeks.demo import corpus
from kodeks.inquiries.engine.model import TriageModel
from kodeks.workbench import figures

pytest.importorskip("sklearn")

LABELS = ("rotter", "stoej", "vejskade", "andet")


def written(path: Path, *, label_of: dict[str, str] | None = None) -> Path:
    """Training data of four topics, with the columns that groups are measured by."""
    lines = ["text;label;channel;district"]
    for one in corpus.history():
        if one.label in LABELS:
            text = one.text.replace('"', '""')
            label = (label_of or {}).get(one.label, one.label)
            lines.append(f'"{text}";{label};{one.channel};{one.district}')
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def trained(installed: Installed) -> tuple[Path, str]:
    """The folder of a model trained under a permit, and what was said."""
    data, folder = written(installed.folder / "data.csv"), installed.folder / "model"
    return folder, installed.done(
        "inquiries", "train", "--data", data, "--out", folder, "--by", "anders"
    )


def release(installed: Installed, model: Path, version: str, *, by: str = "anders") -> list[object]:
    return [
        *("inquiries", "release", "--model", model, "--version", version),
        *("--by", by, "--key", installed.key(by)),
        *("--small-groups", "Filen har under 30 tekster fra hver bydel."),
    ]


def approve(installed: Installed, version: str, *, by: str, key: str = "") -> list[object]:
    return [
        *("release", "approve", "inquiries", version),
        *("--by", by, "--key", installed.key(key or by)),
    ]


# Training


def test_training_by_a_person_is_under_a_permit_and_its_data_are_logged(
    installed: Installed, trained: tuple[Path, str]
) -> None:
    folder, said = trained
    permit, phase, purpose, user, rows = installed.owner.execute(
        "SELECT p.id, p.phase, p.purpose, u.username, d.rows FROM kernel_permit p"
        " JOIN kernel_datasetreading d ON d.permit_id = p.id"
        " JOIN kernel_user u ON u.id = p.user_id ORDER BY d.id DESC LIMIT 1"
    ).fetchone()
    assert (phase, purpose, user) == ("development", "improvement", "anders")
    assert rows == sum(one.label in LABELS for one in corpus.history())
    provenance = json.loads((folder / "provenance.json").read_text())
    model = TriageModel.load(folder)
    assert provenance == {"artefact_sha256": model.artefact.sha256, "permit": str(permit)}
    assert f"Modellen er gemt i {folder}. Emner: 3." in said
    assert "Der er en model i drift, så den nye kan ikke frigives" in said


def test_the_groups_are_told_with_their_numbers_and_intervals(trained: tuple[Path, str]) -> None:
    folder, said = trained
    groups = TriageModel.load(folder).groups
    assert {one["attribute"] for one in groups} == {"channel", "district"}
    lines = [line for line in said.splitlines() if line.startswith(("  Kanal: ", "  Bydel: "))]
    assert all(" % til " in line for line in lines)
    counts = [line.rpartition(" af ")[2] for line in lines]
    assert sorted(counts) == sorted(one["count"] for one in groups)
    for table in figures.groups({"measured": groups}):
        assert f"{table.text}:\n" in said


# The technician's half


def test_a_model_that_was_trained_without_a_permit_is_not_released(installed: Installed) -> None:
    data = written(installed.folder / "data.csv")
    installed.done("inquiries", "train", "--data", data, "--out", "loes")
    assert not (installed.folder / "loes" / "provenance.json").exists()
    told = installed.refused(*release(installed, installed.folder / "loes", "loes-1"))
    assert "ikke trænet under en tilladelse" in told
    assert "`kodeks inquiries train --by`" in told


def test_a_permit_is_for_the_model_that_was_trained_under_it(
    installed: Installed, trained: tuple[Path, str]
) -> None:
    """A model from elsewhere does not become released by a provenance laid beside it."""
    data = written(installed.folder / "data.csv", label_of={"andet": "stoej"})
    installed.done("inquiries", "train", "--data", data, "--out", "anden")
    shutil.copy(trained[0] / "provenance.json", installed.folder / "anden")
    told = installed.refused(*release(installed, installed.folder / "anden", "anden-1"))
    assert "ikke trænet under en tilladelse" in told


def test_a_permit_that_was_never_given_is_refused(
    installed: Installed, trained: tuple[Path, str], tmp_path: Path
) -> None:
    """The folder is the technician's own, so the database looks the permit up."""
    shutil.copytree(trained[0], tmp_path / "model")
    file = tmp_path / "model" / "provenance.json"
    invented = {"permit": "00000000-0000-4000-8000-000000000000"}
    file.write_text(json.dumps(json.loads(file.read_text()) | invented))
    told = installed.refused(*release(installed, tmp_path / "model", "falsk-1"))
    assert "ikke trænet under en tilladelse" in told


def test_only_the_one_who_holds_the_key_signs(
    installed: Installed, trained: tuple[Path, str]
) -> None:
    borrowed = release(installed, trained[0], "laant-1")
    borrowed[borrowed.index("--key") + 1] = installed.key("merete")
    assert "Nøglen er ikke registreret som din" in installed.refused(*borrowed)
    assert "Kun en tekniker" in installed.refused(
        *release(installed, trained[0], "laant-1", by="merete")
    )
    row = installed.owner.execute("SELECT count(*) FROM kernel_release WHERE version = 'laant-1'")
    assert row.fetchone() == (0,)


@pytest.mark.parametrize("version", ["", " ", "a" * 61])
def test_a_version_has_a_name(kodeks: Run, version: str) -> None:
    answer = kodeks(
        *("inquiries", "release", "--model", "m", f"--version={version}"),
        *("--by", "anders", "--key", "min.pem"),
    )
    assert answer.returncode == 1
    assert "1 til 60 tegn" in one_sentence(answer)


def test_a_folder_without_a_model_is_named(installed: Installed) -> None:
    told = installed.refused(*release(installed, installed.folder / "tom", "tom-1"))
    assert "ingen model" in told


# The manager's half


def in_operation(installed: Installed) -> str:
    """The version that a permit would give the key of."""
    row = installed.owner.execute(
        "SELECT r.version FROM kernel_releaseapproval a"
        " JOIN kernel_release r ON r.id = a.release_id"
        " WHERE r.system_id = 'inquiries' ORDER BY a.id DESC LIMIT 1"
    ).fetchone()
    return str(row[0])


@pytest.mark.slow
def test_a_model_comes_into_operation_when_two_people_have_signed(
    installed: Installed, trained: tuple[Path, str]
) -> None:
    folder, _ = trained
    sha256 = TriageModel.load(folder).artefact.sha256
    # One is in operation, and this one was not tried beside it: the first of a system may be so.
    refused = installed.refused(*release(installed, folder, "2026-11"))
    assert "Der er en model i drift, og den nye er ikke prøvet mod den." in refused
    reason = ("--reason", "Den skal ud.")
    installed.done("release", "revoke", "inquiries", "demo-1", "--by", "dorte", *reason)
    *silent, _, _ = release(installed, folder, "2026-11")
    assert "Der er for få sager til at måle kortets grænse." in installed.refused(*silent)
    said = installed.done(*release(installed, folder, "2026-11"))
    assert said == (f"Version 2026-11 venter på lederens godkendelse. Aftryk: {sha256[:16]} ...\n")
    refused = installed.refused(*approve(installed, "2026-11", by="anders"))
    assert "Den, der har lavet modellen" in refused
    assert in_operation(installed) == "demo-1"
    first, second = installed.done("release", "list", "inquiries").splitlines()
    assert first == "2026-11: lavet af Anders Mønstersen, venter på godkendelse"
    assert second == "demo-1: lavet af Anders Mønstersen, trukket tilbage: Den skal ud."

    said = installed.done(*approve(installed, "2026-11", by="merete"))
    assert said.startswith(f"Version 2026-11 er i drift. Aftryk: {sha256[:16]} ...\n")
    assert "Så ofte er det første forslag rigtigt" in said
    assert in_operation(installed) == "2026-11"
    assert "kan køre, Merete Demosen, 2026-11" in installed.done("system", "list")

    # What lies in the home folder is sealed.
    home = Path(installed.settings["KODEKS_HOME"])
    sealed = list((home / "models").glob("*.sealed"))
    assert len(sealed) >= 2
    assert not any(b"vejskade" in path.read_bytes() for path in sealed)

    # Taken out of operation, for good and at once.
    reason = ("--reason", "Den svarer forkert.")
    said = installed.done("release", "revoke", "inquiries", "2026-11", "--by", "dorte", *reason)
    assert said == "Version 2026-11 er trukket tilbage.\n"
    answer = installed.run("system", "obstacles", "inquiries")
    assert answer.returncode == 1
    assert "release_revoked: Modellen er trukket tilbage" in answer.stdout.decode()
    first = installed.done("release", "list", "inquiries").splitlines()[0]
    assert first.endswith("trukket tilbage: Den svarer forkert.")
