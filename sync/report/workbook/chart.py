"""The chart in Summary."""

from collections.abc import Sequence

from openpyxl.chart import BarChart, Reference
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.marker import DataPoint
from openpyxl.chart.text import RichText, Text
from openpyxl.chart.title import Title
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, TwoCellAnchor
from openpyxl.drawing.text import CharacterProperties, Paragraph, ParagraphProperties, RegularTextRun
from openpyxl.worksheet.worksheet import Worksheet

from sync.status import Status
from sync.xlsx.writing.styles import DARK


def rows_by_status(sheet: Worksheet, first: int, statuses: Sequence[Status], columns: tuple[int, int]) -> BarChart:
    """A bar for each status, in its colour, beside their table and as high.

    Names are in column A from row `first` on, counts in column B; the chart goes into `columns`, counted from 1.
    """
    last = first + len(statuses) - 1
    chart = BarChart()
    chart.type = "bar"
    chart.title = _title("Rows by status")
    chart.add_data(Reference(sheet, min_col=2, min_row=first, max_row=last))
    chart.set_categories(Reference(sheet, min_col=1, min_row=first, max_row=last))
    chart.legend = None
    chart.gapWidth = 40
    left, right = columns
    corners = AnchorMarker(left - 1, 80_000, first - 2), AnchorMarker(right, 0, last + 1)  # EMU off the table
    chart.anchor = TwoCellAnchor(_from=corners[0], to=corners[1])  # type: ignore[assignment]  # the stubs know texts alone
    _plain_axes(chart)
    series = chart.series[0]
    series.dLbls = DataLabelList()
    series.dLbls.showVal = True
    for name in ("showSerName", "showCatName", "showLegendKey", "showPercent"):
        setattr(series.dLbls, name, False)
    for position, status in enumerate(statuses):
        point = DataPoint(idx=position)
        point.graphicalProperties.solidFill = status.facts.bar
        series.dPt.append(point)
    return chart


def _title(text: str) -> Title:
    small = CharacterProperties(sz=1100, b=True, solidFill=DARK)
    words = Paragraph(pPr=ParagraphProperties(defRPr=small), r=[RegularTextRun(rPr=small, t=text)])
    return Title(tx=Text(rich=RichText(p=[words])), overlay=False)


def _plain_axes(chart: BarChart) -> None:
    chart.x_axis.scaling.orientation = "maxMin"  # the first status on top, as in the table
    chart.x_axis.delete = False
    chart.y_axis.delete = True
    chart.y_axis.majorGridlines = None
    chart.y_axis.scaling.min = 0
