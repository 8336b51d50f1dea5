"""A filled workbook as the answers that it proposes; each cell that cannot be taken is refused with its place."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from django.core.exceptions import ValidationError

from mosaique.forms import COMMENTAIRE_MAX, MOTIF_MAX
from mosaique.models import Mosaique
from villes_internet.referentiel.echanges.classeur import texte
from villes_internet.referentiel.echanges.questionnaire import (
    ACCUEIL,
    ANNEE,
    COLLECTIVITE,
    COMMENTAIRE,
    ENTETE,
    LISTES,
    NIVEAU,
    REFERENTIEL,
)
from villes_internet.referentiel.queries import Arbre, arbre
from villes_internet.socle.champs import TexteCompte
from villes_internet.socle.classeurs import FeuilleLue, LigneLue, lire_cellules, lire_jour

TAILLE_MAX = 2 * 1024 * 1024  # a workbook whose every comment is full weighs 120 kB
COLONNES = {"reponse": "C", "echeance": "D", "motif": "E"}
ANNEES = range(2000, 2101)
_LIGNES = re.compile(r"\d+")
_COMMENTAIRE = TexteCompte(required=False, max_length=COMMENTAIRE_MAX)
_MOTIF = TexteCompte(required=False, max_length=MOTIF_MAX)


@dataclass(frozen=True, slots=True)
class Refus:
    """What is not taken, where, and why. ``enjeu``: code of the enjeu that it holds back; "" for none."""

    feuille: str
    ligne: int
    cellule: str
    raison: str
    enjeu: str = ""

    @property
    def lieu(self) -> str:
        place = f"cellule {self.cellule}" if self.cellule else f"ligne {self.ligne}"
        return f"feuille « {self.feuille} », {place}"


@dataclass(slots=True)
class ClasseurLu:
    """``enjeux``: {enjeu code: {"niveau": 0–4, "commentaire": text, "services": {code: {"statut", "echeance",
    "motif"}}}}, the filled cells only. ``lieux``: {service code: (sheet, row)}. ``depart``: {enjeu code: version}."""

    enjeux: dict[str, dict[str, Any]] = field(default_factory=dict)
    refus: list[Refus] = field(default_factory=list)
    remarques: list[str] = field(default_factory=list)
    depart: dict[str, int] = field(default_factory=dict)
    lieux: dict[str, tuple[str, int]] = field(default_factory=dict)

    def en_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def depuis(cls, donnees: Mapping[str, Any]) -> "ClasseurLu":
        """The reverse of ``en_json``."""
        return cls(**{**donnees, "refus": [Refus(**refus) for refus in donnees["refus"]]})


def lire(contenu: bytes, nom: str, mosaique: Mosaique) -> ClasseurLu:
    """Raises ``ValidationError`` where the whole file is refused: unreadable, of another version, town or year."""
    if len(contenu) > TAILLE_MAX:
        raise ValidationError(
            f"« {nom} » dépasse 2 Mo : ce n’est pas le classeur de la mosaïque, ou des images y sont.", code="taille"
        )
    feuilles = lire_cellules(contenu, nom)
    _verifier_identite(feuilles, nom, mosaique)
    lecteur = _Lecteur(arbre(mosaique.version), mosaique.version.bareme)
    for titre, feuille in feuilles.items():
        if titre not in {ACCUEIL, LISTES}:
            lecteur.lire(titre, feuille)
    lecteur.lu.depart = dict(_depart(feuilles))
    return lecteur.lu


def _verifier_identite(feuilles: Mapping[str, FeuilleLue], nom: str, mosaique: Mosaique) -> None:
    accueil = feuilles.get(ACCUEIL)
    dite = {texte(ligne.valeurs[0]): texte(ligne.valeurs[1]).strip() for ligne in accueil.lignes} if accueil else {}
    if not dite.get(REFERENTIEL):
        raise ValidationError(
            f"« {nom} » n’est pas le classeur de la mosaïque, ou sa feuille « {ACCUEIL} » a changé : "
            "repartez du classeur téléchargé ici.",
            code="inconnu",
        )
    if dite[REFERENTIEL] != mosaique.version.code:
        raise ValidationError(
            f"« {nom} » suit le référentiel {dite[REFERENTIEL]}, et cette mosaïque le référentiel "
            f"{mosaique.version.code} : téléchargez le classeur de cette année.",
            code="version",
        )
    if dite.get(COLLECTIVITE) and dite[COLLECTIVITE] != mosaique.collectivite.code:
        raise ValidationError(
            f"« {nom} » est le classeur d’une autre collectivité ({dite[COLLECTIVITE]}) : rien n’en est repris ici.",
            code="collectivite",
        )
    if dite.get(ANNEE) and dite[ANNEE] != str(mosaique.millesime):
        raise ValidationError(
            f"« {nom} » a été écrit pour {dite[ANNEE]}, et cette mosaïque est celle de {mosaique.millesime}.",
            code="annee",
        )


def _depart(feuilles: Mapping[str, FeuilleLue]) -> Iterator[tuple[str, int]]:
    """What the hidden sheet remembers; without it, nothing says that an answer changed since."""
    listes = feuilles.get(LISTES)
    for ligne in listes.lignes if listes else ():
        code, version = ligne.valeurs[2], ligne.valeurs[3]
        if isinstance(version, int | float) and not isinstance(version, bool):
            yield texte(code), int(version)


class _Lecteur:
    """Reads row after row into ``lu``."""

    def __init__(self, referentiel: Arbre, bareme: Mapping[str, Any]) -> None:
        self.lu = ClasseurLu()
        self.version = referentiel.version_code
        self.enjeux = {enjeu.code for enjeu in referentiel.enjeux}
        self.enjeu_de = {service.code: enjeu.code for enjeu in referentiel.enjeux for service in enjeu.services}
        self.niveaux = [_pliee(nom) for nom in bareme["niveaux"]]
        self.libelles = [statut["libelle"] for statut in bareme["statuts"]]
        self.statuts = {_pliee(s[cle]): s["code"] for s in bareme["statuts"] for cle in ("code", "libelle")}
        self.vues: dict[str, str] = {}

    def lire(self, titre: str, feuille: FeuilleLue) -> None:
        fusionnees = {numero for ref in feuille.fusions for numero in _etendue(ref)}
        a_droite = 0
        for ligne in feuille.lignes:
            a_droite += sum(valeur not in {None, ""} for valeur in ligne.valeurs[len(ENTETE) :])
            cle = " ".join(texte(ligne.valeurs[0]).split())
            if cle and cle not in self.enjeux and cle != ENTETE[0]:
                self._ligne(_Ligne(titre, ligne, cle), est_fusionnee=ligne.numero in fusionnees)
        if a_droite:
            self.lu.remarques.append(f"Feuille « {titre} » : ce qui est écrit à droite de la colonne E n’est pas lu.")

    def _ligne(self, ligne: "_Ligne", *, est_fusionnee: bool) -> None:
        enjeu, _, genre = ligne.cle.partition(" ")
        enjeu = self.enjeu_de.get(ligne.cle, enjeu)
        if est_fusionnee and enjeu in self.enjeux:
            self._refuser(ligne, "", "des cellules y sont fusionnées : défaites la fusion", enjeu)
        elif ligne.est_vide:
            return
        elif enjeu not in self.enjeux or (ligne.cle not in self.enjeu_de and genre not in {NIVEAU, COMMENTAIRE}):
            self._refuser(
                ligne, "A", f"le code « {ligne.cle[:40]} » est inconnu dans le référentiel {self.version}", ""
            )
        elif ligne.cle in self.vues:
            self._refuser(ligne, "A", f"le code « {ligne.cle} » est déjà {self.vues[ligne.cle]}", enjeu)
        else:
            self.vues[ligne.cle] = f"à la ligne {ligne.lue.numero} de la feuille « {ligne.feuille} »"
            self._reponse(ligne, enjeu, genre)

    def _reponse(self, ligne: "_Ligne", enjeu: str, genre: str) -> None:
        proposee = self.lu.enjeux.setdefault(enjeu, {"services": {}})
        lecteurs = {NIVEAU: self._niveau, COMMENTAIRE: _commentaire}
        if genre in lecteurs:
            self._lire_case(ligne, "reponse", lecteurs[genre], proposee, genre, enjeu)
            return
        service = proposee["services"].setdefault(ligne.cle, {})
        self.lu.lieux[ligne.cle] = (ligne.feuille, ligne.lue.numero)
        self._lire_case(ligne, "reponse", self._statut, service, "statut", enjeu)
        self._lire_case(ligne, "echeance", _jour, service, "echeance", enjeu)
        self._lire_case(ligne, "motif", _motif, service, "motif", enjeu)

    def _lire_case(self, ligne: "_Ligne", colonne: str, lecteur: Any, ou: dict[str, Any], nom: str, enjeu: str) -> None:
        lettre = COLONNES[colonne]
        valeur = ligne.valeur(lettre)
        if _est_vide(valeur):
            return
        try:
            if lettre in ligne.lue.formules:
                raise ValidationError("c’est une formule : écrivez la valeur elle-même")
            ou[nom] = lecteur(valeur)
        except ValidationError as erreur:
            self._refuser(ligne, lettre, " ".join(erreur.messages), enjeu)

    def _refuser(self, ligne: "_Ligne", lettre: str, raison: str, enjeu: str) -> None:
        numero = ligne.lue.numero
        self.lu.refus.append(Refus(ligne.feuille, numero, f"{lettre}{numero}" if lettre else "", raison, enjeu))

    def _niveau(self, valeur: Any) -> int:
        """« 2 », « 2 – Structuré » or « Structuré »."""
        lu = _pliee(texte(valeur))
        chiffre = re.match(r"(\d+)(?!\S)", lu)
        rang = int(chiffre[1][:3]) if chiffre else self.niveaux.index(lu) if lu in self.niveaux else -1
        if rang not in range(len(self.niveaux)):
            raise ValidationError(
                f"le niveau « {_court(valeur)} » est inconnu : choisissez de 0 à {len(self.niveaux) - 1}"
            )
        return rang

    def _statut(self, valeur: Any) -> str:
        statut = self.statuts.get(_pliee(texte(valeur)))
        if statut is None:
            raise ValidationError(f"le statut « {_court(valeur)} » est inconnu : choisissez {', '.join(self.libelles)}")
        return str(statut)


@dataclass(frozen=True, slots=True)
class _Ligne:
    feuille: str
    lue: LigneLue
    cle: str

    def valeur(self, lettre: str) -> Any:
        rang = ord(lettre) - ord("A")
        return self.lue.valeurs[rang] if rang < len(self.lue.valeurs) else None

    @property
    def est_vide(self) -> bool:
        return all(_est_vide(self.valeur(lettre)) for lettre in COLONNES.values())


def _est_vide(valeur: Any) -> bool:
    return valeur is None or (isinstance(valeur, str) and not valeur.strip())


def _pliee(mot: str) -> str:
    return " ".join(mot.split()).casefold()


def _court(valeur: Any) -> str:
    lu = texte(valeur)
    return lu if len(lu) <= 40 else f"{lu[:40]}…"


def _etendue(reference: str) -> range:
    debut, fin = (int(n) for n in _LIGNES.findall(reference))
    return range(debut, min(fin, debut + 5_000) + 1)


def _commentaire(valeur: Any) -> str:
    return str(_COMMENTAIRE.clean(texte(valeur)))


def _motif(valeur: Any) -> str:
    return str(_MOTIF.clean(texte(valeur)))


def _jour(valeur: Any) -> str:
    """A planned day as ISO; a real date, « 30/06/2027 » or « 2027-06-30 »."""
    jour = lire_jour(valeur)
    if jour is None or jour.year not in ANNEES:
        raise ValidationError(f"la date « {_court(valeur)} » ne se lit pas : écrivez-la comme 30/06/2027")
    return str(jour.isoformat())
