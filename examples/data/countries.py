"""Tables for make_data.py: names, places and phone patterns of the 30 EEA countries.

Names are common given names and surnames of each country in its own script; make_data.py combines
them at random, so nobody here is a real person. Surnames that differ by sex are written
"Novák/Nováková", and _ stands for a blank inside one. Regions are spelled as Mautic's list spells them. In phone patterns each # is a
random digit, / parts alternatives; all are valid for libphonenumber. Those of Germany and
Sweden are set aside for fiction by the regulator; elsewhere subscriber parts begin with zeros wherever that is valid.
"""

from typing import NamedTuple


class Country(NamedTuple):
    code: str  # ISO 3166-1 alpha-2
    name: str  # as Mautic exports it
    also: list[str]  # other English names for it
    weight: int  # share of the contacts
    locales: list[str]  # as Mautic exports them; the first is the usual one
    timezone: str
    dial: str  # country calling code
    trunk: str  # what is dialled before a national number
    mobile: str
    landline: str
    men: list[str]
    women: list[str]
    surnames: list[tuple[str, str]]  # for a man, for a woman
    streets: list[str]
    number_first: bool  # "12, rue X" and not "X-Straße 12"
    cities: list[tuple[str, str, str]]  # city, postal code pattern, region


def _surnames(text):
    pairs = [name.replace("_", " ").split("/") for name in text.split()]
    return [(pair[0], pair[-1]) for pair in pairs]


def _country(head, also, locales, timezone, phone, men, women, surnames, streets, cities, number_first=False):
    code, name, weight = head.split("|")
    dial, trunk, mobile, landline = phone.split("|")
    places = [tuple(part.strip() for part in city.split("|")) for city in cities.split(";")]
    return Country(code, name, also, int(weight), locales.split(), timezone, dial, trunk, mobile, landline,
                   men.split(), women.split(), _surnames(surnames), [s.strip() for s in streets.split(";")],
                   number_first, places)


