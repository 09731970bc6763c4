"""How a comment sounds, in the words of the interface."""

from __future__ import annotations

from surveyapp.i18n import N_

LABELS = {
    "positive": N_("positive"),
    "mixed": N_("mixed"),
    "neutral": N_("neutral"),
    "negative": N_("negative"),
    "none": N_("says nothing"),
}
