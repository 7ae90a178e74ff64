"""What people say to a service beside questions: a table, each kind with its own answer."""

import re
from typing import Literal

from rag.text import any_of, fold

SmallTalk = Literal["greeting", "thanks", "farewell", "self"]

_END = r"[\s!！。.~～?？]*"


def _talk(*patterns: str) -> re.Pattern[str]:
    return re.compile(rf"^(?:{any_of(*patterns)}){_END}$")


# Write patterns as `fold` writes questions.
_TABLE: tuple[tuple[SmallTalk, re.Pattern[str]], ...] = (
    (
        "self",
        _talk(
            r"你(?:們)?是(?:誰|什麼|真人|機器人|ai)嗎?",
            r"你(?:們)?(?:是不是|是)(?:高雄)?(?:市府|市?政府|公務員|官方)(?:的?人|機關|單位|員工|網站)?嗎?",
            r"(?:who|what) are you|are you (?:the|a|an) (?:(?:city )?government|official|human|robot|bot|ai)",
            r"(?:bạn|quý vị) là ai|(?:anda|kamu) siapa|siapa (?:anda|kamu)",
            r"あなたは誰ですか|(?:あなたは)?市の人ですか",
        ),
    ),
    (
        "greeting",
        _talk(
            r"[你您]好嗎?|大家好|哈囉|嗨|早|早安|午安|晚安|安安",
            r"hi|hello|hey|good (?:morning|afternoon|evening|day)|how are you",
            r"你(?:可以|能|會)(?:做|幫).{0,6}什麼|(?:這個?)?(?:網站|系統|服務)?(?:要)?怎麼(?:用|使用)|使用說明|說明",
            r"help|what can you do|how does this work",
            r"こんにちは|こんばんは|おはよう(?:ございます)?|はじめまして|何ができますか|使い方",
            r"(?:xin )?chào(?: (?:bạn|anh|chị|em|buổi sáng))?|(?:bạn|quý vị) (?:có thể )?làm được gì",
            r"halo|hai|selamat (?:pagi|siang|sore|malam)|apa kabar|(?:anda|kamu) bisa apa",
        ),
    ),
    (
        "thanks",
        _talk(
            r"(?:謝謝|感謝|多謝)(?!.*(?:怎麼|什麼|哪|誰|幾|嗎|呢))[^?]{0,8}",
            r"thanks?(?: (?:a lot|so much))?|thank you(?: (?:very|so) much)?",
            r"(?:どうも)?ありがとう(?:ございま(?:す|した))?",
            r"(?:xin )?(?:cảm|cám) ơn(?: (?:bạn|nhiều|rất nhiều))*",
            r"(?:banyak )?terima kasih(?: banyak)?|makasih",
        ),
    ),
    (
        "farewell",
        _talk(
            r"掰掰|拜拜|再見|再會",
            r"(?:good)?bye|see you(?: (?:later|soon))?",
            r"さようなら|またね|失禮します",
            r"tạm biệt|sampai jumpa|selamat tinggal",
        ),
    ),
)


def find_small_talk(text: str) -> SmallTalk | None:
    """What is said, where it is no question about policy."""
    folded = fold(text).strip()
    return next((kind for kind, pattern in _TABLE if pattern.search(folded)), None)
