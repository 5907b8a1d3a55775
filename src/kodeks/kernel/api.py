# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The kernel's door: everything that solutions, casework, robots and connectors may use of it.

The line of every solution:

    under_permit(system, purpose, work)      asks for a permit and does the work under it
      Permit.read                            data, by declared purpose
      Permit.predict                         the released model computes
      Permit.issue -> Recommendation         what the system suggests
    presentation, show, state_own_view       how it is put before a person
    decide / decide_without_recommendation   a person decides
    reverse                                  a person changes what was decided
    act / act_procedurally / review          the robot carries it out, a person looks at a share
    pass_milestone                           the department answers, or has dealt with what is
                                             urgent; a person helps the robot on
    approve_text                             who stands behind the words of a letter
    insight (Matter, LetterLink, access_code) what the citizen sees
    receipt_of                               the citizen's proof
    standing_outcomes / standings            what people decided, to learn from / to be counted
    keep_for_audit                           whether groups of citizens are treated alike
    viewer / as_service                      for whom the database is asked (see `viewing`)
    once                                     what is asked once while a page is shown

Refused and SystemStopped carry a Danish sentence and a code. What the kernel hands out are frozen
records, never rows of its tables.
"""

from kodeks.kernel.access import (
    has_role,
    people_reaching,
    reaches,
    rights,
    roles_of,
    units_of,
)
from kodeks.kernel.acts import act, act_procedurally, require_may_act, review
from kodeks.kernel.agreement import register as register_agreement
from kodeks.kernel.alarms import sound as sound_alarm
from kodeks.kernel.answers import Alternative, Answer, Consideration, Counterfactual
from kodeks.kernel.authority import About, may
from kodeks.kernel.decisions import Choice, decide, decide_without_recommendation
from kodeks.kernel.erasure import erase, is_erased
from kodeks.kernel.errors import Refused, SystemStopped
from kodeks.kernel.fairness import keep_for_audit
from kodeks.kernel.insight import LetterLink, Matter, access_code
from kodeks.kernel.keyring import SealingError
from kodeks.kernel.models import Role, User
from kodeks.kernel.notes import open_file, open_note, seal_file, seal_note
from kodeks.kernel.once import once
from kodeks.kernel.outcomes import Outcome, Standing, standings
from kodeks.kernel.outcomes import standing as standing_outcomes
from kodeks.kernel.oversight import (
    Presentation,
    how_presented,
    is_blind_for_all,
    presentation,
    show,
    state_own_view,
)
from kodeks.kernel.permits import Datum, Permit, Reading, Value, ask, under_permit
from kodeks.kernel.promises import register as register_parts
from kodeks.kernel.receipts import NotYet as ReceiptNotYet
from kodeks.kernel.receipts import NoWitnesses
from kodeks.kernel.receipts import build as receipt_of
from kodeks.kernel.records import Act, Decision, FirstView, Milestone, Recommendation, Reversal
from kodeks.kernel.releases import Groups, propose
from kodeks.kernel.reversals import CAUSES, Cause, may_reverse, reverse
from kodeks.kernel.sealing import blind_index
from kodeks.kernel.secrets import SealedSecret, open_secret, rewrap_secret, seal_secret
from kodeks.kernel.selectors import (
    Obstacle,
    Worked,
    acts_of,
    decision,
    decision_for,
    may_run,
    obstacles,
    recommendation,
    recommendation_for,
    reversal,
    reversals_of,
    system_state,
    systems_of_decisions,
    version_of,
    worked,
)
from kodeks.kernel.service import Hand, pass_milestone
from kodeks.kernel.subjects import Scope, Subject
from kodeks.kernel.texts import approve_text, text_approval
from kodeks.kernel.vault import seal, unmask, unmask_for_robot
from kodeks.kernel.viewing import as_service, nobody, viewer
from kodeks.kernel.witnessing import WitnessReply, WitnessUnreachable

__all__ = [
    "CAUSES",
    "About",
    "Act",
    "Alternative",
    "Answer",
    "Cause",
    "Choice",
    "Consideration",
    "Counterfactual",
    "Datum",
    "Decision",
    "FirstView",
    "Groups",
    "Hand",
    "LetterLink",
    "Matter",
    "Milestone",
    "NoWitnesses",
    "Obstacle",
    "Outcome",
    "Permit",
    "Presentation",
    "Reading",
    "ReceiptNotYet",
    "Recommendation",
    "Refused",
    "Reversal",
    "Role",
    "Scope",
    "SealedSecret",
    "SealingError",
    "Standing",
    "Subject",
    "SystemStopped",
    "User",
    "Value",
    "WitnessReply",
    "WitnessUnreachable",
    "Worked",
    "access_code",
    "act",
    "act_procedurally",
    "acts_of",
    "approve_text",
    "as_service",
    "ask",
    "blind_index",
    "decide",
    "decide_without_recommendation",
    "decision",
    "decision_for",
    "erase",
    "has_role",
    "how_presented",
    "is_blind_for_all",
    "is_erased",
    "keep_for_audit",
    "may",
    "may_reverse",
    "may_run",
    "nobody",
    "obstacles",
    "once",
    "open_file",
    "open_note",
    "open_secret",
    "pass_milestone",
    "people_reaching",
    "presentation",
    "propose",
    "reaches",
    "receipt_of",
    "recommendation",
    "recommendation_for",
    "register_agreement",
    "register_parts",
    "require_may_act",
    "reversal",
    "reversals_of",
    "reverse",
    "review",
    "rewrap_secret",
    "rights",
    "roles_of",
    "seal",
    "seal_file",
    "seal_note",
    "seal_secret",
    "show",
    "sound_alarm",
    "standing_outcomes",
    "standings",
    "state_own_view",
    "system_state",
    "systems_of_decisions",
    "text_approval",
    "under_permit",
    "units_of",
    "unmask",
    "unmask_for_robot",
    "version_of",
    "viewer",
    "worked",
]
