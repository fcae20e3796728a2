// The drop page: ask for a signed address, send the file there, read the report.
//
// The key and the file stay in this tab's memory. Nothing is stored, nothing goes anywhere but to
// this site and to the signed address that it gives. Every text is put in as text, never as HTML.

const MEGA = 1_000_000;
const LIMITS = { csv: 100 * MEGA, xlsx: 30 * MEGA };
const POLL_EVERY_MS = 500;
const POLL_FOR_MS = 60_000;
// The browser sets these itself and refuses to let a page do it.
const HEADERS_OF_THE_BROWSER = ["content-length", "host"];

const $ = (id) => document.getElementById(id);
const form = $("depot");
const state = { file: null, sending: null };

// ---- What is chosen ------------------------------------------------------------------------

function schoolYears(today) {
  const first = today.getMonth() >= 7 ? today.getFullYear() : today.getFullYear() - 1;
  return [first, first - 1, first + 1].map((year) => `${year}-${year + 1}`);
}

function choose(file) {
  state.file = file;
  $("choisi").textContent = file ? `${file.name}, ${size(file.size)}` : "";
  $("erreur-fichier").textContent = file ? problemOf(file) : "";
}

function problemOf(file) {
  const extension = file.name.split(".").pop().toLowerCase();
  const limit = LIMITS[extension];
  if (!limit) return "Ce fichier n’est ni un CSV ni un XLSX. Dans Excel : Fichier, Enregistrer sous, puis « Classeur Excel » ou « CSV UTF-8 ».";
  if (file.size === 0) return "Ce fichier est vide. Choisissez celui qui contient la liste des jeunes.";
  if (file.size > limit) return `Ce fichier pèse ${size(file.size)}, plus que les ${size(limit)} prévus. Vous pouvez l’envoyer en plusieurs parties, avec « seulement des jeunes à ajouter ».`;
  return "";
}

function size(bytes) {
  const format = (value, unit) => `${new Intl.NumberFormat("fr-FR", { maximumFractionDigits: 1 }).format(value)} ${unit}`;
  if (bytes >= MEGA) return format(bytes / MEGA, "Mo");
  return bytes >= 1000 ? format(Math.round(bytes / 1000), "ko") : format(bytes, "octets");
}

// The first field that must be filled, with what to say about it.
function firstFault() {
  const key = $("cle").value.trim() ? "" : "Collez ici la clé de dépôt de votre centre.";
  const file = state.file ? problemOf(state.file) : "Choisissez le fichier à envoyer.";
  $("erreur-cle").textContent = key;
  $("erreur-fichier").textContent = file;
  $("cle").setAttribute("aria-invalid", String(Boolean(key)));
  $("fichier").setAttribute("aria-invalid", String(Boolean(file)));
  return key ? $("cle") : file ? $("fichier") : null;
}

// ---- The three moves -----------------------------------------------------------------------

// What stopped the sending, in words for the reader; `again` when the same sending may succeed.
class Stop extends Error {
  constructor(message, again = true) {
    super(message);
    this.again = again;
  }
}

async function sha256(file) {
  const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function api(path, options) {
  let response;
  try {
    response = await fetch(path, {
      ...options,
      headers: { ...options?.headers, authorization: `Bearer ${$("cle").value.trim()}` },
      signal: state.sending.signal,
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Stop("La connexion a été coupée. Le fichier reste sur votre ordinateur : vous pouvez réessayer.");
  }
  const body = await response.json().catch(() => ({}));
  if (!response.ok) {
    throw new Stop([body.title, body.detail].filter(Boolean).join(" ") || `Le service n’a pas pu répondre (${response.status}). Vous pouvez réessayer dans un instant.`, response.status >= 500);
  }
  return body;
}

async function openDeposit() {
  const organisation = $("organisme").value.trim();
  return api("/depots", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      file_name: state.file.name,
      size_bytes: state.file.size,
      sha256: await sha256(state.file),
      dataset: "effectifs",
      school_year: $("annee").value,
      mode: new FormData(form).get("mode"),
      ...(organisation && { organisme: organisation }),
    }),
  });
}

// XMLHttpRequest, because fetch does not say how far an upload has gone.
function upload({ method, url, headers }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, url);
    for (const [name, value] of Object.entries(headers)) {
      if (!HEADERS_OF_THE_BROWSER.includes(name.toLowerCase())) request.setRequestHeader(name, value);
    }
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) progress((100 * event.loaded) / event.total);
    };
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) resolve();
      else reject(new Stop("Le stockage n’a pas accepté le fichier : il a pu changer pendant l’envoi. Choisissez-le de nouveau, puis envoyez-le.", false));
    };
    request.onerror = () => reject(new Stop("La connexion a été coupée pendant l’envoi. Vous pouvez réessayer : rien n’a été compté en double."));
    request.onabort = () => reject(new DOMException("cancelled", "AbortError"));
    state.sending.signal.addEventListener("abort", () => request.abort());
    request.send(state.file);
  });
}

