# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Cosignatures: those of real witnesses, the signed message computed once more, and properties."""

import struct
from base64 import b64decode, b64encode
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from kodeks.ledger import checkpoint, cosignature, note
from kodeks.ledger.checkpoint import Checkpoint
from kodeks.ledger.errors import VerificationError

LOG = note.SignerKey("proevekommune/kodeks", bytes(range(32)))
WITNESS = note.SignerKey("nabo-1/vidne", bytes([1]) * 32, note.COSIGNATURE)
OTHER = note.SignerKey("nabo-2/vidne", bytes([2]) * 32, note.COSIGNATURE)
HEAD = checkpoint.sign(checkpoint=Checkpoint(LOG.name, 7, bytes(range(32))), signer=LOG)
TEXT = note.parse(HEAD).text
AT = 1_700_000_000
LATEST = 2**63 - 1

# The example of C2SP tlog-cosignature; the keys behind it are not published.
EXAMPLE = """\
example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa \
Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— witness.example.com/w1 \
jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBI\
fZ+qnA==
""".encode()

# A head that a log of certificates published on 23 May 2026, with the line of one of its witnesses
# and with a signature of a kind that we do not know.
PUBLIC_LOG = (
    "arche2025h1.staging.ct.transparency.dev+ba2f06c0+AU0vHmlGCS/PdN8b2OaGmKprLI8HKM+dJ472xgFYh15f"
)
PUBLIC_WITNESS = "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2"
PUBLISHED = """\
arche2025h1.staging.ct.transparency.dev
1432088532
U7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=

— arche2025h1.staging.ct.transparency.dev \
zTM8sQAAAZ5W0WdjBAMARjBEAiBjW5IQf9pvsYLfQFX6hoGREPMHbdQ3urbllzalApkptQIgIpwtEroeW2BXaHAI4kJXFbon\
5Ch9MNL5zRNZ55lvGt0=
— arche2025h1.staging.ct.transparency.dev \
ui8GwCF1+kWqZrxGdhj4aX3gcw7XUlXQQabg/27lefwhUkzbC3NygNI75MdhL1bfTW9g8Ei59RA23oHP7Ry1k3ZFWwQ=
— remora.n621.de \
2net5wAAAABqEiEgPlfF3V06o0Y+fHM+J5J9s27wgxxcOVSpZ/2g/KSiXCg9DEZI+aVCIobWX9sXTynk5XeU/zZ0WBxtqB0D\
rAWfBw==
""".encode()


def sign(signer=WITNESS, *, at=AT, text=TEXT):
    return cosignature.sign(text, signer=signer, timestamp=at)


def cosigned(*signatures):
    return cosignature.add(HEAD, signatures=signatures)


def verify(*signatures, keys=(WITNESS.verifier,)):
    """What is found on the log's head with these lines."""
    own = note.parse(HEAD).signatures
    return cosignature.verify(note.SignedNote(TEXT, (*own, *signatures)), keys=keys)


def by_hand(timestamp, *, signer=WITNESS, text=TEXT, prefix="cosignature/v1"):
    """A witness's signature made without our code for it."""
    message = f"{prefix}\ntime {timestamp}\n{text}".encode()
    signature = Ed25519PrivateKey.from_private_bytes(signer.seed).sign(message)
    return note.Signature(
        signer.name, signer.verifier.key_id, struct.pack(">Q", timestamp) + signature
    )


def test_a_cosignature_that_a_real_witness_has_published():
    key = cosignature.parse_verifier_key(PUBLIC_WITNESS)
    (found,) = cosignature.verify(note.parse(PUBLISHED), keys=[key])
    assert found == cosignature.Cosignature(key, 1_779_573_024)
    log = note.parse_verifier_key(PUBLIC_LOG)
    assert checkpoint.open_signed(PUBLISHED, key=log).size == 1_432_088_532
    larger = note.parse(PUBLISHED.replace(b"1432088532", b"1432088533"))
    with pytest.raises(VerificationError, match=r"vidnet remora\.n621\.de er forkert"):
        cosignature.verify(larger, keys=[key])


def test_the_example_of_the_standard_has_the_form_that_we_write():
    signed = note.parse(EXAMPLE)
    (line,) = [one for one in signed.signatures if one.name == "witness.example.com/w1"]
    assert (len(line.signature), line.key_id.hex()) == (8 + 64, "8d66cf3f")
    assert int.from_bytes(line.signature[:8], "big") == 1679315147
    ours = note.parse(cosigned(sign(at=1679315147))).signatures[-1]
    assert (ours.signature[:8], len(ours.signature)) == (line.signature[:8], len(line.signature))
    assert cosignature.verify(signed, keys=[WITNESS.verifier]) == ()


