"""What holds for all tests; it is read before any library is imported."""

import os

# The arrays are small: more threads only get in the way.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("MPLBACKEND", "agg")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

# Notebooks, whose kernels have these variables too, show no figure that not everyone can read.
os.environ["ACTLOSS_FIGURES"] = "strict"
