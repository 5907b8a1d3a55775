# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Names of people that are common in Denmark, whatever their origin: a list of our own.

It is used to leave names out of what an engine reads, so a name that is also a word ("hans",
"mark", "tom") is one only beside another name. What is not on the list is found by where it
stands (see kodeks.inquiries.engine.cleaning). Names are in lower case with æ, ø and å.
"""

_FIRST = """
    aage abbas abdi abdul abdulla abdullah adam adnan afra agnes agnete ahmad ahmed aisha aksel
    albert alberte aleksander alexander alfred ali alice allan alma amalie amanda ambika amin
    amina amir amira anders andrea andreas andrzej anette angelica anita anja ann anna annalise
    anne anneline annelise annemarie annette annie anton arash arif arne arthur arvid asger asta
    astrid august aya ayse aysun ayşe bahar barbara beate behzad benedicte benedikte benjamin
    bente berit bertha bertil bijan bilal birger birgit birgitta birgitte birte birthe bjarke
    bjarne bodil bogdan brian britt britta bruno børge camilla carl carla carlos carmen carsten
    casper cecilie charlotte chen christian christina christine christoffer christopher claus
    connie conny dagmar dagny daniel daniela danuta david deniz dennis derya diana dina dmitri
    dorrit dorte dorthe ebba ebbe edith edvard ehsan eigil einar eksempla elena elias elin eline
    elisa elisabeth ella ellen ellinor elly elmer else elsebeth elvira emil emilie emily emine
    emma emre erik erika erna esben ester esther eva evald evelyn fadi faduma faisal farah
    farhad farid fatema fatih fatima fatma ferdinand filip finn flemming florin freddy frederik
    frederikke freja frida fritz frode gabriel georg gerd gerda gertrud ghazal gitte gorm grete
    grethe gudrun gunhild gunnar gunver gurpreet gustav güler habib hadi halima hamid hamza
    hanan hanna hannah hanne hannibal harald harry hasan hassan heidi heinrich helen helena
    helene helga helge hella hemming henning henriette henrik henry herdis herluf hilda hiva
    hjalmar holger huda hugo husein hussein ibrahim ida idris igor imran inge ingeborg inger
    ingrid ingvar irena irene iris irma isabella ismail ivan jacob jacqueline jakob jakub jamal
    james jamila janne janni janus jasmin jeanette jeanne jeff jelena jenny jens jeppe jesper
    jette jim joan joanna johan johanna johanne johannes john johnny jolanta jonas jonathan jose
    josef josefine joyce judith julia julie julius jutta jytte jørgen jørn kadir kamal kamil
    kamilla karen karim karin karina karl karla karoline karsten kasper katarina katarzyna
    kathrine katja katrine kaveh kenneth kerim khadija khalid kirsten kirstine kjeld klaus knud
    kofi kristian kristina kristine kristoffer krzysztof lars lasse laura laurits leif leila
    lena lene lennart leo leon leonora leyla lilian lilly lina linda line lisbet lisbeth lise
    liselotte lissi lotte louis louise lucas lucia ludvig luis lukas lykke maciej mads magda
    magdalena magnus mahmood mahmoud maja malene malgorzata malik malthe marcus margit margrethe
    maria mariam marian marianne marie marina mario marion marius markus marlene marta martha
    martin mary maryam mathias mathilde matteo maurits mehmet melissa merete merethe mette
    michael michal michelle mikael mikkel milan milena mille mira miriam mogens mohamad mohamed
    mohammad mohammed mohamud monica monika morten moses muhammad murat mustafa mustapha nadia
    nadja najib nanna nasrin natalia natasja navid nawal negin nicklas nicolai nicolaj nicole
    niels nikola nikolaj nina noah noor nora norah olav ole olga oliver olivia oluf omar oskar
    osman osvald otto palle parvin patricia patrick paul paula paulina pauline pawel peder per-
    erik pernille peter petra philip phillip pia piotr poul preben rachid rahma ramazan rami
    ramona rasmus rebecca recep regitze reza richard rikke rita robert robin roger roland rosa
    roya ruben rune ruth rytter sabine sabrina said salim salma sami samir samira samuel sandra
    sanne sara sarah sebastian selim selin selma sergej shabnam shirin sibel sidsel signe sigrid
    sigurd silje simon simone sine siv sofia sofie solveig sonja sophie soraya steen stefan
    steffen stella stephanie stine storm sune susan susanne suzanne sven svend svetlana
    sylvester sylvia søren tanja tarek tariq tatiana ted teis testa thea theodor therese thomas
    thor thora thorbjørn thorkild thorvald thuy thyra tim tina tine tobias tomasz tommy tonny
    torben tore tove trine troels tuan tue ulla ulrik ulrikke ursula usman uwe vagn valdemar
    vanessa vera verner veronika vibeke victor victoria vida vigga viggo viktor viktoria vilhelm
    villads villy vilma vivi vivian vladimir waleed walid werner wilhelm william yasemin yasin
    yasmin yilmaz ylva yousef yusuf yvonne zahra zainab zara zaynab zeynep zofia zoran åge åse
