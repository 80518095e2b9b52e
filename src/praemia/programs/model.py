"""Values of the programs room: programmes, their versions, and what a new file would change."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from praemia.foundation.errors import Fault
from praemia.foundation.values import Value, field
from praemia.rules import Adjustments, PriceRules, Returns, Rewards, RuleSet, Sharing, Tiers


class Mode(StrEnum):
    """A sandbox has a clock of its own and is for trying; live follows the wall clock."""

    LIVE = "live"
    SANDBOX = "sandbox"


class Program(Value):
    """A programme's row. `clock` is set for a sandbox only."""

    program_id: int
    slug: str
    mode: Mode
    clock: datetime | None = None

    def now(self, wall_clock: datetime) -> datetime:
        """The programme's own time: a sandbox's clock, else the wall clock."""
        return self.clock or wall_clock


class UnitType(Value):
    """A unit as the ledger counts it. `number` and `decimals` never change, also when the file drops the unit."""

    number: int
    code: str
    decimals: int


class VersionMark(Value):
    """A version without its text. `digest` is the SHA-256 of the text."""

    version: int
    effective_from: datetime
    digest: bytes


class OpenProgram(Program, kw_only=True):
    """A programme with what the till needs: its units by code and its versions, oldest first (never empty)."""

    units: Mapping[str, UnitType]
    versions: tuple[VersionMark, ...]

    def version_at(self, instant: datetime) -> int:
        """The version in force at an instant: the newest of those effective by then.

        A later version replaces an earlier one from its own date on and for good, also one that was planned for later.
        The first version has been in force for ever.
        """
        for mark in reversed(self.versions):
            if mark.effective_from <= instant or mark.version == 1:
                return mark.version
        raise AssertionError("a programme without versions does not exist")


class ProgramVersion(Value):
    """One applied file. `effective_from` of the first version is datetime.min: it counts from the beginning."""

    tenant_id: int
    program_id: int
    program: str
    version: int
    effective_from: datetime
    source: str
    digest: bytes
    note: str
    applied_by: str
    applied_at: datetime


class Applied(Value):
    """What `apply` did: the version now newest, and whether it is new (an unchanged file makes no version)."""

    version: ProgramVersion
    changed: bool

    @property
    def deed(self) -> dict[str, Any]:
        """How it was and how it is now, for the audit log."""
        made = self.version
        new = {
            "version": made.version,
            "sha256": made.digest.hex(),
            "effective_from": None if made.version == 1 else made.effective_from.isoformat(),
            "note": made.note,
        }
        return {"old": {"version": made.version - 1} if made.version > 1 else None, "new": new}


class OfflineBurn(Value):
    """How many quanta may pay without a network: in one sale, by one member and at one terminal on one day."""

    sale: int
    member: int
    terminal: int


class OfflineTerms(Value):
    """What a till may do without a network. `burn` None: points do not pay then."""

    earn: bool = True
    sale_minor: int = 50_000
    sales_per_member: int = 10
    sales_per_terminal: int = 1000
    burn: OfflineBurn | None = None
    snapshot_hours: int = 24
    snapshot_cards: int = 5000
    late_days: int = 7


class TillTerms(Value):
    """What cashiers may do by themselves. `bands` are where balance bands of `unit` begin, in quanta, rising."""

    unit: str = ""
    undo_minutes: int = 15
    without_receipt_minor: int = 5000
    bands: tuple[int, ...] = ()
    offline: OfflineTerms = field(default_factory=OfflineTerms)


class Purpose(Value):
    """Something members may agree to, in the words of one version: a name and the whole text, by language."""

    id: str
    name: Mapping[str, str]
    text: Mapping[str, str]


class Spoken(Value):
    """What members read instead of codes, by language: the programme, its units, its activities."""

    name: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    activities: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


class Font(StrEnum):
    """Families of letters that every device has something of."""

    SYSTEM = "system"
    ROUNDED = "rounded"
    HUMANIST = "humanist"
    SERIF = "serif"
    MONO = "mono"


class Looks(Value):
    """How the programme's pages look: colours (#rrggbb) for light and dark pages, with the text that can be read on each; the font; the
    logo's digest. The defaults are Praemia's own."""

    colour: str = "#9a3f12"
    ink: str = "#ffffff"
    colour_dark: str = "#f28c58"
    ink_dark: str = "#1d1611"
    accent: str = "#2d62a0"
    accent_dark: str = "#73acf0"
    font: Font = Font.SYSTEM
    logo: str | None = None


class Policies(Value):
    """Everything a version says, compiled: one field per capability, read by the room that serves it."""

    rules: RuleSet
    prices: PriceRules
    rewards: Rewards = field(default_factory=Rewards)
    tiers: Tiers | None = None
    returns: Returns = field(default_factory=Returns)
    adjustments: Adjustments = field(default_factory=Adjustments)
    sharing: Sharing = field(default_factory=Sharing)
    consents: Mapping[str, Purpose] = field(default_factory=dict)
    spoken: Spoken = field(default_factory=Spoken)
    tills: TillTerms = field(default_factory=TillTerms)
    looks: Looks = field(default_factory=Looks)
    pictures: Mapping[str, str] = field(default_factory=dict)  # of rewards, by their id: digests


class Draft(Value):
    """A text that a member of staff is working on, begun on version `base`. It need not be right yet."""

    staff_id: UUID
    base: int
    source: str
    changed_at: datetime


class Terms(Value):
    """One version of the terms of membership: a text by language, in force from a local day on until a later version's day."""

    version: int
    effective_from: date
    texts: Mapping[str, str]
    note: str
    published_by: str
    published_at: datetime


class Kind(StrEnum):
    """What happens to a part of the programme."""

    CREATED = "created"
    CHANGED = "changed"
    REMOVED = "removed"


class FieldChange(Value):
    """One key of a part, before and after, as it reads in a file; None where it was or will be absent."""

    key: str
    before: str | None
    after: str | None


class Change(Value):
    """One part of the programme that a file creates, changes or removes: a unit, activity, rule, cap, budget, reward, tier or setting."""

    kind: Kind
    part: str
    id: str
    fields: tuple[FieldChange, ...] = ()
    sentence: str = ""


class Plan(Value):
    """What applying a file would change against the newest version (None: the programme would be created).

    `same_text` says that the file is the newest version byte for byte; without it and without changes, only comments
    or layout differ.
    """

    program: str
    base: int | None
    same_text: bool = False
    changes: tuple[Change, ...] = ()
    warnings: tuple[Fault, ...] = ()
