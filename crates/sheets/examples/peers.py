"""The same table in and out by openpyxl and pandas: `peers.py WORKBOOKS ROWS [REPETITIONS]`.

Each step runs in a process of its own, so that the peak of memory is that step's. WORKBOOKS is the
built example `workbooks`; all files are made and read in the present folder.
"""

import resource
import subprocess
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


def step(name, file, count):
    begin = time.perf_counter()
    if name == "openpyxl-write":
        import openpyxl

        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet("回答")
        sheet.append(NAMES)
        for row in rows(count):
            sheet.append(row)
        book.save(file)
    elif name == "pandas-write":
        import pandas

        pandas.DataFrame(list(rows(count)), columns=NAMES).to_excel(file, sheet_name="回答", index=False)
    elif name == "openpyxl-read":
        import openpyxl

        sheet = openpyxl.load_workbook(file, read_only=True).worksheets[0]
        read = sheet.iter_rows(min_row=2, values_only=True)
        count = sum(1 for values in read if check(values) is None)
    elif name == "pandas-read":
        import pandas

        frame = pandas.read_excel(file, dtype={"コード": str})
        for values in frame.itertuples(index=False, name=None):
            check(values)
        count = len(frame)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{time.perf_counter() - begin:.3f} {count} {peak}")


def main():
    if sys.argv[1].endswith(("-write", "-read")):
        return step(sys.argv[1], sys.argv[2], int(sys.argv[3]))
    workbooks, count = sys.argv[1], sys.argv[2]
    repetitions = int(sys.argv[3]) if len(sys.argv) > 3 else 3
    own = "own.xlsx"
    steps = [
        ("danketsu: out", [workbooks, "write", own, count]),
        ("openpyxl (write only): out", [sys.executable, __file__, "openpyxl-write", "peer.xlsx", count]),
        ("pandas: out", [sys.executable, __file__, "pandas-write", "pandas.xlsx", count]),
        ("danketsu: in, each figure checked", [workbooks, "read", own]),
        ("openpyxl (read only): in, likewise", [sys.executable, __file__, "openpyxl-read", own, count]),
        ("pandas: in, likewise", [sys.executable, __file__, "pandas-read", own, count]),
        ("danketsu: in, the file of openpyxl", [workbooks, "read", "peer.xlsx"]),
    ]
    print("| what | seconds | rows | peak MiB | seconds to ours | memory to ours |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    ours = None
    for words, command in steps:
        runs = []
        for _ in range(repetitions):
            out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            runs.append([float(part) for part in out.split()])
        seconds, read, peak = sorted(runs)[len(runs) // 2]
        if words.startswith("danketsu"):
            ours = (seconds, peak)
        ratio = f"{seconds / ours[0]:.1f} × | {peak / ours[1]:.1f} ×"
        print(f"| {words} | {seconds:.2f} | {read:.0f} | {peak:.0f} | {ratio} |", flush=True)


main()
