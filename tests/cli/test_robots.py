# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""`kodeks robot credential`: set, list, rotate and remove, and the secret is never shown."""

from __future__ import annotations

from typing import Any

SECRET = "et-hemmeligt-ord"
ABOUT = ("visitator", "esdh")


def test_a_credential_is_set_listed_rotated_and_removed_without_being_shown(
    installed: Any,
) -> None:
    def credential(verb: str, *arguments: str, typed: str = "") -> Any:
        answer = installed.run("robot", "credential", verb, *arguments, typed=typed)
        said = answer.stdout.decode() + answer.stderr.decode()
        assert SECRET not in said
        return answer.returncode, said.strip()

    assert credential("list") == (0, "Robotterne har ingen adgange.")
    code, said = credential("rotate", *ABOUT, typed=f"{SECRET}\n")
    assert (code, said) == (
        1,
        "Robotten visitator har ikke adgangen »esdh«. Læg den ind med "
        "`kodeks robot credential set visitator esdh`.",
    )
    code, said = credential("set", *ABOUT, typed="\n")
    assert code == 1
    assert said.startswith("Der er ingen adgangskode.")
    assert credential("set", *ABOUT, SECRET[:-1], typed="x\n")[0] == 2, "no secret as argument"
    assert credential("set", *ABOUT, typed=f"{SECRET}\n")[0] == 0
    code, said = credential("set", *ABOUT, typed=f"{SECRET}\n")
    assert code == 1
    assert "kodeks robot credential rotate visitator esdh" in said
    code, said = credential("list")
    assert said.startswith("visitator: esdh, lagt ind af ")
    assert credential("rotate", *ABOUT, typed=f"{SECRET}-2\n")[0] == 0
    assert installed.count("robots_credential") == 2
    assert installed.count("robots_credential WHERE sealed = ''") == 1
    assert credential("remove", *ABOUT)[0] == 0
    assert credential("remove", *ABOUT)[0] == 1
    assert installed.count("robots_credential WHERE sealed = ''") == 2
