"""The verbs of insight: carry sums on, count, and answer."""
