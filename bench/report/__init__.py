"""What a run found, told three ways: a table for the terminal, JSON for machines, a picture of ratios and goal lines."""

from bench.report.keeping import keep
from bench.report.picture import draw
from bench.report.record import as_json
from bench.report.table import show

__all__ = ["as_json", "draw", "keep", "show"]
