"""The simple rules in DuckDB: with_duckdb.py LIST.csv OUT.parquet"""

import sys

import duckdb

from rules import DATES, FORMS, MANDATORY, ORDERED, SIRETS, cost

source, target = sys.argv[1:3]


def day(name):
    return f"try_strptime({name}, '%d/%m/%Y')"


def luhn(name):
    terms = []
    for place in range(14):
        digit = f"(ascii({name}[{place + 1}]) - 48)"
        twice = f"CASE WHEN {digit} > 4 THEN {digit} * 2 - 9 ELSE {digit} * 2 END"
        terms.append(twice if place % 2 == 0 else digit)
    shape = f"regexp_full_match({name}, '[0-9]{{14}}')"
    return f"CASE WHEN {shape} THEN ({' + '.join(terms)}) % 10 = 0 ELSE false END"


def right(name):
    if name in FORMS:
        return f"regexp_full_match({name}, '{FORMS[name]}')"
    if name in SIRETS:
        return luhn(name)
    if name in DATES:
        return f"{day(name)} IS NOT NULL"
    return "true"


base = duckdb.connect()
rows = f"read_csv('{source}', delim=';', header=true, all_varchar=true)"
names = [column[0] for column in base.execute(f"SELECT * FROM {rows} LIMIT 0").description]
faults = [f"({name} IS NOT NULL AND NOT ({right(name)}))::INT" for name in names]
faults += [f"({name} IS NULL)::INT" for name in MANDATORY]
faults += [f"coalesce({day(first)} > {day(last)}, false)::INT" for first, last in ORDERED]
columns = [f"{day(name)}::DATE AS {name}" if name in DATES else name for name in names]
select = f"SELECT {', '.join(columns)}, {' + '.join(faults)} AS faults FROM {rows}"
base.execute(f"COPY ({select}) TO '{target}' (FORMAT parquet, COMPRESSION zstd)")
faulty = base.execute(f"SELECT count(*) FROM '{target}' WHERE faults > 0").fetchone()[0]
cost(f"DuckDB {duckdb.__version__}", faulty)