"""
_LAST = """
    abdi abdullah afzal ahmad ahmed akbar akhtar al ali amiri andersen andersson andreasen
    ansari aslan aydin bach bang bech berg bertelsen bisgaard bjerre bjerregaard boesen bonde
    brandt bruun brøndum bøgh carlsen carstensen celik ceylan chaudhry chen christensen
    christiansen christoffersen clausen dahl dalgaard dalsgaard damgaard danielsen davidsen
    demir demirel dinesen dogan doğan enevoldsen eriksen eskildsen fischer frandsen frederiksen
    friis gade garcia gregersen guldager haddad hald hamid hansen haque hasan hassan hedegaard
    hemmingsen henriksen hermansen hoang hoffmann holst hosseini hussain hussein husseini høj
    højgaard iqbal iversen jacobsen jakobsen jama jensen jeppesen jepsen jespersen jessen
    johannesen johannsen johansen johansson juhl justesen juul jønsson jørgensen kara karlsen
    karlsson kaya khalil khan kjeldsen kjær kjærgaard klausen knudsen koch kofoed kowalczyk
    kowalski kragh kristensen kristiansen kristoffersen krogh kruse kumar larsen lauridsen
    lauritsen laursen le lewandowski lindberg lindgaard lorentzen lund lundgaard lundgren lykke
    madsen magnussen malik markussen marques mathiasen mathiesen mikkelsen mirza mogensen
    mohamad mohamed mohammad mohammed mohamud mortensen munk møller nguyen nielsen nilsson
    nissen norgaard novak nowak nygaard nørgaard nørregaard olesen olsen omar ottesen overgaard
    paulsen pedersen persson petersen pham popescu poulsen rahimi rahman rasmussen ravn richter
    rossi sahin sandersen schmidt schou schröder schrøder schultz shah sharif sharma silva
    simonsen singh sommer steffensen svendsen svensson søgaard søndergaard sørensen thomassen
    thomsen thygesen toft tran vestergaard villadsen villumsen vinther vu wagner wang warsame
    winther wolff yildirim yildiz yilmaz yusuf zhang özdemir öztürk østergaard
"""
_ALSO_WORDS = """
    anker april ask bent bjørn bo can dan eden ester falk far gry hans helle ib jan juni kaj kim
    kit klara lea lis lisa liv lone lærke mai maj mark max merle mia mor my ove per perle pil
    ronja rose said sander sol sten stig storm tage tom tor ulf ure vibe villa viola vita
"""
FIRST_NAMES = frozenset(_FIRST.split()) - frozenset(_ALSO_WORDS.split())
LAST_NAMES = frozenset(_LAST.split())
ALSO_WORDS = frozenset(_ALSO_WORDS.split())
MAY_BE_FIRST = FIRST_NAMES | ALSO_WORDS
_ENDINGS_TEXT = (
    "sen son gaard gård datter dottir ović ovic oglu ska ski czyk zadeh enko nejad idze escu"
)
_ENDINGS = tuple(_ENDINGS_TEXT.split())


def is_first(word: str) -> bool:
    """Whether a lower-case word is a first name and no word besides."""
    return word in FIRST_NAMES or ("-" in word and word.partition("-")[0] in FIRST_NAMES)


def may_end_surname(letters: str) -> bool:
    """Whether a surname may end so; quick, and true of the last letters of each (`is_last`)."""
    return letters in LAST_NAMES or letters.endswith(_ENDINGS)


def is_last(word: str) -> bool:
    """Whether a lower-case word may be a surname, where it stands after a first name."""
    return word in LAST_NAMES or (len(word) > 4 and word.endswith(_ENDINGS))
