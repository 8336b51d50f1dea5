"""The arithmetic of the levels: gates, thresholds, the level that they allow, and whether a town can reach them.

Also what an old score becomes in a newer vocabulary. Pure: plain values in and out.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Any

AROBASES_MAX = 5
NIVEAU_MAX = 4
NOTE_MAX = Decimal(5)
FAITS = frozenset({"referent_nomme", "elu_delegue", "voie_humaine", "declaration_accessibilite", "strategie_ecrite"})
INTERCOMMUNALITES = {"epci": "intercommunalités", "ept": "établissements publics territoriaux"}
TOUTES = "toutes les collectivités"
MOTS_VIDES = frozenset(
    {"ligne", "numerique", "service", "action", "outil", "avec", "pour", "dan", "entre"}
)  # say nothing
PLUS_D_ACTIONS = 200  # the most that a town has presented, near enough

Paire = tuple[int, int]  # keys of a service in an older version, and in a newer one


@dataclass(frozen=True, slots=True)
class Elements:
    """What the gates ask of a deposited dossier.

    ``niveaux``: supported level (0–4) of each thematic enjeu that concerns the collectivité; ``nb_enjeux``: how many
    thematic enjeux the référentiel has (16). ``faits``: codes of the facts that the dossier proves. ``type`` and
    ``strate`` say which gates apply; all do when ``type`` is unknown.
    """

    nb_actions: int = 0
    nb_replicables: int = 0
    niveaux: tuple[int, ...] = ()
    nb_enjeux: int = 16
    faits: frozenset[str] = frozenset()
    type: str = ""
    strate: str = ""


@dataclass(frozen=True, slots=True)
class PorteJugee:
    arobases: int
    code: str
    libelle: str
    tenue: bool

    def en_json(self) -> dict[str, Any]:
        return asdict(self)


def minimum_d_enjeux(minimum: int, nb_concernes: int, nb_enjeux: int) -> int:
    """The gate's number of enjeux reduced by the tiles not concerned, share kept, rounded up: 10/16 of 12 is 8."""
    return int((Decimal(minimum) * nb_concernes / nb_enjeux).to_integral_value(ROUND_CEILING))


def concerne(limite: Mapping[str, Any], type_: str, strate: str) -> bool:
    """Whether a gate (or a fact) that may name ``types`` and ``strates`` is for such a collectivité."""
    return type_ in limite.get("types", [type_]) and strate in limite.get("strates", [strate])


def strate_de(bareme: Mapping[str, Any], type_: str, population: int | None) -> str:
    """Code of the class of population; intercommunalités are apart ("epci"), an unknown population is the smallest."""
    if type_ in INTERCOMMUNALITES:
        return "epci"
    atteintes = [s["code"] for s in bareme["strates"] if (population or 0) >= s["min"]]
    return str(atteintes[-1])


def avancement(porte: Mapping[str, Any], elements: Elements) -> tuple[int, int] | None:
    """(what stands, what is asked) for a gate that counts something; None for the others."""
    match porte["regle"]:
        case "nb_actions":
            return elements.nb_actions, int(porte["min"])
        case "nb_replicables":
            return elements.nb_replicables, int(porte["min"])
        case "enjeux":
            minimum = minimum_d_enjeux(int(porte["min"]), len(elements.niveaux), elements.nb_enjeux)
            return sum(niveau >= int(porte["niveau"]) for niveau in elements.niveaux), minimum
        case _:
            return None


def est_tenue_avant_le_jury(porte: Mapping[str, Any], elements: Elements) -> bool | None:
    """Whether the dossier alone holds the gate; None when it asks for the jury's marks."""
    if compte := avancement(porte, elements):
        return compte[0] >= compte[1]
    match porte["regle"]:
        case "fait":
            return porte["fait"] in elements.faits
        case "criteres":
            return None
        case inconnue:
            raise ValueError(f"Règle de porte inconnue : {inconnue}")


def _est_tenue(porte: Mapping[str, Any], elements: Elements, notes: Mapping[str, Decimal]) -> bool:
    tenue = est_tenue_avant_le_jury(porte, elements)
    if tenue is not None:
        return tenue
    codes = porte["codes"] or notes.keys()
    return all(notes[code] >= Decimal(porte["min"]) for code in codes)


