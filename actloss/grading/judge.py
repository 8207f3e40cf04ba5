"""Makes the verdicts on a notebook, from what comes out of a sandbox.

A notebook is run from top to bottom, then each answer is asked for. What hangs or kills its
process is left out on the next try, so that it costs no other answer. What an exercise forbids is
hidden: first everything that any exercise of the unit forbids. Whatever is not right then, because
something hidden was used, is judged again under its own rules alone.
"""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from typing import Any

from actloss.course import feedback
from actloss.course.checking import AnswerKey, verdict_on_report
from actloss.course.exercise import FRAMEWORKS, Exercise
from actloss.course.feedback import Verdict
from actloss.course.report import FUNCTION, MISSING, VALUE, Report
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
OLDER_VERSIONS = 3  # of an answer, that are tried where the last is not right
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
        calls, notes = first.calls, first.notes
        for rules in {own_rules(e) for e in exercises} - {everything}:
            again = [e for e in exercises if own_rules(e) == rules and first.missed_something(e)]
            if again:
                attempt = Attempt(self, cells, rules, functions, again)
                attempt.skipped, attempt.stopped = first.skipped, first.stopped
                attempt.go()
                results.update((e.id, attempt.result(e)) for e in again)
                calls |= attempt.calls
                notes += [note for note in attempt.notes if note not in notes]
        blamed = [_with_what_it_calls(e, results, calls, exercises) for e in exercises]
        return tuple(blamed), tuple(notes)

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
    problems: dict[int, str] = field(default_factory=dict)  # of cells: the first error
    calls: dict[str, frozenset[str]] = field(default_factory=dict)  # of exercises: other answers
    older: dict[str, int] = field(default_factory=dict)  # of exercises: the next older version
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
                ran = session.run(i + 1, source, self._seconds(i, end), answers)
            except Lost as problem:
                self.skipped.add(i)
                self._note(f"Cell {i + 1} was left out: it {problem}.")
                return False
            self.problems[i] = ran.problem
            if not ran.in_time:
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

        If it is not right then, older versions of it are asked for: a later cell may have spoilt
        it. False where a call took the session with it.
        """
        try:
            self._ask_for(self._unknown(), session)
            for exercise in self.exercises:
                if self._was_called(exercise) and exercise.id not in self.asked_alone:
                    self.asked_alone.add(exercise.id)
                    self._ask_for([exercise], session)
                for _ in range(OLDER_VERSIONS):
                    self._ask_for_an_older(exercise, session)
        except Lost:
            return False
        return True

    def _ask_for_an_older(self, exercise: Exercise, session: Session) -> None:
        """Ask for the next older version of an answer that is not right; it counts if it is."""
        since = self.older.pop(exercise.id, 0)
        if not since or exercise.kind != "function" or self.result(exercise).state == RIGHT:
            return
        latest = self.results[exercise.id]
        try:
            self._ask_for([exercise], session, since)
        finally:
            if self.result(exercise).state != RIGHT:
                self.results[exercise.id] = latest

    def _was_called(self, exercise: Exercise) -> bool:
        """Whether an answer that is not right was called, after others that may have spoilt it."""
        report = self.reports.get(exercise.id)
        called = report is None or report.form == FUNCTION
        return called and self.result(exercise).state != RIGHT

    def _unknown(self) -> list[Exercise]:
        return [exercise for exercise in self.exercises if exercise.id not in self.results]

    def _ask_for(self, exercises: list[Exercise], session: Session, since: int = 0) -> None:
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
                    self._ask(exercise, session, since)
                    if alone and apart:
                        self.asked_alone.add(exercise.id)
                    alone &= self.reports[exercise.id].form in (MISSING, VALUE)
                if apart:
                    session.end_apart()

    def _ask(self, exercise: Exercise, session: Session, since: int) -> None:
        try:
            told = session.report(self.judge.question(exercise), since)
        except Ended:
            self.results[exercise.id] = fatal(exercise, ENDED)
            self.older[exercise.id] = since + 1  # perhaps: it could not tell
            raise
        except Lost as problem:
            self.results[exercise.id] = fatal(exercise, str(problem))
            self.asked_alone.add(exercise.id)
            raise
        finally:
            if session.used_hidden():
                self.used_hidden.add(exercise.id)
        self.reports[exercise.id] = report = told.report
        self.calls[exercise.id] = told.calls
        self.older[exercise.id] = told.older
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
        missed = self.cells_used_hidden or exercise.id in self.used_hidden
        return missed and self.result(exercise).state != RIGHT

    def _why_not_answered(self, exercise: Exercise, report: Report) -> str:
        name = exercise.answer
        if report.form != MISSING:
            return f"Not answered: there is no answer in `{name}` yet."
        for i, problem in self.problems.items():
            if problem and re.search(rf"\bdef +{name}\b|\b{name} *=[^=]", self.cells[i]):
                return f"Not answered: cell {i + 1}, which should define `{name}`, fails. {problem}"
        if self.skipped:
            return f"No cell that could be run defines `{name}`; some were left out."
        return f"Not answered: no cell defines `{name}`."


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


def _with_what_it_calls(
    exercise: Exercise,
    results: dict[str, Result],
    calls: dict[str, frozenset[str]],
    exercises: Sequence[Exercise],
) -> Result:
    """A result, and which other answers it builds on that are not right themselves."""
    result = results[exercise.id]
    if result.state != WRONG or result.misconception:
        return result
    named = calls.get(exercise.id, frozenset()) - {exercise.answer}
    wrong = [e.answer for e in exercises if e.answer in named and results[e.id].state != RIGHT]
    if not wrong:
        return result
    sentence = f"It calls your `{wrong[0]}`, which is not right yet: mend that first."
    verdict = result.verdict or {}
    return replace(
        result,
        reason=one_line(f"{result.reason} {sentence}"),
        verdict=verdict | {"notes": [*verdict.get("notes", ()), sentence]},
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
