# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The CSV files of the inquiry commands: training examples, texts to sort, incoming inquiries.

Files are UTF-8 (a byte order mark is fine) with comma or semicolon. A file that does not fit is
refused with the row and the remedy; nothing is guessed.
"""

import csv
import datetime as dt
import hashlib
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kodeks.files import write_atomic
from kodeks.inquiries.engine.model import TriageModel
from kodeks.inquiries.engine.results import Triage
from kodeks.inquiries.errors import InquiryError
from kodeks.language import cpr
from kodeks.language.embeddings import Embedder

LONGEST_FIELD = 100_000
_LARGEST_FILE = 500_000_000
_BINARY_SIGNS = (b"\x00", b"PK\x03\x04", b"%PDF", b"\xd0\xcf\x11\xe0")
_DELIMITERS = (",", ";", "\t")
GROUPS = ("channel", "district")
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]+\.[^@\s]+")
OUTPUT_COLUMNS = ("id", "label", "confidence", "accepted", "alternatives", "out_of_scope")


class InquiryFileError(InquiryError):
    """A file that cannot be used; the text is a Danish sentence that says what to do."""


@dataclass(frozen=True)
class TrainingRow:
    """One example; the group columns are "" where the file has none."""

    text: str
    label: str
    channel: str = ""
    district: str = ""


@dataclass(frozen=True)
class TextRow:
    """One text to sort."""

    id: str
    text: str


@dataclass(frozen=True)
class IncomingInquiry:
    """One inquiry to load; `external_id` is the idempotency key. Empty text means not given.

    `received_at` has a time zone only if the file gave one.
    """

    external_id: str
    text: str
    channel: str = ""
    received_at: dt.datetime | None = None
    sender_name: str = ""
    sender_cpr: str = ""
    sender_email: str = ""
    district: str = ""
    row_number: int = 0
    """Its place in the file, where the header is row 1."""


def read_rows(path: Path, *, required: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row of a CSV that is not blank, by column name, with its number (the header is row 1).

    Raises InquiryFileError for a file that is no such CSV or lacks a required column.
    """
    return _rows(_content(path), required=required)


def read_training(path: Path) -> list[TrainingRow]:
    """The examples of a CSV with the columns text and label, perhaps channel and district."""
    return [
        TrainingRow(
            row["text"],
            row["label"].strip(),
            **{name: row.get(name, "").strip() for name in GROUPS},
        )
        for _, row in read_rows(path, required=("text", "label"))
    ]


def groups_of(rows: Sequence[TrainingRow]) -> dict[str, list[str]]:
    """What the examples can be divided by: attribute -> each example's group."""
    found = {name: [getattr(row, name) for row in rows] for name in GROUPS}
    return {name: values for name, values in found.items() if any(values)}


def digest(path: Path) -> str:
    """SHA-256 (hex) of a file that `read_training` has read."""
    return hashlib.sha256(_content(path).encode()).hexdigest()


def read_texts(path: Path) -> list[TextRow]:
    """The texts of a CSV with the column text; without a column id they are numbered from 1."""
    rows = read_rows(path, required=("text",))
    texts = [TextRow(row.get("id", str(i)), row["text"]) for i, (_, row) in enumerate(rows, 1)]
    seen: set[str] = set()
    for text in texts:
        if text.id in seen:
            raise InquiryFileError(
                f'Id "{text.id}" findes flere gange. Giv hver række sit eget id.'
            )
        seen.add(text.id)
    return texts


def read_inquiries(path: Path) -> Iterator[IncomingInquiry]:
    """The inquiries of a CSV with the column text; see `inquiries_in_csv`."""
    return inquiries_in_csv(_raw(path))


def inquiries_in_csv(raw: bytes) -> Iterator[IncomingInquiry]:
    """The inquiries of a CSV with the column text.

    Optional columns: channel, received_at, sender_name, sender_cpr, sender_email, district,
    external_id. An empty external_id becomes a hash of the file's content and the row number, so
    loading the same file again gives the same ids.
    """
    content = _decoded(raw)
    file_hash = hashlib.sha256(content.encode()).hexdigest()
    for number, row in _rows(content, required=("text",)):
        yield incoming(row, number=number, file_hash=file_hash)


