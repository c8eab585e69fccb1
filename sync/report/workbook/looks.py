"""The styles that the sheets of the results workbook share."""

from dataclasses import replace

from sync.status import Status
from sync.xlsx.writing import styles
from sync.xlsx.writing.styles import Style

PLAIN = Style()
WRAPPED = Style(wrap=True)
CENTERED = Style(horizontal="center")
WHOLE = Style(number_format=styles.WHOLE, horizontal="center")
ID = Style(number_format=styles.WHOLE, horizontal="left")
MONEY = Style(number_format=styles.MONEY)
LABEL = Style(color=styles.QUIET, wrap=True)
NAME = Style(wrap=True, horizontal="left")  # also one that is written from right to left

BEFORE = Style(*styles.RED, wrap=True)
AFTER = Style(*styles.GREEN, wrap=True)
NO_BEFORE = replace(BEFORE, wrap=False, italic=True)  # nothing was there
NO_AFTER = replace(AFTER, wrap=False, italic=True)

FAULTY = Style(*styles.FAULTY, wrap=True)
REMARK = Style(*styles.REMARK)
STRUCK, STRUCK_FAULTY = replace(WRAPPED, strike=True), replace(FAULTY, strike=True)
ERROR = Style(*styles.FAULTY, horizontal="left")

STATUS = {status: Style(status.facts.fill, status.facts.ink) for status in Status}
BAR = {status: status.facts.bar for status in Status}
