"""What may be shown: of a group, from counts alone; of a number, from all that is out already.

`groups` forms the groups of a ratee and publishes their means; `release` is the guard before the
door, which sees every number that leaves and refuses those that would tell on a few.

>>> peers = RaterCell("peers", "m1", "PEER", n=2)
>>> [hidden.reason for hidden in guard([number("mean", "trust", [peers])], [], Policy()).hidden]
['too_few']
"""

from analysis.disclosure.cells import (
    Decision,
    HiddenNumber,
    Kind,
    Number,
    RaterCell,
    Reason,
    number,
)
from analysis.disclosure.groups import (
    EXACT_FROM,
    FLOOR,
    Cell,
    Group,
    GroupScore,
    HiddenGroup,
    Policy,
    PublishedMeans,
    form_groups,
    may_show_comments,
    publish_mean,
    publish_means,
)
from analysis.disclosure.release import guard

__all__ = [
    "EXACT_FROM",
    "FLOOR",
    "Cell",
    "Decision",
    "Group",
    "GroupScore",
    "HiddenGroup",
    "HiddenNumber",
    "Kind",
    "Number",
    "Policy",
    "PublishedMeans",
    "RaterCell",
    "Reason",
    "form_groups",
    "guard",
    "may_show_comments",
    "number",
    "publish_mean",
    "publish_means",
]
