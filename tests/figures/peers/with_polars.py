"""The simple rules in Polars: with_polars.py LIST.csv OUT.parquet"""

import sys

import polars as pl

from rules import DATES, FORMS, MANDATORY, ORDERED, SIRETS, cost

source, target = sys.argv[1:3]


def day(name):
    return pl.col(name).str.to_date("%d/%m/%Y", strict=False)


def luhn(name):
    digits = pl.when(pl.col(name).str.contains("^[0-9]{14}$")).then(pl.col(name)).cast(pl.Int64)
    total = pl.lit(0)
    for place in range(14):
        digit = digits // 10 ** (13 - place) % 10
        twice = pl.when(digit > 4).then(digit * 2 - 9).otherwise(digit * 2)
        total = total + (twice if place % 2 == 0 else digit)
    return (total % 10 == 0).fill_null(False)


def right(name):
    if name in FORMS:
        return pl.col(name).str.contains(f"^(?:{FORMS[name]})$")
    if name in SIRETS:
        return luhn(name)
    if name in DATES:
        return day(name).is_not_null()
    return pl.lit(True)


rows = pl.scan_csv(source, separator=";", infer_schema=False, null_values="")
names = rows.collect_schema().names()
faults = [pl.col(name).is_not_null() & ~right(name) for name in names]
faults += [pl.col(name).is_null() for name in MANDATORY]
faults += [(day(first) > day(last)).fill_null(False) for first, last in ORDERED]
columns = [day(name).alias(name) if name in DATES else pl.col(name) for name in names]
count = pl.sum_horizontal([fault.cast(pl.Int32) for fault in faults]).alias("faults")
rows.select(*columns, count).sink_parquet(target, compression="zstd", compression_level=1)
faulty = pl.scan_parquet(target).select((pl.col("faults") > 0).sum()).collect().item()
cost(f"Polars {pl.__version__}", faulty)
