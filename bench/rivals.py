"""What one would write without campfire-sync, each a small command: `python bench/rivals.py NAME …`."""

import csv
import json
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

PATH = "/rr/api/v1/customers"
MONEY = 7
TWO_DECIMALS = "#,##0.00"


def read_csv(path: str) -> None:
    """The csv module."""
    with open(path, encoding="utf-8-sig", newline="") as file:  # noqa: PTH123
        sum(1 for _ in csv.reader(file))


def read_pandas_csv(path: str) -> None:
    """pandas, all of it text."""
    import pandas

    pandas.read_csv(path, dtype=str, keep_default_na=False)


def read_openpyxl(path: str) -> None:
    """openpyxl, values alone."""
    import openpyxl

    sheet = openpyxl.load_workbook(path, read_only=True, data_only=True).worksheets[0]
    sum(1 for _ in sheet.iter_rows(values_only=True))


def read_calamine(path: str) -> None:
    """python-calamine alone."""
    from python_calamine import CalamineWorkbook

    CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()


def read_pandas_openpyxl(path: str) -> None:
    """pandas as it comes."""
    import pandas

    pandas.read_excel(path, dtype=str, keep_default_na=False, engine="openpyxl")


def read_pandas_calamine(path: str) -> None:
    """pandas with the quicker engine."""
    import pandas

    pandas.read_excel(path, dtype=str, keep_default_na=False, engine="calamine")


def result_rows(count: int) -> Iterator[list[Any]]:
    """As many columns and cells as the results workbook's main sheet has."""
    import records

    for row in records.rows(count, 0):
        customer = row[0]
        own = [customer + 1, str(customer), f"Customer {customer}", "unchanged", None, None, None, None, None]
        money = [1234.5] * MONEY
        counts = ["USD", 1, 0, 0, 1, "2025-01-01T00:00:00+0000"]
        yield [*own, *money, *counts, *row]


def write_openpyxl(path: str, count: str) -> None:
    """openpyxl, write_only, the money with two decimals."""
    import openpyxl
    from openpyxl.cell import WriteOnlyCell

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Results")

    def money(value: float) -> Any:
        cell = WriteOnlyCell(sheet, value)
        cell.number_format = TWO_DECIMALS
        return cell

    for row in result_rows(int(count)):
        sheet.append([money(value) if isinstance(value, float) else value for value in row])
    book.save(path)


def write_xlsxwriter(path: str, count: str) -> None:
    """XlsxWriter, constant_memory, the money with two decimals."""
    import xlsxwriter

    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet, money = book.add_worksheet("Results"), book.add_format({"num_format": TWO_DECIMALS})
        for n, row in enumerate(result_rows(int(count))):
            for place, value in enumerate(row):
                if isinstance(value, float):
                    sheet.write_number(n, place, value, money)
                elif value is not None:
                    sheet.write(n, place, value)


def send_httpx(url: str, count: str, threads: str) -> None:
    """One httpx.Client in so many threads: GET the record, lay the change over it, PUT it. No journal, no checks."""
    import httpx

    limits = httpx.Limits(max_connections=int(threads), max_keepalive_connections=int(threads))
    numbers, lock = iter(range(1, int(count) + 1)), threading.Lock()

    def take() -> int | None:
        with lock:
            return next(numbers, None)

    def work() -> None:
        while (number := take()) is not None:
            record = client.get(f"{url}{PATH}/{number}").raise_for_status().json()
            client.put(f"{url}{PATH}/{number}", json=record | {"notes": "changed"}).raise_for_status().json()

    with httpx.Client(limits=limits, timeout=30, headers={"Authorization": "Token example"}) as client:
        workers = [threading.Thread(target=work) for _ in range(int(threads))]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()


def send_requests(url: str, path: str) -> None:
    """What people write: pandas rows, and requests.put for each of them."""
    import pandas
    import requests

    for _, row in pandas.read_csv(path, dtype=str, keep_default_na=False).iterrows():
        body = {"notes": row["Notes"]}
        answer = requests.put(
            f"{url}{PATH}/{row['Customer ID']}", json=body, headers={"Authorization": "Token example"}, timeout=30
        )
        answer.raise_for_status()
        answer.json()


def newman_collection(path: str) -> None:
    """Postman's collection with the one request; newman runs it for each row of a CSV."""
    headers = [{"key": "Content-Type", "value": "application/json"}, {"key": "Authorization", "value": "Token example"}]
    body = {"mode": "raw", "raw": '{"notes": "{{Notes}}"}'}
    url = "{{base}}" + PATH + "/{{Customer ID}}"
    item = {"name": "update", "request": {"method": "PUT", "header": headers, "url": url, "body": body}}
    schema = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
    with open(path, "w", encoding="utf-8") as file:  # noqa: PTH123
        json.dump({"info": {"name": "bench", "schema": schema}, "item": [item]}, file)


RIVALS: dict[str, Callable[..., None]] = {
    "read-csv": read_csv,
    "read-pandas-csv": read_pandas_csv,
    "read-openpyxl": read_openpyxl,
    "read-calamine": read_calamine,
    "read-pandas-openpyxl": read_pandas_openpyxl,
    "read-pandas-calamine": read_pandas_calamine,
    "write-openpyxl": write_openpyxl,
    "write-xlsxwriter": write_xlsxwriter,
    "send-httpx": send_httpx,
    "send-requests": send_requests,
    "newman-collection": newman_collection,
}

if __name__ == "__main__":
    RIVALS[sys.argv[1]](*sys.argv[2:])
