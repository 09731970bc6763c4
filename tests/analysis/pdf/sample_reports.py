"""Reports made by hand: rich ones in both languages, and the hard ones."""

from __future__ import annotations

from dataclasses import replace

from analysis.cycle_summary import Line, Section
from analysis.report import (
    CommentBlock,
    HiddenCell,
    ManagerReport,
    Perception,
    ReportCell,
    ReportComment,
    ReportGroup,
    ReportRow,
    ReportSection,
    ScalePoint,
    ShownCell,
    ThemeRow,
    Trend,
    TrendRow,
)
from analysis.wording import WORDS

TOO_FEW = {"zh": "人数不足", "en": "too few answers"}
NOT_ASKED = {"zh": "未询问", "en": "not asked"}
NO_GAP = {"zh": "无自评", "en": "no own rating"}

COMPETENCIES = {
    "zh": (
        ("客户理解", "了解客户的业务、目标与决策过程"),
        ("沟通与倾听", "把话说清楚，也听得进去"),
        ("方案与价值", "把产品变成客户看得见的价值"),
        ("谈判与共赢", "守住底线，也让对方赢"),
        ("内部协作", "调动公司资源，及时同步信息"),
        ("诚信与可靠", "承诺的事情按时做到"),
    ),
    "en": (
        ("Knowing the customer", "Understands business, goals and decisions"),
        ("Listening and speaking", "Speaks plainly and takes in what is said"),
        ("Solutions and value", "Turns a product into value the customer can see"),
        ("Negotiation", "Keeps the line and lets the other side win"),
        ("Working together", "Moves the company for the customer"),
        ("Integrity", "Does what was promised, in time"),
    ),
}
ITEMS = {
    "zh": (
        "能准确说出客户今年最重要的三个经营目标，并在方案中体现出来。",
        "遇到问题时第一时间告知客户，而不是等客户来问。",
        "经常在没有准备的情况下参加会议。",
        "对价格与交付条件的解释前后一致。",
    ),
    "en": (
        "Can name the three most important business goals of the customer this year.",
        "Tells the customer about a problem at once, before the customer has to ask.",
        "Often comes to meetings unprepared.",
        "Explains prices and terms of delivery the same way every time.",
    ),
}
LABELS = {
    "zh": ("自评", "上级", "同事", "客户"),
    "en": ("Self", "Supervisor", "Peers", "Customers"),
}


def groups(language: str) -> tuple[ReportGroup, ...]:
    own, supervisor, peers, customers = LABELS[language]
    note = {
        "zh": "少于 3 人作答，为保护匿名不单独显示。",
        "en": "Fewer than 3 answered; hidden to protect them.",
    }[language]
    return (
        ReportGroup("SELF", own, "self", 1, "1", True, True, ""),
        ReportGroup("SUPERVISOR", supervisor, "supervisor", 1, "1", True, True, ""),
        ReportGroup("PEER", peers, "peer", 7, "6", False, True, ""),
        ReportGroup("CUSTOMER", customers, "customer", 9, "8", False, True, note[:0]),
    )


def shown(value: float, n: int = 1) -> ShownCell:
    return ShownCell(value, f"{value:.1f}", n)


def row(
    identity: str,
    label: str,
    values: tuple[float | None, ...],
    language: str,
    description: str = "",
    *,
    high: int = 5,
    reverse: bool = False,
) -> ReportRow:
    counts = (1, 1, 6, 8, 5)
    cells: tuple[ReportCell, ...] = tuple(
        HiddenCell("not_asked", NOT_ASKED[language]) if value is None else shown(value, n)
        for value, n in zip(values, counts, strict=False)
    )
    others = [value for value in values[1:] if value is not None]
    mean = round(sum(others) / len(others), 1)
    own = values[0]
    gap = None if own is None else round(own - mean, 1)
    gap_text = NO_GAP[language] if gap is None else f"{gap:+.1f}".replace("-", "−")
    low = 0 if high == 10 else 1
    margin = 0.3 if description else None
    return ReportRow(
        identity,
        label,
        description,
        cells,
        shown(mean, 15),
        gap,
        gap_text,
        margin,
        low,
        high,
        reverse,
    )


