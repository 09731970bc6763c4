"""The few words that belong to the layout: headings and legends, in both languages."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal


@dataclass(frozen=True)
class Labels:
    """Headings, column titles and legends of a report."""

    confidential: str
    for_hr_only: str  # in its place
    contents: str
    position: str
    cycle: str
    date: str
    questionnaire: str
    who_may_read: str
    how_to_read: str
    scale: str
    not_counted: str
    groups: str
    group: str
    invited: str
    answered: str
    note: str
    signs: str
    shaded: str
    bar: str
    likely: str
    whiskers: str
    own_line: str
    chart: str  # what a chart shows
    interval: str  # behind a number: where it might lie
    sign: str
    reverse: str
    reverse_legend: str
    overview: str
    strengths: str
    improvements: str
    gaps: str
    competencies: str
    perception: str
    trend: str
    trend_note: str
    change: str
    items: str
    item: str
    agreement: str
    agreement_legend: str
    others: str
    gap: str
    recommendations: str
    comments: str
    theme: str
    praise: str
    wish: str
    wishes: str
    suggestions: str
    plan: str
    plan_note: str
    plan_columns: tuple[str, str, str, str]
    plan_signatures: tuple[str, str, str]
    reliability: str
    competency: str
    method: str
    digest: str
    annex: str
    hidden_groups: str
    all_shown: str
    versions: str
    questionnaire_digest: str
    meanings: str
    named: str  # a name and what it means
    page: str


LABELS: dict[Literal["zh", "en"], Labels] = {
    "zh": Labels(
        confidential="保密",
        for_hr_only="仅供人力资源",
        contents="目录",
        position="岗位",
        cycle="评价周期",
        date="日期",
        questionnaire="问卷",
        who_may_read="阅读范围",
        how_to_read="如何阅读本报告",
        scale="评分标准",
        not_counted="{answer}：不计入分数",
        groups="评价者",
        group="评价群体",
        invited="邀请人数",
        answered="作答人数",
        note="说明",
        signs="图中的符号",
        shaded="底色越深，分数越高",
        bar="竖线：他评",
        likely="浅色条：换一批评价者，他评可能落在的范围",
        whiskers="细横线：各群体可能落在的范围",
        own_line="自评旁的横线：与他评的差距",
        chart="各方得分在 {low} 到 {high} 分上的位置",
        interval="（{low} 至 {high}）",
        sign="“{sign}”：{text}",
        reverse="反向",
        reverse_legend="反向：题目为负面表述，分数已换算",
        overview="总览",
        strengths="优势",
        improvements="改进方向",
        gaps="自评与他评的差异",
        competencies="能力维度",
        perception="自评与他评",
        trend="历次变化",
        trend_note="只比较各次都问到的题目；变化小于 0.3 分或可能出于偶然的，不算变化。",
        change="与上次相比",
        items="逐题得分",
        item="题目",
        agreement="看法是否一致",
        agreement_legend="能力名称一行的词：该群体（5 人起）看法是否一致",
        others="他评",
        gap="差距",
        recommendations="推荐意愿",
        comments="文字评价",
        theme="主题",
        praise="肯定",
        wish="期望",
        wishes="客户的期望",
        suggestions="发展建议",
        plan="我的行动",
        plan_note="一两件事就够了。请与上级商量后填写。",
        plan_columns=("我要做什么", "怎样算做到", "何时之前", "谁能支持我"),
        plan_signatures=("本人", "上级", "日期"),
        reliability="结果有多可靠",
        competency="能力维度",
        method="方法与版本",
        digest="内容摘要（SHA-256）",
        annex="附录：供人力资源使用",
        hidden_groups="未显示的群体",
        all_shown="没有，所有群体都已显示。",
        versions="权重与版本",
        questionnaire_digest="问卷内容摘要（SHA-256）",
        meanings="各列的含义",
        named="{name}：{text}",
        page="第 {number} 页，共 {count} 页",
    ),
    "en": Labels(
        confidential="Confidential",
        for_hr_only="For HR only",
        contents="Contents",
        position="Position",
        cycle="Cycle",
        date="Date",
        questionnaire="Questionnaire",
        who_may_read="Who may read this",
        how_to_read="How to read this report",
        scale="The scale",
        not_counted="{answer}: counts towards no score",
        groups="Who answered",
        group="Group",
        invited="Invited",
        answered="Answered",
        note="Note",
        signs="Signs in the charts",
        shaded="The darker the shade, the higher the score",
        bar="Upright bar: all others together",
        likely="Pale band: where the others might lie with other raters",
        whiskers="Whiskers: where a group might lie",
        own_line="Line from your own view: the gap",
        chart="Scores of the groups, from {low} to {high}",
        interval=" ({low} to {high})",
        sign="“{sign}”: {text}",
        reverse="reverse",
        reverse_legend="reverse: worded negatively, its score is turned round",
        overview="Overview",
        strengths="Strengths",
        improvements="To improve",
        gaps="Own view and the view of others",
        competencies="Competencies",
        perception="Self and others",
        trend="From cycle to cycle",
        trend_note="Only items asked in all of these cycles are compared; a change of less than "
        "0.3 points, or one that may be chance, is none.",
        change="Since last time",
        items="Item by item",
        item="Item",
        agreement="Do they agree?",
        agreement_legend="Words beside a competency: do raters of a group (from 5) see it alike",
        others="Others",
        gap="Gap",
        recommendations="Recommendation",
        comments="Comments",
        theme="Theme",
        praise="Praise",
        wish="Wishes",
        wishes="What customers wish",
        suggestions="Suggestions for development",
        plan="My plan",
        plan_note="One or two things are enough. Fill it in with your supervisor.",
        plan_columns=("What I will do", "How I will know", "By when", "Who can support me"),
        plan_signatures=("Manager", "Supervisor", "Date"),
        reliability="How sure we are",
        competency="Competency",
        method="Method and versions",
        digest="Digest of the content (SHA-256)",
        annex="Annex for human resources",
        hidden_groups="Groups not shown",
        all_shown="None: every group is shown.",
        versions="Weights and versions",
        questionnaire_digest="Digest of the questionnaire (SHA-256)",
        meanings="What the columns mean",
        named="{name}: {text}",
        page="Page {number} of {count}",
    ),
}


def labels_for(language: Literal["zh", "en"], audience: Literal["manager", "hr"]) -> Labels:
    """The words of the layout, in print and on a page: every page for HR says that it is."""
    labels = LABELS[language]
    return replace(labels, confidential=labels.for_hr_only) if audience == "hr" else labels
