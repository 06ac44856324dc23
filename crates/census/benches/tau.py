"""Small tables by others: `tau.py FOLDER` reads the tables that the bench of `census` wrote there.

τ-Argus (pytauargus) says which cells are unsafe by themselves and which it would hide beside them;
HiGHS (scipy) attacks what we hide, as an outsider and as each unit. Both are told as counts: cells
where τ-Argus and we disagree about safety, cells that each hides, cells that HiGHS can narrow down.
"""

import os
import sys
import tempfile

import numpy
import pandas
from pytauargus import protect
from scipy.optimize import linprog

FOLDER = os.path.abspath(sys.argv[1])
PERCENT = 10
TOTAL = "Total"


def label(letter, number):
    return TOTAL if number < 0 else f"{letter}{number}"


def tau(contributions):
    """Per cell τ-Argus' letter: U unsafe, M hidden beside it, S shown."""
    micro = pandas.DataFrame(
        {
            "Row": [label("R", row) for row in contributions["row"]],
            "Col": [label("C", column) for column in contributions["column"]],
            # A unit with persons in several cells of a total is one contributor of it: a "holding",
            # whose rules stand third and second below.
            "Unit": [f"U{unit}" for unit in contributions["unit"]],
            "Heads": contributions["heads"].astype(float),
        }
    )
    with tempfile.TemporaryDirectory() as folder:
        # Its solver leaves files where it is started.
        os.chdir(folder)
        done = protect(
            micro.sort_values("Unit"),
            ["Row", "Col"],
            response="Heads",
            holding_var="Unit",
            safety_rules="NK(3,70)|NK(0,0)|NK(3,70)|FREQ(3,0)|FREQ(3,0)",
            suppress="OPT(1)",
            workdir=folder,
        )
        table = done.tables[0].dataframe()
        os.chdir(FOLDER)
    return {(row, column): status for row, column, status in zip(table["Row"], table["Col"], table["status"])}


def sums(rows, columns, place):
    for row in range(-1, rows):
        yield place[row, -1], [place[row, column] for column in range(columns)]
    for column in range(-1, columns):
        yield place[-1, column], [place[row, column] for row in range(rows)]


def attack(cells, contributions):
    """Hidden cells that somebody can narrow down to less than the rule asks, each once."""
    rows, columns = cells["row"].max() + 1, cells["column"].max() + 1
    place = {(row, column): at for at, (row, column) in enumerate(zip(cells["row"], cells["column"]))}
    truth = cells["heads"].to_numpy(dtype=float)
    hidden = cells["why"].notna().to_numpy()
    equations = []
    for total, parts in sums(rows, columns, place):
        line = numpy.zeros(len(cells))
        line[total] += 1
        for part in parts:
            line[part] -= 1
        equations.append(line)
    equations, right = numpy.array(equations), numpy.zeros(len(equations))
    own = {-1: numpy.zeros(len(cells))}
    for row, column, unit, heads in contributions.itertuples(index=False):
        mine = own.setdefault(unit, numpy.zeros(len(cells)))
        for cell in ((row, column), (-1, column), (row, -1), (-1, -1)):
            mine[place[cell]] += heads
    found = set()
    for mine in own.values():
        if not (mine[hidden].any() or mine is own[-1]):
            continue
        bounds = []
        for at in range(len(cells)):
            known = not hidden[at] or (mine[at] > 0 and mine[at] == truth[at])
            bounds.append((truth[at], truth[at]) if known else (mine[at], None))
        for at in numpy.flatnonzero(hidden):
            others = truth[at] - mine[at]
            if others == 0:
                continue
            goal = numpy.zeros(len(cells))
            goal[at] = 1
            ends = [linprog(sign * goal, A_eq=equations, b_eq=right, bounds=bounds, method="highs") for sign in (1, -1)]
            if all(end.status == 0 for end in ends):
                width = -ends[1].fun - ends[0].fun
                if width < max(-(-others * PERCENT // 100), 1) - 1e-6:
                    found.add(int(at))
    return found


tables = unsafe = differing = ours = theirs = narrowed = 0
while os.path.exists(f"{FOLDER}/small{tables}.csv"):
    contributions = pandas.read_csv(f"{FOLDER}/small{tables}.csv")
    cells = pandas.read_csv(f"{FOLDER}/small{tables}-cells.csv")
    letters = tau(contributions)
    for row, column, why in zip(cells["row"], cells["column"], cells["why"]):
        letter = letters[label("R", row), label("C", column)]
        primary = isinstance(why, str) and why != "secondary"
        unsafe += primary
        differing += primary != (letter == "U")
        ours += isinstance(why, str)
        theirs += letter in "UM"
    narrowed += len(attack(cells, contributions))
    tables += 1
print(f"small tables compared: {tables}; unsafe cells: {unsafe}; judged otherwise by τ-Argus: {differing}")
print(f"hidden in all by us: {ours}; by τ-Argus: {theirs}; of ours narrowed down by HiGHS: {narrowed}")