def competency_rows(language: str) -> tuple[ReportRow, ...]:
    values = (
        (4.2, 4.0, 4.4, 4.6),
        (4.8, 3.5, 3.6, 3.4),
        (4.0, 4.0, 4.0, 4.1),
        (3.2, 3.8, 4.1, 4.3),
        (4.5, 4.2, 3.1, None),
        (4.6, 4.9, 4.7, 4.8),
    )
    return tuple(
        row(f"c{number}", name, value, language, description)
        for number, ((name, description), value) in enumerate(
            zip(COMPETENCIES[language], values, strict=True)
        )
    )


def perception(language: str) -> tuple[Perception, ...]:
    names = [name for name, _ in COMPETENCIES[language]]
    said = WORDS[language].perception
    return (
        Perception("blind_spot", *said["blind_spot"], (names[1], names[4])),
        Perception("hidden_strength", *said["hidden_strength"], (names[3],)),
        Perception("alike", *said["alike"], (names[0], names[2], names[5])),
    )


def theme_rows(language: str) -> tuple[ThemeRow, ...]:
    name = COMPETENCIES[language][1][0]
    said = {
        "zh": ("6 条意见：正面 3、有褒有贬 1、负面 2", "说话清楚，好懂。", "希望先听完再回答。"),
        "en": (
            "comments: 6 (positive 3, mixed 1, negative 2)",
            "Speaks plainly.",
            "Please listen first.",
        ),
    }
    text, praise, wish = said[language]
    return (ThemeRow(name, 6, 3, 1, 2, text, praise, wish),)


def trend(language: str) -> Trend:
    words = WORDS[language].trend
    rows = tuple(
        TrendRow(name, tuple(shown(value) for value in values), direction, words[direction])
        for (name, _), values, direction in zip(
            COMPETENCIES[language],
            ((3.5, 4.3), (3.9, 3.5), (4.0, 4.0)),
            ("higher", "lower", "same"),
            strict=False,
        )
    )
    return Trend(("2026 Q2", "2026 Q3"), rows)


def sections(language: str) -> tuple[ReportSection, ...]:
    result = []
    for number, (name, _) in enumerate(COMPETENCIES[language]):
        rows = tuple(
            row(
                f"i{number}{index}",
                text,
                (
                    round(3 + (number + index) % 3 * 0.9, 1),
                    round(2.4 + (number * 2 + index) % 4 * 0.7, 1),
                    round(1.8 + (number + index * 2) % 5 * 0.7, 1),
                    None if number == 4 else round(3.1 + (number + index) % 4 * 0.5, 1),
                ),
                language,
                reverse=index == 2,
            )
            for index, text in enumerate(ITEMS[language])
        )
        result.append(ReportSection(name, rows))
    return tuple(result)


def comments(language: str) -> tuple[CommentBlock, ...]:
    _, supervisor, peers, customers = LABELS[language]
    if language == "zh":
        best, change = "他/她做得最好的是什么？", "下个季度最值得改变的一件事是什么？"
        texts = (
            "响应非常快，R&D 的问题当天就给了答复，<script>alert(1)</script> 也认真看。",
            "对我们的业务很熟悉，方案总能说到点子上。",
            "开会前可以先把议程发给大家，最近几次会议有点散，讨论到后面已经偏离了最初的目标，"
            "希望能有人把控节奏，也希望会后当天就能收到纪要。",
            "还行。",
        )
        words = ("正面", "正面", "负面", "中性", "褒贬参半")
    else:
        best, change = "What does this manager do best?", "What is the one thing to change?"
        texts = (
            "Answers fast. The R&D question had its reply that day, even <script>tests</script>.",
            "Knows our business and gets to the point.",
            "Send the agenda beforehand; the last meetings lost their thread, and minutes came a "
            "week later, when half of us had already acted on something else.",
            "All right.",
        )
        words = ("positive", "positive", "negative", "neutral", "mixed")
    kinds = ("positive", "positive", "negative", "neutral")
    made = tuple(
        ReportComment(text, kind, word)
        for text, kind, word in zip(texts, kinds, words, strict=False)
    )
    mixed = ReportComment(texts[1] + texts[2], "mixed", words[4])
    return (
        CommentBlock(best, supervisor, made[1:2]),
        CommentBlock(best, customers, (*made[:2], mixed, made[3])),
        CommentBlock(change, peers, (made[2], mixed)),
        CommentBlock(change, customers, (made[2], made[3], made[0])),
    )


