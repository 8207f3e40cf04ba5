"""The units of the course, one module each; every module holds a `UNIT`."""
