// What the tests in a browser share: a tab that writes down what goes wrong in it, and what holds for
// everything that is seen.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

let passed = 0, failed = 0, axe;

/** `tools` holds the node_modules with puppeteer-core and axe-core. */
export async function launch(tools, executablePath) {
  const require = createRequire(join(tools, "x.js"));
  axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
  const browser = await require("puppeteer-core").launch({
    executablePath,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync"],
  });

  /** A tab that writes down what goes wrong in it. */
  async function tab(url, { width = 1440, theme = "light", script = true, wait = "load" } = {}) {
    const page = await browser.newPage();
    const wrong = [], asked = [];
    page.on("console", (said) => ["error", "warn"].includes(said.type()) && wrong.push(said.text()));
    page.on("pageerror", (error) => wrong.push(String(error)));
    page.on("request", (request) => asked.push(request.url()));
    page.on("requestfailed", (request) => wrong.push(`${request.url()}: ${request.failure().errorText}`));
    await page.setJavaScriptEnabled(script);
    await page.setViewport({ width, height: 900 });
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: theme }]);
    await page.goto(url, { waitUntil: wait });
    return { page, wrong, asked };
  }

  return { browser, tab };
}

/** What axe-core finds, and what overflows, at this width and in this theme. */
export async function look(page, width, theme) {
  const wrong = [];
  await page.setViewport({ width, height: 900 });
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: theme }]);
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(axe);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  if (wide > width) wrong.push(`${wide} pixels wide`);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  for (const { id, help, nodes } of violations) {
    wrong.push(`${id}: ${help} (${nodes.length}, ${nodes[0].target.join(" ")}: ${nodes[0].failureSummary.replace(/\s+/g, " ")})`);
  }
  return wrong;
}

/** Nothing may be wrong. */
export function check(name, wrong) {
  if (wrong.length === 0) return passed++;
  failed++;
  console.log(`FAILED ${name}\n       ${wrong.join("\n       ")}`);
}

/** Ends with one line. */
export async function finish(browser) {
  await browser.close();
  console.log(`browser: ${passed} passed, ${failed} failed`);
  process.exit(failed === 0 ? 0 : 1);
}
