"""What leaves a cycle as tables: for spreadsheets and for programs."""

from analysis.export.comma import to_csv
from analysis.export.model import Chapter, Column, Export, Range, Table, Why
from analysis.export.tables import export_of
from analysis.export.xlsx import to_xlsx

__all__ = ["Chapter", "Column", "Export", "Range", "Table", "Why", "export_of", "to_csv", "to_xlsx"]
