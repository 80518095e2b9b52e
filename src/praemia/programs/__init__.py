"""The programs room's front door: a programme is a file; its versions are planned, applied, exported and rolled back."""

from praemia.programs.core.currencies import MINOR_DIGITS
from praemia.programs.core.reading import Reading, read_program
from praemia.programs.core.schema import ProgramFile, json_schema
from praemia.programs.core.translate import to_earning
from praemia.programs.errors import EffectiveTooEarly, ModeFixed, ProgramUnknown, UnitDecimalsFixed, VersionUnknown
from praemia.programs.model import (
    Applied,
    Change,
    FieldChange,
    Kind,
    Mode,
    OpenProgram,
    Plan,
    Policies,
    Program,
    ProgramVersion,
    UnitType,
    VersionMark,
)
from praemia.programs.service import (
    apply,
    export,
    get_program,
    history,
    list_programs,
    local_day,
    open_program,
    plan,
    policies_of,
    roll_back,
    ruleset_of,
    version_at,
)

__all__ = [
    "MINOR_DIGITS",
    "Applied",
    "Change",
    "EffectiveTooEarly",
    "FieldChange",
    "Kind",
    "Mode",
    "ModeFixed",
    "OpenProgram",
    "Plan",
    "Policies",
    "Program",
    "ProgramFile",
    "ProgramUnknown",
    "ProgramVersion",
    "Reading",
    "UnitDecimalsFixed",
    "UnitType",
    "VersionMark",
    "VersionUnknown",
    "apply",
    "export",
    "get_program",
    "history",
    "json_schema",
    "list_programs",
    "local_day",
    "open_program",
    "plan",
    "policies_of",
    "read_program",
    "roll_back",
    "ruleset_of",
    "to_earning",
    "version_at",
]
