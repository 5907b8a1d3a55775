# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The CSV files of the inquiry commands: training examples, texts to sort, incoming inquiries.

What a file has to be like is said in `kodeks.files.tables`.
"""

import datetime as dt
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from kodeks.files import tables
from kodeks.inquiries.engine.model import TriageModel
from kodeks.inquiries.engine.results import Triage
from kodeks.inquiries.errors import InquiryError
from kodeks.language import cpr
from kodeks.language.embeddings import Embedder

GROUPS = ("channel", "district")
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]+\.[^@\s]+")
OUTPUT_COLUMNS = (
    *("id", "label", "confidence", "accepted", "alternatives", "out_of_scope"),
    *("way", "department", "promise", "choices", "why", "steers"),
)
PROMISED = frozenset({"label", "department"})
"""The ways in which an error is promised."""


class InquiryFileError(InquiryError):
    """A file that cannot be used; the text is a Danish sentence that says what to do."""


@dataclass(frozen=True)
class TrainingRow:
    """One example; the group columns are "" where the file has none."""

    text: str = field(repr=False)
    label: str
    channel: str = ""
    district: str = ""


@dataclass(frozen=True)
class TextRow:
    """One text to sort."""

    id: str
    text: str = field(repr=False)


@dataclass(frozen=True)
class IncomingInquiry:
    """One inquiry to load; `external_id` is the idempotency key. Empty text means not given.

    `received_at` has a time zone only if the file gave one.
    """

    external_id: str = field(repr=False)
    text: str = field(repr=False)
    channel: str = ""
    received_at: dt.datetime | None = None
    sender_name: str = field(default="", repr=False)
    sender_cpr: str = field(default="", repr=False)
    sender_email: str = field(default="", repr=False)
    district: str = ""
    row_number: int = 0
    """Its place in the file, where the header is row 1."""


def read_rows(path: Path, *, required: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """As `tables.read_rows`. Raises InquiryFileError."""
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


def read_departments(path: Path) -> dict[str, str]:
    """Where each label of such a file belongs, by the column department; empty without it.

    Raises InquiryFileError for a label that belongs in two places.
    """
    found: dict[str, str] = {}
    for number, row in read_rows(path, required=("label",)):
        label, name = row["label"].strip(), row.get("department", "").strip()
        if name and found.setdefault(label, name) != name:
            raise InquiryFileError(
                f"I række {number} hører emnet {label} til {name}, men før til {found[label]}. Giv "
                "hvert emne én afdeling."
            )
    return found


def digest(path: Path) -> str:
    """SHA-256 (hex) of a file that `read_training` has read."""
    return hashlib.sha256(_content(path).encode()).hexdigest()


def read_texts(path: Path) -> list[TextRow]:
    """The texts of a CSV with the column text; without a column id they are numbered from 1."""
    texts = []
    for place, (number, row) in enumerate(read_rows(path, required=("text",)), start=1):
        name = row.get("id", str(place))
        if not name.strip():
            raise InquiryFileError(f"Række {number} har intet id. Skriv et, eller fjern kolonnen.")
        texts.append(TextRow(name, row["text"]))
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
    with _told():
        raw = tables.read(path)
    return inquiries_in_csv(raw)


def inquiries_in_csv(raw: bytes) -> Iterator[IncomingInquiry]:
    """The inquiries of a CSV with the column text.

    Optional columns: channel, received_at, sender_name, sender_cpr, sender_email, district,
    external_id. An empty external_id becomes a hash of the file's content and the row number, so
    loading the same file again gives the same ids.
    """
    with _told():
        content = tables.decoded(raw)
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


def write_triage(path: Path, ids: Sequence[str], answers: Iterable[Triage]) -> None:
    """Write one row per answer; the file appears whole or not at all."""
    rows = (_triage_row(key, answer) for key, answer in zip(ids, answers, strict=True))
    with _told():
        tables.write_rows(path, OUTPUT_COLUMNS, rows)


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
        departments=read_departments(data),
        embedder=embedder,
        seed=seed,
    )
    model.save(out)
    return model


def predict_file(*, model: Path, data: Path, out: Path, max_error: float = 0.05) -> int:
    """Sort the texts in `data` with the model in the folder `model`; the number of rows.

    Raises InquiryFileError, TriageModelError or ThresholdError.
    """
    if out.exists() and data.exists() and out.samefile(data):
        raise InquiryFileError("Resultatet ville overskrive teksterne. Vælg en anden fil.")
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
        answer.way,
        answer.department,
        f"{answer.promise:.4f}" if answer.way in PROMISED else "",
        str(answer.choices),
        answer.why,
        "|".join(notice.rule for notice in answer.notices),
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
    with _told():
        return tables.decoded(tables.read(path))


def _rows(content: str, *, required: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    with _told():
        yield from tables.rows(content, required=required)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except tables.TableError as error:
        raise InquiryFileError(str(error)) from error
