"""Which of the six languages a text is written in: by script first, and Latin script by its commonest words."""

import re
import unicodedata

from rag.text import fold
from rag.types import Language

_HAN = re.compile(r"[\u3400-\u9fff]")
_KANA = re.compile(r"[\u3040-\u30ff]")
_LATIN_WORD = re.compile(r"[a-z\u00c0-\u024f\u1e00-\u1eff]+")
# Letters that of the three languages only Vietnamese has.
_VIETNAMESE = re.compile(r"[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]")


def _common(*lines: str) -> frozenset[str]:
    return frozenset(" ".join(lines).split())


_COMMON = {
    "en": _common(
        "a about after again all am an and any are at be been by can could did do does doing for from get had has",
        "have hello help hi how i if in into is it its like many me more most much my near next not of on one or",
        "our out please should so some than thank thanks that the their them there these they this to today",
        "tomorrow up us want was we were what when where whether which while who whom whose why will with would",
        "you your",
    ),
    "id": _common(
        "ada adakah agar akan aku anak anda antara apa apakah atau bagaimana bagi bagus bahasa banyak baru",
        "beberapa belum berapa berikan besok bisa bisakah boleh buat bukan cara cuaca daerah daftar dalam dan",
        "dapat dapatkah dari di dia dong gimana hai halo harga hari harus ingin ini itu jadi jalan jam jangan",
        "jika juga kabar kalau kalian kami kantor kapan kasih ke kenapa kepada kerja kita kota lagi lain lebih",
        "malam mana masih mati mau mengapa mereka naik nama nomor oleh orang pada pagi para pemerintah pergi",
        "perlu program punya rencana rumah saat saja salah sama sampai sangat saya sebagai sedang sekarang",
        "selamat semua seperti siang siapa sore sudah tahun tanpa telah tempat tentang terhadap terima tidak",
        "tiket tolong umum untuk warga yang",
    ),
    "vi": _common(
        "ai anh bao bị cao chi cho chào chính chị cám có cũng cảm của dân em giúp giờ gì hay hôm hùng khi không",
        "là làm lên lúc mua muốn mà mình mấy một nay ngày nhiêu nhà như những nào này nói năm nơi phí phải phố",
        "qua ra rồi sao sẽ số thành thì thế tin trong trên tôi tại tạm từ và vào vì về với xe xin đang đi đâu đã",
        "đó được đến để ơn ở",
    ),
}
# How Indonesian builds words, as English does not.
_INDONESIAN_FORM = re.compile(r"(?:meng|meny)[a-z]{3,}|[a-z]{4,}(?:kan|nya|kah)|(?:ke|per|pen|pem)[a-z]{3,}an(?<!ian)")
_VIETNAMESE_LETTER_WORTH = 2
# Names in Latin letters stand in Chinese questions: another language is one that brings its own small words.
_LEAST_WORDS_BESIDE_HAN = 2


def detect_language(text: str) -> Language:
    """By script first; Taiwanese in Han characters counts as zh-TW, a Chinese name in another language as a name."""
    if _KANA.search(text):
        return "ja"
    if _HAN.search(text):
        return _around_chinese_names(text) or _chinese(text)
    if not re.search(r"[^\W\d_]", text):
        return "zh-TW"
    return _latin(text)


def _chinese(text: str) -> Language:
    narrow = unicodedata.normalize("NFKC", text).lower()
    # OpenCC changes a text only where it holds forms that Traditional Chinese does not use.
    changed = sum(a != b for a, b in zip(narrow, fold(text), strict=False))
    return "zh-CN" if changed >= 3 and changed > len(narrow) / 8 else "zh-TW"


def _around_chinese_names(text: str) -> Language | None:
    """The language of a sentence in Latin letters that only names something in Chinese; None where it is Chinese."""
    words = _words(text)
    mostly_latin = sum(map(len, words)) > len(_HAN.findall(text))
    language = _latin(text)
    return language if mostly_latin and _worth(words, language) >= _LEAST_WORDS_BESIDE_HAN else None


def _latin(text: str) -> Language:
    words = _words(text)
    # English first: where nothing tells, it is what most people try.
    languages: tuple[Language, ...] = ("en", "id", "vi")
    return max(languages, key=lambda language: _worth(words, language))


def _worth(words: list[str], language: Language) -> int:
    """How many of these words are of the language's commonest, or built as only it builds them."""
    worth = sum(word in _COMMON[language] for word in words)
    if language == "id":
        worth += sum(word not in _COMMON["id"] and bool(_INDONESIAN_FORM.fullmatch(word)) for word in words)
    if language == "vi":
        worth += _VIETNAMESE_LETTER_WORTH * sum(bool(_VIETNAMESE.search(word)) for word in words)
    return worth


def _words(text: str) -> list[str]:
    return _LATIN_WORD.findall(unicodedata.normalize("NFKC", text).lower())
