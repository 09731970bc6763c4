"""Texts that nobody means well with, made from a seed, and a report full of them."""

from __future__ import annotations

import random
from dataclasses import replace

from analysis.report import CommentBlock, ManagerReport, ReportComment, ThemeRow

LONGEST = 2_000  # what a form takes
PIECES = (
    "<script>alert(1)</script>", "<img src='/etc/passwd'/>", "<a href='javascript:x'>y</a>",
    "<para><font color='[[1]]'>", "&lt;&amp;&#0;&nbsp", "]]>", "<!--", "%PDF-1.7", "%%EOF",
    "endstream endobj", "xref 0 1 trailer", ") Tj ET Q (", "\\", "\\(", "((((", "))))",
    "<</JS(x)>>", "/OpenAction<</S/Launch>>", "BT /F1 12 Tf", "EMC", "/Artifact BMC", "file:///etc/passwd",
    "http://169.254.169.254/", "../../../../etc/shadow", "{0.__class__}", "{}", "%s%n",
    "${jndi:x}",
    "=1+1", "\x00", "\x1b[31m", "\r\n", "\t", "\x85", "\u2028", "\u2029", "\ufeff", "\ufffe",
    "\uffff", "\U0010ffff", "\ud800", "\udfff", "\u202e", "\u2066", "\u200b", "\u200d", "\u00ad",
    "e" + "\u0301" * 40, "Z\u0311\u0310\u0352\u034a" * 9, "👨‍👩‍👧‍👦", "👍🏽", "𠮷野家", "𬭚",
    "한국어", "العربية", "ไทย", "हिन्दी", "ꙮ", "﷽", "\ue018\ue01c", "㍿", "ﬃ", "！" * 30,
    "“‘（《〈「『【" * 9,
    "。，、；：！？" * 9, " " * 200, "\u3000" * 60, "x" * 300, "好" * 300, "1" * 300, "10 人" * 40,
    "—" * 80, "…" * 80, "·", "\n" * 50,
)  # fmt: skip
RANGES = ((0x20, 0x7F), (0x80, 0x24F), (0x300, 0x36F), (0x2000, 0x2FFF), (0x4E00, 0x9FFF),
          (0xD800, 0xDFFF), (0xE000, 0xFFFF), (0x10000, 0x1FFFF), (0x20000, 0x3FFFF),
          (0, 0x10FFFF))  # fmt: skip


def text(draw: random.Random) -> str:
    """Pieces of attacks among random characters, or one of them again and again."""
    if draw.random() < 0.1:
        piece = draw.choice(PIECES)
        return (piece * (LONGEST // len(piece) + 1))[:LONGEST]
    parts = []
    for _ in range(draw.randint(1, 12)):
        low, high = draw.choice(RANGES)
        parts.append("".join(chr(draw.randint(low, high)) for _ in range(draw.randint(0, 40))))
        parts.append(draw.choice(PIECES))
    draw.shuffle(parts)
    return "".join(parts)[:LONGEST]


def report(sample: ManagerReport, texts: list[str], draw: random.Random) -> ManagerReport:
    """``sample`` with the texts wherever people or questionnaires put theirs."""
    tones = ("positive", "negative", "mixed", "neutral", "unsure")
    comments = tuple(ReportComment(each, draw.choice(tones), "?") for each in texts)
    half = len(comments) // 2

    def one() -> str:
        return draw.choice(texts)

    return replace(
        sample,
        organisation=one(),
        ratee_name=one(),
        position=one(),
        cycle_title=one(),
        headline=one(),
        questionnaire_title=one(),
        competencies=tuple(
            replace(row, label=one(), description=one()) for row in sample.competencies
        ),
        sections=tuple(
            replace(
                section, title=one(), rows=tuple(replace(row, label=one()) for row in section.rows)
            )
            for section in sample.sections
        ),
        themes=(ThemeRow(one(), 3, 1, 1, 1, "3", one(), one()),),
        suggestions=((one(), (one(), one())),),
        comments=(
            CommentBlock(one(), one(), comments[:half]),
            CommentBlock(one(), sample.groups[0].label, comments[half:]),
        ),
    )
