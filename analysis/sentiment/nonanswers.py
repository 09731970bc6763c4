"""Comments that answer nothing: "N/A", "没有意见", "nothing to add", dashes."""

from __future__ import annotations

import re

_WORDS = re.compile(r"[^\W_]+")
_SAID = frozenset(
    {"", "na", "n a", "none", "nil", "null", "no", "nope", "nothing", "not applicable", "x", "xx"}
    | {"same as above", "as above", "same", "see above", "ditto", "test", "tbd", "idk", "dont know"}
    | {"nothing comes to mind", "not at this time", "not at the moment", "not really", "no answer"}
    | {"i don t know", "don t know", "no idea", "no opinion", "not sure", "can t think of anything"}
    | {"无", "没", "没有", "没有了", "没了", "暂无", "同上", "略", "不知道", "不清楚", "没啥", "没什么"}
    | {"不适用", "没有别的了", "没别的了", "没有其他了", "没别的", "没有别的", "没有更多了"}
    | {"以上都说过了", "前面说过了", "上面说过了", "已经说过了", "如上", "跳过", "没有什么了", "想不到什么", "不填", "想不起来", "暂时想不起来", "想不出什么"}
    | {"skip", "pass", "said above", "as said above", "already said", "nothing new", "can t think of any"}
    | {"无可奉告", "测试", "空", "暂时没有", "目前没有", "没想好", "想不到", "想不出", "不详", "否"}
)  # fmt: skip
_THANKS = frozenset({"thanks", "thank", "you", "谢谢", "谢谢您", "多谢", "感谢"})
_CHINESE = re.compile(
    r"(?:暂时|目前|现在|基本上?|我)?(?:都|也|还)?(?:没有?|无|暂无|沒)(?:什么|任何|特别的?|其他的?|更多)?(?:太大)?"
    r"(?:意见|建议|问题|想法|评价|补充|要说|想说|要补充|需要?改进|可以?改进|要改进|说明|留言|异议|不足|想到)"
    r"(?:的|了|之处|的地方|的建议)?(?:吗|吧|呢)?"
    r"|(?:暂时|目前|好像)?(?:都|也|还)?没(?:有)?(?:什么|啥)(?:特别的?|好说的|可说的)?(?:了|吧)?"
    r"|(?:暂时|目前|实在|真)?(?:没(?:有)?(?:什么|啥)|无)(?:可以?|好|要|想|能)?(?:写|说|讲|提|补充|反馈|评论|评价)的?(?:了)?"
    r"|(?:暂时|实在|真)?不知道(?:该|要)?(?:写|说|填|讲)(?:些|点)?(?:什么|啥)(?:好)?"
    r"|(?:暂时|目前)(?:没|没有|想不到|想不出来?)(?:想到|要改进的)?"
)
_ENGLISH = re.compile(
    r"(?:this is |it is |that is )?(?:not applicable|n a)(?: (?:to|for) (?:me|us|my role|our case))?|"
    r"(?:i )?(?:have |there is |there are )?(?:no|none|nothing)(?: (?:further|other|more|else|special|"
    r"particular|specific|real|major))?(?: (?:comments?|suggestions?|problems?|issues?|remarks?|"
    r"feedback|opinions?|complaints?|improvements?|concerns?))?"
    r"(?: (?:really|else|so far|at all|at this (?:point|stage|time)|at the moment|for now|right now|to (?:add|say|"
    r"report|mention|improve|change)|comes to mind|in particular|that i can think of|"
    r"i can think of|from me|from my side|needed|thanks|thank you))*"
)
_LASTING = re.compile(
    r"(?:(?:i|we) (?:have |had )?|there (?:are|were) )?(?:no|zero|none)(?: \w+)? (?:problems?|issues?|complaints?|concerns?)"
    r" (?:so far|to date|at all|ever|whatsoever)\b.*|(?:目前|现在|基本上?)(?:都|也|还)?没(?:有)?(?:什么|任何)?问题"
)  # that nothing went wrong is said of a while


def says_nothing(folded: str) -> bool:
    """Whether a folded text is a non-answer: no word and no picture, or a way to say "nothing"."""
    if len(folded) > 60:
        return not any(map(_is_said, folded))
    if not any(map(_is_said, folded)):
        return True
    said = " ".join(word for word in _WORDS.findall(folded) if word not in _THANKS)
    if not said:
        return False  # only pictures
    if _LASTING.fullmatch(said):
        return False
    return said in _SAID or bool(_CHINESE.fullmatch(said) or _ENGLISH.fullmatch(said))


def _is_said(character: str) -> bool:
    return character.isalnum() or character >= "\u2600"  # letters, digits, pictures
