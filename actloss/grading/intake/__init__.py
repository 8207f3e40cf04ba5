"""What was handed in, found in every usual arrangement of folders and zips.

finding, archives, reading     files: in folders, in zips, opened safely
layouts, roster, register      whose they are
unit_names, contents           for which unit, and what is in them
choosing                       which of several counts
collecting                     all of these together
"""

from actloss.grading.intake.collecting import collect
from actloss.grading.intake.reading import UnreadableSubmission, read_submission

__all__ = ["UnreadableSubmission", "collect", "read_submission"]
