"""What is missing in a dossier. Feeds the progress, the summary and ``peut_deposer``; never refuses a draft."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Case, Count, Exists, F, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce
from django.db.models.lookups import LessThan
from django.urls import reverse

from atlaas import interface as atlaas
from candidatures.campagnes.models import Campagne
from candidatures.dossiers import etapes
from candidatures.dossiers.etats import EtatDossier
from candidatures.dossiers.models import ActionPresentee, Dossier, Etape, Piece
from candidatures.dossiers.queries.echeances import date_d_eligibilite
from candidatures.dossiers.queries.saisie import Reponses, Saisie
from mosaique import interface as mosaique
from villes_internet.socle.templatetags.typographie import pluriel

RANGS = {etape.code: rang for rang, etape in enumerate(etapes.ETAPES)}


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
    saisie = saisie or Saisie(dossier)
    trouves = [
        *_manques_propres(dossier, saisie),
        *_manques_mosaique(dossier),
        *_manques_actions(dossier, saisie),
        *_manques_phares(dossier, saisie),
    ]
    return sorted(trouves, key=lambda manque: RANGS[manque.etape])


def _manques_propres(dossier: Dossier, saisie: Saisie) -> list[Manque]:
    """What only a save of the dossier itself adds or removes: its number may be stored."""
    return [
        *_manques_des_formulaires(dossier, saisie),
        *_manques_lettre(dossier, saisie),
        *_manques_strategie(dossier, saisie),
        *_manques_des_recits(dossier, saisie),
        *_manques_mentions(dossier, saisie),
    ]


def bloquants(liste: list[Manque]) -> list[Manque]:
    return [m for m in liste if m.est_bloquant]


# How many, for the lists: the same rules, of which SQL asks what other rooms move (tests compare the two)


def nb_propres(dossier: Dossier, saisie: Saisie) -> int:
    """To be stored in ``Dossier.nb_manques_propres`` by whatever saves the dossier."""
    return len(bloquants(_manques_propres(dossier, saisie)))


def nb_bloquants(dossiers: Collection[Dossier], campagne: Campagne) -> dict[int, int | None]:
    """{dossier key: what prevents the deposit today}, of dossiers of the campaign, in one query.

    None where no save has counted the dossier's own points yet.
    """
    presentees = ActionPresentee.objects.filter(dossier=OuterRef("pk")).order_by()
    eligible = presentees.filter(
        action__in=atlaas.toutes_eligibles(date_d_eligibilite(campagne)),
        action__collectivite=OuterRef("collectivite"),
    )
    phares = presentees.filter(est_phare=True).values("dossier").annotate(nb=Count("pk")).values("nb")
    est_village = Q(collectivite__population__lt=etapes.SEUIL_VILLAGE)
    attendues = Case(When(est_village, then=etapes.PHARES_VILLAGE), default=etapes.PHARES)
    comptes = Dossier.objects.filter(pk__in=[d.pk for d in dossiers]).annotate(
        nb=F("nb_manques_propres")
        + F("mosaique__nb_manques")
        + Case(When(Exists(eligible), then=0), default=1)
        + Case(When(LessThan(Coalesce(Subquery(phares), 0), attendues), then=1), default=0)
    )
    return dict(comptes.values_list("pk", "nb"))


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
    if len(phares) >= attendues:
        return []
    mots = f"{attendues} actions phares" if attendues > 1 else "une action phare"
    return [Manque(Etape.PHARES, f"Choisissez {mots} : vous en avez {len(phares)}.", _url(dossier, Etape.PHARES))]


def _manques_des_recits(dossier: Dossier, saisie: Saisie) -> list[Manque]:
    reponses = saisie.reponses(Etape.PHARES)
    return [m for p in saisie.presentees if p.est_phare and (m := _manque_du_recit(dossier, p, reponses))]


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
