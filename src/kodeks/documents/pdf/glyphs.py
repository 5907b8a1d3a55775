# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Taking glyphs out of a page's commands, so that those that are left stay where they are.

Each string that is shown is followed glyph by glyph (ISO 32000-1, 9.4.4). A glyph that stands where
a character is to go is left out of the string, and its width becomes a move. Pictures are blanked
where the areas are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pikepdf
from pikepdf import Array, ContentStreamInstruction, Dictionary, Name, Operator

from kodeks.documents.pdf import decoding, fonts, jpeg
from kodeks.documents.pdf.errors import UnreadableError
from kodeks.documents.pdf.fonts import Font
from kodeks.documents.pdf.geometry import IDENTITY, Matrix, Point, Rect, around, moved, product
from kodeks.documents.pdf.reading import Char

_SAME = 0.6
"""Points within which two readers mean the same place."""
_MIDDLE = 0.3
"""Of an em above the line: the middle of small letters."""
_UNIT = ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0))


@dataclass(frozen=True)
class Targets:
    """What is to go: the characters' origins, and the areas that they fill."""

    origins: frozenset[tuple[int, int]]
    places: tuple[Point, ...]
    areas: tuple[Rect, ...]

    def takes(self, origin: Point, middle: Point) -> bool:
        near = (int(origin[0] // 2), int(origin[1] // 2))
        if near in self.origins and any(
            abs(x - origin[0]) < _SAME and abs(y - origin[1]) < _SAME for x, y in self.places
        ):
            return True
        return any(area.holds(middle) for area in self.areas)


def targets(chars: Sequence[Char]) -> Targets:
    """Of characters of one page."""
    places = tuple(char.origin for char in chars if not char.is_generated)
    cells = {
        (int(x // 2) + right, int(y // 2) + up)
        for x, y in places
        for right in (-1, 0, 1)
        for up in (-1, 0, 1)
    }
    return Targets(origins=frozenset(cells), places=places, areas=areas(chars))


def areas(chars: Sequence[Char]) -> tuple[Rect, ...]:
    """One rectangle for each stretch of a line that neighbouring characters fill."""
    found: list[Rect] = []
    for char in chars:
        box = char.box
        if char.is_generated or box.right <= box.left or box.top <= box.bottom:
            continue
        if found and _follows(found[-1], box):
            found[-1] = found[-1].joined(box)
        else:
            found.append(box)
    return tuple(found)


def _follows(line: Rect, box: Rect) -> bool:
    height = line.top - line.bottom
    same_line = abs(line.bottom - box.bottom) < 0.3 * height and abs(line.top - box.top) < height
    return same_line and -0.5 * height < box.left - line.right < 0.8 * height


@dataclass(frozen=True)
class _State:
    """What q keeps and Q gives back."""

    matrix: Matrix = IDENTITY
    font: Font | None = None
    size: float = 0.0
    char_space: float = 0.0
    word_space: float = 0.0
    scale: float = 1.0
    leading: float = 0.0
    rise: float = 0.0


class Rewriter:
    """Rewrites one page of a sanitised file."""

    def __init__(self, made: pikepdf.Pdf, targets: Targets) -> None:
        self._made = made
        self._targets = targets
        self.taken = 0
        """How many glyphs went."""

    def page(self, page: pikepdf.Page) -> None:
        """Raises UnreadableError when something on the page is not understood."""
        # Pages may share one list of resources; what is changed is this page's alone.
        resources = self._own(page.obj.get("/Resources", Dictionary()))
        page.obj.Resources = resources
        data = self._stream(page.obj, resources, _State(), decoding.MOST_NESTED)
        page.obj.Contents = self._made.make_stream(data)

    def _stream(
        self, stream: pikepdf.Object, resources: pikepdf.Object, state: _State, nested: int
    ) -> bytes:
        if nested == 0:
            raise UnreadableError("En side i filen er sat sammen af for mange lag.")
        walk = _Walk(self, resources, state, nested)
        written = [one for command in decoding.commands(stream) for one in walk.one(command)]
        # What was copied is not used any more, and must not stay in the file.
        used = {str(one.operands[0]) for one in written if str(one.operator) == "Do"}
        listed = resources["/XObject"]
        for name in set(listed.keys()) - used:
            del listed[name]
        return pikepdf.unparse_content_stream(written)

    def form(
        self, found: pikepdf.Object, outer: pikepdf.Object, state: _State, nested: int
    ) -> pikepdf.Object:
        """A copy of the form for this place on the page."""
        matrix: Matrix = tuple(float(one) for one in found.get("/Matrix", IDENTITY))  # type: ignore[assignment]
        own = found.get("/Resources")
        resources = self._own(outer if own is None else own)
        inner = replace(state, matrix=product(matrix, state.matrix))
        copy = self._made.make_stream(self._stream(found, resources, inner, nested - 1))
        for key, value in found.items():
            if key not in ("/Length", "/Filter", "/DecodeParms", "/Resources"):
                copy[key] = value
        copy["/Resources"] = resources
        return copy

    @staticmethod
    def _own(resources: pikepdf.Object) -> pikepdf.Object:
        """A copy whose list of forms and pictures can be changed for one form alone."""
        copy = Dictionary(dict(resources.items()))
        copy["/XObject"] = Dictionary(dict(resources.get("/XObject", Dictionary()).items()))
        return copy

    def image(self, found: pikepdf.Object, matrix: Matrix) -> pikepdf.Object | None:
        """The picture, a blanked copy, or None when all of it must go."""
        place = around(moved(matrix, corner) for corner in _UNIT)
        met = [area for area in self._targets.areas if area.meets(place)]
        return jpeg.blanked(self._made, found, matrix, met) if met else found

    def hides(self, matrix: Matrix) -> bool:
        """Whether a picture in the commands themselves lies where something is to go."""
        place = around(moved(matrix, corner) for corner in _UNIT)
        return any(area.meets(place) for area in self._targets.areas)

    def takes(self, origin: Point, middle: Point) -> bool:
        taken = self._targets.takes(origin, middle)
        self.taken += taken
        return taken


class _Walk:
    """Follows one stream's commands."""

    def __init__(
        self, rewriter: Rewriter, resources: pikepdf.Object, state: _State, nested: int
    ) -> None:
        self._rewriter, self._resources, self._nested = rewriter, resources, nested
        self._state, self._kept = state, list[_State]()
        self._text = self._line = IDENTITY
        self._fonts: dict[str, Font] = {}
        self._count = 0

    def one(self, command: ContentStreamInstruction) -> list[ContentStreamInstruction]:
        """What is written instead of the command; mostly itself."""
        name = str(command.operator)
        if name in decoding.SHOWS:
            return self._show(name, list(command.operands))
        if name == "Do":
            return self._object(command)
        if name == "INLINE IMAGE":
            return [] if self._rewriter.hides(self._state.matrix) else [command]
        follow = getattr(self, _FOLLOWED.get(name, "_nothing"))
        follow(*command.operands)
        return [command]

    def _nothing(self, *_: object) -> None:
        """Changes nothing that says where text stands."""

    def _keep(self) -> None:
        self._kept.append(self._state)

    def _give_back(self) -> None:
        if self._kept:
            self._state = self._kept.pop()

    def _transform(self, *numbers: object) -> None:
        matrix = product(_matrix(numbers), self._state.matrix)
        self._state = replace(self._state, matrix=matrix)

    def _begin(self) -> None:
        self._text = self._line = IDENTITY

    def _choose(self, name: object, size: object) -> None:
        key = str(name)
        if key not in self._fonts:
            found = decoding.resource(self._resources, "/Font", key)
            if found is None:
                raise UnreadableError("En tekst i filen har ingen skrifttype.")
            self._fonts[key] = fonts.of(found)
        self._state = replace(self._state, font=self._fonts[key], size=_number(size))

    def _settings(self, name: object) -> None:
        found = decoding.resource(self._resources, "/ExtGState", name)
        if found is not None and "/Font" in found:
            font, size = found["/Font"]
            self._state = replace(self._state, font=fonts.of(font), size=_number(size))

    def _char_space(self, number: object) -> None:
        self._state = replace(self._state, char_space=_number(number))

    def _word_space(self, number: object) -> None:
        self._state = replace(self._state, word_space=_number(number))

    def _scale(self, number: object) -> None:
        self._state = replace(self._state, scale=_number(number) / 100)

    def _leading(self, number: object) -> None:
        self._state = replace(self._state, leading=_number(number))

    def _rise(self, number: object) -> None:
        self._state = replace(self._state, rise=_number(number))

    def _move(self, x: object, y: object) -> None:
        self._line = self._text = product((1, 0, 0, 1, _number(x), _number(y)), self._line)

    def _move_and_lead(self, x: object, y: object) -> None:
        self._leading(-_number(y))
        self._move(x, y)

    def _place(self, *numbers: object) -> None:
        self._line = self._text = _matrix(numbers)

    def _next_line(self) -> None:
        self._move(0, -self._state.leading)

    def _show(self, name: str, operands: list[object]) -> list[ContentStreamInstruction]:
        before: list[ContentStreamInstruction] = []
        if name == '"':
            self._word_space(operands[0])
            self._char_space(operands[1])
            before += [_command("Tw", operands[0]), _command("Tc", operands[1])]
        if name in ("'", '"'):
            self._next_line()
            before.append(_command("T*"))
        shown = operands[-1]
        parts = list(shown) if isinstance(shown, Array) else [shown]
        written, changed = self._parts(parts)
        if not changed:
            return [*before, _command("TJ" if isinstance(shown, Array) else "Tj", shown)]
        return [*before, _command("TJ", Array(written))]

    def _parts(self, parts: Sequence[object]) -> tuple[list[object], bool]:
        """The parts of a string that is shown, without what goes, and whether anything did."""
        state = self._state
        if state.font is None:
            raise UnreadableError("En tekst i filen har ingen skrifttype.")
        unit = state.size * state.scale / 1000
        written: list[object] = []
        gap, changed = 0.0, False
        for part in parts:
            if not isinstance(part, pikepdf.String):
                self._advance(-_number(part) * unit)
                gap += _number(part)
                continue
            kept = b""
            for code in state.font.codes(bytes(part)):
                width = self._width(code)
                if self._goes(code):
                    changed = True
                    if kept:
                        written += [*_gap(gap), pikepdf.String(kept)]
                        kept, gap = b"", 0.0
                    gap -= width / unit if unit else 0.0
                else:
                    kept += code.to_bytes(state.font.size_of_code, "big")
                self._advance(width)
            if kept:
                written += [*_gap(gap), pikepdf.String(kept)]
                gap = 0.0
        return [*written, *_gap(gap)], changed

    def _width(self, code: int) -> float:
        """How far the glyph moves what follows, in the text's space."""
        state = self._state
        if state.font is None:
            raise UnreadableError("En tekst i filen har ingen skrifttype.")
        width = state.font.width(code) * state.size + state.char_space
        if code == 32 and state.font.size_of_code == 1:
            width += state.word_space
        return width * state.scale

    def _goes(self, code: int) -> bool:
        state = self._state
        if state.font is None:
            raise UnreadableError("En tekst i filen har ingen skrifttype.")
        matrix = product(self._text, state.matrix)
        half = state.font.width(code) * state.size * state.scale / 2
        origin = moved(matrix, (0, state.rise))
        return self._rewriter.takes(
            origin, moved(matrix, (half, state.rise + _MIDDLE * state.size))
        )

    def _advance(self, along: float) -> None:
        self._text = product((1, 0, 0, 1, along, 0), self._text)

    def _object(self, command: ContentStreamInstruction) -> list[ContentStreamInstruction]:
        found = decoding.resource(self._resources, "/XObject", command.operands[0])
        if found is None:
            return []
        made: pikepdf.Object | None
        if found.get("/Subtype") == "/Form":
            made = self._rewriter.form(found, self._resources, self._state, self._nested)
        else:
            made = self._rewriter.image(found, self._state.matrix)
        if made is None:
            return []
        if made is found:
            return [command]
        self._count += 1
        name = f"/Kodeks{self._nested}x{self._count}"
        self._resources["/XObject"][name] = made
        return [_command("Do", Name(name))]


_FOLLOWED = {
    "q": "_keep",
    "Q": "_give_back",
    "cm": "_transform",
    "BT": "_begin",
    "Tf": "_choose",
    "gs": "_settings",
    "Tc": "_char_space",
    "Tw": "_word_space",
    "Tz": "_scale",
    "TL": "_leading",
    "Ts": "_rise",
    "Td": "_move",
    "TD": "_move_and_lead",
    "Tm": "_place",
    "T*": "_next_line",
}


def _command(name: str, *operands: object) -> ContentStreamInstruction:
    return ContentStreamInstruction(list(operands), Operator(name))  # type: ignore[arg-type]


def _gap(number: float) -> list[object]:
    return [round(number, 3)] if abs(number) >= 0.001 else []


def _number(value: object) -> float:
    return float(value)  # type: ignore[arg-type]


def _matrix(numbers: Sequence[object]) -> Matrix:
    a, b, c, d, e, f = (_number(one) for one in numbers)
    return a, b, c, d, e, f
