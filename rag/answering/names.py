"""Names in a sentence that can be told from other words: bureaus, agencies, places, works, words in Latin letters."""

import re
from collections.abc import Iterator
from functools import lru_cache

from rag.document.catalog import Catalog
from rag.document.chunking import plain_formulas
from rag.text import any_of, fold
from rag.types import Bureau, PolicyItem

_HAN = "[\u3400-\u9fff]"
# A name with one of these endings is not made up in passing: the ending itself must stand in the item.
_TELLING = any_of(
    r"產業園區|科技園區|科學園區|文化園區|物流園區|工業區|博物館|美術館|圖書館|動物園|文學館|紀念館|水族館|體育館|體育場",
    r"大學|國中|國小|高中|機場|水庫|漁港|商港|大橋|夜市|老街|輕軌|高鐵|焚化廠|糖廠|再生水廠|淨水廠",
    r"文化節|藝術節|音樂節|電影節|美食節|音樂祭|燈會|博覽會|馬拉松|嘉年華|運動會",
    r"基金會|公會|集團|銀行|廣播公司|白皮書|自治條例|醫學中心|巨蛋|大賽",
)
# Of a name with one of these, what stands before must stand in the item, or the name without its first characters.
_PLAIN = any_of(
    r"區公所|園區|特區|專區|商圈|廊帶|公園|公路|大道|車站|捷運站|碼頭|海灘|濕地|滯洪池|衛生所|醫院|診所|學院",
    r"運動中心|活動中心|會館|中心|計畫|專案|方案|條例|辦法|行動|協會|公司|聯盟|學苑|學程|分隊|部隊|大隊",
    r"污水廠|處理廠|機廠|車廠|聚落|部落|遺址|古蹟|眷村|大樓|延伸線|[黃紫紅橘藍綠棕]線",
)
_NAMED = re.compile(rf"(?P<stem>{_HAN}{{0,6}}?)(?:(?P<telling>{_TELLING})|(?P<plain>{_PLAIN}))")
_PLACE = re.compile(rf"(?P<stem>{_HAN}{{2}})(?P<suffix>區|里|路|街|溪|河|潭|湖|山|港|橋|站|村|島)")
# Words behind which a name begins, and those before an ending that make no name of it.
_BEFORE_NAME = re.compile(
    any_of(
        r"[的了和與及或在到從把被是有這那也都還並而會將讓用給對向由以為於等各每全該往至、跟蓋]",
        r"推動|辦理|設置|建置|成立|打造|舉辦|加強|改善|提升|擴大|擴充|擴增|加快|加速|強化|支持|優先|協助|輔導|督促|修繕",
        r"興建|規劃|開發|整建|維護|活化|串聯|參加|參與|增加|增設|新增|推出|推廣|鼓勵|啟動|執行|落實|支援|補助|管理|活絡",
        r"相關|各項|多項|多元|其他|市府|高雄市|高雄|本市|全市|在地|國際|社區|城市|地方|公共|重大|整體|綜合|傳統|現有|既有|新",
        r"[一二兩三四五六七八九十百]+[個項座處條間所支場大]?|\d+",
    )
)
_NO_PLACE = re.compile(r"^[一二三四五六七八九十]|[的和與及或在到至是有由為於等各該本這座個項處條讓沿]")
# Words with the ending of a place that name none.
_COMMON_PLACE = re.compile(
    any_of(
        r"[社地園市學專校山全轄災景街港分鄰郊校場房商]區|公里|鄰里|[道通網思迷電線馬鐵公一上套管銷退]路|[逛上]街|[火登爬青]山|[漁商海大進出離]港",
        r"[車網場驛本]站|[農漁眷鄉]村|[全半本離]島|[架天陸]橋|[江銀]河",
    )
)
_AGENCY = re.compile(
    any_of(
        r"(?:經濟|交通|內政|教育|衛生福利|衛福|勞動|農業|環境|文化|數位發展|財政|國防|法務|外交)部|[環國營水體觀食]\w{1,6}署",
        r"台電|台水|中油|中鋼|台積電|台糖|中華電信|行政院|立法院|監察院|考試院|議會|中央(?=政府|機關|部會|補助|的?經費)",
        r"(?:新|台)?北市|桃園市|台中|台南|屏東|花蓮|台東|嘉義|彰化|澎湖|金門|宜蘭|新竹|基隆|六都",
        r"日本|韓國|美國|英國|法國|德國|歐洲|歐盟|中國|大陸|香港|新加坡|越南|泰國|印尼|菲律賓|馬來西亞|印度|澳洲|中東|非洲",
        r"東南亞|東北亞|墾丁|阿里山|日月潭|衛武營|駁二|蓮池潭|澄清湖|西子灣|世運主場館|愛河|壽山",
    )
)
# The districts of Kaohsiung; of those that are words as well, only with 區.
_DISTRICT = re.compile(
    any_of(
        r"楠梓|左營|鼓山|鹽埕|苓雅|前鎮|旗津|小港|鳳山|(?<![森竹造])林園|大寮|仁武|鳥松|岡山|橋頭|燕巢|田寮|阿蓮|路竹|湖內|茄萣",
        r"永安(?!全)|彌陀|梓官|旗山|美濃|六龜|甲仙|杉林|(?<!國)內門|茂林|那瑪夏|(?:三民|新興|前金|大樹|大社|桃源)(?=區)",
    )
)
_LATIN = re.compile(r"[a-z][a-z0-9.+-]*[a-z0-9]|[a-z]", re.IGNORECASE)
_MEASURE = re.compile(r"(?:km|kg|ha|[mgk]w|kwh|c?m|ppm|nt|twd)$")
# Two capitals or an inner one: a name in any language.
_ACRONYM = re.compile(r"\b(?=\w{0,20}[A-Z]\w{0,20}[A-Z])[A-Z][A-Za-z0-9-]{1,20}")
_SAME = {"ai": "人工智慧|智能|智慧", "fb": "臉書", "facebook": "臉書|fb", "臉書": "fb", "line": "line"}
_QUOTED = re.compile(r"[「『《〈“]([^「」『』《》〈〉“”]{2,30})[」』》〉”]")
_COLOURS = {"red": "紅", "orange": "橘", "yellow": "黃", "purple": "紫", "green": "綠", "blue": "藍", "brown": "棕"}
_COLOUR = "|".join(_COLOURS)
_LINES = re.compile(rf"\b(?:{_COLOUR})(?:(?:, | and | or |, and )(?:{_COLOUR})){{0,5}} lines?\b", re.IGNORECASE)
# Romanised names by how items write them, in Tongyong and Hanyu Pinyin. Source: the city's list of districts.
_ROMANISED = dict(
    re.findall(
        r"([a-z']+)=(\S+)",
        """
        fengshan=鳳山 gangshan=岡山 zuoying=左營 nanzih=楠梓 nanzi=楠梓 sanmin=三民 gushan=鼓山 yancheng=鹽埕
        lingya=苓雅 cianjhen=前鎮 qianzhen=前鎮 cijin=旗津 qijin=旗津 siaogang=小港 xiaogang=小港 linyuan=林園
        daliao=大寮 dashe=大社 renwu=仁武 niaosong=鳥松 ciaotou=橋頭 qiaotou=橋頭 lujhu=路竹 luzhu=路竹
        yong'an=永安 hunei=湖內 qieding=茄萣 jiading=茄萣 mituo=彌陀 zihguan=梓官 ziguan=梓官 meinong=美濃
        cishan=旗山 qishan=旗山 neimen=內門 shanlin=杉林 jiasian=甲仙 jiaxian=甲仙 liouguei=六龜 liugui=六龜
        maolin=茂林 namasia=那瑪夏 namaxia=那瑪夏 dashu=大樹 yanchao=燕巢 tianliao=田寮 alian=阿蓮 cianjin=前金
        qianjin=前金 sinsing=新興 xinxing=新興 houjin=後勁 dalinpu=大林蒲 taoyuan=桃 taipei=北 tainan=台南
        taichung=台中 pingtung=屏東 japan=日 korea=韓 singapore=新加坡
        """,
    )
)
# A bureau in other words than the catalog's English name, by the word that tells which, in English, Vietnamese and
# Indonesian.
_ABROAD = re.compile(
    any_of(
        r"(?:\b[A-Z]\w{1,20},? (?:(?:and|of) )?){1,5}(?:Bureau|Department|Office|Commission)\b(?! (?:of|for)\b)",
        r"(?:Bureau|Department|Office|Commission) (?:of|for) (?:[A-Z]\w{1,20},? ?(?:and )?){1,4}",
        r"(?:Cục|Sở|Ủy ban|Biro|Dinas|Komisi|Badan) \w{1,20}(?: \w{1,20}){0,3}",
    )
)
_ABROAD_WORDS = tuple(
    (re.compile(words, re.IGNORECASE), section)
    for section, words in re.findall(
        r"(\S+?)=(.+)",
        r"""
        民政=civil affairs|dân chính|sipil
        原住民事務=indigenous|bản địa|pribumi
        客家事務=hakka|khách gia
        財政=financ|tài chính|keuangan
        教育=education|giáo dục|pendidikan
        文化=cultur|văn hóa|kebudayaan
        經濟發展=economic|kinh tế|ekonomi
        農業發展=agricult|nông nghiệp|pertanian
        交通=transport|giao thông|perhubungan
        海洋事務=marine|ocean|hải dương|kelautan
        工務=public works|công trình công|pekerjaan umum
        水利與水土保持=water|thủy lợi|sumber daya air
        都市發展=urban|đô thị|pembangunan kota|perkotaan
        觀光=touris|du lịch|pariwisata
        捷運工程=rapid transit|metro
        社政=social|xã hội|sosial
        警政=police|cảnh sát|kepolisian
        消防=fire\b|cứu hỏa|phòng cháy|pemadam
        衛生=health|y tế|kesehatan
        環保=environment|môi trường|lingkungan
        勞工=labou?r|lao động|tenaga kerja
        地政=land admin|địa chính|pertanahan
        新聞=information|thông tin|informasi
        人事=personnel|nhân sự|kepegawaian
        政風=ethics|liêm chính
        法制=legal|pháp chế|hukum
        毒品防制=drug|ma túy|narkoba
        運動發展=sport|thể thao|olahraga
        青年事務=youth|thanh niên|pemuda
        """,
    )
)
_ROMAN_NAME = re.compile(rf"\b({'|'.join(_ROMANISED)})\b", re.IGNORECASE)
# Japanese forms that neither NFKC nor the step from Simplified to Traditional changes.
_JAPANESE = str.maketrans(
    "観労発総経関対実団図広気産済検処鉄児医権黄駅県戦転沢浄辺険価",
    "觀勞發總經關對實團圖廣氣產濟檢處鐵兒醫權黃驛縣戰轉澤淨邊險價",
)


