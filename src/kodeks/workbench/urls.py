# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Addresses: the workbench's own, then each solution's under its `prefix`."""

from django.urls import URLPattern, URLResolver, include, path
from django.views.decorators.http import require_safe
from django.views.generic import RedirectView

from kodeks.workbench import (
    absences,
    answering,
    arrivals,
    citizen,
    codex,
    corrections,
    deadline_board,
    deadlines,
    departments,
    erasing,
    exercises,
    inbound,
    incidents,
    ledger,
    maps,
    monitoring,
    oversight,
    register,
    requirements,
    reviews,
    service,
    solutions,
    systems,
    views,
)
from kodeks.workbench.cases import listing as cases
from kodeks.workbench.cases import page as case
from kodeks.workbench.letters import blocks as reply_blocks
from kodeks.workbench.letters import views as letters
from kodeks.workbench.open311 import pages as open311
from kodeks.workbench.robots import overview as robots
from kodeks.workbench.robots import planning as robot_planning
from kodeks.workbench.robots import tasks as robot_tasks

_MATTER = "indsigt/<str:subject_type>/<str:subject_id>"
_DATUM = "<str:source>/<str:field>"
_CASE = "sager/<str:case_number>"
_SYSTEM = "systemer/<slug:slug>"
_INCIDENT = f"{_SYSTEM}/haendelser/<uuid:incident_id>"
_RUN = "robotter/forloeb/<uuid:run_id>"
_WORK = "robotter/arbejde/<int:job_id>"
_SCHEDULE = "robotter/tidsplan/<slug:name>"
_LETTER = "breve/<slug:name>/<int:number>"
_ENGLISH: dict[str, object] = {"language": "en"}