def rich(language: str = "zh") -> ManagerReport:
    return _rich_zh() if language == "zh" else _rich_en()


def _rich_zh() -> ManagerReport:
    return ManagerReport(
        language="zh",
        audience="manager",
        organisation="云帆科技股份有限公司",
        title="客户经理多方评价报告",
        ratee_id="m-017",
        ratee_name="陈晓东",
        position="大客户经理",
        cycle_key="2026q3",
        cycle_title="2026 年第三季度",
        date_text="2026年11月22日关闭",
        questionnaire_title="客户经理 360 度评价",
        questionnaire_version="1.2",
        questionnaire_hash="9f2c" * 16,
        confidentiality="本报告供本人、直接上级与人力资源部阅读。请勿转发给其他人。",
        reading=(
            "本报告汇总了您本人、上级、同事与客户的评价。分数是各群体的平均分，范围为 1 至 5。",
            "不足 3 人作答的匿名群体不显示分数；不足 5 人的群体不显示文字评价。n 是作答人数。",
            "分数的微小差异常常只是偶然。请先看规律：哪些能力各方看法一致，哪些能力自评与他评不同。",
        ),
        scale=tuple(
            ScalePoint(value, label)
            for value, label in enumerate(("从不", "很少", "有时", "经常", "总是"), start=1)
        ),
        cannot_judge="无法判断",
        groups=groups("zh"),
        overall=row("overall", "总分", (4.2, 4.1, 4.0, 4.2), "zh"),
        weights_text="权重：上级 30%，同事 30%，客户 40%。",
        headline="他人眼中的您稳健可靠：诚信是最突出的优势，沟通与倾听是最值得投入的方向。",
        strengths=(
            "诚信与可靠：他评 4.8（15 人），各群体看法一致。",
            "客户理解：他评 4.3（15 人），客户给分最高。",
            "谈判与共赢：他评 4.1（15 人），高于您的自评。",
        ),
        improvements=(
            "沟通与倾听：他评 3.5（15 人），比自评低 1.3。",
            "内部协作：他评 3.7（7 人），同事的评分明显低于上级。",
        ),
        gaps=(
            "沟通与倾听：自评 4.8，他评 3.5，相差 +1.3。这可能是一个盲点。",
            "谈判与共赢：自评 3.2，他评 4.1，相差 −0.9。您比自己以为的做得更好。",
        ),
        competencies=competency_rows("zh"),
        sections=sections("zh"),
        perception=perception("zh"),
        wishes=("客户最希望改进：沟通与倾听（3 条意见）。",),
        themes=theme_rows("zh"),
        trend=trend("zh"),
        recommendations=(
            row(
                "nps",
                "您有多大可能向同行推荐这位客户经理？",
                (None, None, None, 8.6),
                "zh",
                high=10,
            ),
        ),
        comments=comments("zh"),
        comments_note="",
        suggestions=(
            (
                "沟通与倾听",
                (
                    "每次会议结束前，请客户用自己的话复述结论。",
                    "每周请一位同事就一次沟通给出反馈。",
                ),
            ),
            ("内部协作", ("把客户的承诺与时间点写进共享看板，每周五更新。",)),
        ),
        reliability_text="同事 4 人：仅供参考，需要 9 人才有把握。客户 10 人：人数足够，看法稳定。",
        agreement=("客户看法一致：诚信与合规、理解客户。",),
        statistics=(),
        method=(
            "各群体的分数是该群体内有效回答的平均值；“无法判断”不计入。他评合计按上述权重合并可显示的群体。",
            "匿名群体不足 3 人时不显示；平均分不足 5 人时四舍五入到 0.1。",
        ),
        versions="surveyapp 0.1.0 · 问卷 account_manager_360 1.2",
        digest="3b1f" * 16,
    )