def fold_names(text: str) -> str:
    """The text as search sees it, Japanese forms of characters too."""
    return fold(text.translate(_JAPANESE))


def foreign_bureaus(sentence: str, catalog: Catalog) -> Iterator[tuple[str, str]]:
    """Bureaus named in a sentence: the name as written, folded, and the section it belongs to; longest names first."""
    rest = fold_names(sentence)
    for name, section in (*_english_names(tuple(catalog.bureaus.values())), *catalog.names):
        if name in rest:
            rest = rest.replace(name, " ")
            yield name, section


def foreign_offices(sentence: str) -> Iterator[tuple[str, frozenset[str]]]:
    """What a sentence in another language calls a bureau, and the sections that may be meant by it."""
    for found in _ABROAD.finditer(sentence):
        if sections := frozenset(section for words, section in _ABROAD_WORDS if words.search(found[0])):
            yield found[0], sections


@lru_cache(maxsize=4)
def _english_names(bureaus: tuple[Bureau, ...]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(((fold(row.english), row.section) for row in bureaus), key=lambda pair: -len(pair[0])))


def unknown_names(sentence: str, held: str, catalog: Catalog, *, chinese: bool) -> Iterator[str]:
    """Names in a sentence that `held`, the folded text of its items, does not hold."""
    text = fold_names(sentence)
    yield from (found[0] for found in _AGENCY.finditer(text) if not _is_short_for(found[0], held))
    yield from (found[0] for found in _DISTRICT.finditer(text) if found[0] not in held)
    yield from (found[0] for found in _ROMAN_NAME.finditer(text) if fold(_ROMANISED[found[0]]) not in held)
    for lines in _LINES.findall(text):
        yield from (name for name in re.findall(_COLOUR, lines) if not re.search(f"{_COLOURS[name]}橘?線", held))
    if not chinese:
        names = (found[0] for found in _ACRONYM.finditer(sentence))
        lexicon = _lexicon(tuple(catalog.items.values()))
        yield from (name for name in names if fold(name) in lexicon and not _holds_word(fold(name), held))
        return
    yield from (quoted for quoted in _QUOTED.findall(text) if _dense(quoted) not in _dense(held))
    yield from (word for word in _latin_words(text) if not _holds_word(word, held))
    yield from (found[0] for found in _NAMED.finditer(text) if not _stands(found, held))
    for found in _PLACE.finditer(text):
        if not _NO_PLACE.search(found["stem"]) and not _holds_place(found["stem"], found["suffix"], held):
            yield found[0]