async function waitForReport(address) {
  const deadline = performance.now() + POLL_FOR_MS;
  while (performance.now() < deadline) {
    const deposit = await api(address);
    if (deposit.report) return deposit;
    await new Promise((resolve) => setTimeout(resolve, POLL_EVERY_MS));
    state.sending.signal.throwIfAborted();
  }
  throw new Stop("Le fichier est bien arrivé, mais sa lecture prend plus d’une minute. Elle continue sans vous : déposer le même fichier plus tard montrera la réponse.");
}

async function send() {
  state.sending = new AbortController();
  show("envoi", "titre-envoi");
  $("titre-envoi").textContent = "Envoi en cours";
  buttons({ annuler: true });
  $("avancement").hidden = false;
  progress(null);
  try {
    step("Préparation du fichier. Rien n’a encore quitté votre ordinateur.");
    const deposit = await openDeposit();
    step("Envoi du fichier.");
    progress(0);
    await upload(deposit.upload);
    step("Fichier reçu. Lecture en cours.");
    progress(null);
    const { report, state: outcome, answer } = await waitForReport(deposit.report);
    render(report, outcome, deposit.deposit, answer);
    show("reponse", "verdict");
  } catch (error) {
    const cancelled = error.name === "AbortError";
    if (!cancelled && !(error instanceof Stop)) console.error(error);
    $("titre-envoi").textContent = cancelled ? "Envoi annulé" : "L’envoi s’est arrêté";
    step(cancelled ? "Vous avez arrêté l’envoi. Aucun chiffre n’a changé." : error instanceof Stop ? error.message : "Un imprévu a arrêté l’envoi. Vous pouvez réessayer.");
    buttons({ reprendre: cancelled || error.again !== false, changer: true });
    $("avancement").hidden = true;
    $("titre-envoi").focus();
  }
}

// ---- What is shown -------------------------------------------------------------------------

function show(section, focus) {
  for (const id of ["depot", "envoi", "reponse"]) $(id).hidden = id !== section;
  if (focus) $(focus).focus();
}

function step(text) {
  $("etape").textContent = text;
}

// A percentage, or null while nobody knows how long it will take.
function progress(percent) {
  if (percent === null) $("avancement").removeAttribute("value");
  else $("avancement").value = percent;
}

function buttons(shown) {
  for (const id of ["annuler", "reprendre", "changer"]) $(id).hidden = !shown[id];
}

// element("p", {class: "note"}, "text", child, …)
function element(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) node.setAttribute(name, value);
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return node;
}

const number = (value) => new Intl.NumberFormat("fr-FR").format(value);
const plural = (count, one, many) => `${number(count)} ${count < 2 ? one : many}`;

// The same answer as files, at private addresses that live an hour.
function files(answer) {
  const names = [
    ["page", "Le rapport complet, à lire ou à imprimer"],
    ["annotated", "Votre liste annotée (xlsx)"],
    ["set_aside", "Les lignes mises de côté, seules (xlsx)"],
  ];
  const items = names
    .filter(([what]) => answer?.[what])
    .map(([what, name]) => element("li", {}, element("a", { href: answer[what] }, name)));
  return items.length ? [element("ul", { class: "fichiers" }, ...items)] : [];
}

function render(report, outcome, deposit, answer) {
  const refused = report.verdict === "refused" || outcome === "refused";
  const confirm = report.verdict === "to_confirm";
  $("verdict").textContent = refused ? "Le fichier demande une reprise" : confirm ? "Le fichier attend votre accord" : "Le fichier est accepté";
  const rows = report.rows ?? {};
  const causes = causesOf(report);
  $("rapport").replaceChildren(
    element("p", { class: refused || confirm ? "verdict" : "verdict accepte" }, report.sentence ?? sentence(rows, refused)),
    ...(refused || confirm
      ? [element("p", {}, "Aucun chiffre n’a changé. Corrigez le fichier, puis déposez-le de nouveau.")]
      : [element("p", {}, "Les chiffres publics seront à jour dans quelques instants.")]),
    ...(causes.length ? [element("h3", {}, "Ce qui compte le plus"), causeList(causes.slice(0, 3))] : []),
    ...files(answer),
    ...detail(report.findings ?? []),
    ...columns(report.columns ?? {}),
    element("p", { class: "note" }, "Numéro du dépôt : ", element("code", {}, deposit)),
  );
}

function sentence(rows, refused) {
  const read = plural(rows.read ?? 0, "ligne lue", "lignes lues");
  const kept = plural(rows.accepted ?? 0, "retenue", "retenues");
  const aside = rows.set_aside ? `, ${plural(rows.set_aside, "mise de côté", "mises de côté")}` : "";
  return refused ? `${read} : le fichier n’a pas pu être retenu.` : `${read}, ${kept}${aside}.`;
}

