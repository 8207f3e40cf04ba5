"""Trusted grading of other people's notebooks.

    actloss grade SUBMISSIONS --out GRADES

A learner's code runs in a sandbox (`sandbox`, `worker`) that only returns data (`wire`). The
verdict is made from that data in a process that never runs it (`judge`), and is kept in a
database (`gradebook`). Around these: what was handed in (`intake`), many at once (`batch`), and
what an instructor reads (`exports`, `pages`).
"""
