"""What the import would do with each row: create, change, leave, set aside, refuse, with the reason and the column."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder

from atlaas.completude import manques_avec
from atlaas.etats import EtatAction
from atlaas.forms import incoherences
from atlaas.historique import CHAMPS
from atlaas.imports import mediation, valeurs
from atlaas.imports.colonnes import IDENTIFIANT, NUMERO, SERVICES, VERSION, en_ordre, plier, titres
from atlaas.imports.lots import Etiquette
from atlaas.models import Action, GenreImport, ImportFiches, LigneImport, Provenance, VerdictLigne
from atlaas.permissions import REFUS_DE_MODIFIER
from villes_internet.referentiel.queries import Arbre

FUSION = "des cellules y sont fusionnées : défaites la fusion"
FORMULE = "c’est une formule : écrivez la valeur elle-même"
A_DROITE = "une case est remplie à droite des colonnes titrées : un séparateur s’est peut-être glissé dans un texte"
MONTRES = 80  # characters of each text, where two differ


class Refus(Exception):
    """The row is not taken: [[heading, sentence]]."""

    def __init__(self, *raisons: tuple[str, str]) -> None:
        super().__init__("La ligne n’est pas reprise.")
        self.raisons = [list(raison) for raison in raisons]


@dataclass(slots=True)
class Lue:
    """What a row says, typed. ``services``: None where it says nothing. ``version``: of the export, if it is said."""

    champs: dict[str, Any] = field(default_factory=dict)
    services: list[int] | None = None
    version: int | None = None
    identifiant: str = ""


def en_json(champs: Mapping[str, Any]) -> dict[str, Any]:
    return dict(json.loads(json.dumps(champs, cls=DjangoJSONEncoder)))


class Analyse:
    """Holds the fiches of the town, so that a row costs no query; five queries in all."""

    def __init__(self, imprt: ImportFiches, arbre: Arbre) -> None:
        self.imprt = imprt
        self.lecteur = valeurs.Lecteur(arbre)
        self.liaison = en_ordre(imprt.liaison)
        self.fiches = {fiche.pk: fiche for fiche in Action.objects.filter(collectivite=imprt.collectivite_id)}
        self.par_titre: dict[str, list[int]] = defaultdict(list)
        for fiche in self.fiches.values():
            if fiche.titre and fiche.etat != EtatAction.FUSIONNEE:
                self.par_titre[plier(fiche.titre)].append(fiche.pk)
        liens = Etiquette.objects.filter(action__collectivite=imprt.collectivite_id)
        self.services: dict[int, list[int]] = defaultdict(list)
        for fiche_pk, service_pk in liens.values_list("action_id", "service_id"):
            self.services[fiche_pk].append(service_pk)
        connues = Provenance.objects.filter(collectivite=imprt.collectivite_id, genre=imprt.genre)
        self.provenances = {provenance.identifiant: provenance for provenance in connues}
        self.du_standard = mediation.services_du_standard(arbre) if imprt.genre == GenreImport.LIEUX else {}
        self.prises: dict[Any, int] = {}

    def juger(self, ligne: LigneImport) -> None:
        """Write the verdict in ``ligne``, without saving it."""
        ligne.refus, ligne.champs, ligne.services, ligne.origine = [], {}, None, {}
        ligne.fiche, ligne.version, ligne.est_complete = None, None, False
        ligne.titre = self._titre(ligne)
        try:
            lue = self._lieu(ligne) if self.imprt.genre == GenreImport.LIEUX else self._fiche(ligne)
            self._decider(ligne, lue)
        except Refus as refus:
            ligne.verdict, ligne.refus = VerdictLigne.REFUSEE, refus.raisons

    def _titre(self, ligne: LigneImport) -> str:
        if self.imprt.genre == GenreImport.LIEUX:
            return self._par_colonne(ligne).get("nom", "")[:120]
        rang = self.imprt.liaison.get("titre", len(ligne.valeurs))
        return ligne.valeurs[rang][:120] if rang < len(ligne.valeurs) else ""

    # What the row says

    def _fiche(self, ligne: LigneImport) -> Lue:
        if ligne.est_fusionnee:
            raise Refus(("", FUSION))
        if any(ligne.valeurs[len(self.imprt.colonnes) :]):
            raise Refus(("", A_DROITE))
        lue, raisons = Lue(), []
        for nom, rang in self.liaison:
            texte = ligne.valeurs[rang] if rang < len(ligne.valeurs) else ""
            try:
                if rang in ligne.formules:
                    raise ValidationError(FORMULE)
                self._lire(lue, nom, texte)
            except ValidationError as erreur:
                raisons.append((self.imprt.colonnes[rang], " ".join(erreur.messages)))
        if raisons:
            raise Refus(*raisons)
        ligne.fiche = self._trouver(ligne, lue)
        if ligne.fiche is not None and self.imprt.vides_effacent:
            self._effacer(lue, ligne)
        return lue

    def _lire(self, lue: Lue, nom: str, texte: str) -> None:
        if not texte:
            return
        if nom in {NUMERO, VERSION}:
            if not (texte.isascii() and texte.isdigit() and len(texte) < 18):
                raise ValidationError(f"« {texte[:40]} » n’est pas un nombre : gardez celui de l’export")
            if nom == VERSION:
                lue.version = int(texte)
            else:
                lue.champs[NUMERO] = int(texte)
        elif nom == IDENTIFIANT:
            lue.identifiant = texte[:200]
        elif nom == SERVICES:
            lue.services = self.lecteur.lire(nom, texte)
        else:
            lue.champs[nom] = self.lecteur.lire(nom, texte)

    def _effacer(self, lue: Lue, ligne: LigneImport) -> None:
        for nom, rang in self.liaison:
            est_vide = not (ligne.valeurs[rang] if rang < len(ligne.valeurs) else "")
            if est_vide and nom == SERVICES:
                lue.services = []
            elif est_vide and nom in CHAMPS and nom not in {"titre", "stade", "operateur"}:
                lue.champs[nom] = self.lecteur.vide(nom)

    def _par_colonne(self, ligne: LigneImport) -> dict[str, str]:
        return dict(zip(self.imprt.colonnes, ligne.valeurs, strict=False))

    def _lieu(self, ligne: LigneImport) -> Lue:
        """What cannot be taken of a place is left, but for its name: its source is not the town's to mend."""
        lieu = self._par_colonne(ligne)
        if not lieu["id"] or not lieu["nom"]:
            raise Refus(("id" if not lieu["id"] else "nom", "il le faut pour retrouver le lieu d’un import à l’autre"))
        lue = Lue(identifiant=lieu["id"][:200])
        for nom, texte in mediation.fiche(lieu, self.imprt.collectivite).items():
            try:
                lue.champs[nom] = self.lecteur.lire(nom, texte)
            except ValidationError as erreur:
                if nom == "titre":
                    raise Refus(("nom", " ".join(erreur.messages))) from erreur
        if lue.champs.get("latitude") is None or lue.champs.get("longitude") is None:
            lue.champs.pop("latitude", None)
            lue.champs.pop("longitude", None)
        codes = mediation.codes_des_services(lieu)
        lue.services = sorted({cle for code in codes for cle in self.du_standard.get(code, ())})
        ligne.fiche = self._trouver(ligne, lue)
        ligne.origine = en_json(lue.champs) | {SERVICES: lue.services}
        return lue

    # Which fiche it is about

    def _trouver(self, ligne: LigneImport, lue: Lue) -> Action | None:
        """By number, then by identifier, then by title. Two rows for one fiche: the second is refused."""
        fiche = self._par_numero(lue.champs.pop(NUMERO, None)) or self._par_identifiant(lue.identifiant)
        fiche = fiche or self._par_titre(lue)
        cle = fiche.pk if fiche else plier(lue.champs.get("titre", ""))
        if cle in self.prises:
            raise Refus(("", f"c’est la même fiche que la ligne {self.prises[cle]}"))
        if cle:
            self.prises[cle] = ligne.numero
        if fiche and EtatAction(fiche.etat) in REFUS_DE_MODIFIER:
            raise Refus(("", REFUS_DE_MODIFIER[EtatAction(fiche.etat)].motif))
        return fiche

    def _par_numero(self, numero: int | None) -> Action | None:
        if numero is None:
            return None
        if numero not in self.fiches:
            raise Refus((titres()[NUMERO], f"la fiche {numero} n’est pas de {self.imprt.collectivite.nom}"))
        return self.fiches[numero]

    def _par_identifiant(self, identifiant: str) -> Action | None:
        provenance = self.provenances.get(identifiant) if identifiant else None
        fiche = self.fiches.get(provenance.fiche_id) if provenance else None
        return self.fiches.get(fiche.fusionnee_dans_id or fiche.pk) if fiche else None

    def _par_titre(self, lue: Lue) -> Action | None:
        cles = self.par_titre.get(plier(lue.champs.get("titre", "")), ())
        if len(cles) > 1:
            raise Refus(
                (titres()["titre"], f"{len(cles)} de vos fiches portent ce titre : donnez le numéro de la fiche")
            )
        return self.fiches[cles[0]] if cles else None

    # What it would do

    def _decider(self, ligne: LigneImport, lue: Lue) -> None:
        fiche = ligne.fiche
        ligne.identifiant = lue.identifiant
        if fiche is None:
            if not lue.champs.get("titre"):
                raise Refus((titres()["titre"], "il faut un titre pour créer une fiche"))
            ligne.verdict = VerdictLigne.CREER
            self._retenir(ligne, Action(), lue.champs, lue.services)
            return
        ligne.version = fiche.version
        siens = self.services[fiche.pk]
        champs = {nom: valeur for nom, valeur in lue.champs.items() if getattr(fiche, nom) != valeur}
        services = lue.services if lue.services is not None and {*lue.services} != {*siens} else None
        if self.imprt.genre == GenreImport.LIEUX:
            champs, services = self._depuis_la_source(ligne, champs, services)
        ligne.verdict = VerdictLigne.MODIFIER if champs or services is not None else VerdictLigne.INCHANGEE
        if ligne.verdict == VerdictLigne.MODIFIER and self._a_bouge(ligne, lue, champs):
            ligne.verdict = VerdictLigne.PERIMEE
            ligne.refus = list(self._ecarts(fiche, champs, services))
        self._retenir(ligne, fiche, champs, services)

    def _a_bouge(self, ligne: LigneImport, lue: Lue, champs: Mapping[str, Any]) -> bool:
        """Somebody wrote in the fiche since the export, or since the last import, what this one would replace."""
        if self.imprt.genre == GenreImport.LIEUX:
            return self._est_reprise(ligne, champs)
        return lue.version is not None and lue.version != ligne.version

    def _depuis_la_source(
        self, ligne: LigneImport, champs: dict[str, Any], services: list[int] | None
    ) -> tuple[dict[str, Any], list[int] | None]:
        """What the source changed since the last import; where it says what it said, the town's words stay."""
        avant = self._dit_avant(ligne)
        dits = ligne.origine
        nouveaux = {nom: valeur for nom, valeur in champs.items() if dits[nom] != avant.get(nom)}
        return nouveaux, services if dits[SERVICES] != avant.get(SERVICES) else None

    def _dit_avant(self, ligne: LigneImport) -> dict[str, Any]:
        provenance = self.provenances.get(ligne.identifiant)
        return provenance.contenu if provenance else {}

    def _est_reprise(self, ligne: LigneImport, champs: Mapping[str, Any]) -> bool:
        """The town wrote something else than what the source said, in a field that the source now changes."""
        avant = self._dit_avant(ligne)
        actuels = en_json({nom: getattr(ligne.fiche, nom) for nom in champs})
        return any(valeur and valeur != avant.get(nom) for nom, valeur in actuels.items())

    def _ecarts(self, fiche: Action, champs: Mapping[str, Any], services: list[int] | None) -> Iterator[list[str]]:
        """[heading, both texts] of each field that differs."""
        for nom, valeur in champs.items():
            dits = [_court(valeurs.ecrire(nom, dit)) for dit in (getattr(fiche, nom), valeur)]
            yield [titres()[nom], f"la fiche dit « {dits[0]} », le fichier « {dits[1]} »"]
        if services is not None:
            yield [titres()[SERVICES], "les services ne sont pas les mêmes"]

    def _retenir(
        self, ligne: LigneImport, fiche: Action, champs: Mapping[str, Any], services: list[int] | None
    ) -> None:
        """What will be written, once it is sure that the fiche still makes sense with it."""
        voulue = copy(fiche)
        for nom, valeur in champs.items():
            setattr(voulue, nom, valeur)
        if champs and (fautes := incoherences({nom: getattr(voulue, nom) for nom in CHAMPS})):
            raise Refus(*((titres()[nom], phrase) for nom, phrase in fautes))
        etiquettes = services if services is not None else self.services[fiche.pk] if fiche.pk else []
        absents = manques_avec(voulue, a_des_services=bool(etiquettes))
        if absents and fiche.est_publique:
            raise Refus(*((_colonne(m.champ), f"la fiche est publiée : {m.phrase}") for m in absents))
        ligne.champs, ligne.services = en_json(champs), services
        ligne.titre = voulue.titre
        ligne.est_complete = not absents and voulue.etat == EtatAction.BROUILLON


def _colonne(champ: str) -> str:
    return titres().get(champ, "")


def _court(texte: str) -> str:
    return (texte if len(texte) <= MONTRES else f"{texte[:MONTRES]}…") or "(vide)"


def bilan(lignes: Iterable[LigneImport]) -> dict[str, int]:
    """{verdict: rows, "completes": drafts that could be published}."""
    lues = list(lignes)
    comptes = Counter(str(ligne.verdict) for ligne in lues)
    completes = sum(ligne.est_complete and ligne.verdict != VerdictLigne.PERIMEE for ligne in lues)
    return {str(verdict): comptes[verdict] for verdict in VerdictLigne.values} | {"completes": completes}
