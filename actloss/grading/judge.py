"""Makes the verdicts on a notebook, from what comes out of a sandbox.

A notebook is run from top to bottom, then each answer is asked for. What hangs or kills its
process is left out on the next try, so that it costs no other answer. What an exercise forbids is
hidden: first everything that any exercise of the unit forbids. Whatever is not right then, because
something hidden was used, is judged again under its own rules alone.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from typing import Any

from actloss.course import feedback
from actloss.course.checking import AnswerKey, verdict_on_report
from actloss.course.exercise import FRAMEWORKS, Exercise
from actloss.course.feedback import Verdict
from actloss.course.report import FUNCTION, MISSING, UNANSWERED, VALUE, Report
from actloss.course.units import find_unit
from actloss.grading.cells import Unreadable, code_cells
from actloss.grading.records import (
    NOT_GRADED,
    RIGHT,
    UNREADABLE,
    WRONG,
    Graded,
    Result,
)
from actloss.grading.records import UNANSWERED as NOT_ANSWERED
from actloss.grading.sandbox import Profile, Sandbox, Settings, Unusable
from actloss.grading.session import ENDED, Ended, Lost, Question, Session

TRIES = 40
AGAIN = -1  # stands for the second run of what failed, among the cells
KEPT_SANDBOXES = 4
PRELOADED = (*FRAMEWORKS, "pandas", "sklearn")
THREADED = ("tensorflow", "keras", "jax")
LONGEST_REASON = 600
STATES = {
    feedback.RIGHT: RIGHT,
    feedback.WRONG: WRONG,
    feedback.UNANSWERED: NOT_ANSWERED,
}


class Judge:
    """Grades one notebook after another. It runs none of their code."""

    def __init__(self, settings: Settings, seed: int) -> None:
        self.settings = settings
        self.seed = seed
        self.questions: dict[str, Question] = {}
        self.sandboxes: dict[Profile, Sandbox] = {}

    def grade(self, content: bytes, unit_slug: str) -> Graded:
        """The result of every exercise of a unit in a notebook."""
        began = time.monotonic()
        exercises = find_unit(unit_slug).exercises
        try:
            cells = code_cells(content)
        except Unreadable as problem:
            reason = f"The file cannot be read. {problem}"
            return Graded(unit_slug, tuple(no_result(e, UNREADABLE, reason) for e in exercises))
        try:
            results, notes = self._judge(cells, exercises)
        except Unusable as problem:
            reason = f"The grader could not run the notebook: {clean(str(problem))}"
            return Graded(unit_slug, tuple(no_result(e, NOT_GRADED, reason) for e in exercises))
        finally:
            if not self.settings.warm:
                self.close()
        return Graded(unit_slug, results, notes, time.monotonic() - began)

    def close(self) -> None:
        """End all sandboxes."""
        for sandbox in self.sandboxes.values():
            sandbox.close()
        self.sandboxes.clear()

    def _judge(
        self, cells: list[str], exercises: Sequence[Exercise]
    ) -> tuple[tuple[Result, ...], tuple[str, ...]]:
        everything = frozenset(rule for e in exercises for rule in own_rules(e))
        functions = single_functions(everything)
        first = Attempt(self, cells, everything, functions, exercises)
        first.go()
        results = {e.id: first.result(e) for e in exercises}
        notes = first.notes
        for rules in {own_rules(e) for e in exercises} - {everything}:
            again = [e for e in exercises if own_rules(e) == rules and first.missed_something(e)]
            if again:
                attempt = Attempt(self, cells, rules, functions, again)
                attempt.skipped, attempt.stopped = first.skipped, first.stopped
                attempt.go()
                results.update((e.id, attempt.result(e)) for e in again)
                notes += [note for note in attempt.notes if note not in notes]
        return tuple(results[e.id] for e in exercises), tuple(notes)

    def question(self, exercise: Exercise) -> Question:
        """What to ask about an exercise and what is right, worked out once for all notebooks."""
        if exercise.id not in self.questions:
            self.questions[exercise.id] = Question(AnswerKey(exercise, self.seed))
        return self.questions[exercise.id]

    def key(self, exercise: Exercise) -> AnswerKey:
        """What is right."""
        return self.question(exercise).key

    def sandbox(self, profile: Profile) -> Sandbox:
        """A sandbox of this kind that is ready for a notebook."""
        kept = self.sandboxes.pop(profile, None)
        if kept is None:
            while len(self.sandboxes) >= KEPT_SANDBOXES:
                self.sandboxes.pop(next(iter(self.sandboxes))).close()
            kept = Sandbox(profile, self.settings)
        self.sandboxes[profile] = kept  # now the one used last
        return kept

    def give_back(self, sandbox: Sandbox) -> None:
        """Keep a sandbox for the next notebook if it is as good as new."""
        if not (self.settings.sandboxed and sandbox.clear()):
            del self.sandboxes[sandbox.profile]
            sandbox.close()


def _hide(functions: list[str], session: Session) -> None:
    try:
        session.hide(functions)
    except Lost as problem:  # nothing of the notebook has run yet
        raise Unusable(f"its session {problem}") from None


def own_rules(exercise: Exercise) -> frozenset[str]:
    """What an exercise forbids. A value may be worked out in any way."""
    return frozenset(exercise.forbidden if exercise.kind == "function" else ())


def single_functions(rules: frozenset[str]) -> frozenset[str]:
    """The rules that are about a single function, not a whole package."""
    return frozenset(rule for rule in rules if "." in rule)


# --- One attempt at a notebook -----------------------------------------------------------------


@dataclass
class Attempt:
    """The tries it takes to get through a notebook under one set of rules."""

    judge: Judge
    cells: list[str]
    hidden: frozenset[str]
    functions: frozenset[str]  # that any exercise of the unit hides
    exercises: Sequence[Exercise]
    reports: dict[str, Report] = field(default_factory=dict)
    results: dict[str, Result] = field(default_factory=dict)
    skipped: set[int] = field(default_factory=set)
    stopped: set[int] = field(default_factory=set)
    asked_alone: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    cells_used_hidden: bool = False
    used_hidden: set[str] = field(default_factory=set)  # the exercises whose answers did

    def go(self) -> None:
        """Try until every answer was reported on, or there is no point in trying again."""
        end = time.monotonic() + self.judge.settings.seconds
        for _ in range(TRIES):
            with self._session() as session:
                finished = self._run_cells(session, end)
                self.cells_used_hidden |= session.used_hidden()
                finished = finished and self._ask_for_answers(session)
            if finished:
                return
        self._note("After so many failures, the rest was not tried.")

    @contextlib.contextmanager
    def _session(self) -> Iterator[Session]:
        sandbox = self.judge.sandbox(self.profile)
        try:
            with contextlib.closing(sandbox.session()) as channel:
                session = Session(channel)
                if functions := single_functions(self.hidden):
                    _hide(sorted(functions), session)
                yield session
        finally:
            self.judge.give_back(sandbox)

    @cached_property
    def profile(self) -> Profile:
        """The sandbox that it takes."""
        text = "\n".join(self.cells)
        packages = self.hidden - self.functions
        used = [name for name in PRELOADED if name not in packages and name in text]
        plots = "pyplot" in text or ("actloss" not in packages and "viz" in text)
        preload = ("numpy", *["matplotlib.pyplot"] * plots, *used)
        return Profile(packages, self.functions, preload)

    def _run_cells(self, session: Session, end: float) -> bool:
        """Run the cells. False where one has to be left out, and all begin anew without it."""
        answers = [exercise.answer for exercise in self.exercises]
        for i, source in enumerate(self.cells):
            if i in self.skipped:
                continue
            try:
                in_time = session.run(i + 1, source, self._seconds(i, end), answers)
            except Lost as problem:
                self.skipped.add(i)
                self._note(f"Cell {i + 1} was left out: it {problem}.")
                return False
            if not in_time:
                self.stopped.add(i)
                self._note(f"Cell {i + 1} was stopped: it took too long.")
        if AGAIN not in self.skipped:
            try:
                session.run_again(self._seconds(AGAIN, end), answers)
            except Lost:
                self.skipped.add(AGAIN)
                return False
        return True

    def _seconds(self, cell: int, end: float) -> float:
        """The time for a cell: less where it was stopped before, or others had to be left out."""
        most = self.judge.settings.cell_seconds / 2 ** len(self.skipped)
        return max(0.2, min(1.0 if cell in self.stopped else most, end - time.monotonic()))

    def _ask_for_answers(self, session: Session) -> bool:
        """Ask for all that is not known; then again, by itself, for each that is not right.

        False where a call took the session with it.
        """
        try:
            self._ask_for(self._unknown(), session)
            for exercise in self.exercises:
                if self._was_called(exercise) and exercise.id not in self.asked_alone:
                    self.asked_alone.add(exercise.id)
                    self._ask_for([exercise], session)
        except Lost:
            return False
        return True

    def _was_called(self, exercise: Exercise) -> bool:
        """Whether an answer that is not right was called, after others that may have spoilt it."""
        report = self.reports.get(exercise.id)
        called = report is None or report.form == FUNCTION
        return called and self.result(exercise).state != RIGHT

    def _unknown(self) -> list[Exercise]:
        return [exercise for exercise in self.exercises if exercise.id not in self.results]

    def _ask_for(self, exercises: list[Exercise], session: Session) -> None:
        # TensorFlow has threads once it has worked, and a fork of it may never begin to run.
        apart = not any(name in self.profile.preload for name in THREADED)
        waiting = list(exercises)
        while waiting:
            alone = True  # nothing has been called in this fork yet
            if apart:
                session.begin_apart()
            with contextlib.suppress(Ended):
                while waiting:
                    exercise = waiting.pop(0)
                    self._ask(exercise, session)
                    if alone and apart:
                        self.asked_alone.add(exercise.id)
                    alone &= self.reports[exercise.id].form in (MISSING, VALUE)
                if apart:
                    session.end_apart()

    def _ask(self, exercise: Exercise, session: Session) -> None:
        try:
            report = session.report(self.judge.question(exercise))
        except Ended:
            self.results[exercise.id] = fatal(exercise, ENDED)
            raise
        except Lost as problem:
            self.results[exercise.id] = fatal(exercise, str(problem))
            self.asked_alone.add(exercise.id)
            raise
        if session.used_hidden():
            self.used_hidden.add(exercise.id)
        self.reports[exercise.id] = report
        self.results[exercise.id] = self._judge(exercise)
        if report.outcomes and report.outcomes[-1].too_slow:
            self.asked_alone.add(exercise.id)  # it would be no faster by itself

    def _note(self, sentence: str) -> None:
        if sentence not in self.notes:
            self.notes.append(sentence)

    def result(self, exercise: Exercise) -> Result:
        """The result of an exercise, as far as this attempt came."""
        return self.results.get(exercise.id) or self._judge(exercise)

    def _judge(self, exercise: Exercise) -> Result:
        report = self.reports.get(exercise.id, Report(MISSING))
        try:
            verdict = verdict_on_report(self.judge.key(exercise), report)
        except Exception as problem:  # a mistake of ours, which must not cost the other exercises
            reason = f"What came could not be judged: {type(problem).__name__}: {problem}"
            return no_result(exercise, NOT_GRADED, reason)
        if verdict.state == feedback.UNANSWERED:
            verdict = replace(verdict, sentence=self._why_not_answered(exercise, report))
        return result_of(exercise, verdict)

    def missed_something(self, exercise: Exercise) -> bool:
        """Whether an answer that is not right might be if nothing had been hidden from it."""
        report = self.reports.get(exercise.id)
        untouched = report is not None and report.form == UNANSWERED
        missed = self.cells_used_hidden or exercise.id in self.used_hidden
        return missed and not untouched and self.result(exercise).state != RIGHT

    def _why_not_answered(self, exercise: Exercise, report: Report) -> str:
        if report.form != MISSING:
            return f"Not answered: `{exercise.answer}` is as it was handed out."
        if self.skipped:
            return f"No cell that could be run defines `{exercise.answer}`; some were left out."
        return f"Not answered: no cell defines `{exercise.answer}`."


# --- Results -----------------------------------------------------------------------------------


def result_of(exercise: Exercise, verdict: Verdict) -> Result:
    """A verdict as a result, with nothing in it that could spoil a page or a table."""
    parts = clean(asdict(verdict))
    return Result(
        exercise=exercise.id,
        points=exercise.points if verdict.correct else 0,
        out_of=exercise.points,
        state=STATES[verdict.state],
        reason=one_line(parts["lesson"] or parts["sentence"]),
        misconception=verdict.misconception,
        verdict=parts,
    )


def fatal(exercise: Exercise, how: str) -> Result:
    """The result of an answer that took its process with it."""
    sentence = f"When it was tried, your `{exercise.answer}` {how}."
    return result_of(exercise, Verdict(exercise.id, feedback.WRONG, sentence))


def no_result(exercise: Exercise, state: str, reason: str) -> Result:
    """The result of an exercise in a notebook that could not be judged."""
    points = None if state == NOT_GRADED else 0
    return Result(exercise.id, points, exercise.points, state, one_line(clean(reason)))


def one_line(text: str) -> str:
    """A text on one line, and not too long for a table."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_REASON else line[: LONGEST_REASON - 3] + "..."


def clean(value: Any) -> Any:
    """Texts without what a page, a table or a terminal would stumble over."""
    if isinstance(value, str):
        readable = "".join(c if c in "\n\t" or c.isprintable() else "\ufffd" for c in value)
        return readable.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {key: clean(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [clean(item) for item in value]
    return value
