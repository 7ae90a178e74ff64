"""The frames of the answers that the catalog gives, in the asker's language: counts, lists, owners, items by number.

Names of items and quotes stay Chinese, as the document has them.
"""

from dataclasses import dataclass

from rag.types import Language


@dataclass(frozen=True, slots=True)
class Frames:
    """`{...}` are filled in; `{year}` is the year of the republic, `{ad}` the same as foreigners count it.

    `comma`: between names. `line`: an item of a list. `bureau` and `city`: who speaks in an item, the city in the
    preface. `items` and `net_zero_items`: what is counted, `{what}` in the others. `listed`: behind `found`.
    `nearest_beside`: before items that are near to a matter which is not the city's. `duty` and `usual`: whose
    business something is though no item names it.
    """

    comma: str
    line: str
    bureau: str
    city: str
    item_head: str
    exact_head: str
    no_chapter: str
    no_item: str
    no_paragraph: str
    no_number: str
    whose_item: str
    items: str
    net_zero_items: str
    count_all: str
    count_net_zero: str
    count_preface: str
    count_of: str
    most: str
    most_tied: str
    least: str
    least_tied: str
    exactly: str
    exactly_none: str
    row: str
    found: str
    found_together: str
    found_one: str
    listed: str
    no_words: str
    owner: str
    owners: str
    not_listed: str
    nearest_beside: str
    not_mentioned: str
    duty: str
    usual: str
    sum_head: str
    sum_rest: str
    compared: str
    unconfirmed: str


