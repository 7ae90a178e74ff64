"""Names in a sentence that can be told from other words: bureaus, agencies, places, works, words in Latin letters."""

import re
from collections.abc import Iterator
from functools import lru_cache

from rag.document.catalog import Catalog
from rag.document.chunking import plain_formulas
from rag.text import any_of, fold

# What a name ends with; of what stands before, two characters must stand in the item as well.
_SUFFIX = any_of(
    r"區公所|園區|特區|專區|商圈|廊帶|公園|公路|大道|大橋|車站|捷運站|機場|碼頭|漁港|商港|海灘|濕地|溼地|滯洪池|水庫",
    r"博物館|美術館|圖書館|文學館|紀念館|動物園|體育館|體育場|運動中心|活動中心|會館|醫院|診所|衛生所|大學|國中|國小|高中",
    r"中心|專案|計畫|計劃|方案|條例|辦法|自治條例|行動|大賽|藝術節|文化節|燈會|音樂祭|馬拉松|基金會|協會|公會|公司|集團|聯盟",
    r"[黃紫紅橘藍綠]線|延伸線|林園線|輕軌|夜市|老街|聚落|部落|遺址|古蹟|眷村|大樓|車廠|機廠|焚化廠|淨水廠",
)
_NAMED = re.compile(rf"(?P<stem>[\u3400-\u9fff]{{2}})(?P<suffix>{_SUFFIX})")
_DISTRICT = re.compile(r"(?P<stem>[\u3400-\u9fff]{2})(?P<suffix>區|里|路|街|溪|河|潭|湖|山|港|橋|站|村|島)")
_AGENCY = re.compile(
    any_of(
        r"(?:經濟|交通|內政|教育|衛生福利|衛福|勞動|農業|環境|文化|數位發展|財政|國防|法務|外交)部",
        r"台電|臺電|台水|中油|中鋼|台積電|行政院|立法院|監察院|環保署|國土署|營建署|水利署|體育署|觀光署|客委會|中央政府",
        r"台北市|臺北市|新北市|桃園市|台中市|臺中市|台南市|臺南市|屏東縣?",
    )
)
_LATIN = re.compile(r"[A-Za-z][A-Za-z0-9.+-]*[A-Za-z0-9]|[A-Za-z]")
_QUOTED = re.compile(r"[「『《〈“]([^「」『』《》〈〉“”]{2,30})[」』》〉”]")
# Two characters before a suffix that are no part of a name.
_PLAIN_STEM = re.compile(
    any_of(
        r"^[一二三四五六七八九十]|^(?:相關|各項|這項|該項|多項|這個|本項|市府|高雄|本市|全市|在地|國際|社區|城市|地方|公共|重大|整體|綜合|新的|的)",
        r"(?:的|和|與|及|或|在|到|至|是|有|由|為|於|等|新|各|該|本|這|座|個|項|處|條|支持|推動|辦理|設置|建置|成立|打造|舉辦)$",
    )
)
# Romanised names of Kaohsiung by how items write them. Source: the city's district names in Hanyu Pinyin.
_ROMANISED = {
    "fengshan": "鳳山",
    "gangshan": "岡山",
    "zuoying": "左營",
    "nanzih": "楠梓",
    "nanzi": "楠梓",
    "sanmin": "三民",
    "gushan": "鼓山",
    "yancheng": "鹽埕",
    "lingya": "苓雅",
    "cianjhen": "前鎮",
    "qianzhen": "前鎮",
    "cijin": "旗津",
    "qijin": "旗津",
    "siaogang": "小港",
    "xiaogang": "小港",
    "linyuan": "林園",
    "daliao": "大寮",
    "dashe": "大社",
    "renwu": "仁武",
    "niaosong": "鳥松",
    "ciaotou": "橋頭",
    "qiaotou": "橋頭",
    "lujhu": "路竹",
    "luzhu": "路竹",
    "yong'an": "永安",
    "hunei": "湖內",
    "qieding": "茄萣",
    "mituo": "彌陀",
    "zihguan": "梓官",
    "meinong": "美濃",
    "cishan": "旗山",
    "qishan": "旗山",
    "neimen": "內門",
    "shanlin": "杉林",
    "jiasian": "甲仙",
    "jiaxian": "甲仙",
    "liouguei": "六龜",
    "liugui": "六龜",
    "maolin": "茂林",
    "taoyuan": "桃源",
    "namasia": "那瑪夏",
    "orange line": "橘線",
    "yellow line": "黃線",
    "red line": "紅線",
    "purple line": "紫線",
    "taipei": "北市",
    "tainan": "台南",
    "taichung": "台中",
    "pingtung": "屏東",
}
_ROMAN_NAME = re.compile(rf"\b({'|'.join(_ROMANISED)})\b", re.IGNORECASE)


def foreign_bureaus(sentence: str, catalog: Catalog) -> Iterator[tuple[str, str]]:
    """Bureaus named in a sentence: the name as written, folded, and the section it belongs to; longest names first."""
    rest = fold(sentence)
    for name, section in (*_english_names(catalog), *catalog.names):
        if name in rest:
            rest = rest.replace(name, " ")
            yield name, section


@lru_cache(maxsize=4)
def _english_names_of(bureaus: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(((fold(name), section) for section, name in bureaus), key=lambda pair: -len(pair[0])))


def _english_names(catalog: Catalog) -> tuple[tuple[str, str], ...]:
    return _english_names_of(tuple((section, bureau.english) for section, bureau in catalog.bureaus.items()))


def unknown_names(sentence: str, held: str, *, chinese: bool) -> Iterator[str]:
    """Names in a sentence that `held`, the folded text of its items, does not hold."""
    text = fold(sentence)
    yield from (name for name in _AGENCY.findall(text) if fold(name) not in held)
    yield from (found[0] for found in _ROMAN_NAME.finditer(text) if fold(_ROMANISED[found[0].lower()]) not in held)
    if not chinese:
        return
    yield from (quoted for quoted in _QUOTED.findall(text) if _dense(quoted) not in _dense(held))
    yield from (word for word in _LATIN.findall(text) if word not in held)
    for pattern in (_NAMED, _DISTRICT):
        for found in pattern.finditer(text):
            if not _PLAIN_STEM.search(found["stem"]) and not _stands(found["stem"], found["suffix"], held):
                yield found[0]


def _stands(stem: str, suffix: str, held: str) -> bool:
    return stem in held or f"{stem[1]}{suffix}" in held


@lru_cache(maxsize=1024)
def held_text(text: str) -> str:
    """An item's text as names are looked up in it."""
    return fold(plain_formulas(text))


def _dense(text: str) -> str:
    return re.sub(r"\s+", "", text)
