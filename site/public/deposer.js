// The drop page: check the file here, ask for a signed address, send it there, read the report.
//
// The key and the file stay in this tab's memory. Nothing is stored, nothing goes anywhere but to
// this site and to the signed address that it gives. Every text is put in as text, never as HTML.

const MEGA = 1_000_000;
const TEXT = 100 * MEGA;
const WORKBOOK = 30 * MEGA;
const LIMITS = { csv: TEXT, txt: TEXT, tsv: TEXT, xlsx: WORKBOOK, xls: WORKBOOK, ods: WORKBOOK, zip: WORKBOOK };
const POLL_EVERY_MS = 500;
const POLL_FOR_MS = 60_000;
// The browser sets these itself and refuses to let a page do it.
const HEADERS_OF_THE_BROWSER = ["content-length", "host"];

const $ = (id) => document.getElementById(id);
const form = $("depot");
const state = { files: [], adds: false, checker: null, sending: null, retry: () => send() };

// ---- What is chosen ------------------------------------------------------------------------

function schoolYears(today) {
  const first = today.getMonth() >= 7 ? today.getFullYear() : today.getFullYear() - 1;
  return [first, first - 1, first + 1].map((year) => `${year}-${year + 1}`);
}

// The first is sent first; the others wait their turn.
function choose(files) {
  state.files = [...files];
  state.adds = false;
  $("choisi").replaceChildren(...state.files.flatMap((file) => [`${file.name}, ${size(file.size)}`, element("br")]));
  $("erreur-fichier").textContent = problems();
  check();
}

// Of the files that cannot be sent, what to say.
function problems() {
  const several = state.files.length > 1;
  return state.files.map((file) => [problemOf(file), file]).filter(([problem]) => problem)
    .map(([problem, file]) => (several ? `${file.name} : ${problem}` : problem)).join(" ");
}

function problemOf(file) {
  const extension = file.name.split(".").pop().toLowerCase();
  const limit = LIMITS[extension];
  if (!limit) return "Ce fichier n’est ni un CSV, ni un classeur .xlsx, .xls ou .ods, ni une archive .zip. Dans Excel : Fichier, Enregistrer sous, puis « Classeur Excel » ou « CSV UTF-8 ».";
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
  const file = state.files.length ? problems() : "Choisissez le fichier à envoyer.";
  $("erreur-cle").textContent = key;
  $("erreur-fichier").textContent = file;
  $("cle").setAttribute("aria-invalid", String(Boolean(key)));
  $("fichier").setAttribute("aria-invalid", String(Boolean(file)));
  return key ? $("cle") : file ? $("fichier") : null;
}

// ---- Checked here first --------------------------------------------------------------------

// The judgement of the service itself, in WebAssembly, in a thread of its own: the page stays alive and
// nothing leaves the computer. What it cannot say here, it says once the file has arrived.
function check() {
  state.checker?.terminate();
  state.checker = null;
  const files = state.files.filter((file) => !problemOf(file));
  const places = files.map((file) => element("div", {}, element("p", { class: "note" }, `${file.name} : contrôle en cours. Rien n’a encore quitté votre ordinateur.`)));
  $("controle").replaceChildren();
  if (!files.length || form.dataset.verifier === undefined) return;
  $("controle").replaceChildren(...places);
  const unchecked = (rank) => places[rank].replaceChildren(element("p", { class: "note" }, `${files[rank].name} : ce navigateur n’a pas pu le contrôler ici, il le sera à son arrivée.`));
  const checker = new Worker(new URL("verifier.js", import.meta.url), { type: "module" });
  state.checker = checker;
  checker.onerror = () => places.forEach((_, rank) => unchecked(rank));
  checker.onmessage = ({ data: { rank, report } }) => {
    if (report) places[rank].replaceChildren(...checked(files[rank], report));
    else unchecked(rank);
  };
  const today = new Date().toLocaleDateString("sv"); // as 2026-11-30
  files.forEach((file, rank) => checker.postMessage({ rank, file, today, year: $("annee").value }));
}

function checked(file, report) {
  const good = report.verdict === "accepted";
  const causes = causesOf(report);
  return [
    element("h2", {}, state.files.length > 1 ? `Contrôle de ${file.name}` : "Contrôle sur votre ordinateur"),
    element("p", { class: good ? "verdict accepte" : "verdict" }, report.sentence),
    ...(causes.length ? [causeList(causes.slice(0, 3))] : []),
    ...detail(report.findings ?? []),
    element("p", { class: "note" }, good
      ? "Rien n’a encore quitté votre ordinateur. À son arrivée, le fichier sera contrôlé de la même façon, avec la liste des centres en plus."
      : "Rien n’a encore quitté votre ordinateur. Vous pouvez corriger le fichier, puis le choisir de nouveau."),
  ];
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

async function openDeposit(again) {
  const organisation = $("organisme").value.trim();
  return api("/depots", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      file_name: state.files[0].name,
      size_bytes: state.files[0].size,
      sha256: await sha256(state.files[0]),
      dataset: "effectifs",
      school_year: $("annee").value,
      mode: state.adds ? "additions" : new FormData(form).get("mode"),
      ...(organisation && { organisme: organisation }),
      ...(again && { again }),
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
    request.send(state.files[0]);
  });
}

