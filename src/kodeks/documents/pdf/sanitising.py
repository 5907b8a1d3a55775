# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A new file with what is seen on the pages of another, and nothing else of it.

Everything is left out but what is listed here: no earlier versions, information, XMP, attachments,
notes, form fields, bookmarks, scripts, thumbnails, structure and what it says instead of the text
(ActualText, Alt, E), and no layer that is not shown. Source: ISO 32000-1, 7.7.3 (pages), 8.10
(forms), 8.11 (optional content), 14.9 (accessibility).
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field

import pikepdf
from pikepdf import Dictionary, Name, Operator

from kodeks.documents.pdf import decoding, jpeg
from kodeks.documents.pdf.errors import UnreadableError

_PAGE = frozenset(
    {
        "/Type",
        "/Parent",
        "/MediaBox",
        "/CropBox",
        "/Rotate",
        "/Resources",
        "/Contents",
        "/UserUnit",
        "/Group",
    }
)
_RESOURCES = frozenset({"/Font", "/XObject", "/ExtGState", "/ColorSpace", "/Pattern", "/Shading"})
_NAMED = ("/Font", "/XObject", "/ExtGState")
_FORM = frozenset(
    {
        "/Type",
        "/Subtype",
        "/FormType",
        "/BBox",
        "/Matrix",
        "/Resources",
        "/Group",
        "/Length",
        "/Filter",
        "/DecodeParms",
    }
)
_IMAGE = frozenset(
    {
        "/Type",
        "/Subtype",
        "/Width",
        "/Height",
        "/ColorSpace",
        "/BitsPerComponent",
        "/ImageMask",
        "/Mask",
        "/SMask",
        "/Decode",
        "/Interpolate",
        "/Filter",
        "/DecodeParms",
        "/Length",
        "/Intent",
    }
)
_PAINTS = frozenset({"f", "F", "f*", "B", "B*", "b", "b*", "S", "s"})
LOCKED = "Filen er låst med en adgangskode, så programmet kan ikke læse den."
BROKEN = "Filen er beskadiget, så programmet kan ikke læse den."


@dataclass(frozen=True, kw_only=True)
class Sanitised:
    """The new file, and of the old one what is not in it."""

    content: bytes
    refused: dict[int, str]
    """Pages (from 0) that could not be taken over, and why in Danish; they are blank."""
    dropped: tuple[str, ...]
    """In Danish: what is seen in other programs and is not in the new file."""


@dataclass
class _Layers:
    hidden: set[tuple[int, int]] = field(default_factory=set)

    def hides(self, found: pikepdf.Object | None) -> bool:
        """Whether content of the layer is not shown. Raises UnreadableError for a rule."""
        if found is None:
            return False
        if found.get("/Type") == "/OCMD":
            raise UnreadableError("En side i filen har lag, som programmet ikke kan læse.")
        return found.objgen in self.hidden


def sanitise(content: bytes) -> Sanitised:
    """The new file; equal files give equal bytes. Raises UnreadableError."""
    try:
        with pikepdf.open(io.BytesIO(content)) as source:
            return _copied(source)
    except pikepdf.PasswordError as error:
        raise UnreadableError(LOCKED) from error
    except (pikepdf.PdfError, ValueError, TypeError, AttributeError, KeyError) as error:
        raise UnreadableError(BROKEN) from error


def saved(made: pikepdf.Pdf) -> bytes:
    """A file's bytes, written anew with what can be reached and nothing else."""
    out = io.BytesIO()
    made.save(out, deterministic_id=True, linearize=False, fix_metadata_version=False)
    return out.getvalue()


def blank(page: pikepdf.Page, made: pikepdf.Pdf) -> None:
    """Empty the page of all that is drawn on it."""
    page.obj.Contents = made.make_stream(b"")
    page.obj.Resources = Dictionary()


def _copied(source: pikepdf.Pdf) -> Sanitised:
    if source.is_encrypted:
        # It opens without a password, but its owner has said what may be done with it.
        raise UnreadableError(LOCKED)
    layers = _layers(source)
    dropped = _dropped(source)
    refused: dict[int, str] = {}
    made = pikepdf.new()
    for number, page in enumerate(source.pages):
        made.pages.append(page)
        taken = made.pages[number]
        _keep(taken.obj, _PAGE)
        try:
            _clean(made, taken.obj, taken.obj, _Cleaner(made, _mapped(source, page, layers)))
        except (UnreadableError, pikepdf.PdfError, ValueError, TypeError, KeyError) as error:
            told = isinstance(error, UnreadableError)
            refused[number] = str(error) if told else "Siden er beskadiget."
            blank(taken, made)
    return Sanitised(content=saved(made), refused=refused, dropped=dropped)


def _layers(source: pikepdf.Pdf) -> _Layers:
    listed = source.Root.get("/OCProperties")
    if listed is None:
        return _Layers()
    default = listed.get("/D", Dictionary())
    every = {one.objgen for one in listed.get("/OCGs", [])}
    off = {one.objgen for one in default.get("/OFF", [])}
    on = {one.objgen for one in default.get("/ON", [])}
    return _Layers(hidden=(every - on) | off if default.get("/BaseState") == "/OFF" else off)


def _mapped(source: pikepdf.Pdf, page: pikepdf.Page, layers: _Layers) -> dict[str, bool]:
    """Whether each named property of the page is a layer that is not shown (by the old file's
    numbers of objects, which the new one has not)."""
    listed = page.obj.get("/Resources", Dictionary()).get("/Properties", Dictionary())
    return {str(name): layers.hides(found) for name, found in listed.items() if _is_layer(found)}


