"""Turns of phrase that say more than their words: wishes, irony, a price that is worth it.

All patterns have bounded repeats, so that no text makes them slow.
"""

from __future__ import annotations

import re

_CLAUSE = {
    "zh": (
        (r"有待|(?:需|应|还要|须).{0,4}(?:提高|加强|改进|提升|改善)|有提升空间", -1.0),
        (r"问题.{0,8}(?<!没)(?<!未)(?<!没有)(?<!无法)解决(?:了|得|掉|完|好)", 1.5),
        (r"(?:专业|能力|经验|知识|技能|水平|责任心|耐心|主动性|灵活性|诚意|沟通).{0,3}(?:欠缺|不足|不够|有限|缺失|薄弱)", -1.5),
        (r"最好(?:先|能|提前|再|别|不要)", -2.5),
        (r"没(?:有)?(?:什么|啥)(?:不(?:好|满意|足)|毛病|缺点|可挑)|[不没](?:有)?[让令](?:人|我们?).{0,3}失望", 3.0),
        (r"没(?:有)?(?:之前|以前|上次|原来|别家|其他).{0,8}好", -2.0),
        (r"(?:一|\d)天.{0,4}(?:没|未)|(?:半天|好久|几天|[二三四五六七八九十两\d]+天)(?:都|才|没|还没)", -1.0),
        (r"(?:优惠|折扣|选择|品种|种类|配菜|花样|经验|办法).{0,2}(?:很?少|太少|不多|有限)", -2.0),
        (r"👍|❤|😀|😃|😄|😊|🙂|😍|🥰|🌹|💯|👏|🎉|😁|💪|🤝", 1.5),
        (r"👎|😡|😠|😞|😢|😭|😤|🤮|💔|😒|🙄|😩|😔|🤬|😓", -1.5),
        (r"找不(?:到|着)人|没(?:有)?(?:人)?(?:管|理|接|回|应答)|不上心|只好自己", -1.0),
    ),
    "en": (
        (r"\b(?:needs?|ought|has|have) (?:to improve|to be (?:better|improved|faster)|improvement|more|better|some work)\b", -1.5),
        (r"\b(?:no|not) (?:one|body)? ?(?:is )?(?:faster|better|quicker)\b(?! than before)", 1.0),
        (r"\bplease (?:assign|replace|send|give us) (?:someone|somebody|another)", -2.0),
        (r"\b(?:will|would|do) ?n[o']t (?:work|buy|come|go|fly|order|stay|be back|return)\b.{0,20}\b(?:again|anymore)\b|\bnever (?:again|flying)\b", -1.5),
        (r"👍|❤|😀|😃|😄|😊|🙂|😍|🥰|🌹|💯|👏|🎉|😁|💪|🤝|:\)|:-\)", 1.5),
        (r"👎|😡|😠|😞|😢|😭|😤|🤮|💔|😒|🙄|😩|😔|🤬|😓|:\(|:-\(", -1.5),
        (r"\b(?:nobody|no one|never) (?:called|calls|answers|answered|replied|replies|picks)\b|\bwho knows\b", -1.0),
        (r"\bopen for \d+ (?:days|weeks)|\b(?:due|promised) (?:on|for|in|by)\b.{0,40}\barrived", -2.0),
        (r"\bsays one thing\b|\bwon't (?:take|listen|help|answer)\b|\bwithout asking\b", -2.0),
    ),
}  # fmt: skip
_IRONY = {
    "zh": (
        r"(?:真是|可真|真够|好一个|真)[^,。!?;]{1,10}(?:[啊呀呢]|\")?[,。!?;…]{1,3}.{0,12}"
        r"(?:等了|每次都|过去了|还没|才|没人|[一二三四五六七八九十两几半\d]+ ?(?:天|周|个?月|小时))"
        r"|^呵呵[^\n]{0,20}服务|就这(?:服务|态度|水平)"
    ),
    "en": (
        r"\b(?:oh|wow|yeah right|gee)\b,? ?(?:great|how|so|what|nice|wonderful|thanks)\b.{0,30}"
        r"\b(?:another|again|only|just|weeks|days|hours|months|late|delay)\b"
        r"|\bif you (?:like|love|enjoy) (?:waiting|being|to wait|paying|surprises)"
        r"|\bthanks for (?:nothing|losing|the delay|ruining|cancell?ing|making me wait)"
        r"|\bjust what (?:i|we) needed"
    ),
}
_WORTH = {
    "zh": r"(?:贵|不便宜|价(?:格|位)?.{0,3}高).{0,5}(?:但|不过|可|却|然而|,).{0,8}(?<!不)(?<!没)值|贵(?:一点儿?|一些|点|些)?(?:也|还|都)?(?:是)?值(?!不)|贵有贵的道理",
    "en": r"\b(?:expensive|not cheap|not the cheapest|pric[e]?y|costly)\b.{0,12}\b(?:but|yet|though|although|still)\b.{0,15}(?<!not )(?<!n't )\b(?:worth\b|you get what you pay for)",
}
_NEUTRAL = {
    "zh": (
        r"^(?:一般般?|还行吧?|中规中矩|马马虎虎|普通|正常|凑合|中等(?:水平|偏上)?|有好有坏)$|^(?:我们?)?(?:才|刚|刚刚)(?:开始)?(?:合作|接触|认识)|^说不好$|^没(?:有)?(?:什么|明显|太大)?变化$|不好不坏|不好也不坏|谈不上好|(?:无法|没法|没办法|难以|不好|不便)(?:做出?)?(?:评价|评论|判断)|^不好说$|说不上好|说不上坏|谈不上满意[或也]"
        r"|接触(?:不多|较少|很少|太少|不够)|(?:没|没有|未)(?:怎么)?(?:[和跟与].{1,4})?(?:打过交道|接触过|合作过|共事过)|认识不久"
        r"|^.{0,12}[和跟与].{1,10}(?:差不多(?![样一])|没(?:有)?(?:什么)?(?:变化|区别|差别|两样))|没有特别(?:好|差|坏)|(?:投诉|客诉|问题|工单|异议|纠纷|延误|故障).{0,3}(?:走的?是|转给|转交|(?:一般)?(?:发到|发给|提交|登记|记在|写在|印在)|由.{1,8}(?:负责|受理|处理|接手|跟进)(?!得))|不太了解$|详见|见附件|谈不上坏|^(?:不得不说|说实话|老实说|总的来说|总体来说|总体而言|怎么说呢|坦白说)$|不清楚$|不予置评"
    ),
    "en": (
        r"^(?:it's |it is |that's |he's |she's )?(?:all |just |only )?(?:average|fair|normal|neutral|fine|so-so|ok|okay|it was ok(?:ay)?)$|neither (?:good nor bad|better nor worse|one nor the other)|middle of the road|^acceptable$|^no (?:strong |particular )?(?:feelings|views|opinion)|\b(?:hard|difficult) to (?:say|tell|judge)$|\b(?:only|just) (?:met|started working)\b"
        r"|too (?:early|soon) to (?:judge|tell|say)|(?:little|no|not much) (?:contact|experience) with"
        r"|(?:can't|cannot|can not) (?:judge|say|tell|comment)|nothing (?:more|special)$|see att?ach|^i (?:guess|suppose)$"
        r"|\b(?:n't|not) (?:had )?enough (?:contact|experience|information|interaction) |\b(?:not|n't|never) (?:yet |really )?(?:worked|dealt|met|spoken)(?: [a-z]+){0,3} (?:yet|so far|before)\b"
        r"|\b(?:about|much|roughly) (?:the same as|what (?:you|one|we)(?:'d| would) expect)|^.{0,30}\bsimilar to (?:other|the other|last|those|most)\b|^as expected$"
        r"|\b(?:complaints?|issues?|problems?|delays?|incidents?|queries)\b(?: [a-z]+){0,3} (?:forwarded|discussed|investigated|reported|logged|recorded|tracked|passed on|looked into|registered|covered)\b(?!.{0,20}\b(?:but|never|not|late)\b)"
        r"|^(?:our |all |most )?(?:complaints?|issues?|problems?|queries) (?:go|goes|went|come|comes|are sent|is sent) (?:through|to|via|by)\b"
        r"|\b(?:complaints?|issues?|problems?|queries|delays?|questions) (?:is|are|was|were|get|gets) (?!ignored|forgotten|dismissed|lost|overlooked|delayed|neglected)(?:[a-z]+(?:ed|en))? ?(?:in|by|through|via|to|on|at) (?!time|once)"
        r"|\bcontact (?:person )?(?:for|regarding|about) [a-z ]{0,30}$"
        r"|^nothing more\b|^(?:overall|all in all|to be honest|in general|honestly|generally)$|don't know (?:him|her|them)"
    ),
}

