"""The same records counted by us, by Polars and by DuckDB: statuses at twelve month-ends, by date,
region, department, level, organisation and status.

    aggregate.py OURS ROWS            all of them, one after the other, round after round
    aggregate.py polars|duckdb FILE   one of them; prints its totals
    aggregate.py ROWS FILE            makes the records

OURS is the example `aggregate_peers`. CPU and memory are those the operating system counts.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from datetime import date

ROUNDS = 3
DATES = [date.fromordinal(date(2024 + month // 12, month % 12 + 1, 1).toordinal() - 1) for month in range(9, 21)]
KEYS = ["region", "departement", "niveau", "organisme_uai"]
STATUSES = ["abandon", "apprenti", "inscrit", "rupturant"]


def make(rows, path):
    """Records drawn from a seed: 3,000 organisations, up to three contracts, breaks, exclusions."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    draw = np.random.default_rng(7)
    organisations = 3_000
    weight = 1 / np.arange(1, organisations + 1) ** 0.6
    weight /= weight.sum()
    uai = np.array([f"{number * 7 + 100_000:07d}A" for number in range(organisations)])
    departments = np.array([f"{number:02d}" for number in range(1, 96)] + ["971", "972", "973", "974", "976"])
    of = draw.integers(0, len(departments), organisations)
    writer = None
    for first in range(0, rows, 1_000_000):
        count = min(1_000_000, rows - first)
        some = lambda low, high: draw.integers(low, high, count)
        chance = lambda share: draw.random(count) < share
        day = lambda values, known=None: pa.array(values.astype("int32"), mask=None if known is None else ~known).cast(pa.date32())
        who = draw.choice(organisations, count, p=weight)
        entry = 19_601 + some(0, 3) * 365 + some(-20, 75)
        end = entry + draw.choice([365, 730, 1_095], count, p=[0.35, 0.5, 0.15])
        table = {
            "organisme_uai": pa.array(uai[who]).dictionary_encode(),
            "departement": pa.array(departments[of[who]]).dictionary_encode(),
            "region": pa.array((of[who] % 18).astype("int8")),
            "niveau": pa.array(draw.choice(np.arange(3, 8, dtype="int8"), count, p=[0.35, 0.22, 0.23, 0.12, 0.08])),
            "entree": day(entry),
            "fin": day(end),
            "exclusion": day(entry + some(20, 400), chance(0.02)),
        }
        start, signed = entry + some(-30, 100), chance(0.93)
        for number, (broken, again, last) in enumerate([(0.22, 0.55, 360), (0.18, 0.5, 250), (0.15, 0, 200)], 1):
            rupture, breaks = start + some(10, last), signed & chance(broken)
            table[f"c{number}_debut"] = day(start, signed)
            table[f"c{number}_fin"] = day(np.maximum(end, start + 30), signed)
            table[f"c{number}_rupture"] = day(rupture, breaks)
            start, signed = rupture + some(1, 200), breaks & chance(again)
        table = pa.table(table)
        writer = writer or pq.ParquetWriter(path, table.schema, compression="zstd", compression_level=3)
        writer.write_table(table, row_group_size=250_000)
    writer.close()


def with_polars(path):
    import polars as pl

    col, days = pl.col, lambda count: pl.duration(days=count)
    rows = pl.scan_parquet(path)
    for n in (1, 2, 3):
        rows = rows.with_columns(pl.coalesce(col(f"c{n}_rupture") - days(1), col(f"c{n}_fin")).alias(f"e{n}"))
    parts = []
    for day in map(pl.lit, DATES):
        last = pl.max_horizontal([pl.when(col(f"c{n}_debut") <= day).then(col(f"e{n}")) for n in (1, 2, 3)])
        never = pl.when(day - col("entree") <= days(90)).then(pl.lit("inscrit")).otherwise(pl.lit("abandon"))
        since = pl.when(day - last <= days(180)).then(pl.lit("rupturant")).otherwise(pl.lit("abandon"))
        status = (
            pl.when(col("exclusion") <= day).then(pl.lit("abandon"))
            .when(last.is_null()).then(never).when(day <= last).then(pl.lit("apprenti")).otherwise(since)
        )
        present = rows.filter((col("entree") <= day) & (day <= col("fin")))
        keys = ["date", *KEYS, "statut"]
        parts.append(present.select(day.alias("date"), *KEYS, status.alias("statut")).group_by(keys).agg(pl.len().alias("n")))
    counts = pl.concat(parts).collect(engine="streaming")
    return dict(counts.group_by("statut").agg(col("n").sum()).rows())


