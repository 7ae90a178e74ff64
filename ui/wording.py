"""Every string that a visitor of the page reads. Official, plain, polite."""

TITLE = "施政問答"
INTRODUCTION = (
    "## 施政問答\n"
    "查詢高雄市政府 **115 年度施政綱要**：每一句回答都附上出處，綱要沒寫的就說沒有。"
    "本服務不使用大型語言模型，內容以原文為準；其他市政問題請撥 **1999** 市民專線。"
)
EXAMPLES = (
    "公車什麼時候會全部換成電動的？",
    "太陽能光電六年計畫要裝多少？",
    "想開店創業，年輕人有什麼補助？",
    "家裡附近每次下大雨就淹水，右昌這邊有要改善嗎？",
    "登革熱防治是哪個局負責？",
    "捷運黃線現在做到哪裡？",
)
CHAT_LABEL = "對話"
INPUT_LABEL = "您的問題"
INPUT_PLACEHOLDER = "請輸入問題，例如：公車什麼時候會全部換成電動的？"
EXAMPLES_LABEL = "可以這樣問"
SOURCES_TITLE = "### 引用的施政項目"
NO_SOURCES = "回答引用的施政項目原文會顯示在這裡。"
NOT_CITED = "這次的回答沒有引用任何施政項目。"
NET_ZERO = "〔淨零〕"
UNREADABLE = "請輸入 2,000 字以內的問題。"
