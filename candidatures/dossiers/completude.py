"""What is missing in a dossier. Feeds the progress, the summary and ``peut_deposer``; never refuses a draft."""

from dataclasses import dataclass

from django.urls import reverse

from candidatures.dossiers import etapes
from candidatures.dossiers.etats import EtatDossier
from candidatures.dossiers.models import ActionPresentee, Dossier, Etape, Piece
from candidatures.dossiers.queries.saisie import Reponses, Saisie, saisie_de
from mosaique import interface as mosaique
from villes_internet.socle.templatetags.typographie import pluriel


@dataclass(frozen=True, slots=True)
class Manque:
    """``est_bloquant``: the dossier cannot be deposited with it; the others are advice."""

    etape: str
    phrase: str
    url: str
    est_bloquant: bool = True


@dataclass(frozen=True, slots=True)
class EtatEtape:
    """A step in the list at the left; ``etat`` is vide, encours, fait or attention."""

    code: str
    libelle: str
    url: str
    etat: str
    phrase: str
    est_courante: bool


def manques(dossier: Dossier, saisie: Saisie | None = None) -> list[Manque]:
    """In the order of the steps; blocking ones and advice."""
    saisie = saisie or saisie_de(dossier)
    return [
        *_manques_des_formulaires(dossier, saisie),
        *_manques_lettre(dossier, saisie),
        *_manques_strategie(dossier, saisie),
        *_manques_mosaique(dossier),
        *_manques_actions(dossier, saisie),
        *_manques_phares(dossier, saisie),
        *_manques_mentions(dossier, saisie),
    ]


def bloquants(liste: list[Manque]) -> list[Manque]:
    return [m for m in liste if m.est_bloquant]


def etats_des_etapes(dossier: Dossier, saisie: Saisie, liste: list[Manque], courante: str = "") -> list[EtatEtape]:
    return [
        EtatEtape(e.code, e.titre, _url(dossier, e.code), *_etat(dossier, e, saisie, liste), e.code == courante)
        for e in etapes.ETAPES
    ]


def _etat(dossier: Dossier, etape: etapes.EtapeDossier, saisie: Saisie, liste: list[Manque]) -> tuple[str, str]:
    """(state, words) of a step."""
    if etape.code == Etape.DEPOT:
        return _etat_depot(dossier)
    ouverts = bloquants(liste)
    nb = sum(m.etape == etape.code for m in ouverts)
    if etape.code == Etape.RELECTURE:
        nb = len(ouverts)
        return ("encours", pluriel(nb, "point à voir,points à voir")) if nb else ("fait", "tout y est")
    section = saisie.sections.get(etape.code)
    if section and section.invalides:
        return "attention", "à corriger"
    commencee = _est_commencee(etape, dossier, saisie)
    if nb:
        return ("encours", pluriel(nb, "point manque,points manquent")) if commencee else ("vide", "à faire")
    if etape.est_facultative and not commencee:
        return "vide", "facultative"
    return "fait", "complète"


def _etat_depot(dossier: Dossier) -> tuple[str, str]:
    if dossier.etat == EtatDossier.BROUILLON:
        return "vide", "à faire"
    return ("encours" if dossier.depose_le is None else "fait"), dossier.get_etat_display()


def _est_commencee(etape: etapes.EtapeDossier, dossier: Dossier, saisie: Saisie) -> bool:
    if etape.code == Etape.MOSAIQUE:
        return dossier.mosaique.nb_renseignes > 0
    a_une_piece = any(p.objet == etape.objet_piece for p in saisie.pieces)
    return a_une_piece or any(saisie.reponses(etape.code).values())


def _url(dossier: Dossier, etape: str, champ: str = "") -> str:
    adresse = reverse("dossiers:etape", args=[dossier.pk, etape])
    return f"{adresse}#id_{champ}" if champ else adresse


def _manques_des_formulaires(dossier: Dossier, saisie: Saisie) -> list[Manque]:
    """Badly shaped answers, mandatory questions without answer, advice."""
    trouves = []
    for etape in etapes.ETAPES:
        reponses = saisie.reponses(etape.code)
        section = saisie.sections.get(etape.code)
        for code, phrase in (section.invalides if section else {}).items():
            trouves.append(Manque(etape.code, phrase, _url(dossier, etape.code, code)))
        for champ in etape.champs:
            if reponses.get(champ.code) or not (champ.obligatoire or champ.conseil):
                continue
            sujet = f"{champ.groupe}, {champ.libelle.lower()}" if champ.groupe else champ.libelle.lower()
            phrase = f"À renseigner : {sujet}" if champ.obligatoire else f"Conseil : {champ.conseil}"
            phrase = phrase if phrase.endswith("?") else f"{phrase}."
            trouves.append(Manque(etape.code, phrase, _url(dossier, etape.code, champ.code), champ.obligatoire))
    return trouves


