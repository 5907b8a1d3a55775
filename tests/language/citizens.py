# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What somebody might write to a municipality, in each language, made up for tests."""

TEXTS: dict[str, tuple[str, ...]] = {
    "engelsk": (
        "Good morning, my residence permit card has not arrived and I moved two weeks ago.",
        "The street light outside our building has been broken since Monday. Can you fix it?",
        "I need help with a form for my daughter, she starts school in August.",
    ),
    "tysk": (
        "Guten Tag, seit drei Wochen wurde unsere Papiertonne nicht geleert.",
        "Ich bin umgezogen und brauche eine neue Gesundheitskarte. Wo muss ich mich melden?",
        "Vor unserem Haus liegt ein kaputtes Fahrrad, können Sie es bitte abholen?",
    ),
    "svensk": (
        "Hej, jag har flyttat till Köpenhamn och undrar hur jag får ett personnummer.",
        "Lampan utanför vårt hus är trasig och det är väldigt mörkt på kvällen.",
        "När öppnar återvinningsstationen? Jag hittar inget på er hemsida.",
    ),
    "norsk": (
        "Hei, jeg har nettopp flyttet hit og lurer på hvor jeg får tak i parkeringskort.",
        "Det er noen som har kastet søppel i veien utenfor barnehagen vår. Kan dere rydde?",
        "Vi har søkt om plass, men har ikke hørt noe fra dere ennå. Hva gjør vi nå?",
    ),
    "islandsk": (
        "Góðan daginn, ég er að flytja til Danmerkur og þarf að vita hvað ég á að gera.",
        "Það er stór hola í götunni fyrir framan húsið mitt. Er hægt að laga þetta?",
    ),
    "grønlandsk": (
        "Qanoq iliussaanga najukkannik allannguissagaanni? Qujanaq akissagussi.",
        "Inissamik ujarlerpunga, kisianni isertitaqanngilanga. Sumi saaffigisinnaavara?",
    ),
    "hollandsk": (
        "Goedemiddag, ik heb mijn sleutels verloren bij het zwembad. Zijn ze misschien gevonden?",
        "De container voor glas in onze straat is al weken vol en niemand komt hem legen.",
        "Kunt u mij vertellen wanneer ik een antwoord krijg op de brief die ik heb gestuurd?",
    ),
    "fransk": (
        "Madame, Monsieur, je souhaite inscrire mon fils à la crèche dès le mois de mars.",
        "Il y a un arbre tombé sur la piste cyclable, c'est dangereux pour les enfants.",
        "Pourriez-vous me dire où je dois envoyer les papiers pour ma pension ?",
    ),
    "spansk": (
        "Buenas tardes, quisiera saber cómo puedo cambiar mi dirección en el registro.",
        "La farola de la esquina no funciona desde hace una semana y está muy oscuro.",
        "Mi hijo necesita una plaza en la guardería, ¿con quién tengo que hablar?",
    ),
    "portugisisk": (
        "Bom dia, mudei de casa e preciso de saber onde devo registar a nova morada.",
        "O caixote do lixo da nossa rua está cheio há dias e ninguém o vem esvaziar.",
        "Gostaria de obter informações sobre a escola para os meus filhos, por favor.",
        "Há um buraco grande na ciclovia perto da estação e já vi uma pessoa cair.",
    ),
    "italiensk": (
        "Buonasera, vorrei sapere quando passano a ritirare i rifiuti ingombranti.",
        "Davanti alla scuola c'è una buca pericolosa, i bambini rischiano di cadere.",
        "Ho perso la tessera sanitaria e non so a chi devo chiedere quella nuova.",
    ),
    "rumænsk": (
        "Bună seara, aș dori să aflu de ce acte am nevoie pentru alocația copilului.",
        "Lampa de pe strada noastră nu funcționează de două săptămâni. Vă rog să o reparați.",
        "Am pierdut cardul galben si nu stiu unde trebuie sa merg pentru unul nou.",
    ),
    "polsk": (
        "Witam, chciałbym zgłosić, że na naszej ulicy nie działa oświetlenie.",
        "Kiedy dostanę odpowiedź w sprawie zasiłku? Czekam już ponad miesiąc.",
        "Prosze o pomoc, nie moge zapisac dziecka do przedszkola bo nie ma formularza.",
    ),
    "tjekkisk": (
        "Dobrý den, přestěhoval jsem se a potřebuji vědět, kde se mám přihlásit.",
        "Na naší ulici už týden nesvítí lampa, můžete to prosím opravit?",
    ),
    "slovakisk": (
        "Dobrý deň, presťahoval som sa a potrebujem vedieť, kde sa mám prihlásiť.",
        "V našej ulici už týždeň nesvieti lampa, môžete to prosím opraviť?",
    ),
    "bosnisk, kroatisk eller serbisk": (
        "Dobar dan, molim vas da mi kažete kada se odvozi smeće u našoj ulici.",
        "Poštovani, prije mjesec dana sam poslao zahtjev za vrtić i još nisam dobio odgovor.",
        "Na biciklističkoj stazi kod škole ima velika rupa, neko će pasti i povrijediti se.",
        "Treba mi pomoc oko prijave stana, ne razumem sta treba da uradim i kome da se javim.",
    ),
    "slovensk": (
        "Dober dan, zanima me, kdaj bo na naši ulici spet delovala luč, ker je zelo temno.",
        "Preselil sem se in ne vem, kje lahko prijavim nov naslov. Hvala za odgovor.",
    ),
    "ungarsk": (
        "Jó napot kívánok, szeretném megkérdezni, hogy mikor viszik el a szemetet.",
        "Elvesztettem a sárga kártyámat, és nem tudom, hol kell újat kérni.",
    ),
    "albansk": (
        "Përshëndetje, dua të di kur do të rregullohet drita në rrugën tonë.",
        "Kam humbur kartën time dhe nuk e di ku duhet të shkoj për një të re.",
    ),
    "tyrkisk": (
        "İyi günler, oğlum için kreş başvurusu yaptım ama hâlâ cevap alamadım.",
        "Sokağımızdaki lamba bir haftadır yanmıyor, lütfen tamir eder misiniz?",
        "Yeni taşındım ve adresimi nasıl değiştireceğimi bilmiyorum, yardım istiyorum.",
    ),
    "kurdisk": (
        "Rojbaş, ez dixwazim bizanim ka kengî zarokê min dikare dest bi dibistanê bike.",
        "Li kolana me çira nîne û gelek tarî ye, ji kerema xwe wê çê bikin.",
    ),
    "litauisk": (
        "Laba diena, noriu sužinoti, kada bus išvežtos šiukšlės mūsų gatvėje.",
        "Pamečiau kortelę ir nežinau, kur reikia kreiptis dėl naujos.",
    ),
    "lettisk": (
        "Labdien, es vēlos uzzināt, kad tiks salabota lampa mūsu ielā.",
        "Man vajag jaunu karti, bet es nezinu, kur par to jautāt.",
    ),
    "estisk": (
        "Tere, ma soovin teada, millal meie tänaval prügi ära viiakse.",
        "Kaotasin oma kaardi ja ei tea, kust ma uue saan. Aitäh.",
    ),
    "finsk": (
        "Hei, muutin juuri Kööpenhaminaan ja haluaisin tietää, miten saan uuden kortin.",
        "Meidän kadulla on iso reikä ja se on vaarallinen lapsille. Voiko sen korjata?",
    ),
    "somalisk": (
        "Salaan, waxaan rabaa inaan ogaado goorta qashinka laga qaado guriga.",
        "Carruurtaydu waxay u baahan yihiin dugsi, laakiin ma garanayo sida loo codsado.",
    ),
    "swahili": (
        "Habari, naomba kujua ni lini taa ya barabara yetu itatengenezwa.",
        "Nimehamia hapa na sijui ni wapi ninaweza kupata kadi yangu mpya.",
    ),
    "vietnamesisk": (
        "Xin chào, tôi muốn hỏi khi nào rác ở đường của chúng tôi được thu gom.",
        "Tôi bị mất thẻ y tế và không biết phải làm lại ở đâu, xin giúp tôi.",
    ),
    "filippinsk": (
        "Magandang umaga po, kailan po aayusin ang ilaw sa aming kalye?",
        "Nawala ko ang aking card at hindi ko alam kung saan ako kukuha ng bago.",
    ),
    "ukrainsk": (
        "Доброго дня, скажіть, будь ласка, коли вивезуть сміття з нашої вулиці.",
        "Мені потрібна допомога з документами для школи, бо ми щойно приїхали.",
    ),
    "russisk": (
        "Добрый день, подскажите, где можно получить новую карту.",
        "На нашей улице уже неделю не горит фонарь, вечером очень темно.",
    ),
    "bulgarsk": (
        "Здравейте, загубих си картата и не знам къде да отида за нова.",
        "Кога ще бъде поправена лампата на нашата улица? Много е тъмно.",
    ),
    "arabisk": (
        "السلام عليكم، أريد أن أعرف متى يبدأ التسجيل في المدرسة لابني.",
        "الإنارة في شارعنا معطلة منذ أسبوع، هل يمكنكم إصلاحها؟",
    ),
    "persisk": (
        "سلام، می‌خواهم بدانم چه زمانی زباله‌های کوچه ما جمع می‌شود.",
        "کارت زرد من گم شده است و نمی‌دانم برای گرفتن کارت جدید به کجا بروم.",
    ),
    "urdu": (
        "السلام علیکم، مجھے اپنے بیٹے کے اسکول کے داخلے کے بارے میں معلومات چاہیے۔",
        "ہماری گلی کی بتی ایک ہفتے سے خراب ہے، براہ کرم اسے ٹھیک کریں۔",
    ),
    "pashto": (
        "سلام، زه غواړم پوه شم چې زما د زوی ښوونځی کله پیل کیږي.",
        "زموږ د کوڅې څراغ نه لګیږي، مهرباني وکړئ جوړ یې کړئ.",
    ),
    "kinesisk": (
        "您好，请问我们街上的垃圾什么时候收？",
        "我的黄卡丢了，请问在哪里可以补办？",
    ),
    "japansk": ("こんにちは、道路の街灯が壊れています。修理をお願いします。",),
    "koreansk": ("안녕하세요, 우리 거리의 가로등이 고장났습니다.",),
    "hindi eller nepali": ("नमस्ते, हमारी सड़क की बत्ती एक हफ्ते से खराब है।",),
    "": (
        "Hvornår bliver der hentet storskrald på Amager? Jeg kan ikke finde det på siden.",
        "Min søn går i 3. klasse og har brug for støtte, hvem skal jeg tale med?",
        "Cyklen har stået ved stationen i et halvt år. Kan nogen fjerne den, før den ruster væk?",
        "hej jeg vil søge om boligstøtte men systemet siger fejl hver gang",
        "Lygtepælen ud for Østerbrogade 12 blinker hele natten og holder os vågne.",
        "Jeg ønsker aktindsigt i min sag om hjemmepleje fra januar til marts.",
        "Vores nabo bygger et skur helt op i skel, er det lovligt?",
        "Container fuld igen, Valby, hilsen en træt beboer",
        "Please, kære kommune, tøm nu den skraldespand. Det er too much.",
    ),
}
"""By the language as it is told; "" are Danish."""