def test_key_id_and_signed_message_computed_once_more():
    public = Ed25519PrivateKey.from_private_bytes(WITNESS.seed).public_key().public_bytes_raw()
    key_id = sha256(b"nabo-1/vidne\n\x04" + public).digest()[:4]
    vkey = f"nabo-1/vidne+{key_id.hex()}+{b64encode(bytes([4]) + public).decode()}"
    assert WITNESS.verifier.text == vkey
    assert cosignature.parse_verifier_key(vkey) == WITNESS.verifier

    dash, name, encoded = sign().line.removesuffix("\n").split(" ")
    data = b64decode(encoded)
    assert (dash, name, data[:4]) == ("—", "nabo-1/vidne", key_id)
    assert struct.unpack(">Q", data[4:12]) == (AT,)
    message = b"cosignature/v1\ntime 1700000000\nproevekommune/kodeks\n7\n%s\n" % b64encode(
        bytes(range(32))
    )
    Ed25519PublicKey.from_public_bytes(public).verify(data[12:], message)
    # Ed25519 has one signature for each key and message, so all of the line is as it must be.
    assert sign() == by_hand(AT)


def test_extension_lines_are_signed_too():
    longer = TEXT + "endnu en linje\n"
    (found,) = cosignature.verify(
        note.SignedNote(longer, (sign(text=longer),)), keys=[WITNESS.verifier]
    )
    assert found.timestamp == AT
    with pytest.raises(VerificationError):
        cosignature.verify(note.SignedNote(longer, (sign(),)), keys=[WITNESS.verifier])