def _manques_lettre(dossier: Dossier, saisie: Saisie) -> list[Manque]:
    reponses = saisie.reponses(Etape.LETTRE)
    a_le_pdf = any(p.objet == Piece.Objet.LETTRE for p in saisie.pieces)
    if reponses.get("mode") == "signee" and not a_le_pdf:
        phrase, champ = "Joignez la lettre signée en PDF.", "fichier"
    elif reponses.get("mode") == "redigee" and not reponses.get("texte"):
        phrase, champ = "Écrivez la lettre du maire.", "texte"
    else:
        return []
    return [Manque(Etape.LETTRE, phrase, _url(dossier, Etape.LETTRE, champ))]


def _manques_strategie(dossier: Dossier, saisie: Saisie) -> list[Manque]:
    reponses = saisie.reponses(Etape.STRATEGIE)
    if reponses.get("schema_date") and not any(p.objet == Piece.Objet.DELIBERATION for p in saisie.pieces):
        phrase = "Joignez la délibération qui adopte le schéma directeur : le jury la lira."
        return [Manque(Etape.STRATEGIE, phrase, _url(dossier, Etape.STRATEGIE, "fichier"), est_bloquant=False)]
    return []


def _manques_mosaique(dossier: Dossier) -> list[Manque]:
    base = (dossier.collectivite.code, dossier.campagne.annee)
    return [
        Manque(Etape.MOSAIQUE, phrase, reverse("mosaique:enjeu", args=[*base, code]))
        for code, phrase in mosaique.manques(dossier.mosaique)
    ]


def _manques_actions(dossier: Dossier, saisie: Saisie) -> list[Manque]:
    url = _url(dossier, Etape.ACTIONS)
    if not saisie.presentees:
        return [Manque(Etape.ACTIONS, "Présentez au moins une action.", url)]
    if not any(getattr(p, "est_eligible", False) for p in saisie.presentees):
        return [Manque(Etape.ACTIONS, "Aucune action présentée n’est éligible : il en faut au moins une.", url)]
    return []


def _manques_phares(dossier: Dossier, saisie: Saisie) -> list[Manque]:
    phares = [p for p in saisie.presentees if p.est_phare]
    attendues = etapes.nb_phares_attendus(dossier.collectivite.population)
    trouves = []
    if len(phares) < attendues:
        mots = f"{attendues} actions phares" if attendues > 1 else "une action phare"
        trouves.append(
            Manque(Etape.PHARES, f"Choisissez {mots} : vous en avez {len(phares)}.", _url(dossier, Etape.PHARES))
        )
    return trouves + [m for p in phares if (m := _manque_du_recit(dossier, p, saisie.reponses(Etape.PHARES)))]


def _manque_du_recit(dossier: Dossier, phare: ActionPresentee, reponses: Reponses) -> Manque | None:
    prefixe = f"a{phare.action_id}-"
    libelles = {c.code: c.libelle.lower() for c in etapes.CHAMPS_PHARE}
    vides = [c for c in etapes.OBLIGATOIRES_PHARE if not reponses.get(prefixe + c)]
    if not vides:
        return None
    phrase = f"« {phare.action} » : il manque {', '.join(libelles[c] for c in vides)}."
    return Manque(Etape.PHARES, phrase, _url(dossier, Etape.PHARES, prefixe + vides[0]))


def _manques_mentions(dossier: Dossier, saisie: Saisie) -> list[Manque]:
    """A mention that is asked for must be argued; asking for none is fine."""
    reponses = saisie.reponses(Etape.MENTIONS)
    presentees = {str(p.action_id) for p in saisie.presentees}
    trouves = []
    for rang in range(1, etapes.MAX_MENTIONS + 1):
        if not reponses.get(f"mention{rang}"):
            continue
        if not presentees.intersection(reponses.get(f"mention{rang}_actions", [])):
            phrase, champ = f"Mention {rang} : nommez au moins une action présentée.", f"mention{rang}_actions"
            trouves.append(Manque(Etape.MENTIONS, phrase, _url(dossier, Etape.MENTIONS, champ)))
        if not reponses.get(f"mention{rang}_texte"):
            phrase, champ = f"Mention {rang} : dites pourquoi.", f"mention{rang}_texte"
            trouves.append(Manque(Etape.MENTIONS, phrase, _url(dossier, Etape.MENTIONS, champ)))
    return trouves
