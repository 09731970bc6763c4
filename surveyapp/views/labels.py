"""Fixed words of the services in the words of the interface."""

from __future__ import annotations

from surveyapp.i18n import N_
from surveyapp.services.audit import Act

# How a comment sounds.
LABELS = {
    "positive": N_("positive"),
    "mixed": N_("mixed"),
    "neutral": N_("neutral"),
    "negative": N_("negative"),
    "none": N_("says nothing"),
}

# What stands in the log.
ACTS: dict[str, str] = {
    Act.CREATE: N_("Cycle created"),
    Act.CLONE: N_("Cycle made from the one before"),
    Act.PILOT: N_("Pilot made"),
    Act.EDIT: N_("Cycle changed"),
    Act.DELETE: N_("Draft deleted"),
    Act.ROSTER: N_("Roster stored"),
    Act.UNDO_ROSTER: N_("Roster undone"),
    Act.OPEN: N_("Cycle launched"),
    Act.TAKE_BACK: N_("Launch taken back"),
    Act.EXTEND_ALL: N_("Time extended for all"),
    Act.REMIND: N_("Reminders queued"),
    Act.CLOSE: N_("Cycle closed"),
    Act.RELEASE: N_("Results released"),
    Act.FORGET: N_("Cycle forgotten"),
    Act.NOMINATE: N_("Rater proposed"),
    Act.APPROVE: N_("Rater approved"),
    Act.DECLINE: N_("Rater declined"),
    Act.RETRY_MAIL: N_("Failed mails tried again"),
    Act.IMPORT: N_("Ratings imported"),
    Act.ANALYSE: N_("Results analysed"),
    Act.COMPARE: N_("Cycles compared"),
    Act.REPORT: N_("Reports made"),
    Act.SEND_REPORT: N_("Links to reports sent"),
    Act.REVOKE_REPORT: N_("Links to reports revoked"),
    Act.RESULTS: N_("Results exported"),
    Act.TEAM_REPORT: N_("Team report made"),
    Act.COMPANY_REPORT: N_("Company summary made"),
    Act.LOOP_NOTE: N_("Note to customers made"),
    Act.CORRECT_COMMENT: N_("Label of a comment corrected"),
    Act.EXTEND: N_("Time extended for a rater"),
    Act.NEW_LINK: N_("Link of a rater replaced"),
    Act.CORRECT_ADDRESS: N_("Address of a rater corrected"),
    Act.RESTORE_KEYS: N_("Keys restored"),
    Act.ACCEPT_RESTORE: N_("Older backup accepted"),
    Act.EXPORT: N_("Data of a person handed out"),
    Act.ERASE: N_("Person erased"),
    Act.RETENTION: N_("Old data forgotten"),
    Act.CREATE_ACCOUNT: N_("Account made"),
    Act.INVITE_PERSON: N_("Person invited to an account"),
    Act.CHANGE_ROLES: N_("Roles changed"),
    Act.DISABLE_ACCOUNT: N_("Account disabled"),
    Act.ENABLE_ACCOUNT: N_("Account enabled"),
    Act.RESET_ACCOUNT: N_("Password taken away"),
    Act.SIGN_IN: N_("Signed in"),
    Act.SIGN_OUT: N_("Signed out"),
    Act.SET_PASSWORD: N_("Password set"),
    Act.SET_SECOND_FACTOR: N_("Second factor set up"),
    Act.SAVE_QUESTIONNAIRE: N_("Questionnaire saved"),
    Act.MAIL_WORDS: N_("Words of a mail changed"),
    Act.MAIL_TEST: N_("Test mail sent"),
    Act.COPY_QUESTIONNAIRE: N_("Questionnaire copied"),
}
