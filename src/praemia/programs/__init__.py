"""The programs room's front door: a programme is a file; its versions are planned, applied, exported and rolled back."""

from praemia.programs.core.currencies import MINOR_DIGITS
from praemia.programs.core.reading import Reading, read_program
from praemia.programs.core.schema import ProgramFile, json_schema
from praemia.programs.core.translate import to_earning

__all__ = ["MINOR_DIGITS", "ProgramFile", "Reading", "json_schema", "read_program", "to_earning"]
