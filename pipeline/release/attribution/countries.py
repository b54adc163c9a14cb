"""Countries as an attribution line names them in two languages: where somebody lives, of where a university is."""

from __future__ import annotations

from functools import lru_cache

from msgspec import Struct


class Country(Struct, frozen=True):
    code: str
    """ISO 3166 alpha-2"""
    place_en: str
    """"Japan", "the USA": follows "in" """
    adjective_en: str
    """"Japanese" """
    place_ru: str
    """"в Японии", "на Кипре": with its preposition"""
    adjective_ru: str
    """"японский": masculine, nominative"""


TABLE = """
AD|Andorra|Andorran|в Андорре|андоррский
AE|the UAE|Emirati|в ОАЭ|эмиратский
AF|Afghanistan|Afghan|в Афганистане|афганский
AG|Antigua and Barbuda|Antiguan|на Антигуа и Барбуде|антигуанский
AI|Anguilla|Anguillan|на Ангилье|ангильский
AL|Albania|Albanian|в Албании|албанский
AM|Armenia|Armenian|в Армении|армянский
AO|Angola|Angolan|в Анголе|ангольский
AQ|Antarctica|Antarctic|в Антарктиде|антарктический
AR|Argentina|Argentine|в Аргентине|аргентинский
AS|American Samoa|American Samoan|на Американском Самоа|американо-самоанский
AT|Austria|Austrian|в Австрии|австрийский
AU|Australia|Australian|в Австралии|австралийский
AW|Aruba|Aruban|на Арубе|арубский
AX|the Åland Islands|Åland|на Аландских островах|аландский
AZ|Azerbaijan|Azerbaijani|в Азербайджане|азербайджанский
BA|Bosnia and Herzegovina|Bosnian|в Боснии и Герцеговине|боснийский
BB|Barbados|Barbadian|на Барбадосе|барбадосский
BD|Bangladesh|Bangladeshi|в Бангладеш|бангладешский
BE|Belgium|Belgian|в Бельгии|бельгийский
BF|Burkina Faso|Burkinabe|в Буркина-Фасо|буркинийский
BG|Bulgaria|Bulgarian|в Болгарии|болгарский
BH|Bahrain|Bahraini|в Бахрейне|бахрейнский
BI|Burundi|Burundian|в Бурунди|бурундийский
BJ|Benin|Beninese|в Бенине|бенинский
BL|Saint Barthélemy|Saint Barthélemy|на Сен-Бартелеми|сен-бартельмийский
BM|Bermuda|Bermudian|на Бермудских островах|бермудский
BN|Brunei|Bruneian|в Брунее|брунейский
BO|Bolivia|Bolivian|в Боливии|боливийский
BQ|the Caribbean Netherlands|Caribbean Dutch|на Карибских островах Нидерландов|карибско-нидерландский
BR|Brazil|Brazilian|в Бразилии|бразильский
BS|the Bahamas|Bahamian|на Багамских островах|багамский
BT|Bhutan|Bhutanese|в Бутане|бутанский
BV|Bouvet Island|Bouvet Island|на острове Буве|норвежский
BW|Botswana|Botswanan|в Ботсване|ботсванский
BY|Belarus|Belarusian|в Беларуси|белорусский
BZ|Belize|Belizean|в Белизе|белизский
CA|Canada|Canadian|в Канаде|канадский
CC|the Cocos Islands|Cocos Island|на Кокосовых островах|кокосовый
CD|the DR Congo|Congolese|в ДР Конго|конголезский
CF|the Central African Republic|Central African|в Центральноафриканской Республике|центральноафриканский
CG|the Republic of the Congo|Congolese|в Республике Конго|конголезский
CH|Switzerland|Swiss|в Швейцарии|швейцарский
CI|Côte d’Ivoire|Ivorian|в Кот-д’Ивуаре|ивуарийский
CK|the Cook Islands|Cook Island|на Островах Кука|кукский
CL|Chile|Chilean|в Чили|чилийский
CM|Cameroon|Cameroonian|в Камеруне|камерунский
CN|China|Chinese|в Китае|китайский
CO|Colombia|Colombian|в Колумбии|колумбийский
CR|Costa Rica|Costa Rican|в Коста-Рике|костариканский
CU|Cuba|Cuban|на Кубе|кубинский
CV|Cape Verde|Cape Verdean|в Кабо-Верде|кабовердианский
CW|Curaçao|Curaçaoan|на Кюрасао|кюрасаоский
CX|Christmas Island|Christmas Island|на острове Рождества|рождественский
CY|Cyprus|Cypriot|на Кипре|кипрский
CZ|Czechia|Czech|в Чехии|чешский
DE|Germany|German|в Германии|немецкий
DJ|Djibouti|Djiboutian|в Джибути|джибутийский
DK|Denmark|Danish|в Дании|датский
DM|Dominica|Dominica|на Доминике|доминикский
DO|the Dominican Republic|Dominican|в Доминиканской Республике|доминиканский
DZ|Algeria|Algerian|в Алжире|алжирский
EC|Ecuador|Ecuadorian|в Эквадоре|эквадорский
EE|Estonia|Estonian|в Эстонии|эстонский
EG|Egypt|Egyptian|в Египте|египетский
EH|Western Sahara|Sahrawi|в Западной Сахаре|западносахарский
ER|Eritrea|Eritrean|в Эритрее|эритрейский
ES|Spain|Spanish|в Испании|испанский
ET|Ethiopia|Ethiopian|в Эфиопии|эфиопский
FI|Finland|Finnish|в Финляндии|финский
FJ|Fiji|Fijian|на Фиджи|фиджийский
FK|the Falkland Islands|Falkland Island|на Фолклендских островах|фолклендский
FM|Micronesia|Micronesian|в Микронезии|микронезийский
FO|the Faroe Islands|Faroese|на Фарерских островах|фарерский
FR|France|French|во Франции|французский
GA|Gabon|Gabonese|в Габоне|габонский
GB|the UK|British|в Великобритании|британский
GD|Grenada|Grenadian|на Гренаде|гренадский
GE|Georgia|Georgian|в Грузии|грузинский
GF|French Guiana|French Guianese|во Французской Гвиане|гвианский
GG|Guernsey|Guernsey|на Гернси|гернсийский
GH|Ghana|Ghanaian|в Гане|ганский
GI|Gibraltar|Gibraltarian|в Гибралтаре|гибралтарский
GL|Greenland|Greenlandic|в Гренландии|гренландский
GM|the Gambia|Gambian|в Гамбии|гамбийский
GN|Guinea|Guinean|в Гвинее|гвинейский
GP|Guadeloupe|Guadeloupean|на Гваделупе|гваделупский
GQ|Equatorial Guinea|Equatorial Guinean|в Экваториальной Гвинее|экваториально-гвинейский
GR|Greece|Greek|в Греции|греческий
GS|South Georgia|South Georgia|на Южной Георгии|южногеоргийский
GT|Guatemala|Guatemalan|в Гватемале|гватемальский
GU|Guam|Guamanian|на Гуаме|гуамский
GW|Guinea-Bissau|Bissau-Guinean|в Гвинее-Бисау|бисайский
GY|Guyana|Guyanese|в Гайане|гайанский
HK|Hong Kong|Hong Kong|в Гонконге|гонконгский
HM|Heard and McDonald Islands|Heard Island|на островах Херд и Макдональд|австралийский
HN|Honduras|Honduran|в Гондурасе|гондурасский
HR|Croatia|Croatian|в Хорватии|хорватский
HT|Haiti|Haitian|на Гаити|гаитянский
HU|Hungary|Hungarian|в Венгрии|венгерский
ID|Indonesia|Indonesian|в Индонезии|индонезийский
IE|Ireland|Irish|в Ирландии|ирландский
IL|Israel|Israeli|в Израиле|израильский
IM|the Isle of Man|Manx|на острове Мэн|мэнский
IN|India|Indian|в Индии|индийский
IO|the British Indian Ocean Territory|British Indian Ocean|в Британской территории в Индийском океане|британский
IQ|Iraq|Iraqi|в Ираке|иракский
IR|Iran|Iranian|в Иране|иранский
IS|Iceland|Icelandic|в Исландии|исландский
IT|Italy|Italian|в Италии|итальянский
JE|Jersey|Jersey|на Джерси|джерсийский
JM|Jamaica|Jamaican|на Ямайке|ямайский
JO|Jordan|Jordanian|в Иордании|иорданский
JP|Japan|Japanese|в Японии|японский
KE|Kenya|Kenyan|в Кении|кенийский
KG|Kyrgyzstan|Kyrgyz|в Кыргызстане|кыргызский
KH|Cambodia|Cambodian|в Камбодже|камбоджийский
KI|Kiribati|Kiribati|на Кирибати|кирибатийский
KM|the Comoros|Comorian|на Коморских островах|коморский
KN|Saint Kitts and Nevis|Kittitian|на Сент-Китсе и Невисе|сент-китсский
KP|North Korea|North Korean|в Северной Корее|северокорейский
KR|South Korea|South Korean|в Южной Корее|южнокорейский
KW|Kuwait|Kuwaiti|в Кувейте|кувейтский
KY|the Cayman Islands|Caymanian|на Каймановых островах|каймановский
KZ|Kazakhstan|Kazakhstani|в Казахстане|казахстанский
LA|Laos|Lao|в Лаосе|лаосский
LB|Lebanon|Lebanese|в Ливане|ливанский
LC|Saint Lucia|Saint Lucian|на Сент-Люсии|сент-люсийский
LI|Liechtenstein|Liechtenstein|в Лихтенштейне|лихтенштейнский
LK|Sri Lanka|Sri Lankan|на Шри-Ланке|шри-ланкийский
LR|Liberia|Liberian|в Либерии|либерийский
LS|Lesotho|Basotho|в Лесото|лесотский
LT|Lithuania|Lithuanian|в Литве|литовский
LU|Luxembourg|Luxembourgish|в Люксембурге|люксембургский
LV|Latvia|Latvian|в Латвии|латвийский
LY|Libya|Libyan|в Ливии|ливийский
MA|Morocco|Moroccan|в Марокко|марокканский
MC|Monaco|Monégasque|в Монако|монакский
MD|Moldova|Moldovan|в Молдове|молдавский
ME|Montenegro|Montenegrin|в Черногории|черногорский
MF|Saint Martin|Saint-Martin|на Сен-Мартене|сен-мартенский
MG|Madagascar|Malagasy|на Мадагаскаре|мадагаскарский
MH|the Marshall Islands|Marshallese|на Маршалловых островах|маршалльский
MK|North Macedonia|Macedonian|в Северной Македонии|македонский
ML|Mali|Malian|в Мали|малийский
MM|Myanmar|Myanmar|в Мьянме|мьянманский
MN|Mongolia|Mongolian|в Монголии|монгольский
MO|Macao|Macanese|в Макао|аомыньский
MP|the Northern Mariana Islands|Northern Mariana|на Северных Марианских островах|марианский
MQ|Martinique|Martinican|на Мартинике|мартиникский
MR|Mauritania|Mauritanian|в Мавритании|мавританский
MS|Montserrat|Montserratian|на Монтсеррате|монтсерратский
MT|Malta|Maltese|на Мальте|мальтийский
MU|Mauritius|Mauritian|на Маврикии|маврикийский
MV|the Maldives|Maldivian|на Мальдивах|мальдивский
MW|Malawi|Malawian|в Малави|малавийский
MX|Mexico|Mexican|в Мексике|мексиканский
MY|Malaysia|Malaysian|в Малайзии|малайзийский
MZ|Mozambique|Mozambican|в Мозамбике|мозамбикский
NA|Namibia|Namibian|в Намибии|намибийский
NC|New Caledonia|New Caledonian|в Новой Каледонии|новокаледонский
NE|Niger|Nigerien|в Нигере|нигерский
NF|Norfolk Island|Norfolk Island|на острове Норфолк|норфолкский
NG|Nigeria|Nigerian|в Нигерии|нигерийский
NI|Nicaragua|Nicaraguan|в Никарагуа|никарагуанский
NL|the Netherlands|Dutch|в Нидерландах|нидерландский
NO|Norway|Norwegian|в Норвегии|норвежский
NP|Nepal|Nepalese|в Непале|непальский
NR|Nauru|Nauruan|на Науру|науруанский
NU|Niue|Niuean|на Ниуэ|ниуэский
NZ|New Zealand|New Zealand|в Новой Зеландии|новозеландский
OM|Oman|Omani|в Омане|оманский
PA|Panama|Panamanian|в Панаме|панамский
PE|Peru|Peruvian|в Перу|перуанский
PF|French Polynesia|French Polynesian|во Французской Полинезии|полинезийский
PG|Papua New Guinea|Papua New Guinean|в Папуа — Новой Гвинее|папуасский
PH|the Philippines|Philippine|на Филиппинах|филиппинский
PK|Pakistan|Pakistani|в Пакистане|пакистанский
PL|Poland|Polish|в Польше|польский
PM|Saint Pierre and Miquelon|Saint-Pierrais|на Сен-Пьере и Микелоне|сен-пьерский
PN|the Pitcairn Islands|Pitcairn|на островах Питкэрн|питкэрнский
PR|Puerto Rico|Puerto Rican|в Пуэрто-Рико|пуэрто-риканский
PS|Palestine|Palestinian|в Палестине|палестинский
PT|Portugal|Portuguese|в Португалии|португальский
PW|Palau|Palauan|в Палау|палауский
PY|Paraguay|Paraguayan|в Парагвае|парагвайский
QA|Qatar|Qatari|в Катаре|катарский
RE|Réunion|Réunion|на Реюньоне|реюньонский
RO|Romania|Romanian|в Румынии|румынский
RS|Serbia|Serbian|в Сербии|сербский
RU|Russia|Russian|в России|российский
RW|Rwanda|Rwandan|в Руанде|руандийский
SA|Saudi Arabia|Saudi|в Саудовской Аравии|саудовский
SB|the Solomon Islands|Solomon Island|на Соломоновых островах|соломоновский
SC|Seychelles|Seychellois|на Сейшельских островах|сейшельский
SD|Sudan|Sudanese|в Судане|суданский
SE|Sweden|Swedish|в Швеции|шведский
SG|Singapore|Singaporean|в Сингапуре|сингапурский
SH|Saint Helena|Saint Helenian|на острове Святой Елены|святоеленинский
SI|Slovenia|Slovenian|в Словении|словенский
SJ|Svalbard|Svalbard|на Шпицбергене|шпицбергенский
SK|Slovakia|Slovak|в Словакии|словацкий
SL|Sierra Leone|Sierra Leonean|в Сьерра-Леоне|сьерра-леонский
SM|San Marino|Sammarinese|в Сан-Марино|сан-маринский
SN|Senegal|Senegalese|в Сенегале|сенегальский
SO|Somalia|Somali|в Сомали|сомалийский
SR|Suriname|Surinamese|в Суринаме|суринамский
SS|South Sudan|South Sudanese|в Южном Судане|южносуданский
ST|São Tomé and Príncipe|Santomean|в Сан-Томе и Принсипи|сан-томейский
SV|El Salvador|Salvadoran|в Сальвадоре|сальвадорский
SX|Sint Maarten|Sint Maarten|на Синт-Мартене|синт-мартенский
SY|Syria|Syrian|в Сирии|сирийский
SZ|Eswatini|Swazi|в Эсватини|эсватинийский
TC|the Turks and Caicos Islands|Turks and Caicos|на островах Тёркс и Кайкос|тёркс-кайкосский
TD|Chad|Chadian|в Чаде|чадский
TF|the French Southern Territories|French|во Французских Южных территориях|французский
TG|Togo|Togolese|в Того|тоголезский
TH|Thailand|Thai|в Таиланде|таиландский
TJ|Tajikistan|Tajik|в Таджикистане|таджикский
TK|Tokelau|Tokelauan|на Токелау|токелауский
TL|East Timor|Timorese|в Восточном Тиморе|восточнотиморский
TM|Turkmenistan|Turkmen|в Туркменистане|туркменский
TN|Tunisia|Tunisian|в Тунисе|тунисский
TO|Tonga|Tongan|на Тонга|тонганский
TR|Turkey|Turkish|в Турции|турецкий
TT|Trinidad and Tobago|Trinidadian|на Тринидаде и Тобаго|тринидадский
TV|Tuvalu|Tuvaluan|на Тувалу|тувалуанский
TW|Taiwan|Taiwanese|на Тайване|тайваньский
TZ|Tanzania|Tanzanian|в Танзании|танзанийский
UA|Ukraine|Ukrainian|в Украине|украинский
UG|Uganda|Ugandan|в Уганде|угандийский
UM|the US Minor Outlying Islands|US|на Внешних малых островах США|американский
US|the USA|American|в США|американский
UY|Uruguay|Uruguayan|в Уругвае|уругвайский
UZ|Uzbekistan|Uzbek|в Узбекистане|узбекский
VA|Vatican City|Vatican|в Ватикане|ватиканский
VC|Saint Vincent and the Grenadines|Vincentian|на Сент-Винсенте и Гренадинах|сент-винсентский
VE|Venezuela|Venezuelan|в Венесуэле|венесуэльский
VG|the British Virgin Islands|British Virgin Islands|на Британских Виргинских островах|виргинский
VI|the US Virgin Islands|US Virgin Islands|на Американских Виргинских островах|виргинский
VN|Vietnam|Vietnamese|во Вьетнаме|вьетнамский
VU|Vanuatu|Vanuatuan|в Вануату|вануатский
WF|Wallis and Futuna|Wallisian|на островах Уоллис и Футуна|уоллисский
WS|Samoa|Samoan|на Самоа|самоанский
XK|Kosovo|Kosovar|в Косово|косовский
YE|Yemen|Yemeni|в Йемене|йеменский
YT|Mayotte|Mahoran|на Майотте|майоттский
ZA|South Africa|South African|в ЮАР|южноафриканский
ZM|Zambia|Zambian|в Замбии|замбийский
ZW|Zimbabwe|Zimbabwean|в Зимбабве|зимбабвийский
"""


@lru_cache(maxsize=1)
def countries() -> dict[str, Country]:
    """ISO code -> country; all of ISO 3166 and Kosovo."""
    rows = (Country(*line.split("|")) for line in TABLE.strip().splitlines())
    return {row.code: row for row in rows}


def genitive(adjective: str) -> str:
    """ "японский" -> "японского", "кокосовый" -> "кокосового"."""
    return adjective[:-2] + "ого"


def genitive_plural(adjective: str) -> str:
    """ "российский" -> "российских", "кокосовый" -> "кокосовых"."""
    return adjective[:-1] + "х"


def article(word: str) -> str:
    """ "a" or "an", by sound: an American, a European, a Ukrainian, an Uzbek."""
    spoken_as_consonant = ("eu", "uk", "ug", "ur", "us ", "us-", "uni")
    lower = word.lower() + " "
    return "an" if lower[0] in "aeiouå" and not lower.startswith(spoken_as_consonant) else "a"
