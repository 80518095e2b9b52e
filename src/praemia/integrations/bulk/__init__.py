"""Bulk import: Parquet, CSV and NDJSON files become events through the same journey as the till's, resumable and idempotent."""

from praemia.integrations.bulk.core.tally import Tally
from praemia.integrations.bulk.errors import (
    ImportMoved,
    MappingDoesNotFit,
    RowsMultiplied,
    SourceMissing,
    WrongCurrency,
)
from praemia.integrations.bulk.model import Kind, Mapping, Refusal, Report, RowCounts, Window
from praemia.integrations.bulk.service import BATCH, Order, check_mapping, import_files

__all__ = [
    "BATCH",
    "ImportMoved",
    "Kind",
    "Mapping",
    "MappingDoesNotFit",
    "Order",
    "Refusal",
    "Report",
    "RowCounts",
    "RowsMultiplied",
    "SourceMissing",
    "Tally",
    "Window",
    "WrongCurrency",
    "check_mapping",
    "import_files",
]
