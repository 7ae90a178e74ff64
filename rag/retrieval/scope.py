"""Matters that no policy guidelines answer, told by what is asked rather than by a score; and emergencies.

A table, so that a reader sees at once what is turned away and with which words.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from rag.text import any_of, fold
from rag.types import Language


@dataclass(frozen=True, slots=True)
class OutOfScope:
    """`name`: for explanations; `reply`: what the asker is told first."""

    name: str
    pattern: re.Pattern[str]
    reply: str


def _matter(name: str, pattern: str, reply: str) -> OutOfScope:
    return OutOfScope(name, re.compile(pattern), reply)


_CRIMES = any_of(
    r"騙|偽造|假租約|假資料|造假",
    r"詐領|逃稅|洗錢",
    r"製毒|做炸彈",
    r"躲避?(?:警察|查緝)",
)
OUT_OF_SCOPE = (
    _matter(
        "instruction",
        any_of(
            r"忽略.{0,12}(?:指示|指令|規則|規定|設定|限制)|系統提示|提示詞",
            r"system ?(?:prompt|update|message)|ignore .{0,30}(?:instructions|rules)",
            r"沒有任何限制|你現在(?:是|扮演)|從現在(?:起|開始)你|扮演",
            r"developer mode",
            r"標上.{0,12}(?:出處|項次|〔)|授權你",
        ),
        "我只依施政綱要的內容回答，不改變回答的規則，也不替綱要編寫沒有的內容。",
    ),
    _matter(
        "errand",
        any_of(
            r"(?:寫|作|編|創作)(?:一|個|首|篇|段|封)*(?:詩|作文|故事|小說|歌詞|程式|情書|履歷|論文)",
            r"講(?:個|一個)?笑話|幫我翻譯|翻譯成",
            r"write (?:me )?(?:a|an) (?:poem|story|essay|song|program)|tell me a joke",
            r"viết (?:cho tôi )?(?:một )?(?:bài thơ|bài hát|câu chuyện)",
            r"tulis(?:kan)? (?:sebuah )?(?:puisi|cerita|lagu)",
            r"(?:詩|物語|歌)を(?:書|作)って",
        ),
        "我只回答施政綱要的內容，這件事幫不上忙。",
    ),
    _matter(
        "crime",
        rf"(?:教我|怎麼|如何|一步一步).{{0,14}}(?:{_CRIMES})",
        "這是違法的事，無法協助。",
    ),
    _matter(
        "legal advice",
        any_of(
            r"離婚|監護權|外遇|遺產|贍養費",
            r"判(?:給|幾年|多久)",
            r"(?:可以|能不能|要不要)告(?:他|她|人|老闆|鄰居)|打官司.{0,6}(?:贏|勝)",
            r"divorce|child custody",
            r"ly hôn|ly dị",
            r"perceraian|\bber?cerai\b",
        ),
        "個案的法律問題不在施政綱要裡，建議洽法律扶助基金會（全國專線 412-8518）或律師。",
    ),
    _matter(
        "medical advice",
        any_of(
            r"(?:該|要|可以|能)(?:吃|用)(?:什麼|哪種)藥|吃什麼藥|劑量(?:要|是|多少|怎麼)",
            r"看哪一?科|是不是得了|(?:是|有)什麼症狀(?:嗎|呢|[?？]|$)",
            r"(?:what|which) (?:medicine|drug|pill)s? (?:should|can|do) i",
            r"uống thuốc gì",
            r"minum obat apa|obat apa",
            r"(?:何|どんな|どの)(?:の)?[薬藥](?!物)",
        ),
        "個人的醫療問題不在施政綱要裡，請洽醫師或藥師；情況緊急請撥 119。",
    ),
    _matter(
        "now",
        any_of(
            r"(?:明天|今天|後天|今晚|現在|等一下|週末).{0,8}(?:下雨|天氣|溫度|幾度|停電|停水)|會不會下雨",
            r"颱風.{0,6}(?:放假|停班|停課)|停班停課",
            r"股價|匯率|油價",
            r"(?<!extreme )weather|will it rain",
            r"trời (?:có )?mưa|thời tiết(?! cực đoan)",
            r"cuaca(?! ekstrem)|hujan besok",
            r"天[気氣]|雨が降り",
        ),
        "即時的資訊不在施政綱要裡，請看中央氣象署、行政院人事行政總處或相關單位的公告。",
    ),
    _matter(
        "central government",
        any_of(
            r"基本工資|最低工資",
            r"健保費|勞保(?:年金|給付)|國民年金",
            r"護照|簽證",
            r"駕照|行照|驗車",
            r"兵單",
            r"綜所稅|所得稅|普發",
            r"minimum wage|passport|\bvisas?\b",
            r"lương tối thiểu|hộ chiếu|thị thực|upah minimum|paspor",
            r"最低[賃貸]金|パスポート|ビザ",
        ),
        "這是中央機關的業務，不在高雄市的施政綱要裡。",
    ),
)

_CITIES = any_of(
    r"台北|新北|桃園|新竹|苗栗",
    r"台中|彰化|南投|雲林",
    r"嘉義|台南|屏東",
    r"宜蘭|花蓮|台東",
    r"澎湖|金門|馬祖|基隆",
)
_OTHER_CITY = re.compile(rf"(?:{_CITIES})(?:市|縣)?(?:的|那邊|政府|有|也|公車|捷運|垃圾)")
_OTHER_CITY_REPLY = "這份綱要只寫高雄市的施政，其他縣市的事請洽當地政府。"
_EDITION = re.compile(r"(?P<year>\d{2,3})\s*(?:年度?)?\s*[)）]?\s*(?:的)?.{0,6}(?:施政綱要|綱要)")


@dataclass(frozen=True, slots=True)
class Emergency:
    """Whom to call before anything else is said, in the asker's language.

    `despair`: someone speaks of dying; nothing that merely shares words with that may be shown beside.
    """

    pattern: re.Pattern[str]
    replies: Mapping[Language, str]
    despair: bool = False


EMERGENCIES = (
    Emergency(
        re.compile(
            any_of(
                r"不想活|想死(?!當|背)|自殺(?!防治|防制|率|通報)|自殘|我.{0,6}活不下去|活不下去了|輕生|結束(?:自己的)?生命|尋短",
                r"kill(?:ing)? myself|suicid(?:e|al)(?! prevention)|hurt myself",
                r"want to die|end my life|don'?t want to live",
                r"tự tử(?! là gì)|(?:muốn|định) chết|không muốn sống|tự sát",
                r"bunuh diri|(?:ingin|mau|pengen) mati|tidak (?:ingin|mau) hidup|mengakhiri hidup",
                r"死にたい|消えたい|自殺(?:したい|しよう)|生きていたくない",
            )
        ),
        {
            "zh-TW": "如果您現在很難受，請先撥 1925 安心專線（24 小時，免付費），會有人聽您說；有立即危險請撥 119。",
            "zh-CN": "如果您现在很难受，请先拨 1925 安心专线（24 小时，免付费），会有人听您说；有立即危险请拨 119。",
            "en": (
                "If you are in distress, call the 1925 helpline first (24 hours, free). In immediate danger call 119."
            ),
            "vi": (
                "Nếu quý vị đang rất đau khổ, xin gọi 1925 trước (24 giờ, miễn phí). "
                "Nguy hiểm ngay lúc này xin gọi 119."
            ),
            "id": ("Jika Anda sangat tertekan, hubungi dulu 1925 (24 jam, gratis). Dalam bahaya langsung hubungi 119."),
            "ja": ("おつらいときは、まず 1925（24時間・無料）へお電話ください。差し迫った危険があるときは 119 へ。"),
        },
        despair=True,
    ),
    Emergency(
        re.compile(
            any_of(
                r"(?:失火|火災|著火|冒煙)了|正在(?:燒|冒煙|淹水)",
                r"有人(?:昏倒|沒呼吸|溺水|被壓)|心臟病發|快生了",
                r"瓦斯(?:外洩|漏氣)",
                r"(?:my|the|our) (?:house|home|kitchen|building) is (?:on fire|burning)|heart attack",
                r"nhà tôi (?:đang |bị )?cháy|nhà đang cháy|cháy nhà rồi|bị đau tim",
                r"(?:rumah|dapur)(?: saya| kami)? (?:terbakar|kebakaran)|(?:ter)?kena serangan jantung",
                r"火事です|家が燃え|倒れて(?:い|息)",
            )
        ),
        {
            "zh-TW": "有立即危險請先撥 119（火災、救護）。",
            "zh-CN": "有立即危险请先拨 119（火灾、救护）。",
            "en": "In immediate danger call 119 first (fire, ambulance).",
            "vi": "Nguy hiểm ngay lúc này, xin gọi 119 trước (cháy, cấp cứu).",
            "id": "Dalam bahaya langsung, hubungi dulu 119 (kebakaran, ambulans).",
            "ja": "差し迫った危険があるときは、まず 119（火災・救急）へ。",
        },
    ),
    Emergency(
        re.compile(
            any_of(
                r"(?:正在|被)(?:搶劫|跟蹤|追殺|綁架|非禮)|有人(?:要殺|闖進|拿刀)",
                r"被(?:老公|先生|太太|男友|爸爸|媽媽|家人)打|家暴(?!防治|防制|宣導|專線|中心|業務)|打我(?!們)|性侵(?:我|了)",
                r"being followed|(?:he|she|husband|wife|boyfriend|father|mother) (?:hits|beats|hit|beat) me|raped me",
                r"(?:chồng|vợ|bố|cha|mẹ|bạn trai)(?: tôi)? đánh (?:đập )?tôi|bị (?:chồng|vợ|bố|cha|mẹ)(?: tôi)? đánh",
                r"(?:suami|istri|pacar|ayah|ibu)(?: saya)? (?:memukul|memukuli) saya",
                r"(?:夫|妻|彼|父|母)に(?:毆られ|殴られ|叩かれ|暴力)",
            )
        ),
        {
            "zh-TW": "人身安全有危險請先撥 110；家庭暴力、性侵害可撥 113 保護專線（24 小時）。",
            "zh-CN": "人身安全有危险请先拨 110；家庭暴力、性侵害可拨 113 保护专线（24 小时）。",
            "en": ("If you are not safe, call 110 first; for domestic or sexual violence call 113 (24 hours)."),
            "vi": "Không an toàn, xin gọi 110 trước; bạo lực gia đình hoặc tình dục gọi 113 (24 giờ).",
            "id": (
                "Jika Anda tidak aman, hubungi dulu 110; "
                "untuk kekerasan rumah tangga atau seksual hubungi 113 (24 jam)."
            ),
            "ja": "身の危険があるときは、まず 110 へ。家庭内暴力・性暴力は 113（24時間）へ。",
        },
    ),
)


def find_out_of_scope(text: str, year: int) -> OutOfScope | None:
    """The matter that takes a question out of the guidelines' reach, if any; `year`: the edition's, 115."""
    folded = fold(text)
    for matter in OUT_OF_SCOPE:
        if matter.pattern.search(folded):
            return matter
    if _OTHER_CITY.search(folded) and "高雄" not in folded.replace("可以在高雄", ""):
        return OutOfScope("other city", _OTHER_CITY, _OTHER_CITY_REPLY)
    edition = _EDITION.search(folded)
    if edition and int(edition["year"]) != year:
        return OutOfScope("other edition", _EDITION, f"這裡只有 {year} 年度的施政綱要。")
    return None


def find_emergency(text: str) -> Emergency | None:
    """Whom to call first, if the question speaks of danger to life."""
    folded = fold(text)
    return next((emergency for emergency in EMERGENCIES if emergency.pattern.search(folded)), None)
