# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Changes of an honest payload (bypass_mutations) that are no attempt: they are taken, and why.

A line is a pattern of "way place change". tests/bypass/test_api.py checks both ways: what fits no
line is refused, and what fits one is taken, so that no line hides an attempt.
"""

from __future__ import annotations

import re

_WORDS = "(quote|padded|with-a-line|shorter|upper|fullwidth)"
_ANY_WORDS = "(blank|zero-width|dots|quote|padded|with-a-line|shorter|upper|fullwidth)"
_MORE = "with [A-Za-z0-9_]+"
_ABOUT = "(read|subject_key|own|deposit|erase|keep_for_audit)"

LEGIT: dict[str, str] = {
    rf"{_ABOUT} subject\.(type|id) {_WORDS}": "another subject is another subject",
    rf"issue key {_WORDS}": "another key is another recommendation",
    rf"deposit (place|row) {_WORDS}": "another place is another place",
    rf"(issue|own|unmask) scope\.unit {_ANY_WORDS}": "a unit's code is a text like another",
    rf"keep_for_audit groups\.district {_WORDS}": "another group is another group",
    # What a person writes.
    rf"\w+ (reason|finding|description|text|own_consideration) {_WORDS}": "words are free",
    rf"issue (considerations|counterfactuals)\.0\.text {_WORDS}": "words are free",
    rf"issue alternatives\.0\.value {_WORDS}": "words are free",
    rf"issue considerations\.0\.rule (gone|{_ANY_WORDS[1:]}": "a rule need not have a name",
    rf"time_study measured_by {_WORDS}": "words are free",
    rf"answer_exercise own_words ({_WORDS[1:-1]}|cpr)": "words are counted and not kept",
    # What is sealed, and goes when the subject is erased.
    r"issue (considerations|counterfactuals)\.0\.text cpr(-bare|-apart)?": "sealed",
    r"issue data_used\.0\.value (empty|long|cpr(-bare|-apart)?)": "sealed",
    rf"issue data_used\.0\.value {_ANY_WORDS}": "a source may hold anything",
    r"(first_view|decide|decide_other|own|reverse) own_consideration cpr": "sealed",
    # A solution's own words for what it suggests and does; they need not be text.
    rf"issue (suggestion|counterfactuals\.0\.suggestion) (nested|{_MORE})": "a solution's words",
    rf"(first_view|decide_other|own|reverse) outcome (nested|{_MORE})": "a solution's words",
    r"(issue (suggestion|counterfactuals\.0\.suggestion)"
    r"|(first_view|decide_other|own|reverse) outcome)\.label"
    rf" (true|false|zero|negative|big|long|listed|nested|{_WORDS[1:]}": "a solution's words",
    rf"(act|act_again|by_itself) result (object|nested|{_MORE})": "a solution's words",
    r"(act|act_again|by_itself) result\.journal (gone|null|true|false|zero|negative|big|empty"
    rf"|long|list|object|list-of-null|deep|listed|nested|{_ANY_WORDS[1:]}": "a solution's words",
    rf"(answered|attended) unit {_WORDS}": "a unit's code is a text like another",
    r"answered unit gone": "an answer is then of the department that the robot forwarded to",
    rf"by_hand hand\.result (object|nested|{_MORE})": "a solution's words",
    r"by_hand hand\.result\.journal (gone|null|true|false|zero|negative|big|empty"
    rf"|long|list|object|list-of-null|deep|listed|nested|{_ANY_WORDS[1:]}": "a solution's words",
    rf"by_hand hand\.step {_WORDS}": "a flow's step may be gone from the card",
    r"by_hand hand gone": "who helped the robot on need not have done its step",
    r"approve_text letter shorter": "another letter is another letter",
    r"approve_text reason gone": "a text that is easy to read needs no reason",
    # Anybody's program may raise an alarm about anything: it makes a system more careful.
    rf"raise_alarm sentence {_WORDS}": "words are free",
    r"raise_alarm kind shorter": "another kind is another kind",
    r"raise_alarm measured (object|with (at|decided_at|issued_at))": "any figures",
    r"raise_alarm measured\.estimate (gone|dots|padded|shorter|upper)": "any figures",
    # What may be left out, or be something else.
    r"issue (alternatives|counterfactuals) list": "there may be none",
    r"issue (alternatives|counterfactuals)\.0 gone": "there may be none",
    r"issue began_at gone": "the moment of the suggestion is taken",
    r"absence last_day gone": "it is not known when they are back",
    r"oversee (blind_share|least_confidence|influence_limit|fast_limit) shorter": "the same number",
    r"(review|supervise) passed false": "it may not have been right",
    r"issue (confidence|alternatives\.0\.confidence) shorter": "the same number",
    # The database cannot look into what is encrypted.
    r"(issue|first_view|decide|decide_other|reverse) sealed upper": "not to be looked into",
    r"(read|subject_key) key\.wrapped upper": "not to be looked into",
}


def taken(name: str) -> bool:
    """Whether the change is no attempt."""
    return any(re.fullmatch(pattern, name) for pattern in LEGIT)


# How a CPR number may be written. A number with letters beside it may be part of an id, so it is
# let pass; so are spellings that only Python knows (language.cpr), which all texts pass through.

CPR_REFUSED = {
    "bare": "0101901234",
    "dash": "010190-1234",
    "blank": "010190 1234",
    "quoted": '"010190-1234"',
    "after a backslash": "\\010190-1234",
    "in brackets": "(010190-1234)",
    "before a line": "010190-1234\n",
    "after an underscore": "cpr_010190-1234",
    "after a byte order mark": "\ufeff010190-1234",
    "after æ": "æ010190-1234",
    "on the last day": "Borger 311299-9999.",
    "twice": "010190-1234 010190-1234",
    # jsonb writes these as a backslash and a letter.
    "after a line": "Borger\n010190-1234",
    "after a tab": "Borger\t010190-1234",
    "after a return": "Borger\r0101901234",
    "after a form feed": "\f010190-1234",
    "after a backspace": "\b010190-1234",
    "after a control sign": "\x01010190-1234",
    "en dash": "010190\u20131234",
    "minus": "010190\u22121234",
    "hyphen": "010190\u20101234",
    "hard blank": "010190\u00a01234",
    "blanks around the dash": "010190 - 1234",
    "two blanks": "010190  1234",
    "dots": "01.01.90-1234",
    "blanks between": "01 01 90 1234",
    "dot": "010190.1234",
}
CLEAR: dict[str, tuple[tuple[str | int, ...], ...]] = {
    "issue": (
        ("suggestion", "label"),
        ("alternatives", 0, "value"),
        ("considerations", 0, "rule"),
        ("counterfactuals", 0, "suggestion", "label"),
        ("key",),
        ("subject", "id"),
        ("subject", "type"),
    ),
    "read": (("subject", "id"), ("subject", "type")),
    "subject_key": (("subject", "id"), ("subject", "type")),
    "first_view": (("outcome", "label"),),
    "decide_other": (("outcome", "label"),),
    "own": (("outcome", "label"), ("subject", "id"), ("scope", "unit")),
    "reverse": (("outcome", "label"),),
    "act": (("result", "journal"),),
    "act_again": (("result", "journal"),),
    "by_itself": (("result", "journal"),),
    "review": (("finding",),),
    "stop": (("reason",),),
    "resume": (("reason",),),
    "raise_alarm": (("sentence",), ("measured", "estimate")),
    "close_alarm": (("text",),),
    "supervise": (("finding",),),
    "report_incident": (("description",),),
    "handle_incident": (("text",),),
    "time_study": (("measured_by",),),
    "answered": (("unit",),),
    "attended": (("unit",),),
    "by_hand": (("hand", "step"), ("hand", "result", "journal")),
    "approve_text": (("reason",),),
    "unmask": (("reason",),),
    "unmask_robot": (("reason",),),
    "deposit": (("place",), ("row",), ("subject", "id")),
    "erase": (("reason",), ("subject", "id")),
    "keep_for_audit": (("groups", "district"), ("subject", "id")),
}
"""Where texts are kept in clear for ever."""
