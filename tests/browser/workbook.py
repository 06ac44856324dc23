"""What an office does with a workbook in another program, by openpyxl: `read FILE…` prints the sheets
of each as a line of JSON; `keep` writes back a copy in which only the sheet of that name holds rows, those that are
named by the code in their first column, with these cells filled in.

    workbook.py read FILE…
    workbook.py keep FILE OUT SHEET '{"U01": {"賃上げ計": 4000}, "U02": {}}'
"""

import json
import sys

import openpyxl


def shown(value):
    return value if value is None or isinstance(value, (int, float, str, bool)) else str(value)


def read(*paths):
    for path in paths:
        book = openpyxl.load_workbook(path)
        sheets = {}
        for sheet in book.worksheets:
            sheets[sheet.title] = [[shown(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
        print(json.dumps(sheets, ensure_ascii=False))


def keep(path, out, title, wanted):
    book = openpyxl.load_workbook(path)
    wanted = json.loads(wanted)
    for sheet in book.worksheets:
        fill_in(sheet, wanted if sheet.title == title else {})
    book.save(out)


def fill_in(sheet, wanted):
    head, columns = None, {}
    for row in sheet.iter_rows():
        words = {str(cell.value).replace("\n", ""): cell.column for cell in row if cell.value is not None}
        if head is None and len(words) > 5 and sheet.sheet_state == "visible":
            head, columns = row[0].row, words
        elif head is not None and row[0].row > head:
            code = str(row[0].value) if row[0].value is not None else None
            for name, value in wanted.get(code, {}).items():
                place = next(column for word, column in columns.items() if name in word)
                sheet.cell(row[0].row, place).value = value
            if code not in wanted:
                for cell in row:
                    cell.value = None


if __name__ == "__main__":
    commands = {"read": read, "keep": keep}
    commands[sys.argv[1]](*sys.argv[2:])
