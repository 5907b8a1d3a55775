# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A model as one file: what is written is read back, and whatever else is refused in words."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of

from kodeks.artefacts import Artefact, ArtefactError

DTYPES = ("<f8", "<f4", "<f2", "<i8", "<u8", "<i4", "<u4", "<i2", "<u2", "|i1", "|u1", "|b1")

names = st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12).filter(
    lambda name: name != "__metadata__"
)
texts = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=12)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
manifests = st.dictionaries(texts, values, max_size=4)
numeric = st.sampled_from(DTYPES).flatmap(
    lambda dtype: arrays_of.arrays(dtype, arrays_of.array_shapes(min_dims=0, min_side=0))
)
artefacts = st.builds(Artefact, manifests, st.dictionaries(names, numeric, max_size=3))


def example() -> Artefact:
    return Artefact(
        {"format": 2, "labels": ["rotter", "støj"], "temperature": 0.25},
        {
            "weights": np.arange(6, dtype="<f4").reshape(2, 3),
            "words": np.frombuffer(b"hul\n", "u1"),
        },
    )


def file_of(header: Any, data: bytes = b"") -> bytes:
    """A file in the format, with any header."""
    content = header if isinstance(header, bytes) else json.dumps(header).encode()
    return len(content).to_bytes(8, "little") + content + data


def with_manifest(text: str, arrays: dict[str, Any] | None = None, data: bytes = b"") -> bytes:
    return file_of({"__metadata__": {"manifest": text}, **(arrays or {})}, data)


@settings(deadline=None)
@given(artefacts)
def test_what_is_written_is_read_back(written: Artefact) -> None:
    read = Artefact.of_bytes(written.as_bytes())
    assert read.manifest == written.manifest
    assert set(read.arrays) == set(written.arrays)
    for name, array in written.arrays.items():
        assert read.arrays[name].dtype == array.dtype
        assert read.arrays[name].shape == array.shape
        assert read.arrays[name].tobytes() == array.tobytes()
    assert read.sha256 == written.sha256


@settings(deadline=None)
@given(artefacts)
def test_equal_models_give_equal_files(one: Artefact) -> None:
    backwards = Artefact(
        dict(reversed(one.manifest.items())),
        {name: np.array(array, order="F") for name, array in reversed(one.arrays.items())},
    )
    assert backwards.as_bytes() == one.as_bytes()
    assert backwards.sha256 == one.sha256


def test_the_name_of_a_model_is_the_hash_of_its_file_on_every_machine() -> None:
    """Provenance and statements name it: an update of a library that changes it must be seen."""
    assert example().sha256 == "5a41d31dd8bf687c6ed956b750a3272773a5a2d38972d1c0495815a6c67d3ea7"


def test_numbers_of_the_other_byte_order_are_written_as_ours() -> None:
    foreign = Artefact({}, {"a": np.arange(3, dtype=">f8")})
    assert foreign.as_bytes() == Artefact({}, {"a": np.arange(3, dtype="<f8")}).as_bytes()
    assert Artefact.of_bytes(foreign.as_bytes()).arrays["a"].tolist() == [0.0, 1.0, 2.0]


def test_the_file_is_safetensors_that_others_can_read() -> None:
    from safetensors import numpy as safetensors

    read = safetensors.load(example().as_bytes())
    assert read["weights"].tolist() == [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]


@pytest.mark.parametrize(
    ("manifest", "array"),
    [
        ({}, np.array([object()])),
        ({}, np.array(["tekst"])),
        ({}, np.zeros(1, [("a", "f4")])),
        ({}, np.zeros(1, "M8[s]")),
        ({"a": float("nan")}, np.zeros(1)),
        ({"a": "\ud800"}, np.zeros(1)),
    ],
)
def test_what_the_format_has_not_is_not_written(manifest: Any, array: Any) -> None:
    with pytest.raises(ValueError, match=r"cannot be stored|not JSON|surrogates"):
        Artefact(manifest, {"a": array}).as_bytes()


@settings(deadline=None, max_examples=300)
@given(
    where=st.floats(0, 1, exclude_max=True),
    value=st.integers(1, 255),
    cut=st.booleans(),
    more=st.binary(max_size=3),
)
def test_any_damage_is_found(where: float, value: int, cut: bool, more: bytes) -> None:
    whole = example().as_bytes()
    place = int(where * len(whole))
    damaged = bytearray(whole)
    damaged[place] ^= value
    spoilt = whole[:place] if cut else bytes(damaged) + more
    try:
        read = Artefact.of_bytes(spoilt)
    except ArtefactError:
        return
    # A blank in the header more or less changes no value; the signed hash is of the file itself.
    assert read.manifest == example().manifest
    assert read.as_bytes() == whole