def juger_portes(
    portes: Iterable[Mapping[str, Any]], elements: Elements, notes: Mapping[str, Decimal]
) -> list[PorteJugee]:
    """Each gate of the version that applies to the town, held or not; ``notes`` are the means by criterion."""
    return [
        PorteJugee(p["arobases"], p["code"], p["libelle"], _est_tenue(p, elements, notes))
        for p in portes
        if not elements.type or concerne(p, elements.type, elements.strate)
    ]


def proposition(valeur: Decimal, seuils: Iterable[Mapping[str, Any]], portes: Sequence[PorteJugee]) -> int:
    """The highest level (1–5) whose threshold is reached and whose gates, and those of the levels below, all hold.

    Every admissible dossier enters at one arobase, whatever its marks.
    """
    minimum = {s["arobases"]: Decimal(str(s["min"])) for s in seuils}
    niveau = 1
    for candidat in range(2, AROBASES_MAX + 1):
        if valeur < minimum[candidat] or not all(p.tenue for p in portes if p.arobases == candidat):
            break
        niveau = candidat
    return niveau


# Can a town reach them? The best possible town of each profile is tried against every gate and threshold.


@dataclass(frozen=True, slots=True)
class Profil:
    """A kind of town: a stratum of communes, or a type of intercommunalité."""

    type: str
    strate: str
    libelle: str


@dataclass(frozen=True, slots=True)
class CritereDeGrille:
    """``poids`` on 100. ``est_precalcule``: set from the mosaic's index (M / 20) and moved by one point at most."""

    code: str
    poids: int
    est_precalcule: bool = False


@dataclass(frozen=True, slots=True)
class HorsDAtteinte:
    """A gate or a threshold that the best town of each of these profiles cannot hold."""

    arobases: int
    libelle: str
    profils: tuple[str, ...]

    def __str__(self) -> str:
        return f"niveau {self.arobases} du label, {self.libelle} : hors d’atteinte pour {', '.join(self.profils)}"


def profils(bareme: Mapping[str, Any]) -> list[Profil]:
    """Each stratum of communes, then each type of intercommunalité."""
    communes = [Profil("commune", s["code"], f"communes ({s['libelle']})") for s in bareme["strates"]]
    return [*communes, *(Profil(type_, "epci", libelle) for type_, libelle in INTERCOMMUNALITES.items())]


def meilleure_ville(regles: Mapping[str, Any], nb_enjeux: int, profil: Profil) -> Elements:
    """Everything proved that such a town can prove. ``regles``: the keys of a version's file."""
    limites = {fait["code"]: fait for fait in regles.get("faits", [])}
    return Elements(
        nb_actions=PLUS_D_ACTIONS,
        nb_replicables=PLUS_D_ACTIONS,
        niveaux=(NIVEAU_MAX,) * nb_enjeux,
        nb_enjeux=nb_enjeux,
        faits=frozenset(c for c in FAITS if concerne(limites.get(c, {}), profil.type, profil.strate)),
        type=profil.type,
        strate=profil.strate,
    )


def indice_maximal(bareme: Mapping[str, Any]) -> Decimal:
    """The mosaic's index of a town with every enjeu at 4 and every service at the best status."""
    meilleur = max(Decimal(s["valeur"]) for s in bareme["statuts"] if s["valeur"] is not None)
    return 100 * (Decimal(bareme["poids_niveau"]) + Decimal(bareme["poids_couverture"]) * meilleur)


def notes_maximales(bareme: Mapping[str, Any], grille: Iterable[CritereDeGrille]) -> dict[str, Decimal]:
    """{criterion: the best note}, below 5 where the mosaic sets it and its index cannot reach 100."""
    prerempli = min(NOTE_MAX, indice_maximal(bareme) / 20 + 1)
    return {c.code: prerempli if c.est_precalcule else NOTE_MAX for c in grille}


