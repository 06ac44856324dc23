"""The same tables in and out by openpyxl and pandas: `sheets_peers.py STEP FILE ROWS`.

Prints what `danketsu bench sheets` prints of its own steps.
"""

import json
import resource
import sys
import time

NAMES = ["コード", "単組名", "地方", "人員", "賃上げ計", "率", "維持分", "賃上げ分", "月数", "回答日", "状況", "備考"]


def rows(count):
    import datetime

    day = datetime.date(2004, 3, 16)
    for n in range(count):
        yield [
            f"{n:06}", f"架空第{n}労働組合", ["埼玉", "神奈川", "東京", "大阪"][n % 4], 50 + n % 3000,
            3000 + n % 2500, (100 + n % 150) / 100, 3000 + n % 700, n % 900, (300 + n % 250) / 100,
            day, ["回答(有額)", "要求提出", "未集約"][n % 3], "要確認" if n % 10 == 0 else "",
        ]


def check(values):
    whole = all(isinstance(values[at], (int, float)) for at in (3, 4, 6, 7))
    if not (whole and isinstance(values[5], (int, float)) and isinstance(values[8], (int, float))):
        raise SystemExit(f"a figure cannot be read: {values}")


def check_roster(values):
    """No more than that the row has what it must: nothing stands here that it could be held against."""
    if not (values[0] and values[1] and values[2] and isinstance(values[3], (int, float))):
        raise SystemExit(f"a row cannot be read: {values}")


def main(step, file, count):
    begin = time.perf_counter()
    kind = check_roster if step.endswith("-roster") else check
    if step == "openpyxl-write":
        import openpyxl

        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet("回答")
        sheet.append(NAMES)
        for row in rows(count):
            sheet.append(row)
        book.save(file)
    elif step == "pandas-write":
        import pandas

        pandas.DataFrame(list(rows(count)), columns=NAMES).to_excel(file, sheet_name="回答", index=False)
    elif step.startswith("openpyxl-"):
        import openpyxl

        sheet = openpyxl.load_workbook(file, read_only=True).worksheets[0]
        read = sheet.iter_rows(min_row=2, values_only=True)
        count = sum(1 for values in read if kind(values) is None)
    else:
        import pandas

        frame = pandas.read_excel(file, dtype={0: str})
        for values in frame.itertuples(index=False, name=None):
            kind(values)
        count = len(frame)
    seconds = time.perf_counter() - begin
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"seconds": seconds, "rows": count, "peak_kib": peak, "before_kib": 0}))


main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
