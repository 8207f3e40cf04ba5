"""Many submissions at once: however it ends, nothing is lost, nothing is done twice."""

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import dask
import pytest
from distributed import LocalCluster
from fake_grading import RUN, grade, graded, hand_in, intake_of

from actloss.course.units import find_unit
from actloss.grading import batch, cluster
from actloss.grading.batch import grade_all
from actloss.grading.gradebook import Gradebook
from actloss.grading.records import NOT_GRADED, RIGHT, UNREADABLE, WRONG, GradingError, Person

ROOT = Path(__file__).parents[2]


@pytest.fixture
def gradebook(tmp_path):
    with Gradebook(tmp_path) as book:
        yield book


def run(gradebook, *submissions, grade=grade, workers=2, **options):
    number = gradebook.start_run(RUN, intake_of(*submissions), ["squashing"], {})
    return grade_all(submissions, gradebook, number, grade, workers=workers, **options)


def attempts(gradebook):
    """Learner, state and whether it counts, of every attempt."""
    with gradebook._transaction() as connection:
        found = connection.exec_driver_sql(
            "select learner, min(state), counts from attempts join results on attempt = attempts.id"
            " group by attempts.id order by attempts.id"
        )
        return [tuple(row) for row in found]


def counting(gradebook):
    return sorted((learner, state) for learner, state, counts in attempts(gradebook) if counts)


# --- What is graded ---------------------------------------------------------------------------


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_everything_is_graded_and_kept(gradebook, tmp_path, workers):
    handed_in = [hand_in(tmp_path, f"{i}", WRONG if i % 3 else RIGHT) for i in range(20)]
    progress = run(gradebook, *handed_in, workers=workers)
    assert (progress.graded, progress.unchanged, progress.problems) == (20, 0, 0)
    assert counting(gradebook) == sorted((f"{i}", WRONG if i % 3 else RIGHT) for i in range(20))


def test_nothing_to_grade(gradebook):
    assert str(run(gradebook)) == "0 graded, 0 unchanged, 0 problems"


def test_the_same_notebook_of_two_learners_is_graded_for_each(gradebook, tmp_path):
    log = tmp_path / "log"
    progress = run(gradebook, *(hand_in(tmp_path, name, f"log {log}") for name in "abc"))
    assert (progress.graded, log.read_text()) == (3, "...")


def test_what_has_not_changed_is_not_graded_again(gradebook, tmp_path):
    log = tmp_path / "log"
    ada, bob = (hand_in(tmp_path, name, f"log {log}") for name in ("ada", "bob"))
    run(gradebook, ada, bob)
    hand_in(tmp_path, "bob", f"log {log}", WRONG)
    progress = run(gradebook, ada, bob)
    assert (progress.graded, progress.unchanged, log.read_text()) == (1, 1, "...")
    of_bob = [attempt for attempt in attempts(gradebook) if attempt[0] == "bob"]
    assert of_bob == [("bob", RIGHT, None), ("bob", WRONG, 1)]  # two workers: ada may come between
    assert run(gradebook, ada, bob, regrade=True).graded == 2
    assert log.read_text() == "....."


def test_what_was_handed_in_before_counts_again_when_it_is_handed_in_again(gradebook, tmp_path):
    for text, expected in ((RIGHT, RIGHT), (WRONG, WRONG), (RIGHT, RIGHT)):
        run(gradebook, hand_in(tmp_path, "ada", text))
        assert counting(gradebook) == [("ada", expected)]
    assert len(attempts(gradebook)) == 2


def test_with_other_exercises_everything_is_graded_again(gradebook, tmp_path, monkeypatch):
    ada = hand_in(tmp_path, "ada", RIGHT)
    run(gradebook, ada)
    monkeypatch.setattr(batch, "specification_version", lambda unit: "another")
    assert run(gradebook, ada).graded == 1
    assert run(gradebook, ada).unchanged == 1


# --- What goes wrong --------------------------------------------------------------------------


