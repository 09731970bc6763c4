"""The comments of a report: word for word, what they are about, and what customers wish."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from analysis.comments import ScoredComment, Theme, themes, wished
from analysis.disclosure import Group
from analysis.narrative import Narrator
from analysis.report.model import CommentBlock, ReportComment, ThemeRow
from analysis.wording import Words
from questionnaires.model import OpenQuestion

MOST_WISHES = 2  # sentences; what equally many comments wish is one


def comment_blocks(told: Narrator) -> tuple[CommentBlock, ...]:
    """Per question and group; blocks without a comment are left out."""
    blocks = (
        _block(told, question, group)
        for question in told.results.questionnaire.open_questions
        for group in told.of_ratee.groups
    )
    return tuple(block for block in blocks if block.comments)


def _block(told: Narrator, question: OpenQuestion, group: Group) -> CommentBlock:
    return CommentBlock(
        question=told.question(question, group),
        group=told.group_label(group),
        comments=tuple(
            report_comment(told, scored)
            for scored in told.of_ratee.comments
            if (scored.comment.question, scored.comment.group) == (question.id, group.key)
        ),
    )


def report_comment(told: Narrator, scored: ScoredComment) -> ReportComment:
    """A comment of which nobody is sure how it sounds is not called anything."""
    if not scored.certain:
        return ReportComment(scored.comment.text, "unsure", "")
    word = told.words.sentiments[scored.label]
    if scored.comment.label is not None:
        word = told.words.corrected.format(word=word)
    return ReportComment(scored.comment.text, scored.label, word)


def theme_rows(told: Narrator) -> tuple[ThemeRow, ...]:
    """What the comments are about, over all groups that may be read."""
    names = _names(told)
    return tuple(
        ThemeRow(
            label=names[theme.competency],
            n=theme.n,
            positive=theme.counts["positive"],
            mixed=theme.counts["mixed"],
            negative=theme.counts["negative"],
            text=counted_theme(told.words, theme),
            praise=theme.praise,
            wish=theme.wish,
        )
        for theme in themes(told.of_ratee.comments, names)
    )


def _names(told: Narrator) -> dict[str, str]:
    return {each.id: told.name(each) for each in told.results.questionnaire.competencies}


def counted_theme(words: Words, theme: Theme) -> str:
    """How many comments on a theme sound how, in words."""
    parts = [f"{words.sentiments[polarity]} {n}" for polarity, n in theme.counts.items() if n]
    return words.theme.format(n=theme.n, parts=words.listing.join(parts))


def wishes(told: Narrator) -> tuple[str, ...]:
    """What customers would like to be better, most spoken of first."""
    names = _names(told)
    found = wished(told.of_ratee.comments, names)
    return wish_sentences(told.words, names, found)[:MOST_WISHES]


def wish_sentences(
    words: Words, names: Mapping[str, str], found: Sequence[tuple[str, int]]
) -> tuple[str, ...]:
    """One sentence for all that equally many comments wish. What a single one says is no "most"."""
    sentences: list[str] = []
    for n, equal in groupby(found, key=lambda pair: pair[1]):
        wanted = [names[competency] for competency, _ in equal]
        one, several = words.wish_one if n == 1 else words.wish_also if sentences else words.wish
        template = one if len(wanted) == 1 else several
        sentences.append(template.format(competencies=words.listing.join(wanted), n=n))
    return tuple(sentences)
