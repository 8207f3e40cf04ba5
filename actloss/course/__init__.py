"""The course: exercises, checks, hints and progress."""
