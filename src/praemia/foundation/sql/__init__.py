"""SQL of the rooms: documents of named statements, and how several of them travel in one message."""

from praemia.foundation.sql.documents import queries
from praemia.foundation.sql.together import Rows, Statement, read_together, side_by_side, write_together

__all__ = ["Rows", "Statement", "queries", "read_together", "side_by_side", "write_together"]
