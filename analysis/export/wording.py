"""The words of exports, in Chinese and in English. Both fill the same dataclass."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.wording import Language

Named = tuple[str, str]  # a name, and what it means


@dataclass(frozen=True)
class ExportWords:
    about: str
    facts: str
    fact: Mapping[str, str]
    readers: str
    rules: str
    sheets: str
    columns_of: str
    hidden: str
    hidden_means: Mapping[str, str]  # by the name of the reason in `analysis.wording`
    reading: str
    reading_means: tuple[Named, ...]
    overall: str
    others: str
    yes: str
    no: str
    table: Mapping[str, Named]
    column: Mapping[str, Named]
    note: str  # what stands beside a number in a file
    spread: Mapping[str, str]
    tier: Mapping[str, str]
    figure: Mapping[str, str]


ZH = ExportWords(
    about="说明",
    facts="这是什么",
    fact={
        "cycle": "轮次",
        "organisation": "组织",
        "closed": "回答截至",
        "questionnaire": "问卷",
        "hash": "问卷的 SHA-256",
        "rules": "显示规则",
        "readers": "阅读范围",
        "program": "程序版本",
    },
    readers="仅供人力资源负责人使用，请勿转发；客户经理请阅读各自的报告。",
    rules="匿名群体满 {k} 人才显示分数，满 {comments} 人才显示文字意见。",
    sheets="工作表",
    columns_of="“{table}”的各列",
    hidden="代替数字的文字",
    hidden_means={
        "too_few": "评价的人少于 {k} 位，为保护匿名对任何人都不显示",
        "not_asked": "问卷没有向这一群体提出此题",
        "hidden_merged": "合并显示的各方中只有一方被问到，单独显示会暴露其回答",
        "not_answered": "署名的评价者没有作答，或选择了无法评价",
        "fewer_than": "可能有人作答，也可能没有；给出人数会透露太多",
        "no_self": "没有自评，因此没有差距",
        "no_others": "他评不可显示，因此没有差距",
        "no_common": "双方没有共同评价的题目，因此没有差距",
    },
    reading="如何阅读",
    reading_means=(
        (
            "≥、≤",
            "回答几乎一致地落在量表一端，只给出范围。单元格的数值是范围的中点，便于排序。",
        ),
        (
            "取整",
            "不满 5 人的匿名群体，分数四舍五入到 0.1。能力、他评和差距都由已显示的各题分数算出，"
            "不会透露更多。",
        ),
        ("行", "按编号排列，不是名次。没有任何一行是某一位匿名评价者的回答。"),
    ),
    overall="综合得分",
    others="他评",
    yes="是",
    no="否",
    table={
        "overview": ("总览", "每位客户经理一行：各项能力的他评。"),
        "competencies": (
            "能力",
            "每位客户经理、每项能力、每个群体一行，另有综合得分和加权的他评。",
        ),
        "items": ("题目", "每位客户经理、每道题、每个群体一行，另有加权的他评。"),
        "scores": ("分数", "能力和题目合在一张表中。"),
        "response": (
            "回答情况",
            "每位客户经理、每个群体一行：邀请和回答的人数，以及不显示的原因。",
        ),
        "reliability": ("可靠程度", "整个轮次的系数，满 10 位客户经理才计算。"),
        "cycle": ("轮次", "整个轮次的数字。"),
        "comments": (
            "文字意见",
            "可以显示的意见，原文照录，顺序随机。看不出是谁写的，也看不出哪两条出自同一人。",
        ),
    },
    column={
        "cycle": ("轮次代码", "轮次的代码"),
        "questionnaire": ("问卷", "问卷的代码和版本"),
        "ratee": ("编号", "客户经理在名册中的编号"),
        "name": ("客户经理", "被评价的人"),
        "position": ("岗位", "名册中的岗位"),
        "level": ("层级", "overall 综合得分，competency 能力，item 题目"),
        "competency": ("能力代码", "问卷中的代码"),
        "competency_name": ("能力", "能力的名称"),
        "item": ("题目代码", "问卷中的代码"),
        "item_text": ("题目", "题目的文字，“…”处是姓名"),
        "reverse": ("反向", "题目越同意越不好；分数已换算，越高越好"),
        "group": ("群体代码", "群体中的各方；OTHERS 是加权的他评"),
        "group_name": ("群体", "由谁评价；他评是除自评外各方的加权平均"),
        "score": ("分数", "平均分，越高越好"),
        "n": ("n", "评价人数；能力取所用题目中最少的人数，他评为各群体之和"),
        "margin": ("±", "95% 区间的一半：换一些人评价，分数可能落在哪里"),
        "weight": ("权重", "该群体在他评中的权重"),
        "gap": ("差距", "自评减去他评，只比较双方都评价的题目；写在他评一行"),
        "agreement": ("看法", "评价者的看法是否一致，满 5 人才显示"),
        "r_star": ("r*wg", "看法一致的程度，满 10 人才显示；1 为完全一致"),
        "ad": ("AD", "与平均分的平均距离（分），满 10 人才显示"),
        "others": ("他评", "综合得分：除自评外各方的加权平均"),
        "self": ("自评", "本人的综合得分"),
        "tier": (
            "层级",
            "只有区间完全在平均的一侧，才算高于或低于平均；层级内不分先后。"
            "满 10 位客户经理才计算，无法判断时留空",
        ),
        "invited": ("邀请", "邀请的人数"),
        "answered": ("回答", "提交的人数"),
        "named": ("署名", "回答是否署名；评价者事先知道"),
        "shown": ("显示", "该群体是否有分数"),
        "reason": ("原因", "为什么不显示，或合并显示"),
        "relation": ("关系代码", "评价者与客户经理的关系"),
        "relation_name": ("关系", "评价者与客户经理的关系"),
        "ratees": ("客户经理", "这一关系中可以计算的客户经理人数"),
        "responses": ("回答", "回答的份数"),
        "alpha": ("α", "内部一致性：同一能力的题目是否合得来"),
        "alpha_low": ("α 下限", "95% 区间的下端"),
        "alpha_high": ("α 上限", "95% 区间的上端"),
        "omega": ("ω", "内部一致性，允许各题与总体的联系强弱不同"),
        "icc1": ("ICC(1)", "单人信度"),
        "icc1_low": ("ICC(1) 下限", "95% 近似区间的下端"),
        "icc1_high": ("ICC(1) 上限", "95% 近似区间的上端"),
        "icc2": ("ICC(2)", "平均分信度：达到 .70，平均分才足以区分客户经理"),
        "raters_70": ("达到 .70", "平均分信度达到 .70 时每位客户经理所需的评价人数"),
        "raters_80": ("达到 .80", "平均分信度达到 .80 时每位客户经理所需的评价人数"),
        "misfits": ("不合群的题目", "与其余题目的相关低于 .30 的题目"),
        "remark": ("说明", "数字意味着什么，或为什么没有数字"),
        "figure": ("数字代码", "数字的代码"),
        "figure_name": ("数字", "数的是什么，或比较的是什么"),
        "value": ("数值", "人数、份数，或等级相关系数"),
        "question": ("问题代码", "问卷中的代码"),
        "question_text": ("问题", "问题的文字，“…”处是姓名"),
        "comment": ("意见", "原文照录"),
        "tone": ("语气", "由程序判断，或经人工更正；无法确定时留空"),
    },
    note="为什么没有数字，或代替数字的范围",
    spread={"narrow": "一致", "medium": "部分一致", "wide": "分歧较大"},
    tier={"upper": "高于平均", "middle": "与平均无法区分", "lower": "低于平均"},
    figure={
        "groups_shown": "显示的群体",
        "groups_hidden": "未显示的群体",
        "invited": "邀请的人数",
        "answered": "显示的群体中回答的人数",
        "forms": "检查答题质量的问卷",
        "forms_flagged": "疑似草率的问卷（仍计入结果）",
        "order_equal_weights": "等级相关：各方权重相同时的排序",
        "order_careful_forms": "等级相关：不计疑似草率的问卷时的排序",
        "order_shrunken": "等级相关：人数越少越向平均收缩时的排序",
    },
)

EN = ExportWords(
    about="About",
    facts="What this is",
    fact={
        "cycle": "Cycle",
        "organisation": "Organisation",
        "closed": "Answers until",
        "questionnaire": "Questionnaire",
        "hash": "SHA-256 of the questionnaire",
        "rules": "What is shown",
        "readers": "Who may read it",
        "program": "Made by",
    },
    readers="Human resources only. Do not pass it on: managers read their own report.",
    rules="Anonymous groups have scores from {k} answers on and comments from {comments} on.",
    sheets="Sheets",
    columns_of="Columns of {table}",
    hidden="Words in place of a number",
    hidden_means={
        "too_few": "fewer than {k} raters judged it, so nobody is shown a number",
        "not_asked": "the questionnaire does not ask this group",
        "hidden_merged": "of the relations shown together only one was asked, so that a number "
        "would be its own",
        "not_answered": "a rater who answers by name did not, or could not judge",
        "fewer_than": "some may have answered or none; how many would say too much",
        "no_self": "so there is no gap",
        "no_others": "the view of the others is hidden, so there is no gap",
        "no_common": "the two judged no item in common, so there is no gap",
    },
    reading="How to read it",
    reading_means=(
        (
            "≥, ≤",
            "The answers lie almost all at one end of the scale, so that only a range is given. "
            "The cell holds the middle of the range, for sorting.",
        ),
        (
            "Rounding",
            "Scores of fewer than 5 anonymous raters are rounded to 0.1. Competencies, others and "
            "gaps are computed from the scores of the items as shown, so they tell no more.",
        ),
        (
            "Rows",
            "They stand in the order of the IDs, not of ranks. No row is the answer of one "
            "anonymous rater.",
        ),
    ),
    overall="Overall",
    others="Others",
    yes="yes",
    no="no",
    table={
        "overview": ("Overview", "One row per manager: the view of the others by competency."),
        "competencies": (
            "Competencies",
            "One row per manager, competency and group, with the overall score and the weighted "
            "view of the others.",
        ),
        "items": (
            "Items",
            "One row per manager, item and group, with the weighted view of the others.",
        ),
        "scores": ("Scores", "Competencies and items in one table."),
        "response": (
            "Response",
            "One row per manager and group: how many were asked and answered, and why a group is "
            "not shown.",
        ),
        "reliability": (
            "Reliability",
            "Coefficients over the whole cycle, from ten managers on.",
        ),
        "cycle": ("Cycle", "Figures of the whole cycle."),
        "comments": (
            "Comments",
            "Comments that may be read, word for word and in random order. Nothing tells who wrote "
            "one, or which two are by the same person.",
        ),
    },
    column={
        "cycle": ("Cycle key", "key of the cycle"),
        "questionnaire": ("Questionnaire", "its key and version"),
        "ratee": ("ID", "of the manager, as in the roster"),
        "name": ("Manager", "who is rated"),
        "position": ("Position", "as in the roster"),
        "level": ("Level", "overall, competency or item"),
        "competency": ("Competency key", "as in the questionnaire"),
        "competency_name": ("Competency", "its name"),
        "item": ("Item key", "as in the questionnaire"),
        "item_text": ("Item", "its words; … stands for the name"),
        "reverse": ("Reverse", "agreeing is bad news; the score is turned round, high is good"),
        "group": ("Group key", "the relations in it; OTHERS is the weighted view of the others"),
        "group_name": ("Group", "who rated; others are all but the manager, by weight"),
        "score": ("Score", "mean, higher is better"),
        "n": (
            "n",
            "who judged it; of a competency the fewest on any item used, of others the groups "
            "added up",
        ),
        "margin": ("±", "half the 95 % interval: where the score might lie with other raters"),
        "weight": ("Weight", "of the group in the view of the others"),
        "gap": ("Gap", "self minus others on the items both judged; in the row of the others"),
        "agreement": ("Agreement", "whether the raters see it alike, from five raters on"),
        "r_star": ("r*wg", "how far they do, from ten raters on; 1 is fully"),
        "ad": ("AD", "mean distance from the mean, in points, from ten raters on"),
        "others": ("Others", "overall score: all but the manager, by weight"),
        "self": ("Self", "the manager's own overall score"),
        "tier": (
            "Tier",
            "above or below only where the interval lies wholly on one side of the average; "
            "within a tier there is no order. From ten managers on; empty where it cannot be told",
        ),
        "invited": ("Invited", "raters asked"),
        "answered": ("Answered", "raters who sent the form"),
        "named": ("By name", "whether answers carry a name, as the raters were told"),
        "shown": ("Shown", "whether the group has scores"),
        "reason": ("Why", "why it is hidden, or shown together with another"),
        "relation": ("Relation key", "how the raters stand to the manager"),
        "relation_name": ("Relation", "how the raters stand to the manager"),
        "ratees": ("Managers", "managers it is computed from"),
        "responses": ("Answers", "answers it is computed from"),
        "alpha": ("alpha", "internal consistency: do the items of a competency go together"),
        "alpha_low": ("alpha from", "lower end of its 95 % interval"),
        "alpha_high": ("alpha to", "upper end of its 95 % interval"),
        "omega": ("omega", "the same, for items that hang on the whole unequally strongly"),
        "icc1": ("ICC(1)", "reliability of one rater"),
        "icc1_low": ("ICC(1) from", "lower end of about its 95 % interval"),
        "icc1_high": ("ICC(1) to", "upper end of about its 95 % interval"),
        "icc2": ("ICC(2)", "reliability of the mean: from .70 on means tell managers apart"),
        "raters_70": ("Raters for .70", "raters a manager needs for a reliability of .70"),
        "raters_80": ("Raters for .80", "raters a manager needs for a reliability of .80"),
        "misfits": ("Items that do not fit", "items that correlate below .30 with the others"),
        "remark": ("Remark", "what the numbers mean, or why there are none"),
        "figure": ("Figure key", "its name for programs"),
        "figure_name": ("Figure", "what is counted or compared"),
        "value": ("Value", "a count, or a rank correlation"),
        "question": ("Question key", "as in the questionnaire"),
        "question_text": ("Question", "its words; … stands for the name"),
        "comment": ("Comment", "word for word"),
        "tone": ("Tone", "as the program reads it or a person corrected it; empty if not sure"),
    },
    note="why there is no number, or the range it is told as",
    spread={"narrow": "alike", "medium": "partly", "wide": "differently"},
    tier={
        "upper": "above the average",
        "middle": "not to be told from the average",
        "lower": "below the average",
    },
    figure={
        "groups_shown": "Groups shown",
        "groups_hidden": "Groups not shown",
        "invited": "Raters invited",
        "answered": "Raters who answered in the groups shown",
        "forms": "Forms looked at for careless answering",
        "forms_flagged": "Forms that look careless (they stay in the results)",
        "order_equal_weights": "Rank correlation with the order by equal weights",
        "order_careful_forms": "Rank correlation with the order without careless-looking forms",
        "order_shrunken": "Rank correlation with the order of means drawn towards the average",
    },
)

EXPORT_WORDS: Mapping[Language, ExportWords] = {"zh": ZH, "en": EN}
