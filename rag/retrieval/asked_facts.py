"""What kind of fact a question asks for, and what an item must hold to answer it.

A fare, a phone number, an opening date: the topic may stand in an item without the fact. A score cannot tell (the
light-rail item answers "light-rail fare" by similarity); the type of the asked fact can.
"""

import re
from dataclasses import dataclass

from rag.text import any_of, fold


@dataclass(frozen=True, slots=True)
class AskedFact:
    """`name`: as an answer calls it; `asks`: how questions ask for it; `holds`: how an item states it, if at all."""

    name: str
    asks: re.Pattern[str]
    holds: re.Pattern[str] | None


def _fact(name: str, asks: str, holds: str | None = None) -> AskedFact:
    return AskedFact(name, re.compile(asks), re.compile(holds) if holds else None)


_MONEY = r"\d[\d,.]*\s*(?:萬|億|千|百)?\s*元|零元"
_NUMBER = r"[\d零一二三四五六七八九十百千萬兩]+"
_YEAR = r"(?:19|20)\d\d|\d{2,3}\s*年|\d(?:\.\d+)?\s*年|每年|逐年|年期"

# Order matters: the first that a question matches is named first. Write patterns as `fold` writes questions.
ASKED_FACTS = (
    _fact(
        "金額或費用",
        any_of(
            r"多少錢|多少元|幾元|幾塊|(?<!十)幾萬",
            r"費用|票價|收費(?:標準|多少)|要不要自己出錢|價格|價錢|票多少|房價|租金多少|規費",
            r"罰多少|罰幾|罰款多少|罰金",
            r"學費|月費(?:上限)?|運費|保證金|押金|利率|額度",
            r"補(?:助)?多少|領多少|給多少|賠多少|繳多少",
            r"多少補償|補償金?(?:怎麼算|多少)|薪水多少|領幾",
            r"how much (?:is|are|does|do|will (?:it|i|we)|money)|\bfares?\b|\bfees?\b|\bprices?\b|\bcosts?\b",
            r"giá (?:vé|bao)|bao nhiêu tiền|phí bao nhiêu",
            r"berapa (?:harga|biaya|tarif)|harga|tarif|biaya",
            r"料金|いくら",
        ),
        _MONEY,
    ),
    _fact(
        "是否收費",
        any_of(
            r"要錢嗎|要不要(?:錢|付錢|付費|收費)|免費|不用繳|要付費",
            r"\bfree\b",
            r"miễn phí",
            r"gratis",
            r"無料",
        ),
        r"免收|免費|補助|優惠|減免",
    ),
    _fact(
        "電話號碼",
        any_of(
            r"電話(?:幾號|號碼|是|多少)|幾號電話|哪支電話",
            r"專線(?:是)?幾號|打幾號|幾號|分機",
            r"phone number|telephone",
            r"số điện thoại",
            r"nomor telepon",
            r"電話番号",
        ),
        r"\d{3,4}-\d{3,4}|1999|119|110",
    ),
    _fact(
        "地址或地點",
        any_of(
            r"地址|在哪一?(?:區|條路|棟|樓)",
            r"怎麼(?:去|走)(?:[^路]|$)",
            r"要去哪(?:裡|邊)?(?:辦|申請|打|領|報名|補|買)|哪裡(?:買|辦|申請|領|報名)",
            r"address",
            r"địa chỉ",
            r"alamat",
            r"住所",
        ),
        r"\d+\s*號|路\d+",
    ),
    _fact(
        "開放或服務時間",
        any_of(
            r"幾點|開放時間|營業時間|服務時間",
            r"周末有|假日有|上班時間|周末有(?:人|開)|假日有(?:人|開)",
            r"末班|首班|班次",
            r"opening hours|office hours",
            r"giờ mở cửa",
            r"jam buka",
            r"営業時間",
        ),
        r"\d\s*點|24 ?小時|全年無休",
    ),
    _fact(
        "申請方式或應備文件",
        any_of(
            r"(?:怎麼|如何|怎樣|咋)(?:申請|報名|申辦|加入|登記|辦理|預約|抽籤|查詢|補辦|退費|繳費|繳納|租|借|搭|購買)",
            r"申請(?:流程|方式|書|表|資格|條件|網址)|報名(?:方式|到)",
            r"帶什麼|帶哪些|什麼證件|哪些證件|哪些文件|什麼文件|準備(?:什麼|哪些)|應備|檢附",
            r"流程|怎麼抽|資格(?:是|有|限制)|考(?:哪)?幾科",
            r"how (?:do|can|to) (?:i |we )?(?:apply|register|sign up)|required documents|what documents",
            r"đăng ký như thế nào|thủ tục",
            r"cara (?:daftar|mendaftar|mengajukan)",
            r"申請方法|必要書類",
        ),
        r"(?!)",
    ),
    _fact(
        "日期",
        any_of(
            r"幾月|哪一?天|哪一?日|幾月幾|幾號(?:開|到|截|發)",
            r"截止|到什麼時候|什麼時候(?:開打|報名|截止|抽籤|放榜|發放|入帳)",
            r"what date",
            r"ngày nào",
            r"tanggal berapa",
            r"何日",
        ),
        r"\d+\s*月|\d+\s*日",
    ),
    _fact(
        "年份或時程",
        any_of(
            r"哪一?年|幾年(?:通車|完工|蓋好|啟用|可以|會|開|完成)|民國幾年",
            r"什麼時候|何時|幾時|哪時|多久|還要幾年",
            r"預計.{0,6}(?:通車|完工|啟用)",
            r"\bwhen\b|(?:by |in )?(?:what|which) year|how long",
            r"khi nào|năm nào|bao giờ",
            r"kapan|tahun berapa",
            r"いつ|何年",
        ),
        _YEAR,
    ),
    _fact(
        "百分比",
        any_of(
            r"幾趴|百分之幾|幾成|幾%",
            r"比例(?:是)?多少|普及率|達成率|占比|率(?:是)?多少",
            r"percent(?:age)?|what share",
            r"phần trăm",
            r"persen",
            r"何パーセント",
        ),
        r"\d\s*%|百分之",
    ),
    _fact(
        "人名或廠商名",
        any_of(
            r"局長(?:是誰|叫|的名字)|(?:處長|主委|市長|校長|主任|里長)(?:是誰|叫)|現任|是誰(?:當|做)",
            r"(?:聯絡人|承辦人|負責人|窗口)(?:是|叫|電話)",
            r"哪一?家(?:公司|廠商|超商|銀行|醫院|得標)|誰得標",
            r"名單|(?:什麼|哪些)專長",
            r"who is the (?:head|director|mayor|chief)",
            r"tên (?:giám đốc|của)",
            r"siapa nama",
        ),
        r"(?!)",
    ),
    _fact("站名或路線", r"哪幾站|停哪|哪些站|幾條路線|路線圖|怎麼繞", r"(?!)"),
    _fact(
        "即時資訊",
        any_of(
            r"天氣|下雨嗎|會不會下雨|會下雨|氣溫",
            r"颱風(?:假|明天)|放(?:不放)?颱風假|停班停課(?:嗎|了)|會不會放假",
            r"股價|匯率|油價",
            r"還有(?:位子|房間|名額|缺)",
            r"現在塞車|路況",
            r"最新(?:消息|公告)",
            r"weather|rain tomorrow",
            r"thời tiết",
            r"cuaca",
            r"天気",
        ),
        None,
    ),
    _fact(
        "預算數字",
        any_of(
            r"預算(?:是|有)?(?:多少|數字|金額|幾)|經費(?:是|有)?多少|花(?:了)?多少錢|斥資",
            r"budget",
        ),
        r"\d[\d,.]*\s*(?:萬|億)\s*元",
    ),
    _fact("數字", r"(?:損失?|總共|一共|合計|剩|達到?|到)多少[?？]?$|農損", r"\d"),
    _fact("績效目標數字", r"kpi|目標(?:值|數字)|壓在幾|幾例|病例數|達標", r"\d+\s*例"),
)

