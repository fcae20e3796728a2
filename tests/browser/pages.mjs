// Reads a sample of each kind of page in a browser, as served, in both themes, on a phone and on a
// screen: axe-core finds nothing, nothing overflows, nothing is asked of another origin, the policy
// blocks nothing. Then the keyboard, the search, and the search without a script.
//
//   node pages.mjs SITE TOOLS CHROMIUM
//
// SITE holds the rendered pages, TOOLS the node_modules with puppeteer-core and axe-core. Ends with
// one line: `browser: N passed, N failed`.

import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { extname, join, resolve } from "node:path";

const [site, tools, chromium] = process.argv.slice(2).map((path) => resolve(path));
const require = createRequire(join(tools, "x.js"));
const puppeteer = require("puppeteer-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

/** The most requests of a page, its own included. */
const REQUESTS = 5;
const KINDS = {
  ".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml", ".woff2": "font/woff2", ".txt": "text/plain; charset=utf-8",
};
/** One page of each kind, and those of a kind that differ most. */
const PAGES = [
  "/", "/region/53/", "/region/76/", "/region/977/", "/academie/16/", "/academie/32/", "/departement/29/",
  "/departement/48/", "/organisme/0030000A/", "/formations/", "/niveau/3/",
  "/certification/RNCP10005/", "/indicateur/apprentis/", "/comparer/", "/comparer/regions/",
  "/comparer/region/53/", "/comprendre/", "/donnees/", "/publications/", "/deposer/", "/aide/", "/rechercher/",
  "/rechercher/departement/29/", "/mentions-legales/", "/accessibilite/", "/404.html",
];

// ── served as they are here: with the policy of functions/local/src/web.rs ──

const web = readFileSync(new URL("../../functions/local/src/web.rs", import.meta.url), "utf8");
const policy = /const POLICY: &str = "([^"]*)";/.exec(web)[1].replace(/\\\n\s*/g, "");

const server = createServer(async (request, response) => {
  const path = new URL(request.url, "http://x").pathname.replace(/^\/v\/[^/]+\//, "/");
  const file = path.endsWith("/") ? `${path}index.html` : path;
  try {
    const body = await readFile(join(site, file));
    response.writeHead(200, { "content-type": KINDS[extname(file)] ?? "application/octet-stream", "content-security-policy": policy });
    response.end(body);
  } catch {
    response.writeHead(404).end();
  }
});
await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
const origin = `http://127.0.0.1:${server.address().port}`;

let passed = 0, failed = 0, most = 0;
function check(name, wrong) {
  if (wrong.length === 0) return passed++;
  failed++;
  console.log(`FAILED ${name}\n       ${wrong.join("\n       ")}`);
}

const browser = await puppeteer.launch({
  executablePath: chromium,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync"],
});

/** A tab that writes down what goes wrong in it. */
async function open(path, { width = 1440, theme = "light", script = true } = {}) {
  const page = await browser.newPage();
  const wrong = [], asked = [];
  page.on("console", (said) => ["error", "warn"].includes(said.type()) && wrong.push(said.text()));
  page.on("pageerror", (error) => wrong.push(String(error)));
  page.on("request", (request) => asked.push(request.url()));
  page.on("requestfailed", (request) => wrong.push(`${request.url()}: ${request.failure().errorText}`));
  await page.setJavaScriptEnabled(script);
  await page.setViewport({ width, height: 900 });
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: theme }]);
  await page.goto(origin + path, { waitUntil: "load" });
  return { page, wrong, asked };
}

const looks = [[1440, "light"], [360, "dark"]];

