# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Languages that citizens of Copenhagen write in: the small words that fill any text, the letters
beyond a to z, and what each is called in Danish. Written down by hand."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from kodeks.language import small_words

DANISH = "da"
SMALL_WORDS: Mapping[str, str] = MappingProxyType(
    {
        DANISH: "og i jeg det at en den til er som på de med han af for ikke der var mig sig "
        "men et har om vi min havde ham hun nu over da fra du ud sin dem os op man hans "
        "hvor eller hvad skal selv her alle vil blev kunne ind når være dog noget hvis "
        "meget mit kan hvordan mine nogen hej jer jeres hilsen mvh bliver hvornår sæt "
        "vis find spil afspil mindes " + " ".join(sorted(small_words.SMALL_WORDS)),
        "no": "jeg det er ikke og i på til en et av som med for har den de om vi meg deg seg "
        "dere deres hva hvem noe noen nå etter mye bare også kan skal vil må være vært "
        "ble blitt fra ut opp hei takk vennlig hvordan hvorfor når hvor eller men så "
        "fordi veldig gjør gjøre igjen lurer kjører mellom min mitt mine vår vårt våre "
        "før oss nei hadde kunne ville dette skulle ikkje eg kva korleis frå dykk "
        "nettopp ennå fått gått blir gjerne vennligst sånn slik heller hverandre "
        "noensteds barna spørre trenger fortsatt søker jobber siden ham henne",
        "sv": "och i jag det att en ett den till är som på de med han av för inte där var mig "
        "sig men har om vi min hade honom hon nu över då från du ut sin dem oss upp man "
        "hans eller vad ska skulle själv här alla vill blev kunde in när vara något "
        "några mycket mitt kan hur mina någon hej er ni era tack också bara mot inget "
        "blir varför eftersom finns gör göra vår vårt våra snälla behöver undrar alltid "
        "aldrig någonstans fortfarande barnen vet måste får kommer tycker varje sedan "
        "mellan efter hennes",
        "is": "og að í á er ekki ég það sem við til með um en af fyrir hefur hafa var þetta "
        "þessi hann hún þið ykkar mín minn mitt hvar hvenær hvernig hvað því vera verið "
        "góðan daginn takk frá þegar eða mjög ekkert mig okkar vil þarf hvers vegna "
        "ennþá líka alltaf aldrei get mér þér okkur hjá eftir",
        "fo": "og eg at í á er ikki tað sum við til men fyri hevur hava var hetta hann hon "
        "tit tykkara mín mítt hvar nær hvussu hvat tí vera verið góðan takk frá tá ella "
        "sera onki meg okkara",
        "kl": "aamma uanga illit uagut ilissi suna sooq qanoq qanga qaqugu sumi kina taava "
        "kisianni imaluunniit qujanaq aap naamik pillugu taamaattumik massakkut ullumi "
        "aqagu tamanna taanna assut kiisalu soorlu aammalu taakku tamakku",
        "en": "the of and to in a is that it for was on are with as i his they be at one have "
        "this from or had by but what some we can out other were all there when up use "
        "your how said an each she which do their time if will way about many then them "
        "would like so these her my me please you not has tell need does did want where "
        "who remind set show find play any should hello been our could since no",
        "de": "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine "
        "als auch es an werden aus er hat dass sie nach wird bei einer um am sind noch "
        "wie einem über einen so zum war haben nur oder aber vor zur bis mehr durch man "
        "sein wurde sei ich wir hier sehr wenn kann bitte keine keinen gibt muss leider "
        "ihr mein meine meinem meiner mir mich uns unser unsere unserer ihre ihnen wo "
        "wann warum guten danke seit schon immer wieder habe hätte möchte würde können "
        "könnte müssen jeden jede jetzt dort heute gestern wegen nichts alle unter "
        "gegen ob damit",
        "nl": "de het een en van ik te dat die in is niet zijn op aan met als voor er maar om "
        "hem dan zou of wat mijn men dit zo door over ze zich bij ook tot je mij uit "
        "der daar haar naar heb hoe heeft hebben deze u want nog zal me zij nu ge geen "
        "omdat iets worden toch al waren veel ons onze kunnen wanneer waar waarom "
        "goedendag graag jullie bent wordt kunt hier hebt moet mag wil wilt mijne "
        "iedere elke elk vandaag gisteren tegen onder kun gaan wie welke",
        "fr": "de la le et les des en un du une que est pour qui dans a par plus pas au sur "
        "ne se ce il sont avec ou son lui nous comme mais on tout y aussi leur bien "
        "cette je vous mon ma mes votre bonjour merci suis ai être fait notre nos vos "
        "où quand comment pourquoi très depuis chez encore toujours peut peux voudrais "
        "qu aux elle ils été avez même j n d l c s faire doit dois tous toutes chaque "
        "aujourd hui hier sans sous contre avons cela ça puis",
        "es": "de la que el en y a los se del las un por con no una su para es al lo como más "
        "pero sus le ya o este sí porque esta entre cuando muy sin sobre también me "
        "hasta hay donde quien desde todo nos mi yo usted hola gracias buenos buenas "
        "días tengo necesito puedo quiero nuestra nuestro están está estoy hace mucho "
        "tiene ustedes cuándo cómo dónde qué son ha han ni otra otro cada todos todas "
        "siempre nunca ahora aquí allí hoy ayer contra sino e soy eres somos fue puede "
        "pueden hacer",
        "pt": "de a o que e do da em um para é com não uma os no se na por mais as dos como "
        "mas foi ao ele das tem à seu sua ou ser quando muito há nos já está eu também "
        "só pelo pela até isso ela entre depois sem mesmo quem me esse estão você vocês "
        "foram essa nem meu minha têm numa num nós tenho este esta olá bom dia obrigado "
        "obrigada gostaria preciso posso onde quero fazer estou nossa nosso porque "
        "desde vem cada todos todas sempre nunca agora aqui ali hoje ontem contra sou "
        "somos pode podem estava meus minhas duas dois",
        "it": "di che è e la il un a per non in una sono mi ho lo ma ha le si con da come io "
        "se questo questa qui bene ci ti cosa perché della del nel mia mio anche dei "
        "gli alla al nella quando dove stato molto più buongiorno grazie salve vorrei "
        "posso nostra nostro quello essere fare siamo avete ancora sempre degli delle "
        "dal dalla sulla sul nei i hanno o ogni tutti tutte mai adesso lì oggi ieri "
        "contro siete era può possono hai abbiamo miei mie due",
        "ro": "și în de la a cu pe nu un o este din care pentru că mai se sunt au fost ce dar "
        "prin sau am mă îmi vă bună ziua mulțumesc meu mea foarte unde când cum aș "
        "vreau trebuie să pot noastră nostru aveți fi ne lui ei eu el ea acest această "
        "dumneavoastră nici după până iar nostri noștri vrea fiecare toți toate mereu "
        "niciodată acum aici acolo azi ieri contra poate fac face trebui mei mele doi "
        "două eram",
        "pl": "i w nie na się z do to że jest o jak za od po ale co czy dla ja mnie mi być są "
        "przez tylko już jego jej ich tego tym był była moje mój moja proszę dzień "
        "dobry nas bardzo może ma mam gdzie kiedy który która jestem naszej państwo "
        "dziękuję żeby ponieważ jeszcze też nam będzie można chciałbym chciałabym "
        "pozdrawiam ten ta te a przy mojej każdy każdej każdego wszystko zawsze nigdy "
        "teraz tutaj tam dziś wczoraj przeciw mogę robić masz mamy moi dwa dwie byłem "
        "byłam",
        "cs": "a v na se je to že si s do z ne o jak ale za tak pro po co mi jsem jsme jste "
        "když už který která aby nebo být by jsou byl bylo mě můj moje proč kde kdy "
        "dobrý den děkuji prosím také velmi není nás vás naše naší mohu chtěl chtěla "
        "bych ještě protože u mám nám každý každou vždy nikdy teď tady tam dnes včera "
        "proti mohou může dělat máš máme moji dva dvě jsi byla nemůžu nemohu",
        "sk": "a v na sa je to že si s do z nie o ako ale za tak pre po čo mi som sme ste keď "
        "už ktorý ktorá aby alebo byť by sú bol bolo ma môj moje prečo kde kedy dobrý "
        "deň ďakujem prosím tiež veľmi nás vás naša našej môžem chcel chcela ešte "
        "pretože pri u mám nám každý každú vždy nikdy teraz tu tam dnes včera proti "
        "môžu môže robiť máš máme moji dva dve byla nemôžem",
        "hr": "i u je da se na ne za što sam su to s od nije kao mi o kako ali će li bi ja "
        "ili jer smo ste koji koja koje moj moja moje mogu molim hvala dobar dan gdje "
        "gde kada zašto već još imam treba može nas vas naš naša našoj bio bila bilo "
        "samo ovo ovaj kod do iz po sve šta nisam pozdrav poštovani želim jako hoću "
        "nema vam ova ove ovoj biti svaki svaku svako uvijek uvek nikad sada ovdje ovde "
        "tamo danas jučer juče protiv raditi imaš imamo moji dva dvije puno neko netko "
        "ovog",
        "sl": "in je da se na ne za sem so to z od ni kot mi o kako ali bo bi jaz ker smo ste "
        "ki moj moja moje lahko prosim hvala dober dan kje kdaj zakaj že še imam treba "
        "nas vas naša naši bil bila bilo samo ta ti pri do iz po vse kaj nisem "
        "pozdravljeni zelo v s bom vsak vsako vedno nikoli zdaj tukaj tam danes včeraj "
        "proti morem imaš imamo moji dva dve veliko nekdo",
        "hu": "a az és hogy nem is egy ez van de meg volt azt csak már el még mint ha kell "
        "vagy én mi nincs itt ott miért mikor hol hogyan jó napot köszönöm kérem "
        "szeretnék szeretném nagyon mert lehet nekem nekünk ki be fel le minden tudok "
        "ami aki óta mindig soha most ma tegnap ellen tudom csinálni vagyok vagyunk két "
        "volna szabad kellene nálunk",
        "sq": "dhe në e të i një për me nga është që nuk më si ka kam jam janë por ose kur ku "
        "pse çfarë përshëndetje faleminderit ju lutem mund dua tonë jonë shumë edhe do "
        "mua unë ne tek pa ishte kjo ky së tim ime jeni çdo gjithmonë kurrë tani këtu "
        "atje sot dje kundër mundem bëj kemi dy duhet mos",
        "tr": "ve bir bu da de için ile çok ne o ben sen mi var yok gibi daha ama olarak "
        "kadar sonra benim bana nasıl merhaba teşekkür teşekkürler lütfen değil olan "
        "her ya evet hayır istiyorum nerede bizim size sizin günler iyi ki neden zaman "
        "şey önce beri hiç mı mu mü olduğu ediyorum selamlar bunu ederim oldu herkes "
        "hep asla şimdi burada orada bugün dün karşı bilir yapmak iki değilim kim lazım",
        "ku": "û li ji di de ku ez tu ew em hûn me min te wî wê vê ev bi na ne jî bo çi kî "
        "kengî çawa çima rojbaş spas sipas dikim dixwazim heye tune gelek niha her an "
        "lê belê nîne ye hat kir gav qet vir wir îro duh dijî dikare dikarim nikarim "
        "bikin du kes",
        "lt": "ir į yra kad su iš ar bet kaip tai aš mano ne jau buvo man prašau labas dėl už "
        "apie kur kada labai dar tik nuo mūsų mes jūs ačiū gali galiu noriu reikia taip "
        "pat kuris prie diena laba nėra kiekvieną visada niekada dabar čia ten šiandien "
        "vakar prieš daryti turiu turime du galėčiau negaliu",
        "lv": "un ir uz ka ar no par es mēs jūs man mūsu nav bet vai kas kur kad kāpēc kā "
        "labdien paldies lūdzu ļoti tas tā šis šī varu vēlos vajag jau vēl tikai pie "
        "ielā lai katru vienmēr nekad tagad šeit tur šodien vakar pret var darīt divi "
        "nevaru",
        "et": "ja on ei et see mis ma me te mu meie oli kui ka aga või kus millal miks kuidas "
        "tere aitäh palun väga ning seda olen olla saab veel juba ainult soovin oleks "
        "minu teie pole iga alati kunagi nüüd siin seal täna eile vastu saan saame teha "
        "mul meil kaks saa tahan soovime",
        "fi": "ja on ei että se mikä minä me te meidän oli kun myös mutta tai missä milloin "
        "miksi miten hei moi kiitos hyvää päivää olen olla voi vielä jo vain haluaisin "
        "minun teidän en ole siellä täällä paljon hyvin koska jos niin ovat joka aina "
        "koskaan nyt tänään eilen vastaan voin voimme tehdä minulla meillä kaksi haluan "
        "olemme onko",
        "so": "iyo waa in ka ku u ah oo aan ayaa waxaa uu la si ma kale marka laakiin waxay "
        "inuu waxaan fadlan mahadsanid salaan asc maxaa goorma halkee sidee aniga "
        "annaga guriga wadada maya haa badan aad loo soo anigu hadda ilaa inaan inay "
        "lagu laga weli kasta mar walba weligeed halkan halkaas maanta shalay ayaan "
        "ayuu ayay waan wuu way ahan kara laakin iga",
        "sw": "na ya wa kwa ni katika la za si hii hiyo mimi sisi wewe ninyi nina tuna kuna "
        "lakini au kama sana tafadhali asante habari wapi lini kwanini jinsi gani yangu "
        "yetu wangu ili baada kabla pia tu bado hakuna wetu naomba kila siku daima "
        "kamwe sasa hapa pale leo jana dhidi naweza siwezi tunaweza kufanya mbili "
        "anaweza yake yao hiki",
        "vi": "và của là có không được cho các những một này tôi chúng trong với đến người ở "
        "đã rất khi nào đâu tại sao như thế xin chào cảm ơn vui lòng đang bị cần muốn "
        "thể làm từ nhưng vì hay nhiều lại cũng mỗi luôn bao giờ bây đây kia hôm nay "
        "qua hai mà nên phải chưa rồi đó",
        "tl": "ang ng sa na at ay mga ako ko mo ka kami namin natin ito iyan iyon siya sila "
        "hindi wala may mayroon po opo paano saan kailan bakit salamat kung para lang "
        "din rin dito doon pero dahil kasi ninyo kayo gusto aming amin bawat palagi "
        "kailanman ngayon narito naroon kahapon laban pwede puwede dalawa nasa",
    }
)
COMMON: Mapping[str, str] = MappingProxyType(
    {
        "no": "søppel søppelet søppeldunken søppelbøtta bråk hjelp barnehage barnehagen "
        "sykkel sykkelveien gata",
        "sv": "granne grannen gata gatan sopor soporna soptunnan skola skolan hjälp adress "
        "buller förskola cykelbanan",
        "is": "nágranni gata götunni rusl skóli hjálp heimilisfang hávaði leikskóli",
        "en": "neighbour street rubbish garbage school child children help card address noise "
        "nursery",
        "de": "nachbar nachbarn straße müll mülltonne schule kinder hilfe karte lärm "
        "kindergarten radweg",
        "nl": "buurman buren straat afval vuilnis school kinderen hulp kaart adres lawaai fietspad",
        "fr": "voisin voisins rue poubelle déchets école enfant enfants aide carte adresse "
        "bruit crèche",
        "es": "vecino vecinos calle basura escuela niño niños hijo hija ayuda tarjeta "
        "dirección ruido quién debo debe cerca demasiado",
        "pt": "vizinho vizinhos rua lixo escola criança crianças filho filha ajuda cartão "
        "morada barulho quem devo deve perto demasiado",
        "it": "vicino vicini strada rifiuti scuola bambino bambini figlio figlia aiuto "
        "tessera indirizzo rumore chi devo deve troppo",
        "ro": "vecin vecinul strada gunoi gunoiul școală școala copil copii ajutor adresa "
        "zgomot cine prea",
        "pl": "sąsiad ulica śmieci szkoła szkoły dziecko dzieci pomoc adres hałas przedszkole "
        "kogo zbyt",
        "cs": "soused ulice odpad odpadky škola školy dítě děti pomoc adresa hluk školka příliš",
        "sk": "sused ulica odpad škola školy dieťa deti pomoc adresa hluk škôlka príliš",
        "hr": "susjed susjeda komšija ulica smeće škola škole dijete dete djeca deca pomoć "
        "kartica adresa buka kontejner vrtić koga treba trebam",
        "sl": "sosed soseda ulica smeti šola šole otrok otroci pomoč kartica naslov hrup "
        "vrtec koga preveč",
        "hu": "szomszéd szomszédom utca szemét iskola gyerek gyerekek segítség kártya cím zaj "
        "óvoda kit túl",
        "sq": "fqinji fqinj rruga mbeturina shkolla fëmija fëmijët ndihmë karta adresa zhurmë kë",
        "tr": "komşu komşum sokak çöp okul çocuk çocuklar yardım adres gürültü kreş kimi",
        "ku": "cîran kolan çop dibistan zarok alîkarî navnîşan kê",
        "lt": "kaimynas gatvė šiukšlės mokykla vaikas vaikai pagalba kortelė adresas "
        "triukšmas ką per",
        "lv": "kaimiņš iela atkritumi skola bērns bērni palīdzība karte adrese troksnis ko pārāk",
        "et": "naaber tänav prügi kool lapsed abi kaart aadress müra lasteaed kes liiga",
        "fi": "naapuri katu kadulla roskat koulu lapsi lapset apua kortti osoite melu "
        "päiväkoti kuka liian",
        "so": "deris deriska waddo qashin qashinka dugsi iskuul cunug carruur carruurta "
        "caawimaad kaarka ciwaanka buuq haddii yaa",
        "sw": "jirani barabara taka shule mtoto watoto msaada kadi anwani kelele nani sana",
        "vi": "hàng xóm đường rác trường trẻ giúp thẻ địa chỉ ồn ai quá",
        "tl": "kapitbahay kalye basura paaralan bata tulong tirahan ingay sino masyadong",
    }
)
"""Words that many of those who write to a municipality need: neighbour, street, school, child."""
_VIETNAMESE = "ăâđêôơưàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ"
LETTERS: Mapping[str, str] = MappingProxyType(
    {
        DANISH: "æøåé",
        "no": "æøåéèêóòô",
        "sv": "åäöé",
        "is": "áðéíóúýþæö",
        "fo": "áðíóúýæø",
        "kl": "æøå",
        "en": "é",
        "de": "äöüß",
        "nl": "éëïöèü",
        "fr": "àâçéèêëîïôùûüœ",
        "es": "áéíóúüñ",
        "pt": "áâãàçéêíóôõú",
        "it": "àèéìíîòóùú",
        "ro": "ăâîșțşţ",
        "pl": "ąćęłńóśźż",
        "cs": "áčďéěíňóřšťúůýž",
        "sk": "áäčďéíĺľňóôŕšťúýž",
        "hr": "čćđšž",
        "sl": "čšž",
        "hu": "áéíóöőúüű",
        "sq": "çë",
        "tr": "çğıöşüâîû",
        "ku": "çêîşû",
        "lt": "ąčęėįšųūž",
        "lv": "āčēģīķļņšūž",
        "et": "äöõüšž",
        "fi": "äöå",
        "vi": _VIETNAMESE,
    }
)
"""Beyond a to z, in lower case; a language that is not named has none."""
ENDINGS: Mapping[str, str] = MappingProxyType(
    {"kl": r"neqar|sinnaa|rput|vunga|punga|vugut|pugut|[vp]oq|nngil|galuar"}
)
"""Parts of words, where a language has hardly any small ones."""
NAMES: Mapping[str, str] = MappingProxyType(
    {
        "no": "norsk",
        "sv": "svensk",
        "is": "islandsk",
        "fo": "færøsk",
        "kl": "grønlandsk",
        "en": "engelsk",
        "de": "tysk",
        "nl": "hollandsk",
        "fr": "fransk",
        "es": "spansk",
        "pt": "portugisisk",
        "it": "italiensk",
        "ro": "rumænsk",
        "pl": "polsk",
        "cs": "tjekkisk",
        "sk": "slovakisk",
        "hr": "bosnisk, kroatisk eller serbisk",
        "sl": "slovensk",
        "hu": "ungarsk",
        "sq": "albansk",
        "tr": "tyrkisk",
        "ku": "kurdisk",
        "lt": "litauisk",
        "lv": "lettisk",
        "et": "estisk",
        "fi": "finsk",
        "so": "somalisk",
        "sw": "swahili",
        "vi": "vietnamesisk",
        "tl": "filippinsk",
    }
)
ALPHABETS: Mapping[str, str] = MappingProxyType(
    {
        "ARABIC": "et sprog med arabisk skrift",
        "CYRILLIC": "et sprog med kyrillisk skrift",
        "GREEK": "græsk",
        "HEBREW": "hebraisk",
        "CJK": "kinesisk",
        "HIRAGANA": "japansk",
        "KATAKANA": "japansk",
        "HANGUL": "koreansk",
        "THAI": "thai",
        "DEVANAGARI": "hindi eller nepali",
        "BENGALI": "bengali",
        "GURMUKHI": "punjabi",
        "TAMIL": "tamil",
        "GEORGIAN": "georgisk",
        "ARMENIAN": "armensk",
        "ETHIOPIC": "amharisk eller tigrinya",
    }
)
"""By the first word of a letter's name in Unicode."""
OF_ALPHABET: Mapping[str, Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "CYRILLIC": {
            "ukrainsk": (
                "іїєґ",
                "я не на що як це ми ви але мені коли де або та від до вже дякую будь якщо мій моя "
                "можу дуже який яка якого",
            ),
            "russisk": (
                "ыэё",
                "я не на и в с к что как это мы вы но мне когда где или уже спасибо нас есть если "
                "кому мой моя могу очень который которого",
            ),
            "bulgarsk": (
                "ъщ",
                "не на и в с е съм се да как много моля здравейте кога къде вече няма има ако мога "
                "който която",
            ),
            "serbisk": (
                "ћђјљњџ",
                "не на и у с је да се није сам као али када где или хвала молим имамо који која",
            ),
            "makedonsk": (
                "ѓќѕ",
                "не на и во со е да се сум како но кога каде или благодарам имам многу кој која",
            ),
        },
        "ARABIC": {
            "arabisk": ("ةىيكأإؤئذضظثصط", "في من على هل متى لا أن إلى هذا هذه لم ما أنا مع شكرا"),
            "persisk": ("پچژگکی", "است در به از که این را با من هم می برای شما ما نیست لطفا"),
            "urdu": ("ٹڈڑںےہھ", "ہے میں کے کی کو نہیں اور سے پر یہ کا ہم آپ کیا"),
            "pashto": ("ټډړږښځڅڼېۍګ", "دی په کې زه نه چې ته د او موږ تاسو مننه"),
            "kurdisk": ("ێۆڵڕەڤ", "لە بە کە بۆ من ئێمە نییە تکایە سوپاس ئەم"),
        },
    }
)
"""Of an alphabet that several languages have: each one's own letters, and small words."""
SHARED = frozenset({"persisk"})
"""Whose letters the others have too, beside their own."""
