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
import { extname, join, resolve } from "node:path";
import { check, finish, launch, look } from "./common.mjs";

const [site, tools, chromium] = process.argv.slice(2).map((path) => resolve(path));
const { browser, tab } = await launch(tools, chromium);

/** The most requests of a page without an island, its own included. */
const REQUESTS = 5;
const KINDS = {
  ".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml", ".png": "image/png", ".wasm": "application/wasm", ".json": "application/json", ".woff2": "font/woff2", ".txt": "text/plain; charset=utf-8",
};
/** One page of each kind, and those of a kind that differ most. */
const PAGES = [
  "/", "/region/53/", "/region/76/", "/region/977/", "/academie/16/", "/academie/32/", "/departement/29/", "/departement/29/centres/envoi/",
  "/departement/48/", "/organisme/0030000A/", "/formations/", "/niveau/3/",
  "/certification/RNCP10005/", "/indicateur/apprentis/", "/comparer/", "/comparer/regions/",
  "/comparer/region/53/", "/explorer/?lieux=region-53,region-76", "/comprendre/", "/donnees/", "/publications/", "/etat/", "/deposer/", "/aide/", "/rechercher/",
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

const open = (path, { script = true, ...options } = {}) => tab(origin + path, {
  script, ...options, wait: path.startsWith("/explorer/") && script ? "networkidle0" : "load",
});

const looks = [[1440, "light"], [320, "dark"]];

/** A page is asked for once, then looked at in each way. */
async function readable(path, ways = looks) {
  const { page, wrong, asked } = await open(path);
  // Where the tables are is part of the page.
  await page.evaluate(() => document.querySelectorAll("details").forEach((one) => { one.open = true; }));
  const elsewhere = asked.filter((url) => !url.startsWith(origin)).map((url) => url.slice(0, 80));
  if (elsewhere.length > 0) wrong.push(`asks ${elsewhere.join(" ")}`);
  // The browser asks for the icon by itself.
  const own = asked.filter((url) => !url.endsWith("favicon.svg"));
  // An island asks for its module, its WebAssembly and the figures.
  if (own.length > REQUESTS && !path.startsWith("/explorer/")) wrong.push(`${own.length} requests: ${own.join(" ")}`);
  check(path, wrong);
  for (const [width, theme] of ways) check(`${path} ${width} ${theme}`, await look(page, width, theme));
  await page.close();
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
  // By town: the centres that are there, and where that is.
  await page.$eval("#q", (field) => { field.value = ""; });
  await page.type("#q", "vileneuve 29");
  await page.waitForNetworkIdle({ idleTime: 50 });
  const where = await page.$eval("#resultats li .detail", (one) => one.textContent);
  if (!where.includes("Villeneuve-29, Finistère")) wrong.push(`a town leads to ${where}`);
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

{
  // With the keyboard and by name, as a screen reader would: choose, read, go away and come back.
  const { page, wrong } = await open("/explorer/?lieux=region-53,lune-1&par=sexe&valeur=personne");
  const expect = (what, is, wanted) => { if (is !== wanted) wrong.push(`${what}: ${is}, not ${wanted}`); };
  const query = () => decodeURIComponent(new URL(page.url()).search);
  const heads = () => page.$$eval(".reponse thead th", (cells) => cells.map((cell) => cell.textContent).join("|"));
  const said = () => page.$eval("[role=status]", (one) => one.textContent.replace(/\u00a0/g, " "));
  const settled = () => page.waitForNetworkIdle({ idleTime: 50 });
  await page.waitForSelector(".reponse table");
  expect("what means nothing leaves the address", query(), "?lieux=region-53&par=sexe");
  expect("the places", await heads(), "Valeur|Bretagne");
  await page.select("#par", "ensemble");
  expect("two dates at least", await page.$$eval(".reponse .courbe path", (lines) => lines.length), 1);
  await page.select("#ajouter", "departement-58");
  await settled();
  expect("a place more", await heads(), "Date|Bretagne|Nièvre");
  expect("it is not offered again", await page.$("#ajouter option[value='departement-58']"), null);
  expect("the address", query(), "?lieux=region-53,departement-58");
  await page.select("#chiffre", "inscrits_sans_contrat");
  const cells = await page.$$eval(".reponse tbody td", (all) => all.map((cell) => cell.textContent));
  if (!cells.includes("secret")) wrong.push("a withheld figure is not said to be secret");
  if (!(await page.$eval(".reponse", (one) => one.textContent)).includes("il permettrait de reconnaître")) wrong.push("nor why");
  const file = decodeURIComponent(await page.$eval("a[download]", (link) => link.href)).split("\n");
  expect("the columns of the file", file[0], "data:text/csv;charset=utf-8,date,maille,code,libelle,dimension,modalite,indicateur,valeur,motif");
  if (!file.some((line) => /,departement,58,.*,inscrits_sans_contrat,,c$/.test(line))) wrong.push(`the file does not say why: ${file[1]}`);
  await page.select("#chiffre", "abandons");
  expect("who left has no part", await page.$eval("#mesure", (field) => field.closest("div").hidden), true);
  await page.select("#chiffre", "rupturants");
  await page.select("#mesure", "1");
  await page.select("#de", "2026-08-31");
  expect("from a date", await said(), "2 territoires, 4 dates.");
  expect("no date after it is offered", await page.$("#a option[value='2026-07-31']"), null);
  for (const place of ["region-28", "region-52", "region-11", "academie-14"]) await page.select("#ajouter", place);
  await settled();
  expect("six at most", await page.$eval("#ajouter", (field) => field.closest("div").hidden), true);
  await page.reload({ waitUntil: "networkidle0" });
  expect("who comes back finds the same", await said(), "6 territoires, 4 dates.");
  await page.focus("[aria-label='Retirer Bretagne']");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.activeElement.id === "ajouter");
  expect("one less", (await heads()).includes("Bretagne"), false);
  check("the exploration", wrong);
  await page.close();
}

{
  const { page, wrong } = await open("/explorer/", { script: false });
  const said = await page.$eval("#explorer", (one) => one.textContent);
  if (!said.includes("six territoires")) wrong.push(said);
  check("the exploration without a script", wrong);
  await page.close();
}

server.close();
await finish(browser);