// The causes as the report groups them; else the findings, grouped by rule and column.
function causesOf(report) {
  if (report.summary?.length) return report.summary;
  const groups = new Map();
  for (const finding of report.findings ?? []) {
    const name = `${finding.rule} ${finding.column ?? ""}`;
    const group = groups.get(name) ?? { ...finding, count: 0, lines: [] };
    group.count += 1;
    if (finding.line) group.lines.push(finding.line);
    groups.set(name, group);
  }
  const weight = { file: 0, row: 1, correction: 2, advice: 3 };
  return [...groups.values()].sort((a, b) => weight[a.level] - weight[b.level] || b.count - a.count);
}

function causeList(causes) {
  const items = causes.map((cause) => {
    const lines = (cause.lines ?? []).slice(0, 5).map(number).join(", ");
    const more = (cause.lines ?? []).length > 5 || cause.count > (cause.lines ?? []).length ? "…" : "";
    return element(
      "li",
      {},
      element("h3", {}, cause.message),
      cause.fix && element("p", {}, cause.fix),
      lines && element("p", { class: "note" }, `${plural(cause.count, "ligne", "lignes")} : ${lines}${more}`),
    );
  });
  return element("ol", { class: "causes" }, ...items);
}

const SHOWN = 200;

function detail(findings) {
  if (!findings.length) return [];
  const rows = findings.slice(0, SHOWN).map((finding) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, finding.line ? number(finding.line) : "Fichier"),
      element("td", {}, finding.column ? element("code", {}, finding.column) : "–"),
      element("td", {}, finding.message),
      element("td", {}, finding.fix ?? ""),
    ),
  );
  const heads = ["Ligne", "Colonne", "Ce qui a été lu", "Ce qu’on peut faire"];
  const caption = findings.length > SHOWN
    ? `Les ${SHOWN} premières remarques, sur ${number(findings.length)}`
    : plural(findings.length, "remarque, ligne par ligne", "remarques, ligne par ligne");
  return [
    element(
      "details",
      {},
      element("summary", {}, "Voir le détail, ligne par ligne"),
      element(
        "div",
        { class: "defile large", tabindex: "0", role: "region", "aria-label": "Détail des remarques" },
        element(
          "table",
          {},
          element("caption", {}, caption),
          element("thead", {}, element("tr", {}, ...heads.map((head) => element("th", { scope: "col" }, head)))),
          element("tbody", {}, ...rows),
        ),
      ),
    ),
  ];
}

function columns({ recognised = [], ignored = [], missing = [] }) {
  const name = (column) => (typeof column === "string" ? column : (column.header ?? column.column));
  const list = (title, items) =>
    items.length
      ? [element("h3", {}, title), element("p", {}, ...items.flatMap((item, index) => [index ? ", " : "", element("code", {}, name(item))]))]
      : [];
  if (!recognised.length && !ignored.length && !missing.length) return [];
  return [
    element(
      "details",
      {},
      element("summary", {}, `Colonnes : ${plural(recognised.length, "reconnue", "reconnues")}, ${plural(ignored.length, "ignorée", "ignorées")}, ${plural(missing.length, "absente", "absentes")}`),
      ...list("Absentes", missing),
      ...list("Ignorées", ignored),
      ...list("Reconnues", recognised),
    ),
  ];
}

// ---- Wiring --------------------------------------------------------------------------------

for (const year of schoolYears(new Date())) $("annee").append(element("option", { value: year }, year.replace("-", " – ")));
form.hidden = false;

$("montrer").addEventListener("click", () => {
  const hidden = $("cle").type === "password";
  $("cle").type = hidden ? "text" : "password";
  $("montrer").setAttribute("aria-pressed", String(hidden));
  $("montrer").textContent = hidden ? "Cacher la clé" : "Montrer la clé";
});

$("fichier").addEventListener("change", (event) => choose(event.target.files[0] ?? null));

for (const name of ["dragenter", "dragover"]) {
  $("cible").addEventListener(name, (event) => {
    event.preventDefault();
    $("cible").classList.add("survol");
  });
}
$("cible").addEventListener("dragleave", () => $("cible").classList.remove("survol"));
$("cible").addEventListener("drop", (event) => {
  event.preventDefault();
  $("cible").classList.remove("survol");
  choose(event.dataTransfer.files[0] ?? null);
});

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const fault = firstFault();
  if (fault) fault.focus();
  else send();
});
$("annuler").addEventListener("click", () => state.sending.abort());
$("reprendre").addEventListener("click", send);
$("changer").addEventListener("click", () => show("depot", "cle"));
$("autre").addEventListener("click", () => {
  $("fichier").value = "";
  choose(null);
  show("depot", "fichier");
});
