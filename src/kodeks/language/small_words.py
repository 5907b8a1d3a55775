# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Danish words that say nothing of what a text is about, whatever it is about: a list of our own.

Pronouns, prepositions, conjunctions, auxiliary verbs, adverbs, and the courtesies of letters.
"""

_TEXT = """
    ad af aldrig alle allerede alligevel alt altid anden andet andre at bare begge bl blandt blev
    blevet blive bliver bør både ca da de dem den denne der deres derfor derfra dermed dertil derved
    det dette dig din dine disse dit dog du efter ej eks eller ellers en end endnu ene eneste ens er
    et eventuelt evt fik flere for fordi fra frem få får før først gang gange gennem gerne
    gik giver gjort godt gør gå gået går ham han hans har havde have hej heller hele helt hende
    hendes her herfra hermed hilsen hilsner hinanden hos hun hvad hvem hver hvilke hvilken hvilket
    hvis hvor hvordan hvorfor hvornår hvorvidt i ifølge igen igennem ikke ind inden ingen intet ja
    jeg jer jeres jf jo kan ked kom komme kommer kun kunne kære lave lidt lige ligesom lille
    længere man mange med meget mellem men mens mer mere mest mig min mindre mine mit mod mon mv mvh
    må måske måtte ned nej nemlig netop nogen noget nogle nok nu ny nye nyt når nær næste næsten og
    også om omkring op os over overfor på pga rigtig samme sammen se selv selvom ser set siden sig
    siger sin sine sit skal skriver skulle slet som stadig står så sådan sådanne tage tager tak
    tidligere til tilbage tæt ud uden under var ved venlig venlige venligst vi via videre
    vil ville vis vores være været synes snart så spørger spørgsmål vide ved
"""
SMALL_WORDS = frozenset(_TEXT.split())


def is_small(word: str) -> bool:
    """Whether a lower-case word is on the list, or is a single letter."""
    return len(word) == 1 or word in SMALL_WORDS
