# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Urgent inquiries."""

import pytest
from growth import grows_no_faster
from hypothesis import given
from hypothesis import strategies as st

from kodeks.inquiries.engine.urgency import RULES, fired, urgencies


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Der lugter kraftigt af gas på Nørregade", "gas"),
        ("GASUDSLIP ved skolen!", "gas"),
        ("Der er et åbent kloakdæksel midt på cykelstien", "åbent hul"),
        ("Kloakdækslet er væk", "åbent hul"),
        ("Et stort træ er væltet ud over vejen", "væltet træ"),
        ("Der ligger et væltet træ på stien", "væltet træ"),
        ("En el-ledning hænger ned over fortovet", "strøm"),
        ("Min kælder er oversvømmet", "vand"),
        ("Der er oversvømmelse i viadukten", "vand"),
        ("En mand er kommet til skade ved legepladsen", "personskade"),
        ("Min mor faldt på fliserne og brækkede armen", "personskade"),
        ("Der er brand i en container", "brand"),
        ("Det er til fare for børnene", "fare for børn og trafik"),
        ("Lyskrydset virker ikke, og det er meget farligt", "fare for børn og trafik"),
        ("Ingen ved det, men der er et gasudslip", "gas"),
        ("Jeg er bekymret for pigen i opgangen, hun er tit sulten", "barn i fare"),
        ("Naboens børn er alene hjemme hele natten", "barn i fare"),
        ("Min mor er død, og hendes skraldespand skal hentes", "dødsfald"),
        ("Hvem hjælper med et dødsbo?", "dødsfald"),
        ("Jeg laver en underretning på drengen i 4. b", "barn i fare"),
        ("Det drejer sig om et seksuelt overgreb mod min datter", "barn i fare"),
        ("Et barn er faldet i åen", "barn i fare"),
        ("Kælderen er oversvømmet, og børnene er alene hjemme", "barn i fare"),
        ("My neighbour's child is being beaten", "barn i fare"),
        ("Jeg vil ikke leve mere", "liv i fare"),
        ("Hun siger, at hun vil tage sit eget liv", "liv i fare"),
        ("Min kæreste truer med at slå mig ihjel", "liv i fare"),
        ("Han har skrevet om selvmord", "liv i fare"),
        ("Jeg tager mit eget liv i aften", "liv i fare"),
        ("Jeg har ikke lyst til at leve", "liv i fare"),
        ("Hun har taget en overdosis", "liv i fare"),
        ("Han trækker ikke vejret", "liv i fare"),
        ("Min ekskæreste slår mig", "liv i fare"),
        ("Han tæver sine børn", "barn i fare"),
        ("Jeg vil gerne lave en underretning", "barn i fare"),
        ("Det ryger ud af taget på nr. 4", "brand"),
        ("My husband died yesterday", "dødsfald"),
        ("Der er ild i containeren", "brand"),
        ("There is a fire behind the school", "brand"),
        ("Es brennt im Keller", "brand"),
        ("Min eks står uden for døren og truer med at slå mig ihjel", "liv i fare"),
        ("En dreng er gået igennem isen", "liv i fare"),
        ("Vores demente far er gået fra plejehjemmet", "person savnet"),
        ("Der kommer spildevand op af toilettet", "vand"),
        ("Hovedledningen er sprunget", "vand"),
        ("En ledning er blotlagt ved børnehaven", "strøm"),
        ("Jeg fandt min far død i sengen", "dødsfald"),
        ("Pali się dom sąsiadów", "brand"),
        ("сусід б'є свою дитину", "barn i fare"),
        ("لا أريد أن أعيش بعد الآن", "liv i fare"),
        ("Apartmanda çok gaz kokusu var", "gas"),
        ("wiilkaygii waa la waayay", "person savnet"),
        ("Far har slået mor igen", "liv i fare"),
        ("En dreng i min klasse fortæller, at hans stedfar rører ved ham", "barn i fare"),
        ("Drengen har blå mærker på begge arme", "barn i fare"),
        ("Min mand har ondt i brystet, og det stråler ud i armen", "liv i fare"),
        ("Hjemmeplejen er ikke kommet i to dage, og min far har ikke fået mad", "uden pleje"),
        ("Jeg står på gaden i aften med mine to børn", "uden et sted at sove"),
        ("We have nowhere to sleep with two kids", "uden et sted at sove"),
        ("babam nefes almıyor", "liv i fare"),
        ("Vi har ikke hørt fra vores søn i tre dage", "person savnet"),
        ("Far har ikke faaet mad i to doegn, og hjemmeplejen kom ikke", "uden pleje"),
        ("det braender i skuret kom nuuu", "brand"),
        ("jeg vil ik leve mere", "liv i fare"),
    ],
)
def test_fires(text: str, rule: str) -> None:
    found = urgencies(text)
    assert found[0].rule == rule
    assert all(one.matched in " ".join(text.lower().split()) for one in found)


@pytest.mark.parametrize(
    "text",
    [
        "Min skraldespand er ikke tømt",
        "Ingen er kommet til skade",
        "Der er ikke noget gasudslip",
        "Hvordan kan jeg forebygge oversvømmelse?",
        "Jeg vil gerne plante et træ ved vejen",
        "Hvornår får vi gadelys?",
        "Det er ikke til fare for nogen",
        "Brandvæsenets åbningstider",
        "Der ligger en død rotte i gården",
        "Børnene leger på legepladsen",
        "Min afdøde mand plantede træet",
        "Vi orker ikke leve med støjen længere",
        "Legepladsens kant er slået i stykker",
        "Jeg er dødtræt af at vente",
        "Hvordan bliver børnene skrevet op? Har I slået opslaget ned?",
        "Det brænder i mig for at høre, om jeg får pladsen",
        "Der er gået ild i debatten om den nye bro",
        "Hvornår er der foredrag om vold i nære relationer",
        "Der er et dybt hul i vejen, og asfalten er væk",
        "Min søn skal starte i børnehave",
        "Hvordan ansøger man om begravelseshjælp?",
        "Hvornår kommer brandtilsynet på vores skole?",
        "Vandmåleren viser et højere forbrug end sidste år",
        "Jeg blev overfaldet i 2015 og vil gerne have et nyt id-kort",
        "Min mor døde for tre år siden, kan jeg overtage hendes kolonihave",
        "Jeg er alene med to børn, kan jeg få børnetilskud?",
        "Kan hjemmeplejen komme lidt senere om formiddagen",
        "",
    ],
)
def test_stays_quiet(text: str) -> None:
    assert fired(text) == ()


def test_each_rule_that_fires_is_told_once_the_gravest_first() -> None:
    found = urgencies(
        "Min mor er død i branden. Der er brand i huset, og naboens børn er alene hjemme."
    )
    assert [one.rule for one in found] == ["barn i fare", "brand", "dødsfald"]


def test_every_rule_has_a_name_a_reason_and_a_date() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)
    assert all(rule.reason and rule.since.year >= 2026 for rule in RULES)


@given(st.text(max_size=300))
def test_any_text_is_accepted(text: str) -> None:
    urgencies(text)


@pytest.mark.parametrize(
    "sign",
    [
        *("faldt ", "faldt,", "løs ", "ingen brand i ", "ingen,,,,,,,, brand i ", "træ ", ","),
        *("a", "aa ", "barn slår ikke ", "pige "),
    ],
)
def test_the_time_grows_with_the_length_and_not_faster(sign: str) -> None:
    assert grows_no_faster(lambda text: urgencies(f"faldt{text}"), sign)
