"""Texts made comparable, one character for one character, so that spans index the original."""

from __future__ import annotations

import re
import unicodedata

LIMIT = 4000  # characters of one comment that are read; forms ask for far less

# Traditional forms and their simplified ones, side by side: the common ones that differ.
_FORMS = (
    "並并亂乱亞亚佈布佔占來来係系個个們们偽伪備备傳传僅仅價价億亿儘尽償偿優优內内兩两別别則则創创"
    "劃划劑剂動动務务勝胜勞劳勢势匯汇協协卻却員员問问啟启喚唤單单嗎吗嘆叹嚇吓嚴严囑嘱國国圍围園园"
    "圓圆圖图團团執执堅坚報报場场塊块塵尘墊垫壓压壞坏壯壮夠够夢梦夥伙夾夹奪夺奮奋婦妇孫孙學学實实"
    "寧宁審审寫写寬宽寵宠寶宝將将專专尋寻對对導导層层屬属岡冈島岛師师帳账幫帮幾几庫库廁厕廚厨廠厂"
    "廢废廣广廳厅張张強强彙汇後后從从徵征徹彻恆恒悅悦悶闷惡恶惱恼愛爱態态慘惨慣惯慮虑慶庆憂忧憑凭"
    "憤愤懇恳應应懲惩懶懒懷怀懸悬戰战戲戏戶户拋抛挾挟捨舍掃扫掙挣掛挂採采揚扬換换損损搶抢撥拨擁拥"
    "擇择擊击擋挡擔担據据擠挤擬拟擴扩擺摆擾扰攔拦敗败敵敌數数斬斩斷断時时暫暂曆历曉晓書书會会東东"
    "條条棄弃棧栈業业極极榮荣構构槍枪樂乐樓楼標标樣样樹树橋桥機机檔档檢检檯台櫃柜欄栏權权歐欧歡欢"
    "歷历殘残毀毁氣气決决沒没況况洩泄洶汹涼凉淨净測测湊凑湯汤準准溝沟溫温滅灭滯滞滿满漲涨漸渐潑泼"
    "潔洁澀涩濃浓濕湿瀏浏灑洒灣湾為为無无煙烟煩烦熱热燈灯燒烧營营爛烂爭争爲为牆墙狀状狹狭獎奖獨独"
    "獲获獻献現现瑣琐環环產产畢毕畫画異异當当瘋疯療疗發发皺皱盜盗盡尽盤盘瞞瞒矯矫確确碼码祕秘禍祸"
    "禮礼稅税種种稱称積积穩稳窮穷竊窃競竞節节範范築筑簡简簽签簾帘籃篮糧粮約约紅红純纯紙纸級级紛纷"
    "細细終终組组結结絕绝絡络給给統统綁绑經经綠绿維维網网緊紧緒绪線线緣缘編编緩缓練练緻致縫缝縮缩"
    "總总績绩織织繡绣繫系繼继續续罰罚罵骂羅罗羨羡習习聞闻聯联聰聪聲声職职聽听肅肃腦脑腫肿腳脚膩腻"
    "膽胆臉脸臨临臺台與与興兴舉举舊旧艱艰莊庄萬万葉叶蓋盖藝艺藥药蘋苹蘭兰處处虛虚號号蝦虾蟲虫蠻蛮"
    "術术衛卫衝冲裏里補补裝装裡里複复褲裤襪袜見见規规視视親亲覽览觀观觸触訂订計计訊讯訓训記记設设"
    "許许訴诉診诊詐诈評评詞词試试話话該该詳详誇夸認认誠诚誤误說说誰谁調调談谈請请諒谅論论諮咨諾诺"
    "謙谦講讲謝谢謹谨證证識识譯译議议護护譽誉讀读變变讓让讚赞豐丰豬猪貝贝負负財财貨货貪贪責责貴贵"
    "買买貸贷費费貼贴賀贺資资賞赏賠赔賣卖質质賬账賴赖購购贈赠贊赞趕赶趨趋跡迹踐践蹤踪車车軌轨軟软"
    "較较載载輔辅輕轻輛辆輝辉輪轮輯辑輸输轉转辦办農农這这週周進进遊游運运過过達达違违遞递遠远適适"
    "遲迟遷迁選选遺遗還还邊边邏逻郵邮鄉乡醫医釋释釐厘針针鈕钮鋪铺鋼钢錄录錢钱錦锦錯错錶表鍵键鎖锁"
    "鏈链鏡镜鐘钟鐵铁鑰钥長长門门閃闪閉闭開开閒闲間间閱阅闊阔關关陰阴陳陈陸陆陽阳隊队際际隨随險险"
    "隱隐雖虽雙双雜杂雞鸡離离難难雲云電电霧雾靈灵靚靓靜静韓韩響响頁页項项順顺須须預预頓顿領领頭头"
    "頻频題题額额顏颜願愿類类顧顾顯显風风飄飘飛飞飯饭飲饮飽饱餓饿餘余館馆馬马駕驾駛驶騎骑騙骗騰腾"
    "驗验驚惊髒脏體体髮发鬆松鬧闹鬱郁魚鱼鮮鲜鳥鸟鴨鸭鹹咸鹽盐麗丽麵面麼么黃黄點点黨党齊齐齡龄龍龙"
    "龜龟"
)


_ADDRESS = re.compile(r"https?://[!-~]+|www\.[!-~]+|@[a-z0-9_]+(?:\.[a-z0-9_]+)*")


class _Folds(dict[int, str]):
    """What each character is read as, worked out when it is met first."""

    def __missing__(self, code: int) -> str:
        folded = _fold_character(chr(code))
        if len(self) < 50_000:  # a hostile text must not fill the memory
            self[code] = folded
        return folded


def _fold_character(character: str) -> str:
    if unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp", "Zs"}:
        return "\n" if character in "\n\r\u2028\u2029" else " "
    plain = unicodedata.normalize("NFKC", character).lower()
    return plain if len(plain) == 1 else character


def _folds() -> _Folds:
    pairs = zip(_FORMS[::2], _FORMS[1::2], strict=True)
    folds = _Folds({ord(traditional): simple for traditional, simple in pairs})
    folds.update({ord(quote): "'" for quote in "’‘`´"})
    return folds


_FOLDS = _folds()


def fold(text: str) -> str:
    """The text in half-width, lower-case, simplified characters, as long as the original.

    Control characters and lone surrogates become spaces; what does not fold to exactly one
    character stays as it is. Links, e-mail hosts and @names
    become spaces too. Only the first ``LIMIT`` characters are kept.
    """
    return _ADDRESS.sub(_blank, text[:LIMIT].translate(_FOLDS))


def _blank(found: re.Match[str]) -> str:
    return " " * len(found.group())