def test_where_the_grader_fails_nobody_else_pays_and_it_is_tried_again(gradebook, tmp_path):
    ada, bob = hand_in(tmp_path, "ada", "raise"), hand_in(tmp_path, "bob", RIGHT)
    for _ in range(2):
        assert run(gradebook, ada, bob).problems == 1
        assert counting(gradebook) == [("ada", NOT_GRADED), ("bob", RIGHT)]
    assert len(attempts(gradebook)) == 3
    rows = gradebook.rows([Person("ada")], [find_unit("squashing")])
    assert {(row.points, row.reason) for row in rows} == {
        (None, "The grader itself failed: ValueError: over two lines")
    }


def test_what_cannot_be_read_is_unreadable_once(gradebook, tmp_path):
    (tmp_path / "secret").write_text(RIGHT)
    link = hand_in(tmp_path, "ada", "")
    link.path.unlink()
    link.path.symlink_to(tmp_path / "secret")
    assert (run(gradebook, link).problems, run(gradebook, link).unchanged) == (1, 1)
    assert attempts(gradebook) == [("ada", UNREADABLE, 1)]


def test_a_notebook_is_read_when_its_turn_comes(gradebook, tmp_path):
    handed_in = [hand_in(tmp_path, f"{i}", RIGHT) for i in range(30)]

    def removing(content, unit):
        handed_in[-1].path.unlink(missing_ok=True)
        return graded()

    assert run(gradebook, *handed_in, grade=removing).problems == 1


def test_what_the_instructor_must_put_right_ends_it_and_loses_nothing(gradebook, tmp_path):
    handed_in = [hand_in(tmp_path, f"{i}", "stop" if i == 5 else "slow") for i in range(200)]
    with pytest.raises(GradingError, match="There is something to put right"):
        run(gradebook, *handed_in)
    done = len(attempts(gradebook))
    assert 1 <= done < 20
    hand_in(tmp_path, "5", RIGHT)
    progress = run(gradebook, *handed_in[:30])
    assert (progress.graded, progress.unchanged) == (30 - done, done)


KILLED = """
import sys
from pathlib import Path
sys.path.insert(0, "tests")
from fake_grading import RUN, grade, hand_in, intake_of
from actloss.grading.batch import grade_all
from actloss.grading.gradebook import Gradebook

folder = Path(sys.argv[1])
handed_in = [hand_in(folder, f"{i}", "slow") for i in range(60)]
with Gradebook(folder) as book:
    run = book.start_run(RUN, intake_of(*handed_in), ["squashing"], {})
    print("begun", flush=True)
    progress = grade_all(handed_in, book, run, grade, workers=2)
print(progress.graded, progress.unchanged)
"""


def test_kill_minus_9_loses_and_doubles_nothing(tmp_path):
    command = [sys.executable, "-c", KILLED, str(tmp_path)]
    for seconds in (0.3, 0.5):
        killed = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT)
        assert killed.stdout.readline() == b"begun\n"
        time.sleep(seconds)
        killed.kill()
        killed.communicate()
    with Gradebook(tmp_path) as gradebook:
        before = len(attempts(gradebook))
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.split() == ["begun", str(60 - before), str(before)]
    assert 4 < before < 60
    with Gradebook(tmp_path) as gradebook:
        assert sorted(attempts(gradebook)) == sorted((f"{i}", RIGHT, 1) for i in range(60))


# --- Dask -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def local_cluster():
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 0}),
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as made,
    ):
        yield made


def run_on_dask(address, gradebook, *submissions):
    with cluster.connected(address) as client:
        workers = cluster.places(client)
        return run(gradebook, *submissions, grade=cluster.over(client, grade), workers=workers)


def test_dask_grades_the_same_notebook_for_each_learner(gradebook, tmp_path, local_cluster):
    log = tmp_path / "log"
    handed_in = [hand_in(tmp_path, f"{i}", f"log {log}") for i in range(12)]
    assert run_on_dask(local_cluster.scheduler_address, gradebook, *handed_in).graded == 12
    assert log.read_text() == "." * 12
    assert counting(gradebook) == sorted((f"{i}", RIGHT) for i in range(12))