def _is_layer(found: pikepdf.Object) -> bool:
    return isinstance(found, Dictionary) and found.get("/Type") in ("/OCG", "/OCMD")


def _dropped(source: pikepdf.Pdf) -> tuple[str, ...]:
    told = []
    if any("/Annots" in page.obj for page in source.pages):
        told.append("Noter, links og udfyldte felter oven på siderne er ikke med.")
    if len(source.attachments):
        told.append("Filer, der er vedhæftet inde i dokumentet, er ikke med.")
    return tuple(told)


def _keep(found: pikepdf.Object, keys: frozenset[str]) -> None:
    for key in list(found.keys()):
        if key not in keys:
            del found[key]


@dataclass
class _Cleaner:
    made: pikepdf.Pdf
    hidden: dict[str, bool]
    done: set[tuple[int, int]] = field(default_factory=set)


def _clean(
    made: pikepdf.Pdf, holder: pikepdf.Object, stream: pikepdf.Object, cleaner: _Cleaner
) -> None:
    """Clean the commands of a page or form and what they use."""
    resources = holder.Resources = _own(holder.get("/Resources", Dictionary()))
    written, used = _Commands(cleaner.hidden).cleaned(decoding.commands(stream))
    data = pikepdf.unparse_content_stream(written)
    if holder.get("/Type") == "/Page":
        holder.Contents = made.make_stream(data)
    else:
        stream.write(data)
    for kind in _NAMED:
        _keep(resources.get(kind, Dictionary()), frozenset(used))
    for found in resources.get("/XObject", Dictionary()).values():
        _clean_object(made, found, cleaner)
    _refuse_hidden_text(resources)


def _own(resources: pikepdf.Object) -> pikepdf.Object:
    """A copy for one page or form: others may share the list, and use other names in it."""
    return Dictionary(
        {
            key: Dictionary(dict(found.items())) if key in _NAMED else found
            for key, found in resources.items()
            if key in _RESOURCES
        }
    )


def _clean_object(made: pikepdf.Pdf, found: pikepdf.Object, cleaner: _Cleaner) -> None:
    if found.objgen in cleaner.done:
        return
    cleaner.done.add(found.objgen)
    if "/OC" in found:
        # Which layer it is was lost with the old file's numbers, so nothing is guessed.
        raise UnreadableError("En side i filen har lag, som programmet ikke kan læse.")
    if found.get("/Subtype") == "/Image":
        _keep(found, _IMAGE)
        jpeg.strip(found)
        for mask in ("/SMask", "/Mask"):
            if isinstance(found.get(mask), pikepdf.Stream):
                _keep(found[mask], _IMAGE)
                jpeg.strip(found[mask])
        return
    if found.get("/Subtype") != "/Form":
        raise UnreadableError("En side i filen indeholder et program.")
    _keep(found, _FORM)
    own = found.get("/Resources", Dictionary()).get("/Properties", Dictionary())
    if any(_is_layer(one) for one in own.values()):
        raise UnreadableError("En side i filen har lag, som programmet ikke kan læse.")
    _clean(made, found, found, cleaner)


def _refuse_hidden_text(resources: pikepdf.Object) -> None:
    """Patterns, masks and drawn fonts have streams of their own, which no reader looks into."""
    streams = [
        *resources.get("/Pattern", Dictionary()).values(),
        *(
            state["/SMask"]["/G"]
            for state in resources.get("/ExtGState", Dictionary()).values()
            if isinstance(state.get("/SMask"), Dictionary)
        ),
    ]
    for font in resources.get("/Font", Dictionary()).values():
        streams += font.get("/CharProcs", Dictionary()).values()
    for stream in streams:
        if isinstance(stream, pikepdf.Stream) and any(
            str(command.operator) in {*decoding.SHOWS, "Do"}
            for command in decoding.commands(stream)
        ):
            raise UnreadableError("En side i filen har tekst i et mønster eller en maske.")


class _Commands:
    """Takes marked content off the commands, and what belongs to layers that are not shown."""

    def __init__(self, hidden: dict[str, bool]) -> None:
        self._hidden = hidden
        self._open: list[bool] = []

    def cleaned(
        self, commands: list[pikepdf.ContentStreamInstruction]
    ) -> tuple[list[pikepdf.ContentStreamInstruction], set[str]]:
        written: list[pikepdf.ContentStreamInstruction] = []
        used: set[str] = set()
        for command in commands:
            for one in self._one(command):
                written.append(one)
                used |= {str(name) for name in one.operands if isinstance(name, Name)}
        return written, used

    def _one(
        self, command: pikepdf.ContentStreamInstruction
    ) -> list[pikepdf.ContentStreamInstruction]:
        name = str(command.operator)
        if name in ("BDC", "BMC"):
            is_layer = name == "BDC" and command.operands[0] == Name.OC
            self._open.append(is_layer and self._hidden.get(str(command.operands[1]), False))
            return []
        if name in ("EMC", "DP", "MP"):
            if name == "EMC" and self._open:
                self._open.pop()
            return []
        return self._unseen(command, name) if any(self._open) else [command]

    def _unseen(
        self, command: pikepdf.ContentStreamInstruction, name: str
    ) -> list[pikepdf.ContentStreamInstruction]:
        """What moves or sets something is kept; what is painted is not."""
        if name in _PAINTS:
            return [pikepdf.ContentStreamInstruction([], Operator("n"))]
        if name in decoding.SHOWS:
            # What follows on the line would move, and nobody knows by how much.
            raise UnreadableError("En side i filen har tekst i et lag, der ikke vises.")
        return [] if name in ("Do", "sh", "INLINE IMAGE") else [command]
