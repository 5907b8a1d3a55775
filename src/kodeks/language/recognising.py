# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Which language a text is written in, by its alphabet and by the small words that fill any text.

Some thirty words of each language, written down by hand: there is nothing to train, and a person
can read why. A text of which too few words are known is of no language that is said. Norwegian is
not told from Danish: whoever reads one reads the other.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType

DANISH = "da"
_SMALL_WORDS = {
    DANISH: "og i jeg det at en den til er som på de med han af for ikke der var mig sig men et "
    "har om vi min havde ham hun nu over da fra du ud sin dem os op man hans hvor eller "
    "hvad skal selv her alle vil blev kunne ind når være dog noget hvis meget mit kan "
    "hvordan mine nogen hej jer jeres hilsen mvh bliver hvornår sæt vis find spil afspil "
    "mindes",
    "sv": "och i jag det att en ett den till är som på de med han av för inte där var mig sig "
    "men har om vi min hade honom hon nu över då från du ut sin dem oss upp man hans var "
    "eller vad ska själv här alla vill blev kunde in när vara något om mycket mitt kan "
    "hur mina någon hej er",
    "en": "the of and to in a is that it for was on are with as i his they be at one have this "
    "from or had by but what some we can out other were all there when up use your how "
    "said an each she which do their time if will way about many then them would like so "
    "these her my me please you not has tell need does did want where who remind set show "
    "find play any should",
    "de": "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als "
    "auch es an werden aus er hat dass sie nach wird bei einer um am sind noch wie einem "
    "über einen so zum war haben nur oder aber vor zur bis mehr durch man sein wurde sei "
    "ich wir hier sehr wenn kann hier bitte keine keinen gibt muss leider",
    "nl": "de het een en van ik te dat die in is niet zijn op aan met als voor er maar om hem "
    "dan zou of wat mijn men dit zo door over ze zich bij ook tot je mij uit der daar "
    "haar naar heb hoe heeft hebben deze u want nog zal me zij nu ge geen omdat iets "
    "worden toch al waren veel",
    "fr": "de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se "
    "ce il sont avec ou son lui nous comme mais on tout y aussi leur bien cette je vous "
    "mon ma mes votre bonjour merci suis ai être fait",
    "es": "de la que el en y a los se del las un por con no una su para es al lo como más pero "
    "sus le ya o este sí porque esta entre cuando muy sin sobre también me hasta hay "
    "donde quien desde todo nos mi yo usted hola gracias",
    "pl": "i w nie na się z do to że jest o jak za od po ale co czy dla ja mnie mi być są przez "
    "tylko już jego jej ich tego tym był była moje mój moja proszę dzień dobry nas bardzo "
    "może ma mam gdzie kiedy który która jestem",
    "ro": "și în de la a cu pe nu un o este din care pentru că mai se sunt au fost ce dar prin "
    "sau am mă îmi vă bună ziua mulțumesc meu mea foarte unde când cum aș vreau trebuie",
    "tr": "ve bir bu da de için ile çok ne o ben sen mi var yok gibi daha ama olarak kadar "
    "sonra benim bana nasıl merhaba teşekkür lütfen değil olan her ya evet hayır "
    "istiyorum nerede",
    "lt": "ir į yra kad su iš ar bet kaip tai aš mano ne jau buvo man prašau labas dėl už apie "
    "kur kada labai dar tik nuo",
    "so": "iyo waa in ka ku u ah oo aan ayaa waxaa uu la si ma kale marka laakiin waxay inuu",
}
_NAMES = {
    "sv": "svensk",
    "en": "engelsk",
    "de": "tysk",
    "nl": "hollandsk",
    "fr": "fransk",
    "es": "spansk",
    "pl": "polsk",
    "ro": "rumænsk",
    "tr": "tyrkisk",
    "lt": "litauisk",
    "so": "somalisk",
}
_ALPHABETS = {
    "ARABIC": "et sprog med arabisk skrift",
    "CYRILLIC": "et sprog med kyrillisk skrift",
    "GREEK": "græsk",
    "HEBREW": "hebraisk",
    "CJK": "kinesisk eller japansk",
    "HIRAGANA": "japansk",
    "KATAKANA": "japansk",
    "HANGUL": "koreansk",
    "THAI": "thai",
    "DEVANAGARI": "hindi eller nepali",
    "TAMIL": "tamil",
    "ETHIOPIC": "amharisk eller tigrinya",
}
_LEAST_SHARE, _LEAD = 0.15, 1.5
_FEWEST_WORDS, _FEWEST_KNOWN = 4, 2
_LETTERS_READ = 2000


def _by_word() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for language, words in _SMALL_WORDS.items():
        for word in dict.fromkeys(words.split()):
            found.setdefault(word, []).append(language)
    return MappingProxyType({word: tuple(languages) for word, languages in found.items()})


_LANGUAGES_OF = _by_word()
SMALL_WORDS = frozenset(_LANGUAGES_OF)
"""Of any of the languages, in lower case."""
_WORD = re.compile(r"\w+")


def language(text: str) -> str:
    """The ISO 639-1 code of the language that most words are small words of; "" when too few are.

    Another language than Danish has to have half as many again as Danish.
    """
    words = _WORD.findall(text.lower())
    if len(words) < _FEWEST_WORDS:
        return ""
    votes = Counter(one for word in words for one in _LANGUAGES_OF.get(word, ()))
    danish = votes.pop(DANISH, 0)
    first, most = max(votes.items(), key=lambda pair: pair[1], default=("", 0))
    if most < _LEAD * danish:
        first, most = DANISH, danish
    return first if most >= max(_FEWEST_KNOWN, _LEAST_SHARE * len(words)) else ""


def foreign(text: str) -> str:
    """The language in Danish words, where the text is clearly in another than Danish; else ""."""
    alphabet = _alphabet(text)
    if alphabet:
        return alphabet
    return _NAMES.get(language(text), "")


def _alphabet(text: str) -> str:
    """The alphabet of most letters, where that is not the Latin one."""
    letters = [sign for sign in text[:_LETTERS_READ] if sign.isalpha()]
    if not letters:
        return ""
    found = Counter(unicodedata.name(sign, "").split(" ")[0] for sign in letters)
    name, count = found.most_common(1)[0]
    return _ALPHABETS.get(name, "") if 2 * count > len(letters) else ""