// Waits until the deposit has left this state, and has its answer.
async function waitForReport(address, leaving = "opened") {
  const deadline = performance.now() + POLL_FOR_MS;
  while (performance.now() < deadline) {
    const deposit = await api(address);
    if (deposit.state !== leaving) return deposit;
    await new Promise((resolve) => setTimeout(resolve, POLL_EVERY_MS));
    state.sending.signal.throwIfAborted();
  }
  throw new Stop("Le fichier est bien arrivé, mais sa lecture prend plus d’une minute. Elle continue sans vous : déposer le même fichier plus tard montrera la réponse.");
}

// Does some work under « Envoi », then shows the answer it brings.
async function work(title, retry, task) {
  state.retry = retry;
  state.sending = new AbortController();
  show("envoi", "titre-envoi");
  $("titre-envoi").textContent = title;
  buttons({ annuler: true });
  $("avancement").hidden = false;
  progress(null);
  try {
    await task();
    show("reponse", "verdict");
  } catch (error) {
    const cancelled = error.name === "AbortError";
    if (!cancelled && !(error instanceof Stop)) console.error(error);
    $("titre-envoi").textContent = cancelled ? "Arrêté" : `${title} : arrêt`;
    step(cancelled ? "Vous avez arrêté ici. Ce qui était déjà parti suit son cours : vos derniers envois disent où il en est." : error instanceof Stop ? error.message : "Un imprévu a tout arrêté. Vous pouvez réessayer.");
    buttons({ reprendre: cancelled || error.again !== false, changer: true });
    $("avancement").hidden = true;
    $("titre-envoi").focus();
  }
}

function send(again = false) {
  return work("Envoi en cours", () => send(again), async () => {
    step("Préparation du fichier. Rien n’a encore quitté votre ordinateur.");
    const opened = await openDeposit(again);
    if (opened.upload) {
      step("Envoi du fichier.");
      progress(0);
      await upload(opened.upload);
      step("Fichier reçu. Lecture en cours.");
      progress(null);
    }
    const deposit = await waitForReport(opened.report);
    render(deposit, !opened.upload);
    following(deposit.state);
  });
}

// Once a file is accepted, the next one: of one list in several parts, the others add to the first. After
// one that does not count, they would add to an older list, and its correction would replace them.
function following(outcome) {
  const others = outcome === "validated" ? state.files.slice(1) : [];
  $("suivant").hidden = others.length === 0;
  $("suivant").textContent = others.length ? `Envoyer le suivant : ${others[0].name}` : "";
}

// Confirms or withdraws a deposit, then shows where it stands.
function ask(deposit, what) {
  const address = `/depots/${deposit.deposit}`;
  const [title, path, method] = what === "retrait"
    ? ["Retrait en cours", address, "DELETE"]
    : ["Confirmation en cours", `${address}/confirmation`, "POST"];
  return work(title, () => ask(deposit, what), async () => {
    step("Demande envoyée. Nous attendons qu’elle soit faite.");
    const { state: before } = await api(path, { method });
    $("historique").replaceChildren(); // what it said is no longer true
    const done = before === "withdrawn" || (what !== "retrait" && before !== "to_confirm");
    render(await waitForReport(address, done ? null : before), false);
  });
}

const STATES = {
  opened: "annoncé, pas encore lu",
  to_confirm: "attend votre accord",
  validated: "compte",
  superseded: "remplacé par une liste plus récente",
  refused: "refusé",
  withdrawn: "retiré",
};