@pytest.mark.parametrize(
    "change",
    [
        {"weights": np.arange(6, dtype="<f4").reshape(3, 2)},
        {"weights": np.arange(6, dtype="<i4").reshape(2, 3)},
        {"weights": np.arange(1, 7, dtype="<f4").reshape(2, 3)},
        {"bias": np.zeros(1, dtype="<f4")},
    ],
)
def test_numbers_that_do_not_belong_to_the_manifest_are_found(change: Any) -> None:
    """Files from two models put together: each part is in order, the whole is not."""
    from safetensors import numpy as safetensors

    whole = example().as_bytes()
    header = json.loads(whole[8 : 8 + int.from_bytes(whole[:8], "little")])
    mixed = safetensors.save({**example().arrays, **change}, metadata=header["__metadata__"])
    with pytest.raises(ArtefactError, match="beskadiget"):
        Artefact.of_bytes(mixed)


@settings(deadline=None, max_examples=300)
@given(st.binary(max_size=300))
def test_foreign_bytes_raise_only_our_error(data: bytes) -> None:
    for foreign in (data, file_of(data), with_manifest(data.decode("latin-1"), {}, data)):
        with pytest.raises(ArtefactError):
            Artefact.of_bytes(foreign)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["content", "sha256", "a", ""]), inner, max_size=3)
    ),
    max_leaves=6,
)
tensors = st.fixed_dictionaries(
    {
        "dtype": st.sampled_from(["F64", "F32", "U8", "BOOL", "BF16", "F8_E4M3", "C64", "X", ""]),
        "shape": st.lists(st.integers(0, 2**64), max_size=4),
        "data_offsets": st.lists(st.integers(0, 20), min_size=2, max_size=2),
    }
)


@settings(deadline=None, max_examples=300)
@given(
    manifest=json_values,
    sha256=json_values,
    arrays=st.dictionaries(st.text(max_size=4), tensors | json_values, max_size=2),
    data=st.binary(max_size=20),
)
def test_a_file_in_the_format_that_is_none_of_ours_raises_only_our_error(
    manifest: Any, sha256: Any, arrays: dict[str, Any], data: bytes
) -> None:
    for text in (json.dumps(manifest), json.dumps({"content": manifest, "sha256": sha256})):
        with pytest.raises(ArtefactError):
            Artefact.of_bytes(with_manifest(text, arrays, data))


@pytest.mark.parametrize(
    "text",
    [
        '{"content": {"a": NaN}, "sha256": "x"}',
        '{"content": {"a": 1e999}, "sha256": "x"}',
        '{"content": ' + '{"a":' * 5_000 + "1" + "}" * 5_000 + ', "sha256": "x"}',
        '{"content": {"a": ' + "1" * 5_000 + '}, "sha256": "x"}',
        '{"content": {"a": "\\ud800"}, "sha256": "x"}',
        "[]",
        "null",
        "",
    ],
    ids=["NaN", "infinite", "deep", "long", "surrogate", "list", "null", "empty"],
)
def test_a_manifest_that_no_model_has_raises_only_our_error(text: str) -> None:
    with pytest.raises(ArtefactError):
        Artefact.of_bytes(with_manifest(text))


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "filen kan ikke læses"),
        (example().as_bytes()[:-1], "filen kan ikke læses"),
        (example().as_bytes()[:-1] + b"x", "filen er beskadiget"),
        (with_manifest('{"content": [], "sha256": ""}'), "filen har ikke den rette form"),
    ],
)
def test_the_error_says_what_is_wrong_and_what_to_do(data: bytes, what: str) -> None:
    with pytest.raises(ArtefactError) as error:
        Artefact.of_bytes(data)
    assert error.value.what == what
    assert str(error.value) == (
        f"Modellen kan ikke bruges: {what}. Træn den igen, eller hent en kopi."
    )


def test_nothing_in_a_file_can_run() -> None:
    """A pickle in place of the file, or within it, is bytes like any other."""
    import pickle

    class Trap:
        def __reduce__(self) -> Any:
            return (pytest.fail, ("something in the file was run",))

    trap = pickle.dumps(Trap())
    for data in (trap, file_of(trap), with_manifest("{}", {}, trap)):
        with pytest.raises(ArtefactError):
            Artefact.of_bytes(data)