def hors_d_atteinte(
    regles: Mapping[str, Any], nb_enjeux: int, grille: Sequence[CritereDeGrille] = ()
) -> list[HorsDAtteinte]:
    """What no town of some profile can reach, in the order of the levels.

    Without ``grille`` every criterion that a gate names is taken to exist and to be noted 5.
    """
    cites = {code for porte in regles["portes"] for code in porte.get("codes", [])}
    notes = notes_maximales(regles["bareme"], grille) if grille else dict.fromkeys(cites, NOTE_MAX)
    villes = [(p.libelle, meilleure_ville(regles, nb_enjeux, p)) for p in profils(regles["bareme"])]
    trouves = list(_seuils_hors_d_atteinte(regles["seuils"], grille, notes))
    for porte in regles["portes"]:
        noms: list[str]
        if inconnus := sorted(set(porte.get("codes", [])) - notes.keys()):
            noms = [f"toutes les collectivités, la grille n’a pas le critère {', '.join(inconnus)}"]
        else:
            noms = [nom for nom, v in villes if not all(j.tenue for j in juger_portes([porte], v, notes))]
        if noms:
            noms = [TOUTES] if len(noms) == len(villes) else noms
            trouves.append(HorsDAtteinte(porte["arobases"], f"porte « {porte['libelle']} »", tuple(noms)))
    return sorted(trouves, key=lambda trouve: trouve.arobases)


def _seuils_hors_d_atteinte(
    seuils: Iterable[Mapping[str, Any]], grille: Sequence[CritereDeGrille], notes: Mapping[str, Decimal]
) -> Iterator[HorsDAtteinte]:
    """Thresholds above the best total that the grid can give; without a grid nothing is above 100."""
    meilleur = sum((c.poids * notes[c.code] / NOTE_MAX for c in grille), Decimal(0)) if grille else Decimal(100)
    for seuil in seuils:
        if meilleur < Decimal(str(seuil["min"])):
            libelle = f"seuil de {seuil['min']}, quand la meilleure note possible est {meilleur.normalize():f}"
            yield HorsDAtteinte(seuil["arobases"], libelle, (TOUTES,))


# What a score becomes in a newer vocabulary


@dataclass(frozen=True, slots=True)
class Lien:
    """An old enjeu feeds a new one with this weight; ``nouveau`` None drops it."""

    ancien: str
    nouveau: str | None
    poids: Decimal = Decimal(1)


def reporter(scores: Mapping[str, Decimal | None], liens: Iterable[Lien]) -> dict[str, Decimal | None]:
    """{new enjeu: weighted mean of the old scores that feed it}; None where none of them is known.

    A rename keeps the score, a split gives it to each part, a merge weighs; new enjeux without ancestor are absent.
    Exact: rounding is left to whoever shows it.
    """
    sommes: dict[str, tuple[Decimal, Decimal]] = {}
    for lien in liens:
        if lien.nouveau is None:
            continue
        total, poids = sommes.get(lien.nouveau, (Decimal(0), Decimal(0)))
        score = scores.get(lien.ancien)
        if score is not None:
            total, poids = total + score * lien.poids, poids + lien.poids
        sommes[lien.nouveau] = (total, poids)
    return {nouveau: total / poids if poids else None for nouveau, (total, poids) in sommes.items()}


def composer(etapes: Iterable[Iterable[Lien]]) -> list[Lien]:
    """One mapping that carries as ``reporter`` does step after step, where every old score is known.

    The weights of what feeds a new enjeu add up to 1; what is dropped on the way is absent.
    """
    compose: dict[str, dict[str, Decimal]] | None = None
    for liens in etapes:
        suivant: dict[str, dict[str, Decimal]] = {}
        totaux: dict[str, Decimal] = {}
        for lien in liens:
            sources = {lien.ancien: Decimal(1)} if compose is None else compose.get(lien.ancien)
            if lien.nouveau is None or not sources:
                continue
            totaux[lien.nouveau] = totaux.get(lien.nouveau, Decimal(0)) + lien.poids
            cible = suivant.setdefault(lien.nouveau, {})
            for ancien, poids in sources.items():
                cible[ancien] = cible.get(ancien, Decimal(0)) + lien.poids * poids
        compose = {n: {a: p / totaux[n] for a, p in sources.items()} for n, sources in suivant.items()}
    return [Lien(a, n, p) for n, sources in (compose or {}).items() for a, p in sources.items()]


# Which service of a newer vocabulary is the one of an older


@dataclass(frozen=True, slots=True)
class ServiceNomme:
    """``rang``: its place in its enjeu, from 1."""

    cle: int
    enjeu: str
    rang: int
    nom: str


