"""The words of the cycle's statistics for HR: names, what a number means, why there is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.statuses import Status
from analysis.wording import Language

Column = tuple[str, str]  # its name, and what its numbers mean


@dataclass(frozen=True)
class CycleWords:
    title: str
    also: str  # between two remarks
    none: str  # in place of a number that is undefined
    interval: str
    most: str
    response: str
    response_columns: tuple[Column, ...]  # groups shown, too small, invited, answered
    relation: str  # title of a section
    relation_columns: tuple[Column, ...]  # alpha, omega, ICC(1), ICC(2), raters needed
    overall: str
    consistency: tuple[str, str, str, str, str]  # up to .70, .80, .90, .95, above
    consistency_unsure: str  # above .70, but not the lower end of its interval
    consistency_negative: str
    complete: str
    dropped: str
    of_number: str  # why a number is missing
    icc1_not_positive: str  # even the upper end of its interval
    icc1_uncertain: str
    no_scores: str
    not_told_apart: str
    few_careless: str
    misfits: str
    item: str
    ratee: str  # in the wording of an item
    forms: str
    forms_columns: tuple[Column, ...]  # forms, flagged
    order: str
    order_columns: tuple[Column, ...]  # rank correlation
    order_equal: str
    order_careful: str
    order_shrunken: str
    order_none: str
    order_means: tuple[str, str, str]  # below .80, .95, above
    tiers: str
    tiers_columns: tuple[Column, ...]  # managers
    tier: Mapping[str, str]
    undefined: Mapping[Status, str]


ZH = CycleWords(
    title="{cycle} · 数字有多可靠",
    also="；",
    none="—",
    interval="{value}（{low} 至 {high}）",
    most="> {most}",
    response="回答情况",
    response_columns=(
        ("显示的群体", "达到人数要求、可以显示的群体数"),
        ("未显示", "没有回答或人数不足、不显示的群体数"),
        ("邀请", "邀请的人数，不论群体是否显示；导入的数据只计显示的群体"),
        ("回答（显示的群体）", "显示的群体中回答的人数；未回答的人可能有不同看法"),
    ),
    relation="{relation}：{ratees} 位客户经理，{responses} 份回答",
    relation_columns=(
        ("α", "内部一致性：同一能力的题目是否合得来，括号内为 95% 区间"),
        ("ω", "内部一致性，允许各题与总体的联系强弱不同"),
        (
            "ICC(1)",
            "单人信度：一位评价者的看法有多大比例反映客户经理之间的真实差别，括号内为 95% 近似区间",
        ),
        ("ICC(2)", "平均分信度：达到 .70，平均分才足以区分客户经理"),
        (
            "所需人数",
            "每位客户经理的平均分达到信度 .70 和 .80 所需的评价人数，"
            "括号内为 ICC(1) 区间两端对应的人数，据此安排下一轮",
        ),
    ),
    overall="全部题目",
    consistency=(
        "题目之间联系不足，总分请谨慎使用",
        "可用于初步了解",
        "可用于比较群体",
        "可用于对个人下结论",
        "题目可能重复，可以精简",
    ),
    consistency_unsure="大致合得来，但回答太少，尚不能确定，总分请谨慎使用",
    consistency_negative="α 为负：请检查反向题",
    complete="只用完整回答时 α 为 {value}（{n} 份）",
    dropped="{count} 题的回答没有差异或太少，未计入",
    of_number="{name} {reason}",
    icc1_not_positive="同一位客户经理的评价者并不比不同客户经理的评价者更一致，再多评价者也难以区分",
    icc1_uncertain="本轮未见同一位客户经理的评价者更一致，但区间较宽，暂不能据此安排人数",
    no_scores="ICC(1) 无法计算：有得分的客户经理少于两位",
    not_told_apart="本轮无法区分客户经理",
    few_careless="疑似草率的问卷少于 {k} 份，不作比较",
    misfits="不合群的题目（与其余题目的相关低于 .30）：{items}",
    item="“{text}”（{id}）",
    ratee="客户经理",
    forms="答题质量",
    forms_columns=(
        ("问卷", "显示的群体的全部问卷"),
        ("疑似草率", "有两个以上独立迹象的问卷；它们仍计入结果，看起来草率不等于答得不认真"),
    ),
    order="客户经理的排序有多稳",
    order_columns=(("等级相关", "与另一种做法的排序的一致程度，1 为完全相同"),),
    order_equal="各方权重相同",
    order_careful="不计疑似草率的问卷",
    order_shrunken="人数越少越向平均收缩",
    order_none="没有可比较的另一种做法",
    order_means=("排序很依赖这一选择，不宜据此比较", "大体稳定，相邻者可能互换", "几乎不受影响"),
    tiers="三个层级",
    tiers_columns=(
        (
            "客户经理",
            "只有收缩后分数的 95% 区间完全在平均的一侧，才算高于或低于平均；层级内不分先后",
        ),
    ),
    tier={"upper": "高于平均", "middle": "与平均无法区分", "lower": "低于平均"},
    undefined={
        "undefined_single_item": "无法计算：只有一题",
        "undefined_zero_variance": "无法计算：回答之间没有差异",
        "undefined_no_within_df": "无法计算：没有一位客户经理有两位评价者",
        "undefined_fewer_than_2_raters": "无法计算：评价者少于两位",
        "undefined_no_variation": "无法计算：所有回答落在同一选项",
        "undefined_no_pairs": "无法计算：同时回答这些题目的人太少",
        "incomplete_table": "无法计算：有空缺",
        "not_estimable": "无法估计：模型对这些回答没有合理的解",
        "raters_unlinked": "不计算：为保护匿名，系统不知道谁评价了谁",
        "not_connected": "部分客户经理没有共同的评价者",
        "not_attainable": "做不到：评价者之间没有一致",
        "fewer_than_10_ratees": "未计算：客户经理不足 10 位，结果会描述个人而不是问卷",
    },
)

EN = CycleWords(
    title="{cycle} · how far the numbers can be trusted",
    also="; ",
    none="–",
    interval="{value} ({low} to {high})",
    most="> {most}",
    response="Response",
    response_columns=(
        ("Groups shown", "groups with enough answers to be shown"),
        ("Not shown", "groups with no answer or with too few"),
        (
            "Invited",
            "raters invited, whether their group is shown or not (of an import: in groups shown)",
        ),
        (
            "Answered in groups shown",
            "of hidden groups no answer is counted; whoever did not answer may think differently",
        ),
    ),
    relation="{relation}: {ratees} managers, {responses} answers",
    relation_columns=(
        (
            "alpha",
            "internal consistency: do the items of a competency go together, with its 95 % "
            "interval",
        ),
        ("omega", "the same, for items that hang on the whole unequally strongly"),
        (
            "ICC(1)",
            "reliability of one rater: the share of one view that reflects real differences "
            "between managers, with about a 95 % interval",
        ),
        ("ICC(2)", "reliability of the mean: from .70 on means tell managers apart"),
        (
            "Raters",
            "needed for each manager so that the mean has a reliability of .70 and of .80, with "
            "the fewest and most by the interval of ICC(1): plan the next cycle by it",
        ),
    ),
    overall="All items",
    consistency=(
        "the items have little in common, use the score with care",
        "enough for a first look",
        "enough to compare groups",
        "enough to decide on persons",
        "items may say the same twice",
    ),
    consistency_unsure="the items seem to go together, but the answers are too few to be sure",
    consistency_negative="alpha is negative: check the reverse-keyed items",
    complete="alpha {value} from complete answers alone ({n})",
    dropped="items left out because their answers are all the same or too few: {count}",
    of_number="{name} {reason}",
    icc1_not_positive="raters of one manager agree no more than raters of different managers, so "
    "no number of them would tell managers apart",
    icc1_uncertain="in this cycle raters of one manager did not agree more than raters of "
    "different managers; too uncertain to plan by",
    no_scores="ICC(1) undefined: fewer than two managers have a score",
    not_told_apart="managers cannot be told apart in this cycle",
    few_careless="fewer than {k} forms look careless, so nothing is compared",
    misfits="items that hardly go with the others (correlation below .30): {items}",
    item="“{text}” ({id})",
    ratee="the account manager",
    forms="Careful answering",
    forms_columns=(
        ("Forms", "all forms of the groups shown"),
        (
            "Look careless",
            "forms with two independent signs; they stay in the results, as a form "
            "that looks careless need not be",
        ),
    ),
    order="How firm the order of the managers is",
    order_columns=(("Rank correlation", "with the order made otherwise; 1 is the same order"),),
    order_equal="with equal weights",
    order_careful="without the forms that look careless",
    order_shrunken="means of few raters drawn towards the average",
    order_none="there is no other choice to compare with",
    order_means=(
        "the order hangs on this choice: do not compare by it",
        "mostly firm, neighbours may change places",
        "hardly changes",
    ),
    tiers="Three tiers",
    tiers_columns=(
        (
            "Managers",
            "above or below only where the 95 % interval of the adjusted score lies wholly "
            "on one side of the average; within a tier there is no order",
        ),
    ),
    tier={
        "upper": "above the average",
        "middle": "not to be told from the average",
        "lower": "below the average",
    },
    undefined={
        "undefined_single_item": "undefined: a single item",
        "undefined_zero_variance": "undefined: the answers do not differ",
        "undefined_no_within_df": "undefined: no manager has two raters",
        "undefined_fewer_than_2_raters": "undefined: fewer than two raters",
        "undefined_no_variation": "undefined: all answers fall into one category",
        "undefined_no_pairs": "undefined: too few people answered the same items",
        "incomplete_table": "undefined: the table has gaps",
        "not_estimable": "not estimable: the model has no proper solution for these answers",
        "raters_unlinked": "not computed: to protect anonymity nobody knows who rated whom",
        "not_connected": "some managers share no rater with the others",
        "not_attainable": "not attainable: the raters do not agree",
        "fewer_than_10_ratees": "not computed: with fewer than 10 managers it would describe "
        "persons, not the questionnaire",
    },
)

CYCLE_WORDS: Mapping[Language, CycleWords] = {"zh": ZH, "en": EN}