def test_a_lost_worker_of_dask_loses_and_doubles_nothing(gradebook, tmp_path, local_cluster):
    handed_in = [hand_in(tmp_path, f"{i}", "slow") for i in range(20)]
    handed_in.insert(5, hand_in(tmp_path, "killer", f"kill {tmp_path}/killed"))
    progress = run_on_dask(local_cluster.scheduler_address, gradebook, *handed_in)
    assert (tmp_path / "killed").exists()
    assert (progress.graded, progress.problems) == (21, 0)
    assert sorted(attempts(gradebook)) == sorted(
        [("killer", RIGHT, 1), *((f"{i}", RIGHT, 1) for i in range(20))]
    )


def test_what_brings_down_every_worker_costs_nobody_else(gradebook, tmp_path, local_cluster):
    handed_in = [hand_in(tmp_path, f"{i}", RIGHT) for i in range(10)]
    handed_in.insert(2, hand_in(tmp_path, "killer", "kill"))
    assert run_on_dask(local_cluster.scheduler_address, gradebook, *handed_in).problems == 1
    states = dict(counting(gradebook))
    assert states.pop("killer") == NOT_GRADED
    assert states == {f"{i}": RIGHT for i in range(10)}


def test_a_failure_on_dask_is_told_like_one_here(gradebook, tmp_path, local_cluster):
    ada, bob = hand_in(tmp_path, "ada", "raise"), hand_in(tmp_path, "bob", "stop")
    run_on_dask(local_cluster.scheduler_address, gradebook, ada)
    assert counting(gradebook) == [("ada", NOT_GRADED)]
    with pytest.raises(GradingError, match="There is something to put right"):
        run_on_dask(local_cluster.scheduler_address, gradebook, bob)


def test_workers_with_other_exercises_are_refused(gradebook, tmp_path, local_cluster, monkeypatch):
    monkeypatch.setattr(cluster, "specification_version", lambda unit: "newer")
    with pytest.raises(GradingError, match="other exercises than this machine"):
        run_on_dask(local_cluster.scheduler_address, gradebook, hand_in(tmp_path, "ada", RIGHT))
    assert attempts(gradebook) == []


def test_a_cluster_that_is_not_there(monkeypatch):
    monkeypatch.setattr(cluster, "SECONDS_TO_CONNECT", 0.3)
    with (
        pytest.raises(GradingError, match="no Dask scheduler at"),
        cluster.connected("tcp://127.0.0.1:9"),
    ):
        pass
    with LocalCluster(n_workers=0, dashboard_address=":0", processes=False) as empty:
        address = empty.scheduler_address
        with pytest.raises(GradingError, match="has no workers"), cluster.connected(address):
            pass


@pytest.fixture
def scheduler(tmp_path):
    """The scheduler of a cluster with one worker, each a process of its own."""
    file = tmp_path / "scheduler.json"
    path = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    command = [sys.executable, "-m"]
    options = ["--scheduler-file", str(file), "--no-dashboard"]
    parts = [
        [*command, "distributed.cli.dask_scheduler", "--port", "0", *options],
        [*command, "distributed.cli.dask_worker", "--no-nanny", "--nthreads", "1", *options],
    ]
    processes = [
        subprocess.Popen(part, env={**os.environ, "PYTHONPATH": path}, stderr=subprocess.DEVNULL)
        for part in parts
    ]
    while not file.exists():
        time.sleep(0.05)
    processes[0].address = json.loads(file.read_text())["address"]
    yield processes[0]
    for process in processes:
        process.kill()
        process.wait()


def test_a_cluster_that_goes_away_ends_it_and_loses_nothing(
    gradebook, tmp_path, monkeypatch, scheduler
):
    monkeypatch.setattr(cluster, "SECONDS_TO_CONNECT", 10)
    log = tmp_path / "log"
    handed_in = [hand_in(tmp_path, f"{i}", "slow", f"log {log}") for i in range(400)]

    def end_in_the_middle():
        while not (log.exists() and log.stat().st_size > 9):
            time.sleep(0.02)
        scheduler.kill()

    threading.Thread(target=end_in_the_middle, daemon=True).start()
    with pytest.raises(GradingError, match="no longer answers"):
        run_on_dask(scheduler.address, gradebook, *handed_in)
    assert 3 <= len(counting(gradebook)) < 400
