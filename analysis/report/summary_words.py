"""The sentences of team and company reports, in Chinese and in English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.wording import Language


@dataclass(frozen=True)
class SummaryWords:
    team_title: str
    company_title: str
    team: str
    company: str
    managers: str
    ratee: str  # in the wording of an item, in place of a name
    team_readers: str
    team_readers_supervisor: str  # where supervisors read reports too
    company_readers: str
    reading: tuple[str, ...]
    reading_team: str
    reading_spread: str
    group_note: str
    group_hidden: str
    score: str
    headline: str
    headline_flat: str
    headline_hidden: str
    too_few: str
    merged: str
    no_group: str
    no_gap: str
    gap_note: str
    spread: str
    themes: str
    method: tuple[str, ...]


ZH = SummaryWords(
    team_title="团队反馈报告",
    company_title="公司反馈概览",
    team="{name}的团队",
    company="全体客户经理",
    managers="{n} 位客户经理",
    ratee="客户经理",
    team_readers="本报告供人力资源负责人阅读，用于与{name}面谈。评价者得到的承诺是只有本人和人力资源部"
    "能看到结果，请勿转发。",
    team_readers_supervisor="本报告供人力资源负责人阅读，用于与{name}面谈。评价者得到的承诺是只有本人、"
    "直属上级和人力资源部能看到结果，请勿转发。",
    company_readers="本概览供人力资源负责人阅读，请勿转发。",
    reading=(
        "这里的分数是各位客户经理分数的平均，每位客户经理同等计算；n 是计入的客户经理人数。",
        "至少 {least} 位客户经理有可以显示的分数，才给出平均。"
        "各人报告中不显示的群体，也不计入这里。",
    ),
    reading_team="逐人一栏与各位客户经理自己的报告相同，那里的 n 是评价人数；"
    "按编号排列，不是名次。",
    reading_spread="浅色条是客户经理之间的差别：平均分上下各一个标准差，约三分之二的人在其中。"
    "满 {ratees} 位客户经理才给出。",
    group_note="{total} 位中有 {shown} 位可以显示；回答人数只计这些。",
    group_hidden="{total} 位客户经理中有 {hidden} 位不显示",
    score="{name}：{score} 分（{n} 位客户经理）",
    headline="{n} 位客户经理平均 {score} 分。评价最高的是{best}，最值得改进的是{worst}。",
    headline_flat="{n} 位客户经理平均 {score} 分。",
    headline_hidden="可以显示的客户经理不足 {least} 位，暂不给出平均。",
    too_few="不足 {least} 位",
    merged="见合并",
    no_group="无",
    no_gap="不足",
    gap_note="* {n} 位客户经理各自差距的平均，只比较双方都评价的题目",
    spread="客户经理之间的标准差 {sd} 分",
    themes="主题按所有可以显示的意见计数，不足 {k} 条的不列出；意见原文只在各位客户经理的报告里。",
    method=(
        "所有平均分都由各人报告中显示的分数算出，因此不会比各人的报告透露更多；"
        "不显示的群体不在任何数字里。",
        "客户经理不排名次；层级只说明是否明显高于或低于平均。",
    ),
)

EN = SummaryWords(
    team_title="Team feedback report",
    company_title="Company feedback summary",
    team="Team of {name}",
    company="All account managers",
    managers="{n} account managers",
    ratee="the account manager",
    team_readers="For the human resources team, for a talk with {name}. Raters were promised that "
    "only the person they rate and HR read results: please do not pass it on.",
    team_readers_supervisor="For the human resources team, for a talk with {name}. Raters were "
    "promised that only the person they rate, their supervisor and HR read results: please do not "
    "pass it on.",
    company_readers="For the human resources team. Please do not pass it on.",
    reading=(
        "Scores are means over the managers, each counting the same; n is how many managers "
        "are in it.",
        "A mean needs at least {least} managers with a score that may be shown. What is hidden in "
        "a manager's own report is in no number here.",
    ),
    reading_team="Manager by manager the scores are those of their own reports; there n is the "
    "number of raters. They stand in the order of their ids, which is no ranking.",
    reading_spread="The pale band is how far managers differ: one standard deviation to either "
    "side of the mean, about two thirds of them. It needs {ratees} managers.",
    group_note="Of {total} managers {shown} can be shown; the answers counted are theirs.",
    group_hidden="not shown for {hidden} of {total} managers",
    score="{name}: {score} ({n} managers)",
    headline="Mean of {n} managers: {score}. Rated highest: {best}; most room to improve: {worst}.",
    headline_flat="Mean of {n} managers: {score}.",
    headline_hidden="Fewer than {least} managers can be shown, so there is no mean.",
    too_few="fewer than {least}",
    merged="see merged",
    no_group="none",
    no_gap="too few",
    gap_note="* mean of the gaps of {n} managers, over the items both judged",
    spread="Standard deviation between managers: {sd}",
    themes="Themes are counted over all comments that may be shown; those of fewer than {k} "
    "comments are left out. The comments themselves stand in the managers' reports only.",
    method=(
        "Every mean is computed from scores as they are shown in the managers' own reports, so it "
        "tells nothing more than those; a group that is hidden there is in no number.",
        "Managers are not ranked; a tier only says who is clearly above or below the average.",
    ),
)

SUMMARY_WORDS: Mapping[Language, SummaryWords] = {"zh": ZH, "en": EN}
