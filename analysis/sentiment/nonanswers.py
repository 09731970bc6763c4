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
    | {"如上", "想不出什么"}
    | {"skip", "pass", "said above", "as said above", "already said", "nothing new", "can t think of any"}
    | {"无可奉告", "测试", "空", "暂时没有", "目前没有", "没想好", "想不到", "想不出", "不详", "否", "暂无反馈"}
)  # fmt: skip
_THANKS = frozenset({"thanks", "thank", "you", "谢谢", "谢谢您", "多谢", "感谢"})
# "not (yet) anything else (to say)": what is denied, and of what kind it is.
_CHINESE = re.compile(
    r"(?:暂时|目前|现在|基本上?|好像|实在|真|我){0,2}(?:都|也|还)?(?:没有?|无|暂无)"
    r"(?:什么|啥|任何|特别|其他|别|更多|多余|太大|的){0,4}"
    r"(?:(?:好的?|想要?|要|可以?|需要?|能|改进的?|反馈的?){0,2}"
    r"(?:意见|建议|问题|想法|评价|补充|说明|留言|异议|不足|评论|想到)"
    r"|(?:可以?|要|好|想|需要?|(?<=[么啥])能?|能(?=..?的))的?(?:写|说|讲|提|评|改进|反馈)"
    r"|(?<=[别他多的])反馈|(?:改进|反馈)(?:的地方|之处)|想要的|需要)?"
    r"(?:的|了|之处|地方|建议){0,3}(?:吗|吧|呢)?"
    r"|(?:暂时|实在|真|我)?(?:不知道?|不知该|不晓得)(?:该|要|如何|怎么)?(?:写|说|填|讲|答|作答|评价)(?:些|点)?(?:什么|啥)?(?:好)?"
    r"|(?:暂时|目前)?(?:没|没有|想不到|想不出来?|想不起来?)(?:想到|要改进的|什么)?"
    r"|(?:以上|上面|前面)?(?:都|已经?)?(?:说过|写过|写在上面|写在前面|说)了|空着吧?|不填了?|不写了?|跳过"
)
_ENGLISH = re.compile(
    r"(?:this is |it is |that is |that s |left )?(?:not applicable|n a|all|blank)"
    r"(?: (?:to|for) (?:me|us|my role|our case)| at this (?:point|stage|time))?|"
    r"(?:i |we )?(?:have |there is |there are |(?:do not|don t) have )?(?:no|none|nothing|any)(?: (?:further|other|more|else|special|"
    r"particular|specific|real|major))?(?: (?:comments?|suggestions?|problems?|issues?|remarks?|thoughts?|ideas?|"
    r"feedback|opinions?|complaints?|improvements?|concerns?|input))?"
    r"(?: (?:really|else|so far|at all|at this (?:point|stage|time)|at the moment|for now|right now|to (?:add|say|"
    r"report|mention|give|suggest|improve|change)|comes to mind|in particular|that i can think of|"
    r"i can think of|from (?:me|us|my side|our side)|needed|thanks|thank you))*"
)
# What looks like one and says how it was: that nothing went wrong, of a while or of everything,
_LASTING = re.compile(
    r"(?:(?:i|we) (?:have |had )?|there (?:are|were) )?(?:no|zero|none)(?: \w+)? (?:problems?|issues?|complaints?|concerns?)"
    r" (?:so far|to date|at all|ever|whatsoever)\b.*"
    r"|(?:目前|现在|基本上?)(?:都|也|还)?没有?(?:什么)?问题|.{0,6}(?:没有?|无)任何(?:的)?(?:问题|异议|不足)(?:的|了|之处|地方)*"
)
# ... or that nothing came of it.
_LACKING = re.compile(
    r"(?:there (?:is|are|was|were|has been|have been) )?(?:no|zero)(?: real| major)? (?:feedback|improvements?)"
    r"(?: so far| at all)*"
)


def says_nothing(folded: str) -> bool:
    """Whether a folded text is a non-answer: no word and no picture, or a way to say "nothing"."""
    if len(folded) > 60:
        return not any(map(_is_said, folded))
    if not any(map(_is_said, folded)):
        return True
    said = " ".join(word for word in _WORDS.findall(folded) if word not in _THANKS)
    if not said:
        return False  # only pictures
    if _LASTING.fullmatch(said) or _LACKING.fullmatch(said):
        return False
    return said in _SAID or bool(_CHINESE.fullmatch(said) or _ENGLISH.fullmatch(said))


def _is_said(character: str) -> bool:
    return character.isalnum() or character >= "\u2600"  # letters, digits, pictures