FRAMES: dict[Language, Frames] = {
    "zh-TW": Frames(
        comma="、",
        line="\n- {label}：{text}",
        bureau="{short}",
        city="高雄市政府",
        item_head="{who}（{label}）：",
        exact_head="{who}（{label}，編號 {id}）：",
        no_chapter="{year} 年度施政綱要只有 {chapters} 章，沒有「{named}」。",
        no_item="{section}只有 {count} 項，沒有「{named}」。",
        no_paragraph="前言只有 {count} 段，沒有「{named}」。",
        no_number="施政綱要沒有編號「{named}」的項目；第 {chapter} 章「{section}」共 {count} 項。",
        whose_item="請說明是哪個局處的項目，例如「交通第三項」；也可以輸入編號，例如「11-3」。",
        items="施政項目",
        net_zero_items="標示淨零的項目",
        count_all="{year} 年度施政綱要分成 {bureaus} 個局處（章節），共 {items} 項，另有前言 {preface} 段。",
        count_net_zero="{year} 年度施政綱要標示淨零的項目共 {items} 項。",
        count_preface="{year} 年度施政綱要的前言共 {preface} 段。",
        count_of="{who}{what}共 {count} 項。",
        most="{what}最多的是{names}，有 {count} 項。",
        most_tied="{what}最多的是{names}，各有 {count} 項（{tied} 個局處並列）。",
        least="{what}最少的是{names}，有 {count} 項。",
        least_tied="{what}最少的是{names}，各有 {count} 項（{tied} 個局處並列）。",
        exactly="{what}剛好 {number} 項的局處共 {count} 個：{names}。",
        exactly_none="沒有局處剛好有 {number} 項{what}。",
        row="- {count} 項：{names}",
        found="找到 {count} 項，分屬 {bureaus} 個局處：{names}。",
        found_together="找到 {count} 項，均屬{names}。",
        found_one="找到 1 項，屬於{names}。",
        listed="以下列出前 {count} 項。",
        no_words="{year} 年度施政綱要沒有任何項目寫到這個詞。",
        owner="這件事由{names}負責：",
        owners="綱要裡有 {count} 個局處寫到這件事，依相關程度為{names}：",
        not_listed="綱要並未將這件事列在{names}。",
        nearest_beside="綱要裡與此最接近的項目：",
        not_mentioned="{year} 年度施政綱要沒有寫到這件事。",
        duty="依一般職掌（不是綱要的內容），可先洽{names}。",
        usual="這類業務通常由{names}負責（依一般職掌，不是綱要的內容）。",
        sum_head="{who} {year} 年度共 {count} 項（淨零 {net_zero} 項），主要方向：",
        sum_rest="以上由系統選出較具代表性的項目，並非綱要排定的優先順序；其餘 {count} 項請問「{bureau}全部項目」。",
        compared="綱要的寫法對照如下：",
        unconfirmed="綱要沒有寫「{figures}」，寫的是：",
    ),
    "zh-CN": Frames(
        comma="、",
        line="\n- {label}：{text}",
        bureau="{short}",
        city="高雄市政府",
        item_head="{who}（{label}）：",
        exact_head="{who}（{label}，编号 {id}）：",
        no_chapter="{year} 年度施政纲要只有 {chapters} 章，没有「{named}」。",
        no_item="{section}只有 {count} 项，没有「{named}」。",
        no_paragraph="前言只有 {count} 段，没有「{named}」。",
        no_number="施政纲要没有编号「{named}」的项目；第 {chapter} 章「{section}」共 {count} 项。",
        whose_item="请说明是哪个局处的项目，例如「交通第三项」；也可以输入编号，例如「11-3」。",
        items="施政项目",
        net_zero_items="标示净零的项目",
        count_all="{year} 年度施政纲要分成 {bureaus} 个局处（章节），共 {items} 项，另有前言 {preface} 段。",
        count_net_zero="{year} 年度施政纲要标示净零的项目共 {items} 项。",
        count_preface="{year} 年度施政纲要的前言共 {preface} 段。",
        count_of="{who}{what}共 {count} 项。",
        most="{what}最多的是{names}，有 {count} 项。",
        most_tied="{what}最多的是{names}，各有 {count} 项（{tied} 个局处并列）。",
        least="{what}最少的是{names}，有 {count} 项。",
        least_tied="{what}最少的是{names}，各有 {count} 项（{tied} 个局处并列）。",
        exactly="{what}刚好 {number} 项的局处共 {count} 个：{names}。",
        exactly_none="没有局处刚好有 {number} 项{what}。",
        row="- {count} 项：{names}",
        found="找到 {count} 项，分属 {bureaus} 个局处：{names}。",
        found_together="找到 {count} 项，均属{names}。",
        found_one="找到 1 项，属于{names}。",
        listed="以下列出前 {count} 项。",
        no_words="{year} 年度施政纲要没有任何项目写到这个词。",
        owner="这件事由{names}负责：",
        owners="纲要里有 {count} 个局处写到这件事，依相关程度为{names}：",
        not_listed="纲要并未将这件事列在{names}。",
        nearest_beside="纲要里与此最接近的项目：",
        not_mentioned="{year} 年度施政纲要没有写到这件事。",
        duty="依一般职掌（不是纲要的内容），可先洽{names}。",
        usual="这类业务通常由{names}负责（依一般职掌，不是纲要的内容）。",
        sum_head="{who} {year} 年度共 {count} 项（净零 {net_zero} 项），主要方向：",
        sum_rest="以上由系统选出较具代表性的项目，并非纲要排定的优先顺序；其余 {count} 项请问「{bureau}全部项目」。",
        compared="纲要的写法对照如下：",
        unconfirmed="纲要没有写「{figures}」，写的是：",
    ),
    "en": Frames(
        comma=", ",
        line="\n- {label}: {text}",
        bureau="{english} ({short})",
        city="Kaohsiung City Government",
        item_head="{who}, item {label}: ",
        exact_head="{who}, item {label} (no. {id}):",
        no_chapter=(
            "The {ad} (ROC year {year}) policy guidelines have only {chapters} chapters; there is no “{named}”."
        ),
        no_item="{section} has only {count} items; there is no “{named}”.",
        no_paragraph="The preface has only {count} paragraphs; there is no “{named}”.",
        no_number=(
            "The policy guidelines have no item with the number “{named}”; chapter {chapter} ({section}) has "
            "{count} items."
        ),
        whose_item="Please say whose item you mean, for example “交通第三項”, or give its number, for example “11-3”.",
        items="policy items",
        net_zero_items="items marked net zero",
        count_all=(
            "The {ad} (ROC year {year}) policy guidelines have {items} items of {bureaus} bureaus (one "
            "chapter each), and a preface of {preface} paragraphs."
        ),
        count_net_zero="In the {ad} (ROC year {year}) policy guidelines, {items} items are marked net zero.",
        count_preface="The preface of the {ad} (ROC year {year}) policy guidelines has {preface} paragraphs.",
        count_of="{who}: {count} {what}.",
        most="Most {what}: {names} ({count}).",
        most_tied="Most {what}: {names} ({count} each; {tied} bureaus).",
        least="Fewest {what}: {names} ({count}).",
        least_tied="Fewest {what}: {names} ({count} each; {tied} bureaus).",
        exactly="Bureaus with exactly {number} {what} ({count}): {names}.",
        exactly_none="No bureau has exactly {number} {what}.",
        row="- {count}: {names}",
        found="{count} items found, of {bureaus} bureaus: {names}.",
        found_together="{count} items found, all of one bureau: {names}.",
        found_one="1 item found: {names}.",
        listed=" The first {count} follow.",
        no_words="No item of the {ad} (ROC year {year}) policy guidelines holds these words.",
        owner="Bureau that the guidelines name for this: {names}",
        owners="Bureaus that the guidelines name for this: {names}",
        not_listed="The guidelines do not list this under {names}. ",
        nearest_beside="Nearest items in the guidelines:",
        not_mentioned="The {ad} (ROC year {year}) policy guidelines do not mention this.",
        duty=" By its general duties (not from the guidelines), you could first ask {names}.",
        usual=" Such matters are usually handled by {names} (by general duties, not from the guidelines).",
        sum_head=(
            "{who}: {count} items in the {ad} (ROC year {year}) policy guidelines ({net_zero} net zero). "
            "Main directions:"
        ),
        sum_rest=(
            "These items were chosen by this service as representative; the guidelines do not rank them. For "
            "the other {count}, ask “{bureau}全部項目”."
        ),
        compared="What the guidelines say of each:",
        unconfirmed="The guidelines do not say “{figures}”; they say:",
    ),
    "vi": Frames(
        comma=", ",
        line="\n- {label}: {text}",
        bureau="{english} ({short})",
        city="Chính quyền thành phố Cao Hùng",
        item_head="{who}, mục {label}: ",
        exact_head="{who}, mục {label} (số {id}):",
        no_chapter=(
            "Cương lĩnh chính sách năm {ad} (năm {year} Dân Quốc) chỉ có {chapters} chương, không có “{named}”."
        ),
        no_item="{section} chỉ có {count} mục, không có “{named}”.",
        no_paragraph="Lời nói đầu chỉ có {count} đoạn, không có “{named}”.",
        no_number="Cương lĩnh không có mục số “{named}”; chương {chapter} ({section}) có {count} mục.",
        whose_item="Xin cho biết mục của cơ quan nào, ví dụ “交通第三項”, hoặc nhập số mục, ví dụ “11-3”.",
        items="mục chính sách",
        net_zero_items="mục được đánh dấu net zero",
        count_all=(
            "Cương lĩnh chính sách năm {ad} (năm {year} Dân Quốc) có {items} mục của {bureaus} cơ quan (mỗi "
            "cơ quan một chương) và lời nói đầu gồm {preface} đoạn."
        ),
        count_net_zero="Cương lĩnh chính sách năm {ad} (năm {year} Dân Quốc) có {items} mục được đánh dấu net zero.",
        count_preface="Lời nói đầu của cương lĩnh chính sách năm {ad} (năm {year} Dân Quốc) có {preface} đoạn.",
        count_of="{who}: {count} {what}.",
        most="Nhiều {what} nhất: {names} ({count}).",
        most_tied="Nhiều {what} nhất: {names} (mỗi cơ quan {count}; {tied} cơ quan).",
        least="Ít {what} nhất: {names} ({count}).",
        least_tied="Ít {what} nhất: {names} (mỗi cơ quan {count}; {tied} cơ quan).",
        exactly="Các cơ quan có đúng {number} {what} ({count}): {names}.",
        exactly_none="Không có cơ quan nào có đúng {number} {what}.",
        row="- {count}: {names}",
        found="Tìm thấy {count} mục của {bureaus} cơ quan: {names}.",
        found_together="Tìm thấy {count} mục, đều của {names}.",
        found_one="Tìm thấy 1 mục của {names}.",
        listed=" Dưới đây là {count} mục đầu.",
        no_words="Không có mục nào của cương lĩnh chính sách năm {ad} (năm {year} Dân Quốc) có từ này.",
        owner="Cơ quan được cương lĩnh nêu: {names}",
        owners="Cơ quan được cương lĩnh nêu: {names}",
        not_listed="Cương lĩnh không xếp việc này vào {names}. ",
        nearest_beside="Các mục gần nhất trong cương lĩnh:",
        not_mentioned="Cương lĩnh chính sách năm {ad} (năm {year} Dân Quốc) không nhắc đến việc này.",
        duty=" Theo chức năng chung (không phải nội dung cương lĩnh), quý vị có thể hỏi {names} trước.",
        usual=" Việc này thường do {names} phụ trách (theo chức năng chung, không phải nội dung cương lĩnh).",
        sum_head=(
            "{who}: {count} mục trong cương lĩnh chính sách năm {ad} (năm {year} Dân Quốc), trong đó "
            "{net_zero} mục net zero. Các hướng chính:"
        ),
        sum_rest=(
            "Hệ thống chọn các mục tiêu biểu; cương lĩnh không xếp thứ tự ưu tiên. Với {count} mục còn lại, "
            "xin hỏi “{bureau}全部項目”."
        ),
        compared="Cương lĩnh viết về từng bên như sau:",
        unconfirmed="Cương lĩnh không ghi “{figures}” mà ghi:",
    ),
    "id": Frames(
        comma=", ",
        line="\n- {label}: {text}",
        bureau="{english} ({short})",
        city="Pemerintah Kota Kaohsiung",
        item_head="{who}, butir {label}: ",
        exact_head="{who}, butir {label} (nomor {id}):",
        no_chapter=(
            "Pedoman kebijakan tahun {ad} (tahun ROC {year}) hanya memiliki {chapters} bab; tidak ada “{named}”."
        ),
        no_item="{section} hanya memiliki {count} butir; tidak ada “{named}”.",
        no_paragraph="Pendahuluan hanya memiliki {count} paragraf; tidak ada “{named}”.",
        no_number=(
            "Pedoman tidak memiliki butir bernomor “{named}”; bab {chapter} ({section}) memiliki {count} butir."
        ),
        whose_item=(
            "Mohon sebutkan butir dinas mana yang dimaksud, misalnya “交通第三項”, atau nomornya, misalnya “11-3”."
        ),
        items="butir kebijakan",
        net_zero_items="butir bertanda net zero",
        count_all=(
            "Pedoman kebijakan tahun {ad} (tahun ROC {year}) memuat {items} butir dari {bureaus} dinas "
            "(masing-masing satu bab) dan pendahuluan sebanyak {preface} paragraf."
        ),
        count_net_zero="Dalam pedoman kebijakan tahun {ad} (tahun ROC {year}) ada {items} butir bertanda net zero.",
        count_preface="Pendahuluan pedoman kebijakan tahun {ad} (tahun ROC {year}) terdiri atas {preface} paragraf.",
        count_of="{who}: {count} {what}.",
        most="{what} terbanyak: {names} ({count}).",
        most_tied="{what} terbanyak: {names} (masing-masing {count}; {tied} dinas).",
        least="{what} paling sedikit: {names} ({count}).",
        least_tied="{what} paling sedikit: {names} (masing-masing {count}; {tied} dinas).",
        exactly="Dinas dengan tepat {number} {what} ({count}): {names}.",
        exactly_none="Tidak ada dinas dengan tepat {number} {what}.",
        row="- {count}: {names}",
        found="Ditemukan {count} butir dari {bureaus} dinas: {names}.",
        found_together="Ditemukan {count} butir, semuanya dari {names}.",
        found_one="Ditemukan 1 butir dari {names}.",
        listed=" Berikut {count} butir pertama.",
        no_words="Tidak ada butir pedoman kebijakan tahun {ad} (tahun ROC {year}) yang memuat kata ini.",
        owner="Dinas yang disebut pedoman: {names}",
        owners="Dinas yang disebut pedoman: {names}",
        not_listed="Pedoman tidak mencantumkan hal ini pada {names}. ",
        nearest_beside="Butir terdekat dalam pedoman:",
        not_mentioned="Pedoman kebijakan tahun {ad} (tahun ROC {year}) tidak menyebut hal ini.",
        duty=" Menurut tugas umumnya (bukan isi pedoman), Anda dapat bertanya dulu kepada {names}.",
        usual=" Urusan seperti ini biasanya ditangani {names} (menurut tugas umum, bukan isi pedoman).",
        sum_head=(
            "{who}: {count} butir dalam pedoman kebijakan tahun {ad} (tahun ROC {year}), {net_zero} di "
            "antaranya net zero. Arah utama:"
        ),
        sum_rest=(
            "Butir-butir ini dipilih oleh sistem sebagai perwakilan; pedoman tidak mengurutkan prioritasnya. "
            "Untuk {count} butir lainnya, tanyakan “{bureau}全部項目”."
        ),
        compared="Isi pedoman tentang masing-masing:",
        unconfirmed="Pedoman tidak menulis “{figures}”, melainkan:",
    ),
    "ja": Frames(
        comma="、",
        line="\n- {label}：{text}",
        bureau="{short}",
        city="高雄市政府",
        item_head="{who}（{label}）：",
        exact_head="{who}（{label}、番号 {id}）：",
        no_chapter="{ad}年（民国{year}年）の施政綱要は全{chapters}章で、「{named}」はありません。",
        no_item="{section}は全{count}項目で、「{named}」はありません。",
        no_paragraph="前文は全{count}段落で、「{named}」はありません。",
        no_number="施政綱要に番号「{named}」の項目はありません。第{chapter}章「{section}」は全{count}項目です。",
        whose_item="どの部局の項目かをお知らせください（例：「交通第三項」）。番号（例：「11-3」）でも調べられます。",
        items="施政項目",
        net_zero_items="ネットゼロと記された項目",
        count_all="{ad}年（民国{year}年）の施政綱要は{bureaus}部局（各1章）、全{items}項目で、ほかに前文が{preface}段落あります。",
        count_net_zero="{ad}年（民国{year}年）の施政綱要でネットゼロと記された項目は{items}項目です。",
        count_preface="{ad}年（民国{year}年）の施政綱要の前文は{preface}段落です。",
        count_of="{who}の{what}：{count}項目。",
        most="{what}が最も多い部局：{names}（{count}項目）。",
        most_tied="{what}が最も多い部局：{names}（各{count}項目、{tied}部局）。",
        least="{what}が最も少ない部局：{names}（{count}項目）。",
        least_tied="{what}が最も少ない部局：{names}（各{count}項目、{tied}部局）。",
        exactly="{what}がちょうど{number}項目の部局（{count}）：{names}。",
        exactly_none="{what}がちょうど{number}項目の部局はありません。",
        row="- {count}項目：{names}",
        found="{bureaus}部局の{count}項目が見つかりました：{names}。",
        found_together="{count}項目が見つかりました。すべて{names}の項目です。",
        found_one="1項目が見つかりました：{names}。",
        listed="以下は最初の{count}項目です。",
        no_words="{ad}年（民国{year}年）の施政綱要に、この言葉を含む項目はありません。",
        owner="綱要でこの件に触れている部局：{names}",
        owners="綱要でこの件に触れている部局：{names}",
        not_listed="綱要ではこの件は{names}の項目にありません。",
        nearest_beside="綱要で最も近い項目：",
        not_mentioned="{ad}年（民国{year}年）の施政綱要は、この件に触れていません。",
        duty="一般的な職掌（綱要の内容ではありません）では、まず{names}にお尋ねください。",
        usual="この種の業務は通常{names}が担当します（一般的な職掌で、綱要の内容ではありません）。",
        sum_head="{who}：{ad}年（民国{year}年）は全{count}項目（うちネットゼロ {net_zero}）。主な方向：",
        sum_rest=(
            "以上は本サービスが代表的なものとして選んだ項目で、綱要が定めた優先順位ではありません。"
            "残り {count} 項目は「{bureau}全部項目」とお尋ねください。"
        ),
        compared="綱要の記述を並べると次のとおりです：",
        unconfirmed="綱要には「{figures}」とは書かれておらず、次のように書かれています：",
    ),
}