/** A page is asked for once, then looked at in each way. */
async function readable(path, ways = looks) {
  const { page, wrong, asked } = await open(path);
  // Where the tables are is part of the page.
  await page.evaluate(() => document.querySelectorAll("details").forEach((one) => { one.open = true; }));
  await page.evaluate(axe);
  const elsewhere = asked.filter((url) => !url.startsWith(origin)).map((url) => url.slice(0, 80));
  if (elsewhere.length > 0) wrong.push(`asks ${elsewhere.join(" ")}`);
  // The browser asks for the icon by itself.
  const own = asked.filter((url) => !url.endsWith("favicon.svg"));
  most = Math.max(most, own.length);
  if (own.length > REQUESTS) wrong.push(`${own.length} requests: ${own.join(" ")}`);
  check(path, wrong);
  for (const [width, theme] of ways) check(`${path} ${width} ${theme}`, await look(page, width, theme));
  await page.close();
}

async function look(page, width, theme) {
  const wrong = [];
  await page.setViewport({ width, height: 900 });
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: theme }]);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  if (wide > width) wrong.push(`${wide} pixels wide`);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  for (const { id, help, nodes } of violations) {
    wrong.push(`${id}: ${help} (${nodes.length}, ${nodes[0].target.join(" ")}: ${nodes[0].failureSummary.replace(/\s+/g, " ")})`);
  }
  return wrong;
}

for (const path of PAGES) await readable(path);
await readable("/region/53/", [[768, "dark"], [360, "light"]]);

{
  const { page, wrong } = await open("/region/53/");
  const focused = () => page.evaluate(() => {
    const one = document.activeElement, box = one.getBoundingClientRect(), style = getComputedStyle(one);
    const drawn = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    return { text: one.textContent.trim() || one.getAttribute("aria-label") || one.name, id: one.id, drawn, seen: box.bottom > 0 && box.width > 0 };
  });
  const met = [];
  for (let tab = 0; tab < 60; tab++) {
    await page.keyboard.press("Tab");
    const one = await focused();
    if (!one.seen || !one.drawn) wrong.push(`« ${one.text} » is reached, and not seen to be`);
    met.push(one.text);
  }
  if (met[0] !== "Aller au contenu") wrong.push(`the first is ${met[0]}`);
  if (!met.some((text) => text.startsWith("Finistère\u00a0: "))) wrong.push("the map is not reached");
  await page.keyboard.down("Shift");
  for (let tab = 0; tab < 59; tab++) await page.keyboard.press("Tab");
  await page.keyboard.up("Shift");
  await page.keyboard.press("Enter");
  if ((await focused()).id !== "contenu") wrong.push("the skip link does not lead to the content");
  check("the keyboard", wrong);
  await page.close();
}

{
  const { page, wrong } = await open("/");
  await page.type("#q", "finsitere");
  await Promise.all([page.waitForNavigation({ waitUntil: "networkidle0" }), page.keyboard.press("Enter")]);
  const first = async () => {
    await page.waitForSelector("#resultats li a");
    return page.$eval("#resultats li a", (link) => link.getAttribute("href"));
  };
  if (await first() !== "/departement/29/") wrong.push(`a typing error leads to ${await first()}`);
  for (const [question, answer] of [
    ["bretgane", "/region/53/"], ["ile de france", "/region/11/"], ["academie rennes", "/academie/14/"],
    ["0030000A", "/organisme/0030000A/"], ["cuisien", "/certification/RNCP10005/"], ["secret", "/comprendre/#mot-secret"], ["contrats rompus", "/indicateur/rupturants/"],
  ]) {
    await page.$eval("#q", (field) => { field.value = ""; });
    await page.type("#q", question);
    await page.waitForNetworkIdle({ idleTime: 50 });
    if (await first() !== answer) wrong.push(`« ${question} » leads to ${await first()}`);
  }
  check("the search", wrong);
  await page.close();
}

{
  const { page, wrong } = await open("/rechercher/?q=bretagne", { script: false });
  const found = await page.$$eval("main a[href='/region/53/']", (links) => links.length).catch(() => 0);
  if (found === 0) wrong.push("the list is not there");
  check("the search without a script", wrong);
  await page.close();
}

await browser.close();
server.close();
console.log(`browser: ${passed} passed, ${failed} failed; ${most} requests at most`);
process.exit(failed === 0 ? 0 : 1);