// The last deposits of the organisation, with what may be done of each.
async function history(address) {
  state.sending = new AbortController();
  const organisation = $("organisme").value.trim();
  const query = organisation ? `?organisme=${encodeURIComponent(organisation)}` : "";
  try {
    const { depots, next } = await api(address ?? `/depots${query}`);
    const rows = depots.map((deposit) =>
      element(
        "tr",
        {},
        element("th", { scope: "row" }, new Date(deposit.opened_at).toLocaleString("fr-FR", { dateStyle: "short", timeStyle: "short" })),
        element("td", {}, deposit.file_name),
        element("td", {}, `${deposit.school_year.replace("-", " – ")}, ${deposit.mode === "complete" ? "liste entière" : "ajouts"}`),
        element("td", {}, deposit.rows ? plural(deposit.rows.accepted, "ligne retenue", "lignes retenues") : "–"),
        element("td", {}, STATES[deposit.state] ?? deposit.state),
        element("td", {}, ...actions(deposit)),
      ),
    );
    const heads = ["Envoyé le", "Fichier", "Année et contenu", "Lignes", "Où il en est", "Vous pouvez"];
    const more = element("button", { type: "button", class: "discret" }, "Voir les envois d’avant");
    more.addEventListener("click", () => history(next));
    $("historique").replaceChildren(
      ...(rows.length
        ? [
            element(
              "div",
              { class: "defile large", tabindex: "0", role: "region", "aria-label": "Derniers envois" },
              element(
                "table",
                {},
                element("caption", {}, "Vos envois, le dernier d’abord"),
                element("thead", {}, element("tr", {}, ...heads.map((head) => element("th", { scope: "col" }, head)))),
                element("tbody", {}, ...rows),
              ),
            ),
          ]
        : [element("p", {}, "Aucun envoi pour l’instant.")]),
      ...(next ? [more] : []),
    );
  } catch (error) {
    if (!(error instanceof Stop)) console.error(error);
    $("historique").replaceChildren(element("p", { class: "erreur" }, error instanceof Stop ? error.message : "Vos envois n’ont pas pu être lus. Vous pouvez réessayer."));
  }
}

// The public note of the centre: where it stands, and what may be done of it.
async function note(method = "GET") {
  state.sending = new AbortController();
  const organisation = $("organisme").value.trim();
  const query = organisation ? `?organisme=${encodeURIComponent(organisation)}` : "";
  const written = $("texte-note").value;
  $("erreur-note").textContent = "";
  try {
    const told = await api(`/depots/note${query}`, {
      method,
      ...(method === "PUT" && { headers: { "content-type": "application/json" }, body: JSON.stringify({ note: written }) }),
    });
    const { public: shown, proposed } = told;
    const waits = proposed && !proposed.refused;
    $("etat-note").replaceChildren(
      ...(shown ? [element("p", {}, `Sur la page de votre centre, aujourd’hui ou à la prochaine publication : « ${shown} »`)] : []),
      ...(waits ? [element("p", {}, `Proposée, nous allons la lire : « ${proposed.note} »`)] : []),
      ...(proposed?.refused ? [element("p", {}, `Celle-ci n’a pas été publiée : « ${proposed.note} » Raison : ${proposed.refused}`)] : []),
      ...(shown || proposed ? [] : [element("p", {}, "Votre centre n’a pas de note.")]),
    );
    if (method !== "PUT") $("texte-note").value = proposed?.note ?? shown ?? "";
    $("retirer-note").hidden = !shown && !proposed;
    $("note").hidden = false;
    left();
  } catch (error) {
    if (!(error instanceof Stop)) console.error(error);
    $("erreur-note").textContent = error instanceof Stop ? error.message : "La note n’a pas pu être lue. Vous pouvez réessayer.";
  }
}

// How many characters are left, as a reader counts them.
function left() {
  const { value, maxLength } = $("texte-note");
  $("reste-note").textContent = `Il reste ${plural(Math.max(0, maxLength - [...value].length), "caractère", "caractères")}.`;
}

