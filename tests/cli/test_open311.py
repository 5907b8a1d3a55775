# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""`kodeks open311 body`: whom cases go to is set, listed and taken away; the key is never shown."""

from __future__ import annotations

from typing import Any

URL = "https://havnen.dk/open311/v2"
UNIT = "vej-og-trafik"


def test_a_body_is_set_listed_and_removed(installed: Any) -> None:
    def body(verb: str, *arguments: str) -> Any:
        answer = installed.run("open311", "body", verb, *arguments)
        return answer.returncode, (answer.stdout + answer.stderr).decode().strip()

    assert body("list") == (0, "Ingen får sager med Open311.")
    given = (UNIT, "--url", URL, "--by", "anders")
    code, said = body("set", *given)
    assert (code, "service_code" in said) == (1, True)
    code, said = body("set", *given, "--code", "05.01")
    assert (code, "05.01=hul" in said) == (1, True)
    code, said = body("set", *given, "--code", "05.01=hul", "--service-code", "andet")
    assert code == 0, said
    assert f"kodeks robot credential set visitator open311-{UNIT}" in said
    code, said = body("list")
    assert said == f"{UNIT}: {URL}, nøgle: MANGLER, 0 venter, har ikke svaret endnu"
    name = ("visitator", f"open311-{UNIT}")
    answer = installed.run("robot", "credential", "set", *name, typed="hemmeligt\n")
    assert answer.returncode == 0
    assert "nøgle: ja" in body("list")[1]
    assert body("remove", UNIT, "--by", "anders")[0] == 0
    assert body("remove", UNIT, "--by", "anders")[0] == 1
    assert body("list") == (0, "Ingen får sager med Open311.")