def apparier(anciens: Iterable[ServiceNomme], nouveaux: Iterable[ServiceNomme], liens: Iterable[Lien]) -> set[Paire]:
    """(old key, new key) of the services that are the same one.

    Between two enjeux that a link joins, those of the same name, whatever the case. Where the enjeu is kept or renamed,
    neither split nor merged, those left over of the same rank too, if their names share a word: a service reworded in
    its place. Without one, another service has taken the place, and inherits no proof.
    """
    par_ancien, par_nouveau = _par_enjeu(anciens), _par_enjeu(nouveaux)
    couples = {(lien.ancien, lien.nouveau) for lien in liens if lien.nouveau is not None}
    departs, arrivees = Counter(a for a, _ in couples), Counter(n for _, n in couples)
    paires: set[Paire] = set()
    for ancien, nouveau in couples:
        ici, la = par_ancien.get(ancien, []), par_nouveau.get(nouveau, [])
        trouvees = _memes(ici, la, lambda s: " ".join(s.nom.casefold().split()))
        if departs[ancien] == arrivees[nouveau] == 1:
            pris = {cle for paire in trouvees for cle in paire}
            restes = [s for s in ici if s.cle not in pris], [s for s in la if s.cle not in pris]
            trouvees |= _reformules(*restes)
        paires |= trouvees
    return paires


def _par_enjeu(services: Iterable[ServiceNomme]) -> dict[str, list[ServiceNomme]]:
    par_enjeu: dict[str, list[ServiceNomme]] = {}
    for service in services:
        par_enjeu.setdefault(service.enjeu, []).append(service)
    return par_enjeu


def _memes(
    anciens: list[ServiceNomme], nouveaux: list[ServiceNomme], cle: Callable[[ServiceNomme], str | int]
) -> set[Paire]:
    par_cle = {cle(service): service.cle for service in nouveaux}
    return {(service.cle, par_cle[cle(service)]) for service in anciens if cle(service) in par_cle}


def _reformules(anciens: list[ServiceNomme], nouveaux: list[ServiceNomme]) -> set[Paire]:
    au_rang = {service.rang: service for service in nouveaux}
    rangees = ((ancien, au_rang[ancien.rang]) for ancien in anciens if ancien.rang in au_rang)
    return {(a.cle, n.cle) for a, n in rangees if mots_porteurs(a.nom) & mots_porteurs(n.nom)}


def mots_porteurs(nom: str) -> set[str]:
    """The words that carry the sense, without accents nor plural: those of four letters or more."""
    nu = unicodedata.normalize("NFD", nom.casefold())
    mots = re.findall(r"[a-z]{4,}", "".join(lettre for lettre in nu if not unicodedata.combining(lettre)))
    return {mot.rstrip("sx") for mot in mots} - MOTS_VIDES


def fermer(etapes: Mapping[tuple[int, int], set[Paire]]) -> dict[tuple[int, int], set[Paire]]:
    """The pairs of each mapping (older version, newer one), followed from version to version by the shortest way."""
    fermees: dict[tuple[int, int], set[Paire]] = {}
    for depart in {ancienne for ancienne, _ in etapes}:
        a_suivre = [depart]
        for ici in a_suivre:
            for (ancienne, nouvelle), paires in etapes.items():
                if ancienne != ici or nouvelle in a_suivre:
                    continue
                a_suivre.append(nouvelle)
                jusqu_ici = fermees.get((depart, ici))
                fermees[depart, nouvelle] = paires if jusqu_ici is None else _enchainer(jusqu_ici, paires)
    return fermees


def _enchainer(avant: set[Paire], apres: set[Paire]) -> set[Paire]:
    suites: dict[int, list[int]] = {}
    for milieu, fin in apres:
        suites.setdefault(milieu, []).append(fin)
    return {(debut, fin) for debut, milieu in avant for fin in suites.get(milieu, ())}


def valeurs_d_etiquette(paires: Collection[Paire]) -> set[Paire]:
    """(tag, service it counts for) between two versions: an old tag counts for what it has become; a new one counts for
    the old service that it was, unless it was several (nobody can say which)."""
    origines = Counter(nouveau for _, nouveau in paires)
    return {*paires, *((nouveau, ancien) for ancien, nouveau in paires if origines[nouveau] == 1)}