def test_every_flipped_bit_of_a_line_is_found_or_makes_it_a_stranger_s():
    right = sign()
    data = right.key_id + right.signature
    ignored = 0
    for bit in range(8 * len(data)):
        changed = bytearray(data)
        changed[bit // 8] ^= 1 << bit % 8
        line = note.Signature(right.name, bytes(changed[:4]), bytes(changed[4:]))
        if bit < 32:
            assert verify(line) == ()
            ignored += 1
        else:
            with pytest.raises(VerificationError, match="vidnet nabo-1/vidne er forkert"):
                verify(line)
    assert ignored == 32


def test_no_flipped_bit_of_a_note_leaves_its_cosignature_standing():
    line = sign().line
    data = f"{TEXT}\n{line}".encode()
    assert cosignature.verify(note.parse(data), keys=[WITNESS.verifier])
    for bit in range(8 * len(data)):
        changed = bytearray(data)
        changed[bit // 8] ^= 1 << bit % 8
        try:
            found = cosignature.verify(note.parse(bytes(changed)), keys=[WITNESS.verifier])
        except VerificationError:
            continue
        assert found == ()


def test_signatures_of_unknown_keys_are_ignored():
    namesake = note.SignerKey(WITNESS.name, bytes([9]) * 32, note.COSIGNATURE)
    lines = [sign(OTHER), sign(namesake), by_hand(5, signer=OTHER, text="noget andet\n"), sign()]
    assert verify(*lines) == (cosignature.Cosignature(WITNESS.verifier, AT),)
    assert verify(*lines[:3]) == ()
    assert verify() == ()
    assert verify(*lines, keys=()) == ()


def test_a_wrong_signature_of_a_known_key_refuses_though_others_are_right():
    wrong = sign(OTHER, text=TEXT.replace("7", "8"))
    both = (WITNESS.verifier, OTHER.verifier)
    assert len(verify(sign(), sign(OTHER), keys=both)) == 2
    for lines in ((sign(), wrong), (wrong, sign()), (sign(OTHER), wrong), (wrong, sign(OTHER))):
        with pytest.raises(VerificationError, match="nabo-2/vidne"):
            verify(*lines, keys=both)


@pytest.mark.parametrize("size", [0, 1, 7, 8, 63, 71, 73, 100])
def test_a_line_of_another_length_is_refused(size):
    data = (sign().signature + bytes(40))[:size]
    with pytest.raises(VerificationError):
        verify(note.Signature(WITNESS.name, WITNESS.verifier.key_id, data))


def test_a_witness_that_signed_twice_counts_once_with_the_latest_time():
    expected = (cosignature.Cosignature(WITNESS.verifier, AT + 60),)
    first, second = sign(at=AT), sign(at=AT + 60)
    assert verify(first, second) == expected
    assert verify(second, first) == expected
    assert verify(second, second) == expected


@pytest.mark.parametrize("timestamp", [0, 1, LATEST])
def test_any_time_that_the_format_has_is_signed(timestamp):
    line = sign(at=timestamp)
    assert line == by_hand(timestamp)
    assert verify(line) == (cosignature.Cosignature(WITNESS.verifier, timestamp),)


@pytest.mark.parametrize("timestamp", [LATEST + 1, 2**64 - 1])
def test_a_time_beyond_the_format_is_refused_though_it_is_signed(timestamp):
    with pytest.raises(VerificationError):
        verify(by_hand(timestamp))
    with pytest.raises(VerificationError, match="Tidspunktet"):
        sign(at=timestamp)


def test_a_time_before_1970_is_not_signed():
    with pytest.raises(VerificationError, match="Tidspunktet"):
        sign(at=-1)


# The log and a witness: the same mathematics, kept apart.


def test_a_log_s_key_does_not_cosign_and_a_witness_s_key_signs_no_notes():
    with pytest.raises(VerificationError, match="ikke et vidnes"):
        sign(LOG)
    for refused in (
        lambda: note.sign(text=TEXT, signers=[WITNESS]),
        lambda: note.verify(HEAD, keys=[WITNESS.verifier]),
        lambda: note.verify(HEAD, keys=[LOG.verifier, WITNESS.verifier]),
        lambda: checkpoint.open_signed(HEAD, key=WITNESS.verifier),
    ):
        with pytest.raises(VerificationError, match="er et vidnes"):
            refused()
    assert verify(sign(), keys=[LOG.verifier]) == ()


def test_the_text_of_one_kind_of_key_is_not_read_as_the_other():
    for text in (LOG.verifier.text, OTHER.text, LOG.text):
        with pytest.raises(VerificationError):
            cosignature.parse_verifier_key(text)
    for text in (WITNESS.verifier.text, WITNESS.text):
        with pytest.raises(VerificationError):
            note.parse_verifier_key(text)
    with pytest.raises(VerificationError, match="vidnes nøgle"):
        cosignature.parse_signer_key(LOG.text)
    with pytest.raises(VerificationError, match="Ed25519"):
        note.parse_signer_key(WITNESS.text)
    assert cosignature.parse_signer_key(WITNESS.text) == WITNESS


def test_with_one_secret_for_both_the_signatures_still_cannot_change_places():
    """Nobody should use a secret twice; the first line of the message is for those who do."""
    twin = note.SignerKey(LOG.name, LOG.seed, note.COSIGNATURE)
    assert twin.verifier.public == LOG.verifier.public
    assert twin.verifier.key_id != LOG.verifier.key_id
    plain = note.parse(HEAD).signatures[0].signature
    for timestamp in (0, AT):
        stamped = struct.pack(">Q", timestamp) + plain
        line = note.Signature(twin.name, twin.verifier.key_id, stamped)
        with pytest.raises(VerificationError):
            verify(line, keys=[twin.verifier])
        as_log = note.Signature(
            LOG.name, LOG.verifier.key_id, sign(twin, at=timestamp).signature[8:]
        )
        with pytest.raises(VerificationError):
            note.verify(f"{TEXT}\n{as_log.line}".encode(), keys=[LOG.verifier])


def test_another_first_line_is_not_a_cosignature():
    for prefix in ("cosignature/v2", "cosignature/v1\n", "", "subtree/v1"):
        with pytest.raises(VerificationError):
            verify(by_hand(AT, prefix=prefix))
    assert verify(by_hand(AT))


def test_a_cosigned_head_is_still_the_log_s():
    data = cosigned(sign(), sign(OTHER))
    verified = note.verify(data, keys=[LOG.verifier])
    assert (verified.text, verified.verified) == (TEXT, (LOG.verifier,))
    assert [one.name for one in verified.unknown] == [WITNESS.name, OTHER.name]
    assert checkpoint.open_signed(data, key=LOG.verifier).size == 7


def test_a_new_key_signs_and_its_secret_is_not_shown():
    text = cosignature.generate_key("nabo-3/vidne")
    signer = cosignature.parse_signer_key(text)
    assert signer.text == text
    assert verify(sign(signer), keys=[signer.verifier])
    assert signer.seed.hex() not in repr(signer)
    with pytest.raises(VerificationError) as caught:
        cosignature.parse_signer_key(text.replace("nabo-3", "nabo-4"))
    assert text.split("+", 4)[4] not in str(caught.value)


lines = st.text(st.characters(exclude_categories=["Cs"], min_codepoint=0x20), min_size=1)


@given(
    st.lists(lines, min_size=1).map(lambda found: "".join(f"{one}\n" for one in found)),
    st.integers(0, LATEST),
    st.binary(min_size=32, max_size=32),
)
def test_sign_and_verify_round_trip(text, timestamp, seed):
    signer = note.SignerKey("vidne", seed, note.COSIGNATURE)
    line = cosignature.sign(text, signer=signer, timestamp=timestamp)
    signed = note.parse(f"{text}\n{line.line}".encode())
    expected = (cosignature.Cosignature(signer.verifier, timestamp),)
    assert cosignature.verify(signed, keys=[signer.verifier]) == expected


@given(st.lists(st.binary(max_size=90), max_size=4), st.booleans())
def test_foreign_signatures_raise_nothing_but_verification_errors(found, known):
    key_id = WITNESS.verifier.key_id if known else bytes(4)
    signatures = [note.Signature(WITNESS.name, key_id, data) for data in found]
    if known and found:
        with pytest.raises(VerificationError):
            verify(*signatures)
    else:
        assert verify(*signatures) == ()


@given(st.text(max_size=40), st.sampled_from(["", "PRIVATE+KEY+", "nabo-1/vidne+"]))
def test_foreign_keys_raise_nothing_but_verification_errors(text, prefix):
    for parse in (cosignature.parse_verifier_key, cosignature.parse_signer_key):
        with pytest.raises(VerificationError):
            parse(prefix + text)
