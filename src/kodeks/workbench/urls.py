# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Addresses: the workbench's own, then each solution's under its `prefix`."""

from django.urls import URLPattern, URLResolver, include, path

from kodeks.workbench import (
    absences,
    answering,
    citizen,
    codex,
    corrections,
    erasing,
    exercises,
    incidents,
    ledger,
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

_MATTER = "indsigt/<str:subject_type>/<str:subject_id>"
_DATUM = "<str:source>/<str:field>"
_CASE = "sager/<str:case_number>"
_SYSTEM = "systemer/<slug:slug>"
_INCIDENT = f"{_SYSTEM}/haendelser/<uuid:incident_id>"
_ENGLISH: dict[str, object] = {"language": "en"}

workbench_patterns = (
    [
        path("", views.front_page, name="front-page"),
        path("log-ind/", views.SignIn.as_view(), name="sign-in"),
        path("log-ud/", views.sign_out, name="sign-out"),
        path("roller/", views.roles, name="roles"),
        path("roller/skift/", views.take_role, name="take-role"),
        path("sundhed/", views.health, name="health"),
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
