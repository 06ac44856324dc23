"""The same tables by DuckDB, Polars or pandas, in a process of its own for each.

peers.py ENGINE FOLDER: reads the columns that the bench of `census` wrote, holds them in memory as
the engine likes them, takes the median of three, and compares every cell with ours.
"""

import resource
import statistics
import sys
import time

import numpy as np

ENGINE, FOLDER = sys.argv[1], sys.argv[2]
# DuckDB's discrete quantile is the first person past the share; the others take the lower neighbour.
METHOD = "equiprobable" if ENGINE == "duckdb" else "lower"
QUANTILES = [0.1, 0.25, 0.5, 0.75, 0.9]
SIZES = {"size": 6, "sex": 2, "age": 48, "industry": 20, "band": 10, "prefecture": 47, "education": 4, "unit": 8000}
TABLES = [
    ["size", "sex", "age"],
    ["industry", "sex", "band"],
    ["prefecture", "sex", "band"],
    ["education", "age"],
    ["unit"],
]
NAMES = ["wage", "unit", "size", "industry", "prefecture", "sex", "age", "band", "education"]


def column(name):
    wide = name in ("wage", "unit")
    return np.fromfile(f"{FOLDER}/{name}.{'u16' if wide else 'u8'}", dtype=np.uint16 if wide else np.uint8)


DATA = {name: column(name) for name in NAMES}

if ENGINE == "pandas":
    import pandas

    frame = pandas.DataFrame(DATA)
    version = pandas.__version__

    def table(keys):
        groups = frame.groupby(keys, sort=True)["wage"]
        out = groups.agg(n="size", s="sum").astype("int64")
        values = groups.quantile(QUANTILES, interpolation="lower").unstack()
        out = out.join(values)
        # A key has the name of a column of counts, so the keys are put before them by hand.
        return np.column_stack([out.index.to_frame().to_numpy(), out.to_numpy()]).astype("int64")

elif ENGINE == "polars":
    import polars

    frame = polars.DataFrame(DATA)
    version = polars.__version__

    def table(keys):
        wage = polars.col("wage")
        wanted = [wage.len().alias("n"), wage.cast(polars.Int64).sum().alias("s")]
        wanted += [wage.quantile(p, interpolation="lower").alias(str(p)) for p in QUANTILES]
        return frame.lazy().group_by(keys).agg(wanted).collect().to_numpy().astype("int64")

else:
    import duckdb
    import pandas

    version = duckdb.__version__
    base = duckdb.connect()
    source = pandas.DataFrame(DATA)
    base.execute("create table rows as select * from source")

    def table(keys):
        names = ", ".join(keys)
        sql = f"select {names}, count(*), sum(wage), quantile_disc(wage, {QUANTILES}) from rows group by {names}"
        return [list(row[:-1]) + list(row[-1]) for row in base.execute(sql).fetchall()]


def timed(work):
    times = []
    for _ in range(3):
        begin = time.perf_counter()
        work()
        times.append(time.perf_counter() - begin)
    return statistics.median(times) * 1000


rows = len(DATA["wage"])
one = timed(lambda: table(TABLES[0]))
whole = timed(lambda: [table(keys) for keys in TABLES])
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
cells = differing = 0
for number, keys in enumerate(TABLES):
    with open(f"{FOLDER}/table{number}-{METHOD}.csv", encoding="utf-8") as lines:
        next(lines)
        ours = {int(line.split(",", 1)[0]): [int(part) for part in line.split(",")[1:]] for line in lines}
    theirs = {}
    for row in table(keys):
        group = 0
        for key, code in zip(keys, row):
            group = group * SIZES[key] + int(code)
        theirs[group] = [int(value) for value in row[len(keys) :]]
    assert ours.keys() == theirs.keys(), keys
    for group, values in ours.items():
        for ours_value, theirs_value in zip(values, theirs[group]):
            cells += 1
            differing += ours_value != theirs_value
name = f"{ENGINE} {version}"
print(f"{name} | one table, five quantiles | {rows} | {one:.1f} ms | {peak} MiB")
print(f"{name} | the book, five tables | {rows} | {whole:.1f} ms | {peak} MiB")
print(f"{name} | cells compared with ours, differing | {cells} | {differing} | ")
