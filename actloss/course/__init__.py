"""The course: exercises, checks, hints and progress.

A notebook needs one line of it: `from actloss.course import check, hint, progress, quiz`.
"""

from actloss.course.installation import doctor
from actloss.course.notebook import NotSolved, check, hint, progress
from actloss.course.quizzes import quiz

__all__ = ["NotSolved", "check", "doctor", "hint", "progress", "quiz"]