def incoming(row: Mapping[str, str], *, number: int, file_hash: str) -> IncomingInquiry:
    """The inquiry of one row. Raises InquiryFileError."""
    if not row["text"].strip():
        raise InquiryFileError(f"Række {number} har ingen tekst. Skriv en tekst, eller slet den.")
    own = hashlib.sha256(f"{file_hash}:{number}".encode()).hexdigest()[:32]
    fields = {name: row.get(name, "").strip() for name in ("channel", "sender_name", "district")}
    return IncomingInquiry(
        external_id=row.get("external_id", "").strip() or own,
        text=row["text"],
        row_number=number,
        received_at=_moment(row.get("received_at", "").strip(), number),
        sender_cpr=_cpr(row.get("sender_cpr", "").strip(), number),
        sender_email=_email(row.get("sender_email", "").strip(), number),
        **fields,
    )


def _email(text: str, number: int) -> str:
    if text and not _EMAIL.fullmatch(text):
        raise InquiryFileError(
            f"I række {number} er sender_email ikke en mailadresse. Ret den, eller fjern den."
        )
    return text


def write_rows(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a CSV in UTF-8; the file appears whole or not at all. Raises InquiryFileError."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    _write_atomically(path, buffer.getvalue())


def write_triage(path: Path, ids: Sequence[str], answers: Iterable[Triage]) -> None:
    """Write one row per answer; the file appears whole or not at all."""
    write_rows(
        path,
        OUTPUT_COLUMNS,
        (_triage_row(key, answer) for key, answer in zip(ids, answers, strict=True)),
    )


def train_file(
    *, data: Path, out: Path, embedder: Embedder | None = None, seed: int = 0
) -> TriageModel:
    """Train on the examples in `data` and store the model in the folder `out`.

    Without `embedder` the model knows words only.
    """
    from kodeks.inquiries.engine.training import train

    rows = read_training(data)
    model = train(
        texts=[row.text for row in rows],
        labels=[row.label for row in rows],
        divided_by=groups_of(rows),
        embedder=embedder,
        seed=seed,
    )
    model.save(out)
    return model


def predict_file(*, model: Path, data: Path, out: Path, max_error: float = 0.05) -> int:
    """Sort the texts in `data` with the model in the folder `model`; the number of rows."""
    trained = TriageModel.load(model)
    rows = read_texts(data)
    answers = trained.triage([row.text for row in rows], max_error=max_error, explained=False)
    write_triage(out, [row.id for row in rows], answers)
    return len(rows)


def _triage_row(key: str, answer: Triage) -> tuple[str, ...]:
    alternatives = "|".join(f"{a.label}:{a.confidence:.3f}" for a in answer.alternatives)
    return (
        key,
        answer.label,
        f"{answer.confidence:.4f}",
        _boolean(answer.accepted),
        alternatives,
        _boolean(answer.out_of_scope),
    )


def _moment(text: str, number: int) -> dt.datetime | None:
    """The time of receipt; a date alone means noon."""
    if not text:
        return None
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise InquiryFileError(
            f"I række {number} er received_at ikke et tidspunkt. Skriv det som 2026-11-24T09:30."
        ) from error
    return moment.replace(hour=12) if len(text) == len("2026-11-24") else moment


def _cpr(text: str, number: int) -> str:
    """The ten digits, however they were parted, so that one person has one blind index."""
    digits = cpr.digits_of(text) if text else ""
    if digits is None:
        raise InquiryFileError(
            f"I række {number} er sender_cpr ikke et CPR-nummer. Skriv ti cifre, eller lad det "
            "stå tomt."
        )
    return digits


def _boolean(value: bool) -> str:
    return "true" if value else "false"


def _content(path: Path) -> str:
    return _decoded(_raw(path))


def _raw(path: Path) -> bytes:
    try:
        if path.stat().st_size > _LARGEST_FILE:
            raise InquiryFileError("Filen er større end 500 MB. Del den i flere filer.")
        return path.read_bytes()
    except FileNotFoundError as error:
        raise InquiryFileError(f"Filen {path} findes ikke. Ret stien, og prøv igen.") from error
    except OSError as error:
        raise InquiryFileError(
            f"Filen {path} kan ikke læses. Vælg en CSV-fil, du har adgang til."
        ) from error


def _decoded(raw: bytes) -> str:
    """The text of a file in UTF-8. Raises InquiryFileError."""
    if not raw.strip():
        raise InquiryFileError(
            "Filen er tom. Første linje skal være kolonnenavne, og derefter en række per tekst."
        )
    if raw.startswith(_BINARY_SIGNS[1:]) or _BINARY_SIGNS[0] in raw:
        raise InquiryFileError(
            "Filen er ikke en tekstfil. Åbn den i regnearket, og gem den som CSV (UTF-8)."
        )
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise InquiryFileError(
            f"Filen er ikke gemt som UTF-8 (se linje {line}). Åbn den i regnearket, "
            'vælg "Gem som" og filtypen "CSV UTF-8", og prøv igen.'
        ) from error


def _rows(content: str, *, required: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row that is not blank, with its number (the header is row 1)."""
    records = _records(content)
    try:
        header = [name.strip().lower() for name in next(records)]
    except StopIteration:
        header = []
    _check_header(header, required)
    for number, record in enumerate(records, start=2):
        if not any(field.strip() for field in record):
            continue
        if len(record) != len(header):
            raise InquiryFileError(
                f"Række {number} har {len(record)} felter, men der er {len(header)} kolonner. "
                "Sæt anførselstegn om tekst med komma, semikolon eller linjeskift."
            )
        _check_length(record, number)
        yield number, dict(zip(header, record, strict=True))


def _check_header(header: Sequence[str], required: Sequence[str]) -> None:
    missing = [name for name in required if name not in header]
    if missing:
        found = ", ".join(name for name in header if name)[:200] or "ingen"
        raise InquiryFileError(
            f"Filen mangler kolonnen {' og '.join(missing)}. Fundet: {found}. "
            "Ret kolonnenavnene i første linje."
        )
    doubled = sorted({name for name in header if name and header.count(name) > 1})
    if doubled:
        raise InquiryFileError(
            f"Kolonnen {doubled[0]} findes flere gange. Hver kolonne skal have sit eget navn."
        )


def _check_length(record: Sequence[str], number: int) -> None:
    if any(len(field) > LONGEST_FIELD for field in record):
        raise InquiryFileError(_too_long(number))


def _too_long(number: int) -> str:
    return (
        f"Række {number} har et felt på over {LONGEST_FIELD} tegn. Forkort teksten, eller "
        "se efter et anførselstegn, der ikke er lukket."
    )


def _records(content: str) -> Iterator[list[str]]:
    first = content.lstrip("\r\n").split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=delimiter, strict=True)
    number = 0
    while True:
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise InquiryFileError(_csv_problem(error, number + 1)) from error
        if not record and number == 0:
            continue
        number += 1
        yield record


def _csv_problem(error: csv.Error, number: int) -> str:
    if "field larger" in str(error):
        return _too_long(number)
    return (
        f"Række {number} kan ikke læses: et anførselstegn er ikke lukket rigtigt. "
        "Skriv anførselstegn inde i en tekst to gange."
    )


def _write_atomically(path: Path, content: str) -> None:
    try:
        if path.is_dir():
            raise IsADirectoryError(path)
        write_atomic(path=path, content=content.encode())
    except OSError as error:
        raise InquiryFileError(
            f"Resultatet kan ikke gemmes i {path}. Vælg en mappe, du må skrive i."
        ) from error
