"""The tables. Every key is random, and nothing beside a ballot tells when or by whom.

``Invitation`` and ``Assignment`` know the rater; ``Ballot``, ``Response`` and ``Comment`` do not
(save in attributed relations). The two sides share the cell and nothing else: no column, no key,
no order, no time.
"""

from surveyapp.models.accounts import (
    AccountLink,
    AccountSession,
    AuditEvent,
    RecoveryCode,
    Role,
    SignInTry,
    UserAccount,
)
from surveyapp.models.answers import Ballot, Comment, Draft, MixingRecord, Response, ResponseGroup
from surveyapp.models.base import UNORDERED, Base, UtcDateTime, random_id
from surveyapp.models.cycles import (
    Account,
    Assignment,
    AssignmentState,
    Cell,
    Cycle,
    CycleQuestionnaire,
    CycleRatee,
    CycleState,
    DevelopmentAction,
    FrozenQuestionnaire,
    Nomination,
    NominationRule,
    NominationState,
    Person,
    RosterSnapshot,
)
from surveyapp.models.mails import (
    Invitation,
    LinkRequest,
    MailKind,
    MailState,
    Outbox,
    ReminderWave,
    ReportLink,
    StoppedAddress,
)
from surveyapp.models.texts import MailText, QuestionnaireDraft, QuestionnaireVersion

__all__ = [
    "UNORDERED",
    "Account",
    "AccountLink",
    "AccountSession",
    "Assignment",
    "AssignmentState",
    "AuditEvent",
    "Ballot",
    "Base",
    "Cell",
    "Comment",
    "Cycle",
    "CycleQuestionnaire",
    "CycleRatee",
    "CycleState",
    "DevelopmentAction",
    "Draft",
    "FrozenQuestionnaire",
    "Invitation",
    "LinkRequest",
    "MailKind",
    "MailState",
    "MailText",
    "MixingRecord",
    "Nomination",
    "NominationRule",
    "NominationState",
    "Outbox",
    "Person",
    "QuestionnaireDraft",
    "QuestionnaireVersion",
    "RecoveryCode",
    "ReminderWave",
    "ReportLink",
    "Response",
    "ResponseGroup",
    "Role",
    "RosterSnapshot",
    "SignInTry",
    "StoppedAddress",
    "UserAccount",
    "UtcDateTime",
    "random_id",
]
