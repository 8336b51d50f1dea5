"""Three selections of the association: each names stories, and takes the best documented fiche that tells each."""

from collections.abc import Iterable
from dataclasses import dataclass

from atlaas.interface import Action, creer_selection, publier_selection, retenir
from candidatures.pilotage.demonstration.fiches import Recit
from villes_internet.comptes.models import Utilisateur

MIN = 2  # fiches; a demonstration cut short may not tell the stories


@dataclass(frozen=True, slots=True)
class Theme:
    """``raisons``: {service of a story: why its fiche is there}, in the order of the selection."""

    titre: str
    introduction: str
    raisons: dict[str, str]


THEMES = (
    Theme(
        "Décider avec les habitants, et le montrer",
        "Consulter est facile ; répondre l’est moins. Ces collectivités disent **ce qu’elles ont fait** de chaque "
        "contribution, et gardent une voie pour ceux qui ne se connecteront pas.\n\n"
        "À lire avant de choisir un outil : aucune de ces actions n’a commencé par là.",
        {
            "A1.4": "Le vote est ouvert dès onze ans et se tient aussi au marché : la participation a suivi.",
            "A1.3": "Chaque contribution reçoit une réponse publique. C’est ce que les habitants citent en premier.",
            "A1.1": "La séance est découpée par délibération : on retrouve un sujet en une minute.",
            "A1.6": "Les conseils de quartier ont leur propre espace, sans passer par le service communication.",
            "E2.6": "Montrer les subventions et les marchés ligne à ligne change le ton des réunions publiques.",
        },
    ),
    Theme(
        "Accueillir ceux que le numérique éloigne",
        "Une démarche en ligne n’aide que celui qui sait la faire. Du guichet au bus, ces actions ont "
        "un point commun : **un humain d’abord**, un écran ensuite.\n\n"
        "- un lieu près de chez soi ;\n- du matériel qui sert encore ;\n- des pages que l’on comprend sans aide.",
        {
            "C2.5": "Le bus passe où l’aide manque ; une journée type et son coût sont décrits.",
            "C2.1": "Deux conseillers, des horaires tenus, et un carnet de suivi que la personne garde.",
            "B2.3": "Les ordinateurs réformés repartent effacés, garantis, avec une heure d’accompagnement.",
            "B3.6": "Le facile à lire relu par les personnes concernées : une méthode que l’on peut copier demain.",
            "B2.1": "On ne donne ses pièces qu’une fois, en ligne ou au guichet, avec les mêmes agents.",
            "C2.6": "Les médiateurs se connaissent : on oriente mieux, sans refaire l’histoire de chacun.",
        },
    ),
    Theme(
        "Tenir bon le jour de la panne",
        "Une attaque ou une panne arrive un jour ou l’autre. Ces collectivités de toutes tailles s’y préparent avec "
        "**des gestes simples**, et disent ce qu’ils coûtent.",
        {
            "E3.6": "Une matinée sans informatique, chaque année : l’exercice le moins cher et le plus utile.",
            "E3.3": "Une sauvegarde ne vaut que restaurée : ici, elle l’est chaque trimestre, et le délai est publié.",
            "E3.4": "Deux facteurs pour tous les accès sensibles, y compris ceux des élus.",
            "E3.7": "La sensibilisation part de vrais messages reçus en mairie.",
        },
    ),
)


def composer(recits: Iterable[Recit], fiches: Iterable[Action], *, par: Utilisateur) -> int:
    """How many were published."""
    titres = {titre: recit.service for recit in recits for titre in (recit.titre, recit.autre_titre)}
    par_service: dict[str, list[Action]] = {}
    for fiche in sorted(fiches, key=lambda f: (not f.est_replicable, f.pk)):
        if fiche.est_publique and fiche.titre in titres:
            par_service.setdefault(titres[fiche.titre], []).append(fiche)
    return sum(_composer(theme, par_service, par) for theme in THEMES)


def _composer(theme: Theme, par_service: dict[str, list[Action]], par: Utilisateur) -> bool:
    """The first fiche of each story, of a town that the selection does not show yet where there is one."""
    choisies: dict[str, Action] = {}
    for service in theme.raisons:
        candidates = par_service.get(service, [])
        villes = {f.collectivite_id for f in choisies.values()}
        if candidates:
            choisies[service] = next((f for f in candidates if f.collectivite_id not in villes), candidates[0])
    if len(choisies) < MIN:
        return False
    selection = creer_selection(titre=theme.titre, introduction=theme.introduction, par=par)
    for service, fiche in choisies.items():
        retenir(selection, fiche, par=par, pourquoi=theme.raisons[service])
    publier_selection(selection, par=par)
    return True