def _rich_en() -> ManagerReport:
    return replace(
        _rich_zh(),
        language="en",
        organisation="Northwind Instruments Ltd",
        title="Feedback for account managers",
        ratee_name="Alexandra Whitfield",
        position="Key account manager",
        cycle_title="Third quarter of 2026",
        date_text="closed on 22 November 2026",
        questionnaire_title="Account manager 360",
        confidentiality="For the manager, the supervisor and human resources. Do not pass on.",
        reading=(
            "This report brings together your own view and those of your supervisor, peers and "
            "customers. Scores are means of a group on a scale from 1 to 5.",
            "A group with fewer than 3 answers shows no score; below 5 it shows no comments.",
        ),
        scale=tuple(
            ScalePoint(value, label)
            for value, label in enumerate(("never", "seldom", "sometimes", "often", "always"), 1)
        ),
        cannot_judge="Cannot judge",
        groups=groups("en"),
        overall=row("overall", "Overall", (4.2, 4.1, 4.0, 4.2), "en"),
        weights_text="Weights: supervisor 30 %, peers 30 %, customers 40 %.",
        headline="Others see you as steady and reliable: integrity stands out, listening is where "
        "work will pay most.",
        strengths=(
            "Integrity: 4.8 by others (n 15), every group agrees.",
            "Knowing the customer: 4.3 by others (n 15), highest with customers.",
        ),
        improvements=("Listening and speaking: 3.5 by others (n 15), 1.3 below your own view.",),
        gaps=("Listening and speaking: you 4.8, others 3.5, a difference of +1.3.",),
        competencies=competency_rows("en"),
        sections=sections("en"),
        perception=perception("en"),
        wishes=("Customers wish for most: Listening and speaking (comments: 3).",),
        themes=theme_rows("en"),
        trend=trend("en"),
        recommendations=(
            row(
                "nps",
                "How likely are you to recommend this manager?",
                (None, None, None, 8.6),
                "en",
                high=10,
            ),
        ),
        comments=comments("en"),
        suggestions=(
            (
                "Listening and speaking",
                ("Ask the customer to repeat the result in their own words.",),
            ),
        ),
        reliability_text="Based on 4 peers: treat as indicative; 9 would be needed to be sure.",
        agreement=("Customers see you alike on: Integrity, Knowing the customer.",),
        method=("Group scores are means of the answers given; “cannot judge” is left out.",),
        versions="surveyapp 0.1.0 · questionnaire account_manager_360 1.2",
    )


def for_hr() -> ManagerReport:
    statistics = tuple(
        Section(
            f"{group}：12 位客户经理，120 份回答",
            (("α", "内部一致性"), ("ICC(1)", "单人信度")),
            tuple(
                Line(name, (f".8{number}（.7{number} 至 .9{number}）", ".21"), "可用于比较群体")
                for number, (name, _) in enumerate(COMPETENCIES["zh"])
            ),
        )
        for group in ("同事", "客户")
    )
    return replace(_rich_zh(), audience="hr", statistics=statistics)


def sparse(language: str = "zh") -> ManagerReport:
    """One group, no comments, no suggestions."""
    full = rich(language)
    own = full.groups[:1]
    rows = tuple(
        replace(
            r,
            cells=r.cells[:1],
            others=HiddenCell("too_few", TOO_FEW[language]),
            gap=None,
            gap_text="—",
        )
        for r in full.competencies
    )
    assert full.overall
    return replace(
        full,
        groups=own,
        competencies=rows,
        sections=(),
        perception=(),
        wishes=(),
        themes=(),
        trend=None,
        recommendations=(),
        comments=(),
        comments_note="文字评价少于 5 人，不予显示。",
        suggestions=(),
        strengths=(),
        improvements=(),
        gaps=(),
        weights_text="",
        overall=replace(
            full.overall,
            cells=full.overall.cells[:1],
            others=HiddenCell("too_few", TOO_FEW[language]),
            gap=None,
            gap_text="—",
        ),
    )


