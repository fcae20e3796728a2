"""The pages of ten thousand centres, by us, by Hugo and by Eleventy: what each costs.

    cargo build --release -p site --example pages
    apt-get install hugo && npm install @11ty/eleventy    # the second one in a folder apart
    python3 compare.py target/release/examples/pages HUGO ELEVENTY [TIMES] [ROUNDS]

ELEVENTY is `node_modules/.bin/eleventy`. Prints the medians of the rounds, taken one after the other so
that a busy machine is so for all. All write to the disk, from the figures of one invented country.

What is not the same: Hugo and Eleventy make one simple page of each centre, a sentence, four figures, a
table, and must say the same. We make these with their four curves, how each figure moved, the typography and the head for
machines; and every other page of the site (places with their maps, lists, search), each figure in its
place, and the images; and we invent the figures, while they read them. Hugo is given its figures as ten
thousand files, for it makes pages of nothing else; writing these is not counted.
"""

import json
import os
import pathlib
import re
import shutil
import statistics
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).parent

HUGO = {
    "baseURL": "https://exemple.fr/",
    "disableKinds": ["taxonomy", "term", "RSS", "sitemap", "home", "section", "404"],
}
ELEVENTY = """
const francais = new Intl.NumberFormat("fr");
const secret = '<span class="secret">secret</span>';
export default (config) => {
    config.addFilter("nombre", (one) => (typeof one === "number" ? francais.format(one) : secret));
};
"""


def hugo(folder, figures):
    """A folder that Hugo makes a site of: a file for each centre."""
    layouts, content, data = (folder / name for name in ("layouts/_default", "content/organisme", "data"))
    for one in (layouts, content, data):
        one.mkdir(parents=True)
    shutil.copy(HERE / "hugo.html", layouts / "single.html")
    (folder / "config.json").write_text(json.dumps(HUGO))
    (data / "dates.json").write_text(json.dumps(figures["dates"]))
    for centre in figures["centres"]:
        page = {"title": centre["nom"], "url": f"/organisme/{centre['code']}/", **centre}
        (content / f"{centre['code']}.md").write_text(json.dumps(page))


def eleventy(folder, figures):
    """The same for Eleventy: one file."""
    (folder / "_data").mkdir(parents=True)
    shutil.copy(HERE / "eleventy.njk", folder / "centre.njk")
    (folder / "eleventy.config.mjs").write_text(ELEVENTY)
    (folder / "_data/figures.json").write_text(json.dumps(figures))


def run(command, folder):
    """What a process and those it waits for cost: seconds of CPU, seconds, megabytes at the most."""
    began = time.monotonic()
    child = os.fork()
    if child == 0:
        os.chdir(folder)
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.execv(command[0], command)
    _, status, used = os.wait4(child, 0)
    if status != 0:
        sys.exit(f"{command[0]} ended with {status}")
    return used.ru_utime + used.ru_stime, time.monotonic() - began, used.ru_maxrss / 1024


def words(page):
    """What a page says, however it is spaced."""
    return re.sub(r"\s*([<>])\s*", r"\1", re.sub(r"\s+", " ", page.read_text()))


def main(ours, hugo_binary, eleventy_binary, times="24", rounds="3"):
    ours, hugo_binary, eleventy_binary = map(os.path.abspath, (ours, hugo_binary, eleventy_binary))
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        run([ours, "figures", str(folder / "figures.json"), times], folder)
        figures = json.loads((folder / "figures.json").read_text())
        hugo(folder / "hugo", figures)
        eleventy(folder / "eleventy", figures)
        print(f"{len(figures['centres'])} centres, {len(figures['dates'])} dates")
        makers = {
            "ours, the whole site": ([ours, str(folder / "ours/out"), times], folder, "ours/out"),
            "Hugo, the centres": ([hugo_binary, "--quiet", "--destination", "out"], folder / "hugo", "hugo/out"),
            "Eleventy, the centres": (
                [eleventy_binary, "--quiet", "--output=out"], folder / "eleventy", "eleventy/out"),
        }
        costs = {name: [] for name in makers}
        for _ in range(int(rounds)):
            for name, (command, here, out) in makers.items():
                shutil.rmtree(folder / out, ignore_errors=True)
                costs[name].append(run(command, here))
        for centre in figures["centres"][::100]:
            page = f"out/organisme/{centre['code']}/index.html"
            if words(folder / "hugo" / page) != words(folder / "eleventy" / page):
                sys.exit(f"Hugo and Eleventy do not say the same of {centre['code']}")
        for name, (_, _, out) in makers.items():
            cpu, elapsed, peak = (statistics.median(each) for each in zip(*costs[name]))
            pages = list((folder / out).rglob("*.html"))
            size = sum(page.stat().st_size for page in pages) / 2**20
            each = 1000 * cpu / len(pages)
            print(
                f"{name:24}{len(pages):7} pages {size:6.0f} MB {cpu:7.2f} s of CPU ({each:.2f} ms a page),"
                f" {elapsed:.1f} s, {peak:.0f} MB at most"
            )


if __name__ == "__main__":
    main(*sys.argv[1:])
