"""The sentences around the items, in the asker's language. Items are quoted in Chinese as they stand."""

from dataclasses import dataclass

from rag.retrieval.small_talk import SmallTalk
from rag.types import Language, Writing

_FIRST_YEAR_OF_THE_REPUBLIC = 1912


@dataclass(frozen=True, slots=True)
class Wording:
    """`{...}` are filled in. `chinese`: the items share their words with the question.

    `in_prompt`: the language's name as a chat model is told it. `corrected` and `unwritten`: beside an answer of which
    a model's sentences were left out, or which it did not write.
    """

    chinese: bool
    original: str
    partial: str
    related: str
    refusal: str
    nearest: str
    hotline: str
    in_prompt: str
    corrected: str
    unwritten: str


_CHINESE = Wording(
    chinese=True,
    original="原文：",
    partial="{year} 年度施政綱要寫到這件事，但沒有寫{facts}。",
    related="綱要寫的是：",
    refusal="{year} 年度施政綱要裡沒有這個問題的答案。",
    nearest="最接近的施政項目（未必與您的問題有關）：",
    hotline="需要協助請撥高雄市政府 1999 市民專線（24 小時）。",
    in_prompt="繁體中文",
    corrected="語言模型寫的句子有 {dropped} 句在綱要裡查無依據，已略去。",
    unwritten="語言模型這次沒有可用的回答，以下直接引用綱要原文。",
)

WORDING: dict[Language, Wording] = {
    "zh-TW": _CHINESE,
    "zh-CN": Wording(
        chinese=True,
        original="原文：",
        partial="{year} 年度施政纲要写到这件事，但没有写{facts}。",
        related="纲要写的是：",
        refusal="{year} 年度施政纲要里没有这个问题的答案。",
        nearest="最接近的施政项目（未必与您的问题有关）：",
        hotline="需要协助请拨高雄市政府 1999 市民专线（24 小时）。",
        in_prompt="简体中文",
        corrected="语言模型写的句子有 {dropped} 句在纲要里查无依据，已略去。",
        unwritten="语言模型这次没有可用的回答，以下直接引用纲要原文。",
    ),
    "en": Wording(
        chinese=False,
        original="In the guidelines' own words: ",
        partial="The {ad} (ROC year {year}) policy guidelines mention this, but not the detail you ask for ({facts}).",
        related="What they say: ",
        refusal="The {ad} (ROC year {year}) policy guidelines do not answer this question.",
        nearest="Nearest items (they may not be about your question):",
        hotline="For help, call Kaohsiung City's hotline 1999 (24 hours).",
        in_prompt="英文（English）",
        corrected="{dropped} sentence(s) of the language model had no support in the guidelines and were left out.",
        unwritten="The language model gave no usable answer; the guidelines are quoted instead.",
    ),
    "vi": Wording(
        chinese=False,
        original="Nguyên văn trong cương lĩnh: ",
        partial=(
            "Cương lĩnh chính sách năm {ad} (năm {year} Dân Quốc) có nhắc đến việc này "
            "nhưng không nêu chi tiết quý vị hỏi ({facts})."
        ),
        related="Nội dung được nêu: ",
        refusal="Cương lĩnh chính sách năm {ad} (năm {year} Dân Quốc) không có câu trả lời cho câu hỏi này.",
        nearest="Các mục gần nhất (có thể không liên quan):",
        hotline="Cần hỗ trợ, xin gọi đường dây nóng 1999 của thành phố Cao Hùng (24 giờ).",
        in_prompt="越南文（Tiếng Việt）",
        corrected="Đã bỏ {dropped} câu của mô hình ngôn ngữ vì cương lĩnh không có căn cứ.",
        unwritten="Mô hình ngôn ngữ không đưa ra câu trả lời dùng được; dưới đây trích nguyên văn cương lĩnh.",
    ),
    "id": Wording(
        chinese=False,
        original="Bunyi aslinya dalam pedoman: ",
        partial=(
            "Pedoman kebijakan tahun {ad} (tahun ROC {year}) menyebut hal ini, "
            "tetapi tidak memuat rincian yang ditanyakan ({facts})."
        ),
        related="Yang tertulis: ",
        refusal="Pedoman kebijakan tahun {ad} (tahun ROC {year}) tidak memuat jawaban atas pertanyaan ini.",
        nearest="Butir terdekat (mungkin tidak terkait):",
        hotline="Untuk bantuan, hubungi saluran 1999 Kota Kaohsiung (24 jam).",
        in_prompt="印尼文（Bahasa Indonesia）",
        corrected="{dropped} kalimat model bahasa dihapus karena tidak didukung oleh pedoman.",
        unwritten="Model bahasa tidak memberi jawaban yang dapat dipakai; berikut kutipan dari pedoman.",
    ),
    "ja": Wording(
        chinese=False,
        original="綱要の原文：",
        partial="{ad}年（民国{year}年）の施政綱要はこの件に触れていますが、お尋ねの内容（{facts}）は書かれていません。",
        related="書かれている内容：",
        refusal="{ad}年（民国{year}年）の施政綱要には、この質問の答えがありません。",
        nearest="最も近い施政項目（ご質問と関係ない場合があります）：",
        hotline="お困りの際は高雄市政府の市民ホットライン 1999（24時間）へお電話ください。",
        in_prompt="日文（日本語）",
        corrected="言語モデルの文のうち {dropped} 文は綱要に根拠がないため省きました。",
        unwritten="言語モデルから使える回答が得られなかったため、綱要の原文を引用します。",
    ),
}