_QUESTION = re.compile(
    r"^ *(?:hi|hello|hey)?[ ,]*(?:is|are|do|does|did|can|could|will|would|may|what|when|where|which|who|how (?:many|much|do|can|long))\b"
    r"(?! a | an | the best|.{0,40}\bever\b)|\? *$|^(?:请问|是否|能不能)|吗[?。]? *$"
)

_COMPILED = {
    language: tuple((re.compile(pattern), value) for pattern, value in cues)
    for language, cues in _CLAUSE.items()
}
_IRONIC = {language: re.compile(pattern) for language, pattern in _IRONY.items()}
_WORTHY = {language: re.compile(pattern) for language, pattern in _WORTH.items()}
_UNDECIDED = {language: re.compile(pattern) for language, pattern in _NEUTRAL.items()}


def of_clause(clause: str, language: str) -> float:
    """What the turns of phrase in a folded clause say, together: below 0 is criticism."""
    return sum(value for pattern, value in _COMPILED[language] if pattern.search(clause))


def of_text(folded: str, language: str) -> float:
    """What a whole text says over its clauses: irony (-2.5), a price that is worth it (2.5)."""
    if _IRONIC[language].search(folded):
        return -2.5
    return 2.5 if _WORTHY[language].search(folded) else 0.0


def is_question(folded: str) -> bool:
    """Whether a folded text asks for something rather than says it."""
    return _QUESTION.search(folded) is not None


def is_undecided(clause: str, language: str) -> bool:
    """Whether a folded clause says that there is nothing to praise or to criticise."""
    return _UNDECIDED[language].search(clause.strip(" .。!")) is not None
