// The drop page in a browser, against the whole line: what a centre sees from its key to its receipt.
//
//   node drop.mjs TABLEAU STATE TOOLS CHROMIUM
//
// STATE is a folder that does not exist yet; the line runs there, on a port of its own, and stops at the
// end. Ends with one line: `browser: N passed, N failed`.

import { execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { join, resolve } from "node:path";
import { check, finish, launch, look } from "./common.mjs";

const [tableau, state, tools, chromium] = process.argv.slice(2).map((path) => resolve(path));
const fixtures = resolve(import.meta.dirname, "../fixtures");
const good = join(fixtures, "accepted/two_learners.csv");
const bad = join(fixtures, "rejected/columns_are_all_there.csv");

mkdirSync(state, { recursive: true });
/** The same list with one address changed: another file, of the same learners. */
function another(name) {
  const path = join(state, `${name}.csv`);
  writeFileSync(path, readFileSync(good, "utf8").replace("camille.temoin@", `${name}@`));
  return path;
}

const list = join(state, "organismes.csv");
writeFileSync(list, "uai;siret;raison_sociale;enseigne;nature;departement;commune;adresse\n0022189U;39504180900041;CFA des tests de Laon;;responsable_formateur;02;Laon;\n");
const made = execFileSync(tableau, ["key", "new", "--organisme", "0022189U-39504180900041", "--state", state], { encoding: "utf8" });
const key = made.trim().split("\n").at(-1).trim();
const line = spawn(tableau, ["--port", "0", "--no-demo", "--organismes", list, "--publications", "each-run", "--state", state], { stdio: ["ignore", "pipe", "inherit"] });
const address = await new Promise((found, lost) => {
  line.on("exit", () => lost(new Error("the line stopped")));
  createInterface({ input: line.stdout }).on("line", (said) => {
    const address = /http:\/\/\S+/.exec(said);
    if (address) found(address[0]);
  });
});
const { browser, tab } = await launch(tools, chromium);
try {
  // The pages exist from the first publication on.
  execFileSync(tableau, ["deposit", another("premier"), "--key", key, "--url", address]);
  for (let tries = 0; (await fetch(`${address}/deposer/`)).status !== 200; tries++) {
    if (tries > 300) throw new Error("no page after a minute");
    await new Promise((later) => setTimeout(later, 200));
  }
  await scenarios();
} catch (error) {
  check("the line", [String(error.stack)]);
} finally {
  line.removeAllListeners("exit");
  line.kill("SIGTERM");
  await new Promise((gone) => line.once("exit", gone));
}
await finish(browser);

/** The page, with a key. */
async function opened(options = {}) {
  const it = await tab(`${address}/deposer/`, options);
  await it.page.waitForSelector("#depot[data-pret]");
  await it.page.type("#cle", options.key ?? key);
  return it;
}

async function choose(page, ...files) {
  await (await page.$("#fichier")).uploadFile(...files);
}

/** What the browser says of the files by itself, once it has read them all. */
async function judged(page, files = 1) {
  await page.waitForFunction((files) => document.querySelectorAll("#controle .verdict").length === files, { timeout: 20_000 }, files);
  return page.$$eval("#controle .verdict", (all) => all.map((one) => one.textContent));
}

/** Sends, and waits for the title of the answer. */
async function answer(page, button = "#depot [type=submit]") {
  await page.click(button);
  await page.waitForSelector("#reponse:not([hidden])", { timeout: 30_000 });
  return page.$eval("#verdict", (title) => title.textContent);
}

async function scenarios() {
  const sentence = (page) => page.$eval("#rapport .verdict", (one) => one.textContent);
  const focused = (page) => page.evaluate(() => document.activeElement.id);

  {
    const { page, wrong, asked } = await opened();
    await choose(page, good);
    const [said] = await judged(page);
    if (asked.some((url) => url.includes("/depots") || url.includes("/inbox"))) wrong.push("something left before the button");
    if (!(await page.$eval("#controle", (one) => one.textContent)).includes("Rien n’a encore quitté votre ordinateur")) wrong.push("it is not said that nothing left");
    check("before the sending, 1440", await look(page, 1440, "light"));
    check("before the sending, 360", await look(page, 360, "dark"));
    const title = await answer(page);
    if (title !== "Le fichier est accepté") wrong.push(title);
    if (await sentence(page) !== said) wrong.push(`here « ${said} », there « ${await sentence(page)} »`);
    if (await focused(page) !== "verdict") wrong.push("the answer does not take the focus");
    check("after it, 1440", await look(page, 1440, "dark"));
    check("after it, 360", await look(page, 360, "light"));
    check("a good file", wrong);

    // The same bytes again: the answer of the first time, at once.
    await page.click("#autre");
    await choose(page, good);
    await judged(page);
    await answer(page);
    const again = await page.$eval("#rapport", (one) => one.textContent);
    check("the same file again", again.includes("déjà envoyé ce fichier") ? [] : [again]);
    await page.close();
  }

  {
    const { page } = await opened({ key: "mauvaise" });
    await choose(page, good);
    await judged(page);
    await page.click("#depot [type=submit]");
    await page.waitForSelector("#changer:not([hidden])");
    const step = await page.$eval("#etape", (one) => one.textContent);
    const wrong = /clé/i.test(step) ? [] : [step];
    // Trying again would not help.
    if (!(await page.$eval("#reprendre", (one) => one.hidden))) wrong.push("it offers to try again");
    await page.click("#changer");
    if (await focused(page) !== "cle") wrong.push("the key is not where one comes back");
    check("a wrong key", wrong);
    await page.close();
  }

  {
    const { page, wrong } = await opened();
    await choose(page, bad);
    const [said] = await judged(page);
    if (await page.$("#controle .accepte")) wrong.push("a bad file is good here");
    check("a bad file, 360", await look(page, 360, "light"));
    const title = await answer(page);
    if (title !== "Le fichier demande une reprise") wrong.push(title);
    if (await sentence(page) !== said) wrong.push(`here « ${said} », there « ${await sentence(page)} »`);
    check("a bad file", wrong);
    await page.close();
  }

  {
    // The first of two is refused: the other would add to an older list, and is not offered.
    const { page } = await opened();
    await choose(page, bad, another("trois"));
    await judged(page, 2);
    await answer(page);
    check("the first of two is refused", await page.$eval("#suivant", (button) => button.hidden) ? [] : ["the other is offered"]);
    await page.close();
  }

  {
    // The network is cut while the file is on its way, then comes back.
    const { page, asked } = await opened();
    let cut = true;
    await choose(page, another("coupure"));
    await judged(page);
    await page.setRequestInterception(true);
    page.on("request", (request) => (cut && request.method() === "PUT" ? request.abort("connectionreset") : request.continue()));
    await page.click("#depot [type=submit]");
    await page.waitForSelector("#reprendre:not([hidden])");
    const step = await page.$eval("#etape", (one) => one.textContent);
    const wrong = step.includes("La connexion a été coupée") ? [] : [step];
    cut = false;
    const title = await answer(page, "#reprendre");
    if (title !== "Le fichier est accepté") wrong.push(title);
    if (asked.filter((url) => url.includes("/inbox/")).length !== 2) wrong.push("the file was not sent twice");
    check("the network is cut", wrong);
    await page.close();
  }

  {
    // Without JavaScript: the form itself, and a page for an answer.
    const { page, wrong } = await tab(`${address}/deposer/`, { width: 360, script: false });
    if (await page.$eval("#mes-envois", (one) => !one.hidden)) wrong.push("what only the script can do is shown");
    const send = async (key, ...files) => {
      await page.type("#cle", key);
      await page.select("#annee", "2026-2027");
      if (files.length) await choose(page, ...files);
      await Promise.all([page.waitForNavigation({ timeout: 30_000 }), page.click("#depot [type=submit]")]);
      return page.$eval("h1", (title) => title.textContent);
    };
    const told = await send(key, another("sans-script"));
    if (told !== "Le fichier est accepté") wrong.push(told);
    await page.setJavaScriptEnabled(true); // for what looks at it
    check("without JavaScript, its answer, 360", await look(page, 360, "light"));
    await page.setJavaScriptEnabled(false);
    const links = await page.$$eval("main li a", (all) => all.map((one) => one.href));
    await page.goto(links[0] ?? "about:blank");
    const said = await page.$eval("h1", (title) => title.textContent.replace(/\u00a0/g, " ")).catch(() => "no report");
    if (!said.includes("2 lignes lues")) wrong.push(said);
    check("without JavaScript", wrong);
    await page.goto(`${address}/deposer/`);
    const refused = await send("mauvaise", good);
    check("without JavaScript, a wrong key", refused === "Clé de dépôt inconnue" ? [] : [refused]);
    await page.close();
  }

  {
    // Two files of one list: each is read here, then each is sent on its own word; the second adds.
    const { page, wrong } = await opened({ width: 360 });
    const modes = [];
    page.on("request", (request) => {
      if (request.method() === "POST" && request.url().endsWith("/depots")) modes.push(JSON.parse(request.postData()).mode);
    });
    await choose(page, another("un"), another("deux"));
    await judged(page, 2);
    await answer(page);
    const next = await page.$eval("#suivant", (button) => button.textContent);
    if (next !== "Envoyer le suivant : deux.csv") wrong.push(next);
    await page.click("#suivant");
    await page.waitForFunction(() => !document.querySelector("#reponse").hidden && document.querySelector("#suivant").hidden, { timeout: 30_000 });
    if (modes.join() !== "complete,additions") wrong.push(modes.join());
    check("two files", wrong);

    // What was sent, and taking it back.
    page.on("dialog", (dialog) => dialog.accept());
    await page.click("#envois");
    await page.waitForSelector("#historique tbody tr");
    const first = await page.$eval("#historique tbody tr", (row) => row.textContent);
    const said = first.includes("deux.csv") && first.includes("compte") ? [] : [first];
    check("the history, 360", await look(page, 360, "dark"));
    await page.evaluate(() => [...document.querySelectorAll("#historique button")].find((one) => one.textContent === "Retirer").click());
    await page.waitForFunction(() => document.querySelector("#verdict").textContent === "Le fichier est retiré", { timeout: 30_000 });
    check("the history", said);
    await page.close();
  }

  {
    // What the public will read, to its sender first; a note to its page, once the operator has read it.
    const { page, wrong } = await opened({ width: 360 });
    const told = (text) => page.waitForFunction((text) => document.querySelector("#etat-note").textContent.includes(text), { timeout: 30_000 }, text)
      .catch(() => wrong.push(`not told: ${text}`));
    await page.click("#lire-note");
    await told("Votre centre n’a pas de note.");
    await page.type("#texte-note", "Deux classes ont ouvert en septembre.");
    const left = await page.$eval("#reste-note", (one) => one.textContent);
    if (left !== "Il reste 243 caractères.") wrong.push(left);
    await page.click("#proposer-note");
    await told("Proposée, nous allons la lire : « Deux classes ont ouvert en septembre. »");
    check("a note, 360", await look(page, 360, "light"));
    // Not another one, that the operator has not read.
    const published = (read) => spawnSync(tableau, ["note", "publish", "0022189U-39504180900041", read, "--state", state]).status === 0;
    if (published("Autre chose.") || !published("Deux classes ont ouvert en septembre.")) wrong.push("not what was read is published");
    await page.click("#lire-note");
    await told("Sur la page de votre centre");
    await page.click("#retirer-note");
    await told("Votre centre n’a pas de note.");
    await choose(page, good);
    await judged(page, 1);
    await answer(page);
    const preview = await page.$eval("#rapport", (one) => one.textContent);
    if (!preview.includes("Ce que le public en lira") || !preview.includes("2 (secret)")) wrong.push(preview.slice(0, 300));
    check("a note", wrong);
    await page.close();
  }
}