def hidden(language: str = "en") -> ManagerReport:
    """Every cell hidden."""
    full = rich(language)
    few = HiddenCell("too_few", TOO_FEW[language])

    def hide(rows: tuple[ReportRow, ...]) -> tuple[ReportRow, ...]:
        return tuple(
            replace(r, cells=(few,) * len(r.cells), others=few, gap=None, gap_text=NO_GAP[language])
            for r in rows
        )

    assert full.overall
    return replace(
        full,
        groups=tuple(
            replace(g, answered="fewer than 3", shown=False, note="too few", withheld="too few")
            for g in full.groups
        ),
        overall=hide((full.overall,))[0],
        competencies=hide(full.competencies),
        sections=tuple(replace(s, rows=hide(s.rows)) for s in full.sections),
        recommendations=hide(full.recommendations),
        comments=(),
        comments_note="Comments are hidden: fewer than 5 raters answered.",
        strengths=(),
        improvements=(),
        gaps=(),
        suggestions=(),
    )


def long_names() -> ManagerReport:
    return replace(
        _rich_en(),
        organisation="Internationale Gesellschaft für Außergewöhnlich Lange Firmennamen " * 3,
        ratee_name="Wolfeschlegelsteinhausenbergerdorff-Hubert Blaine " * 3,
        position="Leitender Großkundenbetreuer für Übersee, Polargebiete und Tiefsee " * 2,
        cycle_title="The quarter that would not end " * 4,
    )


def large() -> ManagerReport:
    """12 competencies, 60 items, a merged group."""
    full = _rich_zh()
    merged = ReportGroup("PEER+CUSTOMER", "同事与客户", "merged", 5, "4", False, True, "已合并显示")
    all_groups = (*full.groups, merged)
    rows = tuple(
        row(f"c{n}", f"能力维度第{n}项", (4.0, 3.0, 2.0 + n / 10, 4.9, 1.0), "zh", "定义")
        for n in range(12)
    )
    parts = tuple(
        ReportSection(
            r.label,
            tuple(
                row(f"{r.id}i{i}", ITEMS["zh"][i % 4], (1.0, 2.0, 3.0, 4.0, 5.0), "zh")
                for i in range(5)
            ),
        )
        for r in rows
    )
    overall = row("overall", "总分", (4.2, 4.1, 4.0, 4.2, 4.0), "zh")
    return replace(
        full,
        groups=all_groups,
        overall=overall,
        competencies=rows,
        sections=parts,
        recommendations=(),
    )


def wordy() -> ManagerReport:
    """Every text as long as the rules of questionnaires allow."""
    full = _rich_zh()
    name, wording = "能力" * 30, "客户经理在每一次与客户的会面之前都会认真准备，" * 21
    return replace(
        full,
        scale=tuple(replace(point, label=name) for point in full.scale),
        cannot_judge=name,
        competencies=tuple(
            replace(each, label=name, description=wording) for each in full.competencies
        ),
        sections=tuple(
            replace(
                part,
                title=name,
                rows=tuple(replace(each, label=wording, reverse=True) for each in part.rows),
            )
            for part in full.sections
        ),
        perception=tuple(replace(each, competencies=(name, name)) for each in full.perception),
        recommendations=tuple(replace(each, label=wording) for each in full.recommendations),
        comments=tuple(replace(block, question=wording) for block in full.comments),
        suggestions=tuple((name, (wording,) * 10) for _ in range(3)),
    )


def with_comment(text: str, language: str = "zh") -> ManagerReport:
    comment = ReportComment(text, "neutral", "中性")
    return replace(rich(language), comments=(CommentBlock("还有什么？", "同事", (comment,)),))


EVERY = {
    "rich_zh": lambda: rich("zh"),
    "rich_en": lambda: rich("en"),
    "hr": for_hr,
    "sparse": sparse,
    "hidden": hidden,
    "long_names": long_names,
    "large": large,
    "wordy": wordy,
}