workbench_patterns = (
    [
        path("", views.front_page, name="front-page"),
        path("log-ind/", views.SignIn.as_view(), name="sign-in"),
        path("log-ud/", views.sign_out, name="sign-out"),
        path("roller/", views.roles, name="roles"),
        path("roller/skift/", views.take_role, name="take-role"),
        path("sundhed/", views.health, name="health"),
        path("kort/grundkort.json", maps.background, name="map-background"),
        path("se-din-sag/", citizen.find_case, name="find-case"),
        path("se-din-sag/luk/", citizen.close_cases, name="close-cases"),
        path("mine-sager/", citizen.my_cases, name="my-cases"),
        path(f"{_MATTER}/", citizen.insight, name="insight"),
        path(f"{_MATTER}/brev/", citizen.whole_letter, name="insight-whole-letter"),
        path(f"{_MATTER}/data.json", citizen.whole_file, name="insight-whole-file"),
        path(f"{_MATTER}/forkert/{_DATUM}/", corrections.report, name="correction"),
        path(f"{_MATTER}/indsigelse/", corrections.objection, name="objection"),
        path(f"{_MATTER}/brev/<uuid:document_id>/", citizen.letter, name="insight-letter"),
        path(f"{_MATTER}/kvittering/<str:kind>/", citizen.receipt, name="receipt"),
        path("register/", register.register, name="register"),
        path("register/krav-og-beviser/", requirements.page, name="register-requirements"),
        path("register/<slug:slug>/", register.register_entry, name="register-entry"),
        path("register/<slug:slug>.json", register.register_json, name="register-json"),
        path("register/<slug:slug>.nl.json", register.register_nl_json, name="register-nl"),
        path("en/register/", register.register, _ENGLISH, name="register-en"),
        path(
            "en/register/<slug:slug>/", register.register_entry, _ENGLISH, name="register-entry-en"
        ),
        path(
            "en/register/<slug:slug>.json",
            register.register_json,
            _ENGLISH,
            name="register-json-en",
        ),
        path(
            "en/register/<slug:slug>.nl.json",
            register.register_nl_json,
            _ENGLISH,
            name="register-nl-en",
        ),
        path("kodeks/", codex.codex, name="codex"),
        path("log/", ledger.ledger, name="ledger"),
        path("log/noegle.txt", ledger.ledger_key, name="ledger-key"),
        path("log/kontrol/", ledger.check, name="ledger-check"),
        path("log/hoved", ledger.head, name="ledger-head"),
        path("log/vidner", ledger.witness_policy, name="ledger-witnesses"),
        path("log/bevis/<int:old>/<int:new>", ledger.proof, name="ledger-proof"),
        path("log/checkpoint", ledger.checkpoint, name="ledger-checkpoint"),
        path("log/tile/<path:rest>", ledger.tile, name="ledger-tile"),
        path("sager/", cases.cases, name="cases"),
        path(
            "sager/erindring/<uuid:reminder_id>/gjort/",
            cases.finish_reminder,
            name="finish-reminder",
        ),
        path(f"{_CASE}/", case.case, name="case"),
        path(f"{_CASE}/note/", case.write_note, name="write-note"),
        path(f"{_CASE}/erindring/", case.add_reminder, name="add-reminder"),
        path(f"{_CASE}/giv-videre/", case.hand_over, name="hand-over"),
        path(f"{_CASE}/dokument/<uuid:document_id>/", case.document, name="case-document"),
        path("sletning/", erasing.due, name="erasing"),
        path("sletning/slet/", erasing.erase, name="erase"),
        path("systemer/", systems.systems, name="systems"),
        path(f"{_SYSTEM}/", systems.system, name="system"),
        path(f"{_SYSTEM}/stop/", systems.stop, name="stop"),
        path(f"{_SYSTEM}/start/", systems.resume, name="resume"),
        path(f"{_SYSTEM}/overvaagning/", monitoring.monitoring, name="monitoring"),
        path(f"{_SYSTEM}/opsyn/", oversight.oversight_page, name="oversight"),
        path(f"{_SYSTEM}/opsyn/plan/", oversight.set_plan, name="oversight-plan"),
        path(
            f"{_SYSTEM}/opsyn/alarm/<uuid:alarm_id>/luk/", oversight.close_alarm, name="close-alarm"
        ),
        path(f"{_SYSTEM}/opsyn/oevelser/", oversight.open_drills, name="open-drills"),
        path(f"{_SYSTEM}/ansvar/", answering.answering, name="answering"),
        path(f"{_SYSTEM}/ansvar/bekraeft/", answering.attest, name="attest"),
        path(f"{_SYSTEM}/ansvar/tilsyn/", answering.supervise, name="supervise"),
        path(f"{_SYSTEM}/tider/", service.service, name="service"),
        path(f"{_SYSTEM}/tider.json", service.service_json, name="service-json"),
        path(f"{_SYSTEM}/tider/maaling/", service.write_study, name="write-study"),
        path("haendelser/", incidents.choose_system, name="incident-systems"),
        path(f"{_SYSTEM}/haendelser/", incidents.incidents, name="incidents"),
        path(f"{_SYSTEM}/haendelser/meld/", incidents.report, name="report-incident"),
        path(f"{_INCIDENT}/", incidents.incident, name="incident"),
        path(f"{_INCIDENT}/skriv/", incidents.handle, name="handle-incident"),
        path("efterkontrol/", reviews.reviews, name="reviews"),
        path("efterkontrol/<uuid:act_id>/", reviews.review, name="review"),
        path("efterkontrol/<uuid:act_id>/skriv/", reviews.record, name="record-review"),
        path("oevelser/", exercises.exercises, name="exercises"),
        path("oevelser/<uuid:round_id>/", exercises.exercise, name="exercise"),
        path("oevelser/<uuid:round_id>/svar/", exercises.answer, name="answer-exercise"),
        path(
            "oevelser/<uuid:round_id>/svar/<slug:exercise_id>/",
            exercises.answered,
            name="exercise-answered",
        ),
        path("rettelser/", corrections.waiting, name="corrections"),
        path("rettelser/<uuid:correction_id>/", corrections.answer, name="answer-correction"),
        path("robotter/", robots.robots, name="robots"),
        path("robotter/opgaver/", robot_tasks.tasks, name="robot-tasks"),
        path(f"{_RUN}/", robot_tasks.run, name="robot-run"),
        path(f"{_RUN}/tag/", robot_tasks.take, name="take-run"),
        path(f"{_RUN}/proev-igen/", robot_tasks.retry, name="retry-run"),
        path(f"{_RUN}/gjort/", robot_tasks.by_hand, name="done-by-hand"),
        path(f"{_WORK}/tag/", robot_tasks.take_work, name="take-work"),
        path(f"{_WORK}/proev-igen/", robot_tasks.retry_work, name="retry-work"),
        path(f"{_WORK}/luk/", robot_tasks.close_work, name="close-work"),
        path(f"{_SCHEDULE}/", robot_planning.schedule, name="robot-schedule"),
        path(f"{_SCHEDULE}/ret/", robot_planning.change, name="change-schedule"),
        path("robotter/<slug:robot>/", robots.robot, name="robot"),
        path("robotter/<slug:robot>/styr/", robots.order, name="order-robot"),
        path(
            "robotter/<slug:robot>/driftsfejl/<path:cause>/",
            robots.incident,
            name="robot-incident",
        ),
        path(
            "robotter/<slug:robot>/luk-driftsfejl/<path:cause>/",
            robots.end_incident,
            name="end-robot-incident",
        ),
        # Where the list stood when only inquiries had robots.
        path(
            "henvendelser/robot/",
            require_safe(RedirectView.as_view(pattern_name="workbench:robot-tasks")),
            name="former-robot",
        ),
        path("breve/", letters.overview, name="letters"),
        path("breve/tekststykker/ny/", reply_blocks.new, name="new-reply-block"),
        path("breve/<slug:name>/", letters.letter, name="letter"),
        path("breve/<slug:name>/ret/", letters.edit, name="edit-letter"),
        path("breve/<slug:name>/proev/", letters.attempt, name="try-letter"),
        path("breve/<slug:name>/gem/", letters.save, name="save-letter"),
        path(f"{_LETTER}/", letters.version, name="letter-version"),
        path(f"{_LETTER}/brev.pdf", letters.version_pdf, name="letter-version-pdf"),
        path(f"{_LETTER}/godkend/", letters.approve, name="approve-letter"),
        path("afdelinger/", departments.departments, name="departments"),
        path("frister/", deadline_board.board, name="deadlines"),
        path("frister.csv", deadline_board.board_csv, name="deadlines-csv"),
        path("frister/<str:number>/", deadlines.deadline, name="deadline"),
        path(
            "frister/<str:number>/<uuid:deadline_id>/<slug:step>/",
            deadlines.change,
            name="change-deadline",
        ),
        path("api/digital-post/kvittering/", inbound.digital_post, name="digital-post-status"),
        path("api/sf2900/kvittering/", inbound.sf2900, name="sf2900-receipt"),
        path("modtaget/", arrivals.arrivals, name="arrivals"),
        path("modtaget/<uuid:arrival_id>/set/", arrivals.see_to, name="see-to-arrival"),
        path("open311/v2/services.<slug:form>", open311.services, name="open311-services"),
        path(
            "open311/v2/services/<slug:code>.<slug:form>", open311.service, name="open311-service"
        ),
        path("open311/v2/requests.<slug:form>", open311.requests, name="open311-requests"),
        path(
            "open311/v2/requests/<uuid:request_id>.<slug:form>",
            open311.request,
            name="open311-request",
        ),
        path("open311/v2/tokens/<uuid:token_id>.<slug:form>", open311.token, name="open311-token"),
        path("fravaer/", absences.absence, name="absence"),
        path("fravaer/skriv/", absences.be_absent, name="be-absent"),
    ],
    "workbench",
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include(workbench_patterns)),
    *(path(module.prefix, include(module)) for module in solutions.modules("urls")),
]

handler400 = "kodeks.workbench.errors.bad_request"
handler403 = "kodeks.workbench.errors.permission_denied"
handler404 = "kodeks.workbench.errors.page_not_found"
handler500 = "kodeks.workbench.errors.server_error"
