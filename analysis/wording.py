"""Every sentence a report says, in Chinese and in English.

A missing translation is a type error: both languages fill the same dataclass. Managers read
these sentences, so they hold no statistical signs; only the HR sentences name an interval.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Language = Literal["zh", "en"]


@dataclass(frozen=True)
class Words:
    """The sentences of one language. Braces are filled with ``str.format``."""

    groups: Mapping[str, str]
    raters: Mapping[str, tuple[str, str]]  # "{n} peer", "{n} peers"
    merged: str
    and_: str
    listing: str
    space: str  # between sentences
    title: str
    overall: str
    confidentiality: str
    confidentiality_plain: str  # of an organisation without a name
    confidentiality_team: str  # where supervisors read too
    confidentiality_team_plain: str
    title_hr: str
    confidentiality_hr: str  # of the version with an annex on all managers
    confidentiality_hr_plain: str
    closed_on: str
    imported_on: str
    versions: str
    hidden: Mapping[str, str]
    hidden_merged: str
    fewer_than: str
    group_hidden: str
    group_silent: str
    group_merged: str
    reading: tuple[str, ...]
    reading_others: str
    reading_n: str
    reading_band: str
    reading_gap: str
    score: str
    headline: str
    headline_flat: str
    headline_hidden: str
    no_self: str
    no_others: str
    no_common: str
    gap_note: str
    gap_note_mixed: str
    gap_above: str
    gap_below: str
    gaps_small: str
    gaps_none: str
    perception: Mapping[str, tuple[str, str]]  # title and meaning
    trend: Mapping[str, str]
    weights: str
    weights_position: str
    weights_equal: str
    weights_none: str
    comments_none: str
    comments_withheld: str
    comments_telling: str
    comments_unsure: str
    sentiments: Mapping[str, str]
    corrected: str
    theme: str
    wish: tuple[str, str]  # of one competency, of several that equally many comments wish
    wish_also: tuple[str, str]
    wish_one: tuple[str, str]  # of a single comment
    reliability_none: str
    reliability_few: str
    reliability_some: str
    reliability_many: str
    support_firm: str
    support_fair: str
    support_weak: str
    support_none: str
    support_more: str
    rather_comments: str  # where there are any
    read_comments: str
    agreement: Mapping[str, str]  # by how wide the raters' views are spread
    spreads: Mapping[str, str]  # the same in a word
    method_scale: str
    method_reverse: str
    method_published: str
    method_thresholds: str
    method_comments: str
    method_weights: str
    method_gap: str
    method_items: str
    method_recommendation: str


ZH = Words(
    groups={"SELF": "自评", "SUPERVISOR": "上级", "PEER": "同事", "CUSTOMER": "客户"},
    raters={
        "SELF": ("本人", "本人"),
        "SUPERVISOR": ("上级 {n} 人", "上级 {n} 人"),
        "PEER": ("同事 {n} 人", "同事 {n} 人"),
        "CUSTOMER": ("客户 {n} 人", "客户 {n} 人"),
        "merged": ("{relations}共 {n} 人", "{relations}共 {n} 人"),
    },
    merged="{relations}（合并）",
    and_="与",
    listing="、",
    space="",
    title="客户经理多方反馈报告",
    overall="综合得分",
    confidentiality="本报告仅供{name}本人和{organisation}的人力资源负责人阅读，请勿转发。",
    confidentiality_plain="本报告仅供{name}本人和人力资源负责人阅读，请勿转发。",
    confidentiality_team="本报告仅供{name}本人、直属上级和{organisation}的人力资源负责人阅读，请勿转发。",
    confidentiality_team_plain="本报告仅供{name}本人、直属上级和人力资源负责人阅读，请勿转发。",
    title_hr="客户经理多方反馈报告（人力资源版）",
    confidentiality_hr="仅供{organisation}的人力资源负责人阅读。附录涉及本次评价的其他客户经理，"
    "请勿交给{name}本人、其上级或其他人。",
    confidentiality_hr_plain="仅供人力资源负责人阅读。附录涉及本次评价的其他客户经理，"
    "请勿交给{name}本人、其上级或其他人。",
    closed_on="反馈收集截至 {year} 年 {month} 月 {day} 日",
    imported_on="数据导入，截至 {year} 年 {month} 月 {day} 日",
    versions="surveyapp {program} · 问卷 {questionnaire} {version}",
    hidden={"too_few": "人数不足", "not_asked": "未设此题", "not_answered": "未作答"},
    hidden_merged="仅问部分人",
    fewer_than="少于 {k}",
    group_hidden="回答少于 {k} 人，为保护匿名不显示。",
    group_silent="没有收到回答。",
    group_merged="{relations}的回答各自少于 {k} 人，为保护匿名合并显示。",
    reading=(
        "分数采用 {low} 到 {high} 分，分数越高评价越好；选择“{cannot_judge}”的不计入分数。",
        "匿名群体的回答达到 {k} 人才显示分数；人数不足的只说明原因，不显示任何数字。",
    ),
    reading_others="“他评”按事先约定的权重综合各方看法，不含自评；它的 n 是各群体 n 之和。",
    reading_n="分数下方的 n 是评价人数：逐题为评价了该题的人数，"
    "各项能力和综合得分取所用题目中最少的人数。"
    "句子里的人数是该群体作答的总人数，可能多于 n。",
    reading_band="显示为“≥ {high}”或“≤ {low}”的，表示回答几乎一致地落在量表一端，"
    "为保护匿名不给出具体分数。",
    reading_gap="“差距”是自评减去他评：正数表示自评高于他评，负数表示自评低于他评。"
    "差距只比较双方都有分数的题目；"
    "所列的自评和他评包含更多题目时，差距不等于两者相减，标有“*”并加以说明。",
    score="{name}：{score} 分（{raters}）",
    headline="综合得分 {score} 分（{raters}）。评价最高的是{best}，最值得改进的是{worst}。",
    headline_flat="综合得分 {score} 分（{raters}）。",
    headline_hidden="可显示的回答不足，暂不给出综合得分。",
    no_self="无自评",
    no_others="他评不可显示",
    no_common="无共同题目",
    gap_note="* 只比较双方都评价的题目：{all} 题中的 {items} 题",
    gap_note_mixed="* 逐题比较：各方评价的题目不同",
    gap_above="{name}：双方都评价了的 {items} 题中，自评 {own} 分，他评 {others} 分，"
    "自评高出 {gap} 分。",
    gap_below="{name}：双方都评价了的 {items} 题中，自评 {own} 分，他评 {others} 分，"
    "自评低了 {gap} 分。",
    gaps_small="凡可比较的能力，自评与他评的差别都不超过 {notable} 分，或可能出于偶然。",
    gaps_none="没有可以比较的自评和他评。",
    perception={
        "blind_spot": ("可能的盲点", "自评明显高于他评：别人看到的和您自己看到的不一样。"),
        "hidden_strength": ("被低估的长处", "自评明显低于他评：您比自己以为的做得更好。"),
        "alike": ("看法一致", "自评与他评没有明显差别。"),
    },
    trend={
        "higher": "上升",
        "lower": "下降",
        "same": "无明显变化",
        "unknown": "无法判断",
    },
    weights="本报告实际使用的权重：{weights}。",
    weights_position="本报告实际使用的权重（按岗位“{position}”设定）：{weights}。",
    weights_equal="问卷未规定权重，各方同等计算：{weights}。",
    weights_none="可显示的群体不足，未计算综合得分。",
    comments_none="没有收到文字意见。",
    comments_withheld="有 {count} 个群体的回答少于 {k} 人，为保护匿名不显示其文字意见。",
    comments_telling="有 {count} 个合并显示的群体，只向其中一部分人提出的问题不显示文字意见，"
    "以保护匿名。",
    comments_unsure="没有标注的意见，程序无法确定其语气。",
    sentiments={
        "positive": "正面",
        "neutral": "中性",
        "negative": "负面",
        "mixed": "有褒有贬",
        "none": "无具体内容",
    },
    corrected="{word}（人工更正）",
    theme="{n} 条意见：{parts}",
    wish=(
        "客户最希望改进：{competencies}（{n} 条意见）。",
        "客户最希望改进，次数相同：{competencies}（各 {n} 条意见）。",
    ),
    wish_also=(
        "客户还希望改进：{competencies}（{n} 条意见）。",
        "客户还希望改进：{competencies}（各 {n} 条意见）。",
    ),
    wish_one=(
        "有一位客户的意见希望改进：{competencies}。",
        "各有一条客户意见希望改进：{competencies}。",
    ),
    reliability_none="目前没有可以显示的他人评价，无法判断结果是否可靠。",
    reliability_few="结果只来自 {n} 位评价者，换一些人评价可能会有明显不同，请仅作参考。",
    reliability_some="结果来自 {n} 位评价者，可以作为发展谈话的依据，但不宜过分看重细小的差别。",
    reliability_many="结果来自 {n} 位评价者，总体印象比较稳定；细小的差别仍可能出于偶然。",
    support_firm="{raters}：就综合得分而言，人数足够，看法稳定。",
    support_fair="{raters}：可以作为依据；综合得分要达到 {needed} 人才有把握。",
    support_weak="{raters}：仅供参考；综合得分要达到 {needed} 人才有把握。",
    support_none="{raters}：他们对不同客户经理的看法没有明显差别，再多人也难以区分。{read}",
    support_more="{most} 以上",
    rather_comments="请多看文字意见，少看分数。",
    read_comments="，请多看文字意见",
    agreement={
        "narrow": "{group}看法一致：{competencies}。",
        "wide": "{group}看法分歧较大：{competencies}。平均分背后是不同的体验{read}。",
    },
    spreads={"narrow": "一致", "medium": "较一致", "wide": "有分歧"},
    method_scale="每题为 {low} 到 {high} 分，“{cannot_judge}”不计入，也不按任何分数替代。",
    method_reverse="标有“反向”的题目已按量表两端换算，显示的分数都是越高越好。",
    method_published="各项能力的分数是该群体已显示的各题平均分的平均，"
    "至少一半题目可以显示时才给出；综合得分由各项能力同样算出。"
    "因此任何合计都不会比逐题页透露更多。",
    method_thresholds="匿名群体满 {k} 人才显示分数，不满 5 人的分数四舍五入到 0.1；"
    "几乎一致落在量表一端的分数只显示范围。上级、自评等署名回答按原样显示。",
    method_comments="匿名群体满 {k} 人才显示文字意见；意见原文照录，顺序随机。"
    "合并显示的群体只显示所有人都被问到的问题的意见。",
    method_weights="他评按权重综合可以显示的群体；"
    "某一群体不可显示时，其权重按比例分给其余群体，可显示的权重不足六成时不给出他评。",
    method_gap="各项能力的差距是双方都有分数的各题之差的平均，每题之差为自评减去该题的他评；"
    "总体差距是各项能力差距的平均。",
    method_items="各方评价的题目不完全相同，因此能力得分的差别，一部分可能来自题目不同。",
    method_recommendation="0 到 10 分的推荐意愿单独列出，不计入各项能力。",
)

EN = Words(
    groups={"SELF": "Self", "SUPERVISOR": "Supervisor", "PEER": "Peers", "CUSTOMER": "Customers"},
    raters={
        "SELF": ("self", "self"),
        "SUPERVISOR": ("{n} supervisor", "{n} supervisors"),
        "PEER": ("{n} peer", "{n} peers"),
        "CUSTOMER": ("{n} customer", "{n} customers"),
        "merged": ("{n} {relations}", "{n} {relations}"),
    },
    merged="{relations} (merged)",
    and_=" and ",
    listing=", ",
    space=" ",
    title="Account manager feedback report",
    overall="Overall",
    confidentiality="Confidential: for {name} and the human resources team of {organisation} only. "
    "Please do not pass it on.",
    confidentiality_plain="Confidential: for {name} and the human resources team only. "
    "Please do not pass it on.",
    confidentiality_team="Confidential: for {name}, their supervisor and the human resources team "
    "of {organisation} only. Please do not pass it on.",
    confidentiality_team_plain="Confidential: for {name}, their supervisor and the human resources "
    "team only. Please do not pass it on.",
    title_hr="Account manager feedback report, HR version",
    confidentiality_hr="For the human resources team of {organisation} only. The annex tells of "
    "other managers of this cycle: do not pass it on, neither to {name}, nor to a supervisor, nor "
    "to anybody else.",
    confidentiality_hr_plain="For the human resources team only. The annex tells of other managers "
    "of this cycle: do not pass it on, neither to {name}, nor to a supervisor, nor to anybody "
    "else.",
    closed_on="Closed on {day} {month} {year}",
    imported_on="Imported data as of {day} {month} {year}",
    versions="surveyapp {program} · questionnaire {questionnaire} {version}",
    hidden={"too_few": "too few", "not_asked": "not asked", "not_answered": "not answered"},
    hidden_merged="not asked of all",
    fewer_than="fewer than {k}",
    group_hidden="Fewer than {k} answers: not shown, to protect anonymity.",
    group_silent="No answer was received.",
    group_merged="{relations} each have fewer than {k} answers and are shown together, "
    "to protect anonymity.",
    reading=(
        "Scores run from {low} to {high}; higher is better. Answers “{cannot_judge}” do not count.",
        "An anonymous group is shown from {k} answers on. A smaller one shows the reason and no "
        "number at all.",
    ),
    reading_others="“Others” combines the groups by weights set beforehand, without the "
    "self-rating; its n is that of the groups added up.",
    reading_n="The n below a score says how many judged it: for an item those who judged it, for "
    "a competency and overall the fewest that judged any of the items used. "
    "Sentences say how many of a group answered at all, which may be more than n.",
    reading_band="“≥ {high}” or “≤ {low}” means that the answers lie almost all at one end of the "
    "scale; the exact score is not given, to protect anonymity.",
    reading_gap="The gap is self minus others: above zero the self-rating is the higher one, "
    "below zero the lower one. It compares only items that both have a score for. Where the scores "
    "printed cover more items and the gap is not their difference, it has a “*” and a note.",
    score="{name}: {score} ({raters})",
    headline="Overall {score} ({raters}). Rated highest: {best}; most room to improve: {worst}.",
    headline_flat="Overall {score} ({raters}).",
    headline_hidden="There are too few answers to show an overall score.",
    no_self="no self-rating",
    no_others="others not shown",
    no_common="no items in common",
    gap_note="* over the items both judged: {items} of {all}",
    gap_note_mixed="* compared item by item: the groups judge different items",
    gap_above="{name}: on the items both judged ({items}), self {own}, others {others}; "
    "the self-rating is {gap} points higher.",
    gap_below="{name}: on the items both judged ({items}), self {own}, others {others}; "
    "the self-rating is {gap} points lower.",
    gaps_small="On every competency that can be compared, the self-rating and the others differ "
    "by no more than {notable} points, or by what may be chance.",
    gaps_none="There is no self-rating and rating by others that could be compared.",
    perception={
        "blind_spot": (
            "Possible blind spots",
            "You rate yourself clearly higher than others do: they see something else than you.",
        ),
        "hidden_strength": (
            "Hidden strengths",
            "You rate yourself clearly lower than others do: you are better than you think.",
        ),
        "alike": ("Seen alike", "Your view and that of the others do not clearly differ."),
    },
    trend={
        "higher": "higher",
        "lower": "lower",
        "same": "no clear change",
        "unknown": "cannot be told",
    },
    weights="Weights used in this report: {weights}.",
    weights_position="Weights used in this report, as set for the position “{position}”: "
    "{weights}.",
    weights_equal="The questionnaire sets no weights, so every relation counts the same: "
    "{weights}.",
    weights_none="Too few groups can be shown to compute an overall score.",
    comments_none="No comments were received.",
    comments_withheld="To protect anonymity, comments of groups with fewer than {k} answers are "
    "not shown (groups concerned: {count}).",
    comments_telling="Of groups shown together, comments on questions that only some of them were "
    "asked are not shown, to protect anonymity (groups concerned: {count}).",
    comments_unsure="Where no tone is given, the program is not sure how the comment is meant.",
    sentiments={
        "positive": "positive",
        "neutral": "neutral",
        "negative": "negative",
        "mixed": "mixed",
        "none": "no content",
    },
    corrected="{word} (corrected)",
    theme="comments: {n} ({parts})",
    wish=(
        "Customers wish for most: {competencies} (comments: {n}).",
        "Customers wish for most, equally often: {competencies} (comments: {n} each).",
    ),
    wish_also=(
        "Customers also wish for: {competencies} (comments: {n}).",
        "Customers also wish for: {competencies} (comments: {n} each).",
    ),
    wish_one=(
        "Wished for in one comment of a customer: {competencies}.",
        "Wished for in one comment of a customer each: {competencies}.",
    ),
    reliability_none="No rating by others can be shown, so nothing can be said about how sure "
    "these results are.",
    reliability_few="Based on few raters ({n}): others might have judged quite differently, "
    "so treat the results as indicative.",
    reliability_some="Based on {n} raters: a sound start for a development talk, but do not read "
    "much into small differences.",
    reliability_many="Based on {n} raters: the overall picture is fairly stable; small differences "
    "may still be chance.",
    support_firm="Based on {raters}: enough to be sure of their overall score.",
    support_fair="Based on {raters}: a sound start; to be sure of the overall score, {needed} "
    "would be needed.",
    support_weak="Based on {raters}: treat as indicative; to be sure of the overall score, "
    "{needed} would be needed.",
    support_none="Based on {raters}: they see all managers much alike, so that no number of them "
    "would tell managers apart.{read}",
    support_more="more than {most}",
    rather_comments="Read the comments rather than the score.",
    read_comments=", so read the comments",
    agreement={
        "narrow": "{group} see you alike on: {competencies}.",
        "wide": "{group} see you differently on: {competencies}. The mean stands for different "
        "experiences{read}.",
    },
    spreads={"narrow": "alike", "medium": "partly alike", "wide": "differing"},
    method_scale="Every item runs from {low} to {high}. “{cannot_judge}” does not count and is "
    "not replaced by any point.",
    method_reverse="Items marked “reverse” are turned round on the declared scale: a high score "
    "is always good.",
    method_published="A competency is the mean of a group's item means as shown, given if at "
    "least half of its items can be shown; the overall score is made of the competencies in the "
    "same way. So no total tells more than the item pages do.",
    method_thresholds="Anonymous groups are shown from {k} answers on and rounded to 0.1 below 5; "
    "scores almost all at one end of the scale are shown as a range. Named answers (self, "
    "supervisor) are shown as they are.",
    method_comments="Comments of anonymous groups are shown from {k} answers on, word for word and "
    "in random order; of groups shown together, only those on questions that all were asked.",
    method_weights="Others are combined by weight over the groups shown. A group that cannot be "
    "shown leaves its weight to the rest; below 60 % of the weight no score of others is given.",
    method_gap="The gap of a competency is the mean over the items that both the self-rating and "
    "the others have a score for, item by item self minus others; the overall gap is the mean of "
    "those of the competencies.",
    method_items="The groups do not all judge the same items, so scores of competencies may "
    "differ partly because the items do.",
    method_recommendation="The 0 to 10 recommendation stands by itself and enters no competency.",
)

WORDS: Mapping[Language, Words] = {"zh": ZH, "en": EN}