# "how many of a thing": the item must hold a number with that very unit.
_NOT_COUNTED = any_of(
    r"錢|年|月|號|元|塊",
    r"項|點鐘|趴",
    r"開|關|打烊|上班|下班|來",
    r"局|單位|朋友|人都|條馬路",
    r"個月|個局|個處",
)
_COUNTED = re.compile(
    r"(?:(?<![那這好十百千哪第])幾|多少)\s*"
    r"(?P<unit>[個台輛座站處戶棟間所人名位條支隊家公頃坪噸億萬期班次床件場件艘頭隻棵株輪席瓶點科種里])"
    rf"(?!{_NOT_COUNTED})"
)
_COUNTED_ABROAD = re.compile(
    any_of(
        r"how many (?!items|bureaus|sections|departments)",
        r"bao nhiêu (?:người|chiếc|trạm)",
        r"berapa (?:banyak|orang|unit)",
        r"何(?:台|人|か所|駅)",
    )
)
_UNITS = {
    "台": "台輛部",
    "輛": "台輛部",
    "人": "人名位員",
    "名": "人名位員",
    "位": "人名位員",
    "個": "個處座項區家所名",
    "座": "座處個",
    "處": "處個座所",
    "隊": "隊支",
    "支": "支隊",
    "家": "家間",
    "間": "間家",
}


def asked_facts(question: str) -> tuple[AskedFact, ...]:
    """The facts that a question asks for by their kind; none where it asks openly."""
    text = fold(question)
    facts = [fact for fact in ASKED_FACTS if fact.asks.search(text)]
    for match in _COUNTED.finditer(text):
        units = _UNITS.get(match["unit"], match["unit"])
        facts.append(_fact("數量", r"(?!)", rf"(?<![\d.]){_NUMBER}\s*(?:多|餘)?\s*[{units}]"))
    if _COUNTED_ABROAD.search(text):
        facts.append(_fact("數量", r"(?!)", r"\d+\s*[個台輛座站處戶棟間所人名位條支隊家]"))
    return tuple(facts)


def missing_facts(facts: tuple[AskedFact, ...], item_text: str) -> tuple[AskedFact, ...]:
    """Those of the asked facts that an item does not hold."""
    text = fold(item_text)
    return tuple(fact for fact in facts if fact.holds is None or not fact.holds.search(text))
