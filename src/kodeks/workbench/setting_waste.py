# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The settings of the sensors' data path; part of `configuration.SETTINGS`."""

from kodeks.workbench.setting import Setting

WASTE: tuple[Setting, ...] = (
    Setting(
        "KODEKS_WASTE_MQTT_HOST",
        "",
        "MQTT-serveren med beskeder fra målere i skraldespande. Uden værdi: ingen.",
        "text",
    ),
    Setting("KODEKS_WASTE_MQTT_PORT", "8883", "Dens port.", "number"),
    Setting(
        "KODEKS_WASTE_MQTT_TLS",
        "1",
        "0 slår TLS fra. Brug det kun til en MQTT-server på samme maskine.",
        "switch",
    ),
    Setting(
        "KODEKS_WASTE_MQTT_CA",
        "",
        "PEM-filen med CA'en bag MQTT-serverens certifikat. Uden værdi: maskinens egne.",
        "path",
    ),
    Setting("KODEKS_WASTE_MQTT_USER", "", "Robottens navn. Uden værdi: intet login.", "text"),
    Setting(
        "KODEKS_WASTE_MQTT_CLIENT",
        "kodeks-waste",
        "Det navn, MQTT-serveren gemmer beskeder til os under. Hver installation har sit eget.",
        "text",
    ),
    Setting(
        "KODEKS_WASTE_MQTT_TOPICS",
        "application/+/device/+/event/up,application/+/device/+/event/join,"
        "v3/+/devices/+/up,v3/+/devices/+/join",
        "De emner, der bliver hentet, med komma imellem. OS2iots MQTT-datamål har sit eget emne.",
        "list",
    ),
    Setting(
        "KODEKS_WASTE_SENSORS",
        "",
        "Mappen med TOML-filer for jeres egne sensorer. Uden værdi: kun dem, der følger med.",
        "path",
    ),
    Setting(
        "KODEKS_WASTE_SILENT_HOURS",
        "6",
        "Timer uden et ord fra de fleste målere, før der bliver slået alarm. En måler, der plejer "
        "at tale sjældnere, har to en halv gange så længe, som den plejer.",
        "number",
    ),
    Setting(
        "KODEKS_WASTE_HOT_DAYS",
        "62",
        "Dage, målinger ligger i databasen. Ældre ligger i arkivet.",
        "number",
    ),
    Setting(
        "KODEKS_WASTE_ARCHIVE_FOLDER",
        "",
        "Mappen med arkivet over målinger. Uden værdi: waste-archive i mappen.",
        "path",
    ),
    Setting(
        "KODEKS_WASTE_ARCHIVE_MONTHS",
        "60",
        "Måneder, arkivet over målinger bliver gemt.",
        "number",
    ),
    Setting(
        "KODEKS_WASTE_QUARANTINE_DAYS",
        "90",
        "Dage, afviste beskeder fra målere bliver gemt.",
        "number",
    ),
    Setting(
        "KODEKS_WASTE_UNIT",
        "",
        "Koden på den afdeling, der beslutter om skraldespande. Uden værdi: alle sagsbehandlere.",
        "text",
    ),
    Setting(
        "KODEKS_WASTE_DAYS",
        "",
        "CSV-filen med det, I ved om dage på forhånd: vejr, markeder, helligdage. Kolonner: date, "
        "evt. bin, og tal. Uden værdi: ingen.",
        "path",
    ),
    Setting(
        "KODEKS_WASTE_KNOWN_DAYS",
        "kodeks.waste.days_ahead.DaysOfFile",
        "De klasser, der ved noget om dage på forhånd, med komma imellem. Den sidste har ret.",
        "list",
    ),
    Setting(
        "KODEKS_WASTE_LOW_BATTERY",
        "20",
        "Procent, hvor et batteri regnes for lavt.",
        "number",
    ),
    Setting(
        "KODEKS_WASTE_LOW_BATTERY_MV",
        "0",
        "Millivolt, hvor et batteri regnes for lavt i en måler, der fortæller spænding. Se "
        "målerens vejledning. 0: ingen grænse.",
        "number",
    ),
    Setting(
        "KODEKS_WASTE_FORECAST_DAYS",
        "90",
        "Dage, prognoser for skraldespande bliver gemt.",
        "number",
    ),
)