_EXAMPLES = "- 公車什麼時候會全部換成電動的？\n- 登革熱防治是哪個局負責？\n- 交通局標示淨零的有幾項？\n- 交通第三項"
SMALL_TALK: dict[SmallTalk, dict[Language, str]] = {
    "greeting": {
        "zh-TW": (
            "您好！本服務可回答高雄市 {year} 年度施政綱要的相關問題，每個回答都附上出處。您可以這樣問：\n" + _EXAMPLES
        ),
        "zh-CN": (
            "您好！本服务可回答高雄市 {year} 年度施政纲要的相关问题，每个回答都附上出处。您可以这样问：\n"
            "- 公交车什么时候会全部换成电动的？\n- 登革热防治是哪个局负责？"
        ),
        "en": (
            "Hello! This service answers questions about Kaohsiung City's {ad} (ROC year {year}) policy guidelines, "
            "each answer with its source. You could ask, for example:\n- When will all city buses be electric?"
        ),
        "vi": (
            "Xin chào! Dịch vụ này trả lời câu hỏi của quý vị về cương lĩnh chính sách năm {ad} (năm {year} Dân Quốc) "
            "của thành phố Cao Hùng, kèm nguồn trích dẫn. Quý vị có thể hỏi, ví dụ:\n"
            "- Thành phố làm gì để phòng chống sốt xuất huyết?"
        ),
        "id": (
            "Halo! Layanan ini menjawab pertanyaan tentang pedoman kebijakan Kota Kaohsiung tahun {ad} "
            "(tahun ROC {year}), lengkap dengan sumbernya. Anda dapat bertanya, misalnya:\n"
            "- Apakah ada hotel yang ramah muslim di Kaohsiung?"
        ),
        "ja": (
            "こんにちは。高雄市の{ad}年（民国{year}年）の施政綱要についての質問に、出典を付けてお答えします。"
            "たとえば次のようにお尋ねください：\n- 高雄の動物園は来年どのように改善されますか？"
        ),
    },
    "thanks": {
        "zh-TW": "不客氣！還有其他想知道的，歡迎再問。",
        "zh-CN": "不客气！还有其他想知道的，欢迎再问。",
        "en": "You're welcome! Feel free to ask anything else.",
        "vi": "Không có gì! Quý vị cứ hỏi thêm nếu cần.",
        "id": "Sama-sama! Silakan bertanya lagi.",
        "ja": "どういたしまして。ほかにもあればお尋ねください。",
    },
    "farewell": {
        "zh-TW": "再見！",
        "zh-CN": "再见！",
        "en": "Goodbye!",
        "vi": "Tạm biệt quý vị!",
        "id": "Sampai jumpa!",
        "ja": "さようなら。",
    },
    "self": {
        "zh-TW": (
            "這是自動問答服務，不是市府人員，也不代表高雄市政府；只依高雄市 {year} 年度施政綱要的內容回答，並附上出處。"
            "要洽詢市府請撥 1999 市民專線（24 小時）。"
        ),
        "zh-CN": (
            "这是自动问答服务，不是市府人员，也不代表高雄市政府；只依高雄市 {year} 年度施政纲要的内容回答，并附上出处。"
            "要洽询市府请拨 1999 市民专线（24 小时）。"
        ),
        "en": (
            "This is an automatic service, not the city government and none of its staff. It answers only from "
            "Kaohsiung City's {ad} (ROC year {year}) policy guidelines, with sources. "
            "To reach the city, call its hotline 1999 (24 hours)."
        ),
        "vi": (
            "Đây là dịch vụ trả lời tự động, không phải chính quyền thành phố và không phải nhân viên của thành phố. "
            "Dịch vụ chỉ trả lời theo cương lĩnh chính sách năm {ad} (năm {year} Dân Quốc) của thành phố Cao Hùng, "
            "kèm nguồn trích dẫn. Để liên hệ thành phố, xin gọi đường dây nóng 1999 (24 giờ)."
        ),
        "id": (
            "Ini layanan tanya jawab otomatis, bukan pemerintah kota dan bukan pegawainya. "
            "Jawabannya hanya berdasarkan "
            "pedoman kebijakan Kota Kaohsiung tahun {ad} (tahun ROC {year}), lengkap dengan sumbernya. "
            "Untuk menghubungi pemerintah kota, hubungi saluran 1999 (24 jam)."
        ),
        "ja": (
            "これは自動応答サービスで、市政府でも市の職員でもありません。高雄市の{ad}年（民国{year}年）の施政綱要の内容だけに"
            "もとづき、出典を付けてお答えします。市へのお問い合わせは市民ホットライン 1999（24時間）へどうぞ。"
        ),
    },
}


def years(year: int) -> dict[str, int]:
    """The year of an edition, 115, and the same as foreigners count it, 2026: what `{year}` and `{ad}` stand for."""
    return {"year": year, "ad": year + _FIRST_YEAR_OF_THE_REPUBLIC - 1}


def describe_writing(writing: Writing | None, language: Language, *, kept: bool) -> str:
    """What a reader should know of how a chat model's answer came about; empty where all went well."""
    if writing is None:
        return ""
    wording = WORDING[language]
    if writing.failure or not kept:
        return wording.unwritten
    return wording.corrected.format(dropped=writing.dropped) if writing.dropped else ""
