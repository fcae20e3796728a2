"""The simple rules that every tool can say: the form of a cell, and two dates in their order.

The columns are those of the list (`functions/domain/src/validate/columns.rs`); a column that is not
here is free text, kept as it is.
"""

UAI = "[0-9]{7}[A-Z]"
POSTAL = "[0-9]{5}"
COMMUNE = "[0-9][0-9AB][0-9]{3}"
EMAIL = "[^@ ]+@[^@ ]+[.][^@ ]+"

FORMS = {
    "email_contact": EMAIL,
    "responsable_apprenant_mail1": EMAIL,
    "responsable_apprenant_mail2": EMAIL,
    "sexe_apprenant": "[MF]",
    "code_postal_apprenant": POSTAL,
    "code_postal_de_naissance_apprenant": POSTAL,
    "code_commune_insee_apprenant": COMMUNE,
    "code_commune_insee_de_naissance_apprenant": COMMUNE,
    "ine_apprenant": "[0-9]{9}[A-Z]{2}|[0-9_]{10}[A-Z]|[0-9]{4}A[0-9]{5}[A-Z]",
    "tel_apprenant": "0[1-9][0-9]{8}",
    "rqth_apprenant": "OUI|NON",
    "dernier_organisme_uai": UAI,
    "derniere_situation": "[0-9]{4}",
    "type_cfa": "[0-9]{2}",
    "etablissement_responsable_uai": UAI,
    "etablissement_formateur_uai": UAI,
    "etablissement_lieu_de_formation_uai": UAI,
    "annee_scolaire": "20[0-9]{2}-20[0-9]{2}",
    "annee_formation": "[0-6]",
    "formation_rncp": "(RNCP)?[0-9]{2,5}",
    "formation_cfd": "[A-Z0-9]{8}",
    "duree_theorique_formation_mois": "[1-9]|[1-3][0-9]|4[0-8]",
}
SUFFIXES = ["", "_2", "_3", "_4"]
SIRETS = [
    "etablissement_responsable_siret",
    "etablissement_formateur_siret",
    "etablissement_lieu_de_formation_siret",
] + ["siret_employeur" + suffix for suffix in SUFFIXES]
DATES = [
    "date_de_naissance_apprenant",
    "date_inscription_formation",
    "date_entree_formation",
    "date_fin_formation",
    "date_exclusion_formation",
] + [
    f"contrat_date_{what}{suffix}"
    for suffix in SUFFIXES
    for what in ("debut", "fin", "rupture")
]
MANDATORY = [
    "nom_apprenant",
    "prenom_apprenant",
    "date_de_naissance_apprenant",
    "sexe_apprenant",
    "email_contact",
    "adresse_apprenant",
    "code_postal_apprenant",
    "etablissement_responsable_uai",
    "etablissement_responsable_siret",
    "etablissement_formateur_uai",
    "etablissement_formateur_siret",
    "annee_scolaire",
    "annee_formation",
    "date_inscription_formation",
    "date_entree_formation",
    "date_fin_formation",
]
ORDERED = [
    ("date_entree_formation", "date_fin_formation"),
    ("contrat_date_debut", "contrat_date_fin"),
]


def cost(peer, faulty):
    """Prints what this process cost, as `figures` reads it."""
    import json
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps({
        "peer": peer,
        "cpu_seconds": used.ru_utime + used.ru_stime,
        "peak_megabytes": used.ru_maxrss / 1024,
        "faulty_rows": faulty,
    }))