// What the sender may do of a deposit that stands there.
function actions(deposit) {
  const button = (name, act) => {
    const node = element("button", { type: "button", class: "discret" }, name);
    node.addEventListener("click", act);
    return node;
  };
  const withdraw = () => {
    if (confirm("Retirer cet envoi ? Ce qu’il avait remplacé comptera à nouveau.")) ask(deposit, "retrait");
  };
  return [
    ...(deposit.state === "to_confirm" ? [button("Confirmer", () => ask(deposit, "confirmation"))] : []),
    ...(["opened", "to_confirm", "validated", "superseded"].includes(deposit.state) ? [button("Retirer", withdraw)] : []),
  ];
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

// The title and the sentence of each state.
const OUTCOMES = {
  refused: ["Le fichier demande une reprise", "Aucun chiffre n’a changé. Corrigez le fichier, puis déposez-le de nouveau."],
  to_confirm: ["Le fichier attend votre accord", "Rien n’est compté, ni gardé, tant que vous n’avez pas confirmé. Si ce n’est pas voulu, retirez-le et envoyez la bonne liste."],
  validated: ["Le fichier est accepté", "Les chiffres publics seront à jour dans quelques instants."],
  superseded: ["Le fichier est accepté", "Une liste plus récente est déjà arrivée : c’est elle qui compte."],
  withdrawn: ["Le fichier est retiré", "Ce qu’il avait remplacé compte à nouveau. Les chiffres publics seront à jour dans quelques instants."],
};

// `known`: the same file had been sent before, this is its answer.
function render(deposit, known) {
  const { report, state: outcome, answer } = deposit;
  const [title, meaning] = OUTCOMES[outcome] ?? OUTCOMES.refused;
  const good = outcome === "validated" || outcome === "superseded";
  $("verdict").textContent = title;
  const again = element("button", { type: "button", class: "discret" }, "Contrôler à nouveau");
  again.addEventListener("click", () => send(true));
  const changes = report?.changes;
  const causes = causesOf(report);
  $("rapport").replaceChildren(
    ...(report ? [element("p", { class: good ? "verdict accepte" : "verdict" }, report.sentence)] : []),
    ...(known ? [element("p", {}, "Vous aviez déjà envoyé ce fichier, à l’identique : voici sa réponse. ", again)] : []),
    element("p", {}, meaning),
    ...(outcome === "withdrawn" ? [] : preview(report?.preview)),
    ...(changes && outcome !== "withdrawn" ? [element("h3", {}, "Ce que change cette liste"), element("p", {}, changes.sentence)] : []),
    element("p", {}, ...actions(deposit)),
    ...(causes.length ? [element("h3", {}, "Ce qui compte le plus"), causeList(causes.slice(0, 3))] : []),
    ...files(answer),
    ...detail(report?.findings ?? []),
    ...columns(report?.columns ?? {}),
    element("p", { class: "note" }, "Numéro du dépôt : ", element("code", {}, deposit.deposit)),
  );
}

// What the public will read of it: to its sender first.
function preview(told) {
  const own = (told?.organisations ?? []).slice(0, PREVIEWED);
  if (!own.length) return [];
  const figure = (value) => element("td", {}, value >= 1 && value <= 4 ? `${number(value)} (secret)` : number(value));
  const rows = own.map((one) =>
    element("tr", {}, element("th", { scope: "row" }, one.nom), ...["apprentis", "inscrits_sans_contrat", "rupturants", "abandons"].map((name) => figure(one[name]))),
  );
  const heads = ["Centre", "Apprentis", "Sans contrat", "Contrats rompus", "Sorties"];
  const day = new Date(`${told.date}T12:00`).toLocaleDateString("fr-FR", { dateStyle: "long" }).replace(/^1 /, "1er ");
  return [
    element("h3", {}, "Ce que le public en lira"),
    element(
      "div",
      { class: "defile", tabindex: "0", role: "region", "aria-label": "Ce que le public en lira" },
      element(
        "table",
        {},
        element("caption", {}, `D’après vos envois de l’année, au ${day}. Les nombres de un à quatre ne sont jamais publiés.`),
        element("thead", {}, element("tr", {}, ...heads.map((head) => element("th", { scope: "col" }, head)))),
        element("tbody", {}, ...rows),
      ),
    ),
  ];
}

// Not the one that the sentence already says.
function causesOf(report) {
  return (report?.summary ?? []).filter(({ message }) => message !== report.sentence);
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
const PREVIEWED = 20;

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

// The years of today, rather than those of the day the page was made.
$("annee").replaceChildren(...schoolYears(new Date()).map((year) => element("option", { value: year }, year.replace("-", " – "))));
form.noValidate = true;
$("fichier").multiple = true;
form.querySelector(".invite").textContent = "Choisissez vos fichiers, ou glissez-les ici";
for (const id of ["montrer", "mes-envois", "ma-note"]) $(id).hidden = false;
form.dataset.pret = "";

$("montrer").addEventListener("click", () => {
  const hidden = $("cle").type === "password";
  $("cle").type = hidden ? "text" : "password";
  $("montrer").setAttribute("aria-pressed", String(hidden));
  $("montrer").textContent = hidden ? "Cacher la clé" : "Montrer la clé";
});

$("fichier").addEventListener("change", (event) => choose(event.target.files));
$("annee").addEventListener("change", check);

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
  choose(event.dataTransfer.files);
});

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const fault = firstFault();
  if (fault) fault.focus();
  else send();
});
$("annuler").addEventListener("click", () => state.sending.abort());
$("reprendre").addEventListener("click", () => state.retry());
// What the key alone opens.
const withKey = (act) => () => {
  const fault = $("cle").value.trim() ? null : firstFault();
  if (fault) fault.focus();
  else act();
};
$("envois").addEventListener("click", withKey(() => history()));
$("lire-note").addEventListener("click", withKey(() => note()));
$("proposer-note").addEventListener("click", withKey(() => note("PUT")));
$("retirer-note").addEventListener("click", withKey(() => note("DELETE")));
$("texte-note").addEventListener("input", left);
$("changer").addEventListener("click", () => show("depot", "cle"));
$("suivant").addEventListener("click", () => {
  state.files.shift();
  state.adds = true;
  send();
});
$("autre").addEventListener("click", () => {
  $("fichier").value = "";
  choose([]);
  show("depot", "fichier");
});