def _latin_words(text: str) -> Iterator[str]:
    for found in _LATIN.finditer(text):
        if not (_MEASURE.match(found[0]) and re.search(r"\d\s?$", text[max(0, found.start() - 2) : found.start()])):
            yield found[0]


def _holds_word(word: str, held: str) -> bool:
    return word in held or (word in _SAME and re.search(_SAME[word], held) is not None)


def _is_short_for(name: str, held: str) -> bool:
    """Whether a name stands, or its characters in their order within one that does: 衛福部 in 衛生福利部."""
    if name in held:
        return True
    return len(name) >= 3 and re.search(".{0,3}".join(map(re.escape, name)), held) is not None


def _stands(found: re.Match[str], held: str) -> bool:
    stem = _BEFORE_NAME.split(found["stem"])[-1]
    ending = found["telling"] or found["plain"]
    if found["telling"] and ending not in held:
        return False
    if len(stem) < 2:
        return True
    known = stem in held or any(stem[start:] + ending in held for start in range(len(stem) - 1))
    return known or (ending in held and (stem[-2:] in held or stem[:2] in held))


def _holds_place(stem: str, suffix: str, held: str) -> bool:
    name = f"{stem[1]}{suffix}"
    return stem in held or name in held or _COMMON_PLACE.fullmatch(name) is not None


@lru_cache(maxsize=4)
def _lexicon(items: tuple[PolicyItem, ...]) -> frozenset[str]:
    """Names in Latin letters of the whole document."""
    return frozenset(fold(name) for item in items for name in _ACRONYM.findall(item.text))


@lru_cache(maxsize=1024)
def held_text(text: str) -> str:
    """An item's text as names are looked up in it."""
    return fold(plain_formulas(text))


def _dense(text: str) -> str:
    return re.sub(r"\s+", "", text)
