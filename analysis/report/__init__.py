"""What a manager reads: the model, how it is built, and the same as JSON."""

from analysis.report.build import build_manager_report
from analysis.report.model import (
    Audience,
    CommentBlock,
    HiddenCell,
    ManagerReport,
    Marker,
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
    digest_of,
    to_json,
)
from analysis.report.summary import build_company_report, build_team_report

__all__ = [
    "Audience",
    "CommentBlock",
    "HiddenCell",
    "ManagerReport",
    "Marker",
    "Perception",
    "ReportCell",
    "ReportComment",
    "ReportGroup",
    "ReportRow",
    "ReportSection",
    "ScalePoint",
    "ShownCell",
    "ThemeRow",
    "Trend",
    "TrendRow",
    "build_company_report",
    "build_manager_report",
    "build_team_report",
    "digest_of",
    "to_json",
]