def with_duckdb(path):
    """Its best form: conditional counts for each date, the rows read once."""
    import duckdb

    database = duckdb.connect()
    database.execute("SET threads = 2")
    ends = ", ".join(f"coalesce(c{n}_rupture - 1, c{n}_fin) AS e{n}" for n in (1, 2, 3))
    statuses = []
    for place, day in enumerate(f"DATE '{day}'" for day in DATES):
        last = "greatest(" + ", ".join(f"CASE WHEN c{n}_debut <= {day} THEN e{n} END" for n in (1, 2, 3)) + ")"
        statuses.append(
            f"CASE WHEN entree > {day} OR {day} > fin THEN -1 WHEN exclusion <= {day} THEN 0"
            f" WHEN {last} IS NULL THEN CASE WHEN {day} - entree <= 90 THEN 2 ELSE 0 END"
            f" WHEN {day} <= {last} THEN 1 WHEN {day} - {last} <= 180 THEN 3 ELSE 0 END AS s{place}"
        )
    columns = [(f"n{place}_{status}", f"count_if(s{place} = {status})") for place in range(12) for status in range(4)]
    counts = ", ".join(f"{count} AS {name}" for name, count in columns)
    database.execute(
        f"CREATE TEMP TABLE counts AS WITH e AS (SELECT *, {ends} FROM '{path}'), s AS (SELECT {', '.join(KEYS)},"
        f" {', '.join(statuses)} FROM e) SELECT {', '.join(KEYS)}, {counts} FROM s GROUP BY ALL"
    )
    sums = [" + ".join(f"sum(n{place}_{status})" for place in range(12)) for status in range(4)]
    return dict(zip(STATUSES, map(int, database.execute(f"SELECT {', '.join(sums)} FROM counts").fetchone())))


def cost(command):
    """CPU seconds, peak megabytes and totals of a process."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    text = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        return None
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, json.loads(text.splitlines()[-1])


def compare(ours, rows):
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/records.parquet"
        this = [sys.executable, __file__]
        # Apart: what a process held before it starts another counts in the peak of that one.
        subprocess.run([*this, f"{rows}", path], check=True)
        commands = {
            "ours, the rule of peers": [ours, path, "peers"],
            "ours, the rule of the indicators": [ours, path, "ours"],
            "Polars, streaming": [*this, "polars", path],
            "DuckDB, 48 conditional counts": [*this, "duckdb", path],
        }
        costs = {name: [] for name in commands}
        for _ in range(ROUNDS):
            for name, command in commands.items():
                found = cost(command)
                if found:
                    costs[name].append(found)
    totals = {name: {status: found[0][2][status] for status in STATUSES} for name, found in costs.items() if found}
    first = totals["ours, the rule of peers"]
    for name, found in costs.items():
        if not found:
            print(f"  {name:42} absent")
            continue
        cpu, peak = (statistics.median(one[place] for one in found) for place in (0, 1))
        same = "" if "indicators" in name else ", the same totals" if totals[name] == first else f", OTHER TOTALS {totals[name]}"
        print(f"  {name:42} {cpu:.2f} s of CPU, {peak:.0f} MB{same}")


if __name__ == "__main__":
    who, what = sys.argv[1:]
    peers = {"polars": with_polars, "duckdb": with_duckdb}
    if who in peers:
        print(json.dumps(peers[who](what)))
    elif who.isdigit():
        make(int(who), what)
    else:
        compare(who, int(what))
