// Searches the list of everything that has a page: each word of the question must be a word of the
// name, its beginning, or near it (a letter wrong, missing, added or swapped; two in a long word).
// Loaded on /rechercher/ alone; without it that page is the list itself.

const LISTE = "/rechercher/liste.txt";
const AU_PLUS = 30;
const GENRES = {
  f: ["/", "Pays"], r: ["/region/", "Région"], a: ["/academie/", "Académie"], d: ["/departement/", "Département"],
  n: ["/niveau/", "Niveau"], c: ["/certification/", "Certification"], i: ["/indicateur/", "Indicateur"], g: ["/comprendre/#", "Glossaire"], o: ["/organisme/", "Centre de formation"],
  "-": ["/departement/", "Centre sans chiffres publiés"],
};

const mots = (texte) => texte.normalize("NFD").replace(/\p{M}/gu, "").replace(/œ/gi, "oe").toLowerCase()
  .split(/[^a-z0-9]+/).filter(Boolean);

/** How many letters part a word of the question from the beginning of a name's word. */
export function ecart(mot, nom, auPlus) {
  let avant = [], ligne = Array.from({ length: nom.length + 1 }, (_, j) => j);
  for (let i = 1; i <= mot.length; i++) {
    const suivante = [i];
    for (let j = 1; j <= nom.length; j++) {
      let cout = Math.min(ligne[j] + 1, suivante[j - 1] + 1, ligne[j - 1] + (mot[i - 1] !== nom[j - 1]));
      if (i > 1 && j > 1 && mot[i - 1] === nom[j - 2] && mot[i - 2] === nom[j - 1]) cout = Math.min(cout, avant[j - 2] + 1);
      suivante.push(cout);
    }
    if (Math.min(...suivante) > auPlus) return auPlus + 1;
    [avant, ligne] = [ligne, suivante];
  }
  return Math.min(...ligne.slice(Math.max(0, mot.length - auPlus)));
}

/** How well a word of the question is found in a name; 0 when it is not. */
function note(mot, noms) {
  const tolere = /\d/.test(mot) || mot.length < 4 ? 0 : mot.length < 8 ? 1 : 2;
  let meilleure = 0;
  for (const nom of noms) {
    if (nom === mot) return 5;
    if (nom.startsWith(mot)) meilleure = Math.max(meilleure, 4);
    else if (tolere && meilleure < 3 && nom.length >= mot.length - tolere) {
      const loin = ecart(mot, nom, tolere);
      if (loin <= tolere) meilleure = Math.max(meilleure, 3 - loin);
    }
  }
  return meilleure;
}

/** One line of the list, ready to be searched. */
export function lire(ligne) {
  const [code, nom, siret = "", departement = "", ville = ""] = ligne.slice(1).split("\t");
  const genre = ligne[0];
  return { genre, code, nom, siret, departement, ville, mots: [...mots(nom), ...mots(code), ...mots(siret)], lieu: mots(ville) };
}

/** What answers a question, best first. `departements` gives their names by code. */
export function chercher(liste, question, departements = {}) {
  const demandes = mots(question);
  if (demandes.length === 0) return [];
  const trouves = [];
  for (const un of liste) {
    let total = 0;
    for (const mot of demandes) {
      const departement = un.departement ? departements[un.departement] : undefined;
      // Its name first, then where it is: the town, then the department.
      const point = note(mot, un.mots) || note(mot, un.lieu) * 0.75 || (departement ? note(mot, departement) / 2 : 0);
      if (point === 0) { total = 0; break; }
      total += point;
    }
    if (total === 0) continue;
    // Among equals, places come before centres, and short names before long ones.
    const rang = "frdanicgo-".indexOf(un.genre);
    trouves.push({ un, ordre: total / demandes.length - rang / 10 - un.nom.length / 1000 });
  }
  return trouves.sort((a, b) => b.ordre - a.ordre || a.un.nom.localeCompare(b.un.nom, "fr")).map(({ un }) => un);
}

function adresse({ genre, code, departement }) {
  const debut = GENRES[genre][0];
  if (genre === "f") return debut;
  if (genre === "g") return debut + code;
  return `${debut}${genre === "-" ? departement : code}/`;
}

async function installer() {
  const champ = document.getElementById("q");
  const resultats = document.getElementById("resultats");
  let liste, departements, noms;
  const charger = async () => {
    const reponse = await fetch(LISTE);
    if (!reponse.ok) throw new Error(String(reponse.status));
    liste = (await reponse.text()).trimEnd().split("\n").map(lire);
    const lieux = liste.filter(({ genre }) => genre === "d");
    noms = Object.fromEntries(lieux.map(({ code, nom }) => [code, nom]));
    departements = Object.fromEntries(lieux.map(({ code, mots }) => [code, mots]));
  };
  const element = (nom, texte, proprietes) => Object.assign(document.createElement(nom), { textContent: texte, ...proprietes });
  const montrer = async () => {
    const question = champ.value.trim();
    if (question === "") return resultats.replaceChildren();
    try {
      if (!liste) await charger();
    } catch {
      return resultats.replaceChildren(element("p", "La recherche n’a pas pu se charger. La liste ci-dessous est complète."));
    }
    const trouves = chercher(liste, question, departements);
    const combien = trouves.length === 0
      ? `Rien ne ressemble à «\u00a0${question}\u00a0». La liste ci-dessous est complète.`
      : `${trouves.length}\u00a0${trouves.length < 2 ? "réponse" : "réponses"}${trouves.length > AU_PLUS ? `, dont voici les ${AU_PLUS} premières` : ""}`;
    const lignes = element("ol", "", { className: "annuaire" });
    for (const un of trouves.slice(0, AU_PLUS)) {
      const ligne = element("li", "");
      const lieu = [un.ville, noms[un.departement]].filter(Boolean).join(", ");
      const codes = un.siret ? ` · UAI ${un.code.split("-")[0]} · SIRET ${un.siret}` : "";
      ligne.append(element("a", un.nom, { href: adresse(un) }), " ",
        element("span", `${GENRES[un.genre][1]}${lieu ? ` · ${lieu}` : ""}${codes}`, { className: "detail" }));
      lignes.append(ligne);
    }
    resultats.replaceChildren(element("p", combien), lignes);
  };
  champ.value = new URLSearchParams(location.search).get("q") ?? "";
  champ.addEventListener("input", () => {
    history.replaceState(null, "", champ.value ? `?q=${encodeURIComponent(champ.value)}` : location.pathname);
    montrer();
  });
  champ.form.addEventListener("submit", (event) => { event.preventDefault(); montrer(); });
  await montrer();
}

if (globalThis.document) installer();