COUNTRIES = [
    _country(
        "AT|Austria|170", ["Republic of Austria"], "de_AT", "Europe/Vienna",
        "43|0|664 00#####|1 200 ####",
        "Lukas Maximilian Jakob Florian Matthäus Günther Jörg Alois",
        "Anna Lena Sophie Käthe Magdalena Veronika Özlem Resi",
        "Gruber Huber Wagner Pichler Moser Höfer Füreder Wöß Schöberl Köck",
        "Hauptstraße; Bahnhofstraße; Kirchengasse; Mühlweg; Am Grünen Anger",
        "Wien|1##0|Wien; Graz|80#0|Steiermark; Linz|40#0|Oberösterreich; St. Pölten|3100|Niederösterreich; "
        "Innsbruck|60#0|Tirol"),
    _country(
        "BE|Belgium|170", ["Kingdom of Belgium"], "nl_BE fr_BE de_BE", "Europe/Brussels",
        "32|0|470 0# ## ##|2 200 ## ##",
        "Jan Pieter Luc Jérôme Benoît Thijs Maarten Noël",
        "Els Griet Hélène Margaux Zoë Chloé Liesbeth Anaïs",
        "Peeters Janssens Maes Jacobs Dubois Lambert Claeys D'Hondt Vandenbossche François",
        "Kerkstraat; Stationsstraat; Rue de l'Église; Molenweg; Avenue des Érables",
        "Antwerpen|20#0|Antwerpen; Gent|90#0|Oost-Vlaanderen; Liège|40#0|Liege; Bruxelles|10#0|Brussels; "
        "Namur|50#0|Namur"),
    _country(
        "BG|Bulgaria|150", ["Republic of Bulgaria"], "bg_BG", "Europe/Sofia",
        "359|0|88 000 ####|2 900 ####",
        "Иван Георги Димитър Николай Стоян Красимир Пламен Юлиян",
        "Мария Елена Десислава Йорданка Цветелина Снежана Радка Ивайла",
        "Иванов/Иванова Георгиев/Георгиева Димитров/Димитрова Петров/Петрова Николов/Николова "
        "Стоянов/Стоянова Тодоров/Тодорова Ангелов/Ангелова Чолаков/Чолакова",
        "ул. Шипка; бул. Витоша; ул. Иван Вазов; ул. Роза; ул. Цар Симеон",
        "София|1###|Sofia; Пловдив|40##|Plovdiv; Варна|90##|Varna; Бургас|80##|Burgas; Русе|70##|Ruse"),
    _country(
        "HR|Croatia|110", ["Republic of Croatia"], "hr_HR", "Europe/Zagreb",
        "385|0|91 000 ####|1 200 ####",
        "Ivan Luka Marko Josip Tomislav Željko Šime Duje",
        "Ana Marija Ivana Petra Željka Đurđica Nikolina Tonka",
        "Horvat Kovačević Babić Marić Jurić Novak Knežević Vuković Šarić Đurđević",
        "Ulica kralja Tomislava; Vukovarska cesta; Školska ulica; Obala; Trg slobode",
        "Zagreb|100##|Zagrebacka zupanija; Split|210##|Splitako-dalmatinska zupanija; "
        "Rijeka|510##|Primorsko-goranska zupanija; Osijek|310##|Osjecko-baranjska zupanija"),
    _country(
        "CY|Cyprus|80", ["Republic of Cyprus"], "el_CY", "Asia/Nicosia",
        "357||99 00####|22 000###",
        "Ανδρέας Γιώργος Κώστας Μάριος Νικόλας Χρίστος Λοΐζος",
        "Μαρία Ελένη Χριστίνα Άντρη Γεωργία Παναγιώτα Σκεύη",
        "Χαραλάμπους Ιωάννου Γεωργίου Χριστοδούλου Κυριάκου Αντωνίου Παύλου Σάββα Ττοφής/Ττοφή",
        "Λεωφόρος Μακαρίου; Οδός Λήδρας; Οδός Ερμού; Αγίου Ανδρέου; Γρίβα Διγενή",
        "Λευκωσία|10##|Lefkosia; Λεμεσός|30##|Lemesos; Λάρνακα|60##|Larnaka; Πάφος|80##|Pafos"),
    _country(
        "CZ|Czech Republic|180", ["Czechia"], "cs_CZ", "Europe/Prague",
        "420||601 00# ###|220 000 ###",
        "Jiří Jan Petr Tomáš Zdeněk Ondřej Řehoř Štěpán",
        "Jana Kateřina Lenka Zdeňka Božena Růžena Šárka Žaneta",
        "Novák/Nováková Svoboda/Svobodová Dvořák/Dvořáková Černý/Černá Procházka/Procházková "
        "Kučera/Kučerová Veselý/Veselá Horák/Horáková Říha/Říhová Žďárský/Žďárská",
        "Husova; Nádražní; Školní; Dlouhá třída; Na Příkopě",
        "Praha|1## 00|Praha, hlavní město; Brno|6## 00|Jihomoravský kraj; Ostrava|70# 00|Moravskoslezský kraj; "
        "Plzeň|30# 00|Plzeňský kraj; Ústí nad Labem|400 0#|Ústecký kraj"),
    _country(
        "DK|Denmark|130", ["Kingdom of Denmark"], "da_DK", "Europe/Copenhagen",
        "45||20 0# ## ##|32 00 0# ##",
        "Anders Mads Søren Jørgen Bjørn Rasmus Åge Kåre",
        "Mette Kirsten Åse Bodil Sørine Freja Maj-Britt Jørgine",
        "Jensen Nielsen Hansen Sørensen Østergaard Kjær Møller Bæk Ågård Lærke",
        "Vestergade; Nørregade; Skovvej; Møllevej; Søndre Allé",
        "København|1###|Copenhagen City; Aarhus|80##|Århus; Odense|50##|Fyn; Aalborg|90##|North Jutland"),
    _country(
        "EE|Estonia|80", ["Republic of Estonia"], "et_EE", "Europe/Tallinn",
        "372||5000 ####|600 0###",
        "Tõnu Jüri Mihkel Andres Rein Ülo Märt Toomas",
        "Tiina Kadri Õnne Külli Maarika Piret Ülle Helju",
        "Tamm Saar Sepp Mägi Kask Kukk Rebane Pärn Õunapuu Jõgi",
        "Pikk tänav; Narva maantee; Kooli; Õuna tee; Järve põik",
        "Tallinn|101##|Harjumsa; Tartu|510##|Tartumsa; Pärnu|800##|Parnumsa; Narva|203##|Ida-Virumsa"),
    _country(
        "FI|Finland|130", ["Republic of Finland"], "fi_FI sv_FI", "Europe/Helsinki",
        "358|0|40 000 ####|9 200 0###",
        "Juhani Mikko Väinö Jyrki Pekka Göran Yrjö Åke",
        "Aino Päivi Sirkka Kyllikki Eeva Ulla-Maija Tyyne Mirja",
        "Korhonen Virtanen Mäkinen Nieminen Hämäläinen Järvinen Lehtonen Söderström Äijälä Yli-Öyrä",
        "Mannerheimintie; Kirkkokatu; Koulukatu; Järvitie; Hämeentie",
        "Helsinki|00##0|; Turku|20##0|; Tampere|33##0|; Jyväskylä|40##0|Central Finland; Oulu|90##0|"),
    _country(
        "FR|France|420", ["French Republic"], "fr_FR", "Europe/Paris",
        "33|0|6 00 00 ## ##|1 99 00 ## ##",
        "Jean-Luc François Théo Gaël Loïc Étienne Maël Cédric",
        "Amélie Zoé Léa Noëlle Françoise Anaïs Solène Maëlys",
        "Martin Bernard Lefèvre Moreau Garçon L'Hôpital Gérard Bérenger Le_Goff Noël Guérin Lemaître",
        "rue de la République; avenue du Général-Leclerc; impasse des Lilas; place de l'Église; chemin du Puits",
        "Paris|750##|Île-de-France; Lyon|6900#|Auvergne-Rhône-Alpes; Besançon|25000|Bourgogne-Franche-Comté; "
        "Nîmes|30000|Occitanie; Angoulême|16000|Nouvelle-Aquitaine", number_first=True),
    _country(
        "DE|Germany|520", ["Federal Republic of Germany"], "de_DE", "Europe/Berlin",
        "49|0|171 39200##/176 040690##/30 23125###/40 66969###|30 23125###/69 90009###",
        "Jürgen Björn Jonas Sören Thomas Uwe Karl-Heinz Götz Matthias Lutz",
        "Ursula Bärbel Anke Grete Heike Jördis Mareike Ännchen Sabine Ute",
        "Müller Schmidt Schröder Groß Weiß Jäger Köhler Böttcher Özkan Strauß Süßmilch Heßler Fuchs Vogel",
        "Goethestraße; Bahnhofstraße; Große Gasse; Am Mühlbach; Straße des Friedens",
        "Berlin|101##|Berlin; München|803##|Bayern; Köln|506##|Nordrhein-Westfalen; Düsseldorf|402##|"
        "Nordrhein-Westfalen; Görlitz|028##|Sachsen; Lübeck|235##|Schleswig-Holstein"),
    _country(
        "GR|Greece|180", ["Hellenic Republic"], "el_GR", "Europe/Athens",
        "30||690 000 ####|210 000 0###",
        "Γιώργος Δημήτρης Κωνσταντίνος Νίκος Σπύρος Ηλίας Οδυσσέας",
        "Μαρία Αικατερίνη Βασιλική Ευαγγελία Όλγα Ιωάννα Ζωή",
        "Παπαδόπουλος/Παπαδοπούλου Γεωργίου Οικονόμου Βλάχος/Βλάχου Αλεξίου Νικολάου "
        "Σταθόπουλος/Σταθοπούλου Κατσαρός/Κατσαρού Μιχαηλίδης/Μιχαηλίδου",
        "Λεωφόρος Κηφισίας; Οδός Ερμού; Πλατεία Συντάγματος; Εγνατία; Αγίου Νικολάου",
        "Αθήνα|1## ##|Attiki; Θεσσαλονίκη|54# ##|Thessaloniki; Πάτρα|26# ##|Achaïa; Ηράκλειο|71# ##|Irakleion"),
    _country(
        "HU|Hungary|160", [], "hu_HU", "Europe/Budapest",
        "36|06|20 000 ####|1 200 0###",
        "László István József Zoltán Gergő Győző Ödön Ákos",
        "Erzsébet Zsuzsanna Ágnes Éva Gyöngyi Enikő Tünde Csilla",
        "Nagy Kovács Tóth Szabó Horváth Varga Kőműves Győrfi Zsíros Ördög",
        "Petőfi Sándor utca; Kossuth Lajos tér; Szőlő utca; Fő út; Rákóczi út",
        "Budapest|1##1|Budapest; Győr|90##|Győr; Pécs|76##|Pécs; Szeged|67##|Szeged; Debrecen|40##|Debrecen"),
    _country(
        "IS|Iceland|70", ["Republic of Iceland"], "is_IS", "Atlantic/Reykjavik",
        "354||611 ####|551 0###",
        "Jón Sigurður Guðmundur Þór Björn Hörður Ægir Snæbjörn",
        "Guðrún Sigríður Þórunn Björk Ásdís Hulda Snædís Ragnheiður",
        "Jónsson/Jónsdóttir Sigurðsson/Sigurðardóttir Guðmundsson/Guðmundsdóttir Þórsson/Þórsdóttir "
        "Björnsson/Björnsdóttir Ægisson/Ægisdóttir Árnason/Árnadóttir",
        "Laugavegur; Hverfisgata; Skólavörðustígur; Bæjargata; Þingholtsstræti",
        "Reykjavík|1##|Reykjavik; Akureyri|600|; Ísafjörður|400|"),
    _country(
        "IE|Ireland|130", ["Republic of Ireland"], "en_IE ga_IE", "Europe/Dublin",
        "353|0|85 000 ####|1 200 0###",
        "Seán Pádraig Conor Oisín Ruairí Declan Tadhg Éamon",
        "Aoife Siobhán Niamh Gráinne Caoimhe Róisín Orla Sinéad",
        "Murphy O'Brien O'Sullivan Byrne Ó_Súilleabháin/Ní_Shúilleabháin Doyle McCarthy Walsh Ó_Briain/Ní_Bhriain",
        "Main Street; Church Road; O'Connell Street; Bóthar na Trá; Mill Lane",
        "Dublin|D0# A#X#|Dublin; Cork|T1# A#Y#|Cork; Galway|H9# E#W#|Galway; Dún Laoghaire|A9# C#D#|Dublin",
        number_first=True),
    _country(
        "IT|Italy|380", ["Italian Republic"], "it_IT de_IT", "Europe/Rome",
        "39||320 000 ####|06 0000 0###",
        "Giuseppe Niccolò Matteo Luca Nicolò Andrea Piero Alessandro",
        "Giulia Chiara Noemì Sofia Mariù Francesca Caterina Zoè",
        "Rossi Russo Ferrari Esposito D'Angelo Cantù Viganò Forlì Dell'Acqua Muñoz Niccolai Bagnasco",
        "Via Roma; Corso Garibaldi; Piazza della Libertà; Via XX Settembre; Vicolo dell'Olmo",
        "Roma|001##|Roma; Milano|201##|Milano; Forlì|471##|Forlì-Cesena; L'Aquila|67100|L'Aquila; "
        "Bolzano|39100|Bolzano"),
    _country(
        "LV|Latvia|80", ["Republic of Latvia"], "lv_LV", "Europe/Riga",
        "371||2000 ####|6700 0###",
        "Jānis Andris Pēteris Kārlis Ģirts Uldis Mārtiņš",
        "Līga Anna Kristīne Inese Dzintra Žanete Ērika",
        "Bērziņš/Bērziņa Kalniņš/Kalniņa Ozoliņš/Ozoliņa Jansons/Jansone Liepiņš/Liepiņa "
        "Krūmiņš/Krūmiņa Ķēniņš/Ķēniņa",
        "Brīvības iela; Skolas iela; Ķieģeļu iela; Dārza iela; Rīgas gatve",
        "Rīga|LV-10##|Riga; Liepāja|LV-34##|Liepaja; Jūrmala|LV-20##|Jurmala"),
    _country(
        "LI|Liechtenstein|60", ["Principality of Liechtenstein"], "de_LI", "Europe/Vaduz",
        "423||790 0# ##|230 00 ##",
        "Alois Fabian Jürgen Noah Elias Wolfgang",
        "Rita Lea Käthi Brigitte Alina Doris",
        "Büchel Ospelt Hasler Frick Marxer Öhri Wolfinger Kaufmann",
        "Landstrasse; Städtle; Im Rösle; Feldkircher Strasse",
        "Vaduz|9490|Vaduz; Schaan|9494|Schaan; Triesenberg|9497|Triesenberg"),
    _country(
        "LT|Lithuania|100", ["Republic of Lithuania"], "lt_LT", "Europe/Vilnius",
        "370|0|600 0####|5 200 0###",
        "Jonas Žygimantas Ąžuolas Vytautas Šarūnas Mindaugas Kęstutis",
        "Rūta Živilė Eglė Jūratė Agnė Ieva Šviesė",
        "Kazlauskas/Kazlauskienė Petrauskas/Petrauskaitė Jankauskas/Jankauskienė Žukauskas/Žukauskaitė "
        "Stankevičius/Stankevičienė Šimkus/Šimkutė Čiurlys/Čiurlytė",
        "Gedimino prospektas; Mokyklos gatvė; Žirmūnų gatvė; Ąžuolų alėja",
        "Vilnius|LT-01###|Vilniaus Apskritis; Kaunas|LT-44###|Kauno Apskritis; Šiauliai|LT-76###|Sisuliu Apskritis"),
    _country(
        "LU|Luxembourg|70", ["Grand Duchy of Luxembourg"], "fr_LU de_LU", "Europe/Luxembourg",
        "352||621 000 ###|26 20 0# ##",
        "Luc Claude Jean-Marc Steve André Gilles",
        "Martine Léa Mariette Josée Danièle Tessy",
        "Schmit Muller Weber Hoffmann Thill Reuter Kieffer Bœuf",
        "rue de la Gare; Grand-Rue; route d'Arlon; Rue Notre-Dame",
        "Luxembourg|L-1###|; Esch-sur-Alzette|L-40##|; Diekirch|L-92##|Diekirch", number_first=True),
    _country(
        "MT|Malta|60", ["Republic of Malta"], "mt_MT en_MT", "Europe/Malta",
        "356||9900 ####|2100 0###",
        "Ġorġ Karm Ġużeppi Salvu Żaren Mikiel",
        "Marija Ċensa Ġovanna Żeża Karmni Ħelwa",
        "Borg Camilleri Żammit Farruġia Ħili Ċiantar Grech Buġeja",
        "Triq ir-Repubblika; Triq il-Kbira; Triq San Ġwann; Misraħ il-Knisja; Triq Għajn Dwieli",
        "Il-Belt Valletta|VLT 1###|; Ħamrun|ĦMR 1###|; Żebbuġ|ŻBĠ 1###|; Birkirkara|BKR 1###|", number_first=True),
    _country(
        "NL|Netherlands|230", ["The Netherlands", "Holland"], "nl_NL", "Europe/Amsterdam",
        "31|0|6 10 0# ## ##|20 200 0###",
        "Jan-Willem Daan Sjoerd Gijs René Joël Maarten Björn",
        "Anneke Sanne Zoë Noëlle Marloes Daniëlle Fenna Liesbeth",
        "de_Vries Jansen van_den_Berg Bakker Visser 't-Hart Meijer van_'t_Hoff Brouwer Coëlho",
        "Dorpsstraat; Kerkweg; 's-Gravenweg; Molenlaan; Prinsengracht",
        "Amsterdam|10## AB|Noord-Holland; Rotterdam|30## CD|Zuid-Holland; 's-Hertogenbosch|52## EF|Noord-Brabant; "
        "Groningen|97## GH|Groningen"),
    _country(
        "NO|Norway|120", ["Kingdom of Norway"], "nb_NO", "Europe/Oslo",
        "47||400 0# ###|21 00 0# ##",
        "Bjørn Håkon Øystein Lars Jørn Sæbjørn Pål Åsmund",
        "Åse Ingrid Bjørg Solveig Gunnhild Øydis Kjersti Marthe",
        "Hansen Johansen Bjørnstad Sæther Ødegård Moe Åsen Kjærstad Lie Østby",
        "Storgata; Kirkeveien; Skolegata; Sjøgata; Åsveien",
        "Oslo|01##|Oslo; Bergen|50##|Hordaland; Tromsø|90##|Troms; Bodø|80##|Nordland"),
    _country(
        "PL|Poland|330", ["Republic of Poland"], "pl_PL", "Europe/Warsaw",
        "48||500 00# ###|22 000 0# ##",
        "Łukasz Paweł Michał Stanisław Krzysztof Świętosław Żelisław Grześ",
        "Małgorzata Agnieszka Łucja Elżbieta Grażyna Świętosława Bożena Żaneta",
        "Kowalski/Kowalska Wiśniewski/Wiśniewska Wójcik Zieliński/Zielińska Szymański/Szymańska "
        "Dąbrowski/Dąbrowska Pawłowski/Pawłowska Gołąb Żak Świątek Łęcki/Łęcka",
        "ul. Długa; ul. Kościuszki; al. Niepodległości; ul. Źródlana; pl. Wolności",
        "Warszawa|00-###|mazowieckie; Łódź|90-###|łódzkie; Kraków|30-###|małopolskie; Gdańsk|80-###|pomorskie; "
        "Wrocław|50-###|dolnośląskie"),
    _country(
        "PT|Portugal|170", ["Portuguese Republic"], "pt_PT", "Europe/Lisbon",
        "351||910 00# ###|210 000 ###",
        "João José António Tomé Simão Inácio Estêvão Luís",
        "Inês Conceição Mariana Luísa Fátima Glória Júlia Beatriz",
        "Silva Gonçalves Magalhães Araújo Simões Conceição Brandão Falcão Assunção Leitão",
        "Rua Augusta; Avenida da Liberdade; Travessa do Poço; Largo da Sé; Rua de São João",
        "Lisboa|1###-0##|Lisboa; Porto|4###-0##|Porto; Évora|7000-0##|Évora; Setúbal|2900-0##|Setúbal"),
    _country(
        "RO|Romania|200", [], "ro_RO hu_RO", "Europe/Bucharest",
        "40|0|700 00# ###|21 200 0###",
        "Ștefan Andrei Mihăiță Cătălin Răzvan Dragoș Gheorghiță Țicu",
        "Ioana Mădălina Brândușa Ștefania Crăița Anișoara Lăcrămioara Ilinca",
        "Popescu Ionescu Dănilă Țepeș Știrbu Munteanu Rădulescu Brătianu Căpățână Vâlcea",
        "Strada Mihai Eminescu; Bulevardul Unirii; Calea Victoriei; Strada Școlii; Aleea Trandafirilor",
        "București|01####|Bucuresti; Iași|70####|; Cluj-Napoca|40####|Cluj; Timișoara|30####|Timis"),
    _country(
        "SK|Slovakia|130", ["Slovak Republic"], "sk_SK", "Europe/Bratislava",
        "421|0|901 00# ###|2 2000 0###",
        "Ján Ľubomír Matúš Štefan Juraj Ľudovít Tomáš",
        "Zuzana Ľubica Katarína Žofia Mária Soňa Ľudmila",
        "Horváth/Horváthová Kováč/Kováčová Varga/Vargová Ďurica/Ďuricová Hudák/Hudáková "
        "Tóth/Tóthová Šťastný/Šťastná Ľupták/Ľuptáková",
        "Hlavná; Štúrova; Školská; Námestie slobody; Ľudmilská",
        "Bratislava|8## 0#|Bratislavský kraj; Košice|040 0#|Košický kraj; Žilina|010 0#|Žilinský kraj; "
        "Prešov|080 0#|Prešovský kraj"),
    _country(
        "SI|Slovenia|90", ["Republic of Slovenia"], "sl_SI", "Europe/Ljubljana",
        "386|0|30 000 ###|1 200 0# ##",
        "Janez Matjaž Žiga Luka Boštjan Črtomir Uroš",
        "Maja Špela Mojca Živa Barbara Urška Tjaša",
        "Novak Horvat Kovačič Krajnc Zupančič Žagar Šuštar Čeh Vidmar",
        "Slovenska cesta; Prešernova ulica; Šolska ulica; Pot na Žago; Čopova",
        "Ljubljana|10##|Ljubljana; Maribor|20##|Maribor; Celje|30##|Celje; Škofja Loka|4220|Skofja Loka"),
    _country(
        "ES|Spain|340", ["Kingdom of Spain"], "es_ES ca_ES", "Europe/Madrid",
        "34||600 00# ###|910 000 ###",
        "José Íñigo Álvaro Andrés Martín Óscar Raúl Xoán",
        "María Begoña Lucía Concepción Núria Ángeles Inés Sofía",
        "García Fernández Muñoz Núñez Ibáñez López Peña Íñiguez Cañas Sánchez Güell",
        "Calle Mayor; Avenida de la Constitución; Plaza España; Carrer d'Aragó; Paseo del Peñón",
        "Madrid|280##|Madrid; Barcelona|080##|Barcelona; A Coruña|150##|La Coruña; Málaga|290##|Málaga; "
        "León|240##|León"),
    _country(
        "SE|Sweden|180", ["Kingdom of Sweden"], "sv_SE", "Europe/Stockholm",
        "46|0|70 174 06 ##/8 465 004 ##/31 390 06 ##/40 628 04 ##|8 465 004 ##",
        "Björn Göran Åke Lars Östen Måns Håkan Jörgen",
        "Åsa Maj Görel Ingrid Märta Birgitta Elin Sjöfn",
        "Andersson Johansson Björkman Sjöberg Åkesson Öberg Lindström Hägglund Gårdström Nyström",
        "Storgatan; Kungsgatan; Skolgatan; Åvägen; Östra Hamngatan",
        "Stockholm|11# ##|Stockholms lan; Göteborg|41# ##|Vastra Gotalands lan; Malmö|21# ##|Skane lan; "
        "Växjö|35# ##|Kronoberge lan"),
]

# For the local part of addresses: the letters that Unicode decomposition does not bring to ASCII.
ROMAN = dict(zip(
    "αβγδεζηθικλμνξοπρσςτυφχψω"
    "абвгдежзийклмнопрстуфхцчшщъьюя",
    "a v g d e z i th i k l m n x o p r s s t y f ch ps o "
    "a b v g d e zh z i y k l m n o p r s t u f h ts ch sh sht a y yu ya".split()))
ROMAN |= {"ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ħ": "h",
          "ı": "i", "ŋ": "n"}
