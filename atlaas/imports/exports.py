"""A town's fiches as a table to read, to edit, to send back: CSV or XLSX, the columns of the template."""

from collections.abc import Iterator, Sequence

from atlaas.forms import AIDES
from atlaas.imports.colonnes import IDENTIFIANT, NUMERO, SERVICES, VERSION, titres
from atlaas.imports.valeurs import CHOIX, JOURS, OUI_NON, ecrire
from atlaas.models import Action, Provenance, Public
from villes_internet.referentiel.queries import Arbre, services_dans
from villes_internet.socle.classeurs import XLSX, Feuille, ecrire_classeur, ecrire_csv, neutraliser
from villes_internet.territoires.models import Collectivite

FICHES, AIDE, LISTE_DES_SERVICES = "Fiches", "Mode d’emploi", "Services"
BOM = b"\xef\xbb\xbf"  # without it, Excel reads the accents of a CSV as Windows-1252
FORMATS = {"xlsx": XLSX, "csv": "text/csv; charset=utf-8"}
ETAT = "État (pour information)"
A_ECRIRE = {
    NUMERO: "Ne l’écrivez pas : l’export le donne, et l’import retrouve la fiche par lui.",
    VERSION: "Ne l’écrivez pas : par elle, l’import voit qu’un collègue a changé la fiche entre-temps.",
    IDENTIFIANT: "Le numéro de l’action dans votre logiciel, s’il en a un : il retrouve la fiche à l’import suivant.",
    SERVICES: "Le code des services, séparés par « ; ». Par exemple : A1.3 ; C2.1. La feuille « Services » les liste.",
    "publics_vises": f"Séparés par « ; », parmi : {', '.join(str(p.label) for p in Public)}.",
}
Lignes = Iterator[list[str]]


def exporter(ville: Collectivite, format_: str, arbre: Arbre) -> bytes:
    """Every fiche that may be changed, drafts included, latest change first."""
    return _fichier(format_, arbre, [*titres().values(), ETAT], list(_lignes(ville, arbre)), f"Fiches de {ville.nom}")


def modele(format_: str, arbre: Arbre) -> bytes:
    """The columns, and nothing under them; in XLSX, the lists to choose from and what each column takes."""
    return _fichier(format_, arbre, list(titres().values()), [], "Modèle de fiches actions")


def _fichier(format_: str, arbre: Arbre, entete: Sequence[str], lignes: Sequence[list[str]], titre: str) -> bytes:
    if format_ == "csv":
        return BOM + ecrire_csv(entete, lignes)
    # an apostrophe of the town's own is told from ours when it comes back
    dites = [[neutraliser(v) if v.startswith("'") else v for v in ligne] for ligne in lignes]
    return ecrire_classeur(
        [Feuille(FICHES, entete, dites, _listes()), _mode_d_emploi(), _services(arbre)],
        titre,
    )


def _listes() -> dict[int, list[str]]:
    rangs = {nom: rang for rang, nom in enumerate(titres())}
    listes = {rangs[nom]: [str(valeur.label) for valeur in choix] for nom, choix in CHOIX.items()}
    return listes | {rangs[nom]: ["oui", "non"] for nom in sorted(OUI_NON)}


def _lignes(ville: Collectivite, arbre: Arbre) -> Lignes:
    fiches = Action.objects.courantes().filter(collectivite=ville).order_by("-modifie_le", "-pk")
    fiches = fiches.prefetch_related("services")
    connus = {s.pk: f"{s.code} – {s.nom}" for enjeu in arbre.enjeux for s in enjeu.services}
    provenances = Provenance.objects.filter(collectivite=ville).order_by("pk")
    identifiants = dict(provenances.values_list("fiche_id", "identifiant"))
    for fiche in fiches:
        reperes = {NUMERO: fiche.pk, VERSION: fiche.version, IDENTIFIANT: identifiants.get(fiche.pk, "")}
        services = _dans_la_version(fiche, arbre, connus)
        valeurs = [ecrire(nom, reperes[nom] if nom in reperes else getattr(fiche, nom), services) for nom in titres()]
        yield [*valeurs, fiche.get_etat_display()]


def _dans_la_version(fiche: Action, arbre: Arbre, connus: dict[int, str]) -> list[str]:
    """Tags of another version are written as what they are in this one."""
    cles = [service.pk for service in fiche.services.all()]
    if any(cle not in connus for cle in cles):
        cles = list(services_dans(arbre.version_pk, cles).values_list("pk", flat=True))
    return sorted(connus[cle] for cle in cles)


def _mode_d_emploi() -> Feuille:
    dits = {nom: A_ECRIRE.get(nom) or _aide(nom) for nom in titres()}
    lignes = [(titre, dits[nom], "oui" if nom == "titre" else "non") for nom, titre in titres().items()]
    return Feuille(AIDE, ("Colonne", "Ce qu’on y écrit", "Obligatoire"), lignes)


def _aide(nom: str) -> str:
    if nom in CHOIX:
        return f"Un choix de la liste : {', '.join(str(valeur.label) for valeur in CHOIX[nom])}."
    if nom in OUI_NON:
        return "oui ou non."
    if nom in JOURS:
        return "Une date, comme 30/06/2027."
    champ = Action._meta.get_field(nom)
    maximum = getattr(champ, "max_length", None)
    return AIDES.get(nom) or (f"{maximum} caractères au plus." if maximum else "Un nombre.")


def _services(arbre: Arbre) -> Feuille:
    lignes = [(s.code, s.nom, f"{enjeu.code} {enjeu.nom}") for enjeu in arbre.enjeux for s in enjeu.services]
    return Feuille(LISTE_DES_SERVICES, ("Code", "Service", "Enjeu"), lignes)


def refus_en_csv(lignes: Sequence[tuple[int, str, str, str]]) -> bytes:
    """(row, fiche, column, reason) of each refusal."""
    return BOM + ecrire_csv(("Ligne", "Fiche", "Colonne", "Raison"), lignes)
