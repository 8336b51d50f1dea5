"""Sow public fiches straight in SQL, and their rows of search through the very statements of ``atlaas.indexation``."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

from django.db import connection
from django.utils import timezone

from atlaas import indexation
from atlaas.models import Action
from villes_internet.referentiel import actions as referentiel
from villes_internet.referentiel.models import Service, Version

BLOC = 20_000
MOTS = """
médiathèque numérique participatif budget école atelier seniors vélo transport mobilité signalement
voirie cantine inscription formation internet fibre wifi données ouvertes cartographie patrimoine
musée visite théâtre billetterie démocratie consultation enquête quartier jeunesse emploi insertion
aidants santé téléconsultation énergie déchets compostage eau capteurs éclairage sobriété
accessibilité handicap traduction accueil guichet démarches état civil urbanisme permis agriculture
marché commerce artisans tourisme randonnée association bénévoles sport piscine bibliothèque podcast
vidéo conseil municipal délibérations transparence sécurité sauvegarde mot passe hameçonnage
intelligence artificielle logiciel libre messagerie fablab robotique code programmation parents
enfants crèche
"""

FICHES = """
INSERT INTO atlaas_action (collectivite_id, etat, titre, slug, resume, description, publics, stade, operateur,
    nom_operateur, resultats, indicateur_libelle, indicateur_unite, indicateur_valeur, outils, est_libre,
    est_replicable, comment_repliquer, contact, lien, version, accessibilite, adresse, cout, donnees_personnelles,
    environnement, financement, image, image_alternative, image_credit, langue, publics_vises, structure, date_debut,
    publiee_le, confirmee_le)
SELECT (%(villes)s::bigint[])[1 + floor(power(random(), 1.5) * %(nb_villes)s)::int], 'publiee',
    initcap(m[1]) || ' ' || m[2] || ' ' || m[3] || ' ' || n, 'fiche-' || n,
    array_to_string(m[3:14], ' '), array_to_string(m || m[5:30], ' '), '',
    (ARRAY['en_service','en_service','en_service','experimentation','programmee','arretee'])[1 + n %% 6], 'direct',
    '', '', '', '', CASE WHEN n %% 3 = 0 THEN n %% 1000 END,
    (ARRAY['Decidim','Nextcloud','Matrix','QGIS','PeerTube','','','',''])[1 + n %% 9], n %% 4 = 0, n %% 5 = 0,
    '', '', '', 1, '', '', '', '', '', '', '', '', '', 'fr',
    ARRAY[(ARRAY['aines','jeunes','familles'])[1 + n %% 3]], '',
    DATE '2015-01-01' + n %% 4000, d, d
FROM generate_series(%(de)s::int, %(a)s::int) n
CROSS JOIN LATERAL (SELECT array_agg((%(mots)s::text[])[1 + floor(power(random(), 2) * %(nb_mots)s)::int]) AS m
                    FROM generate_series(1, 40) k WHERE n > 0) tirage
CROSS JOIN LATERAL (SELECT timestamptz '2026-11-01' - (n %% 3000) * interval '1 day' AS d) dates
RETURNING id
"""
SERVICES = """
INSERT INTO atlaas_action_services (action_id, service_id)
SELECT a, (%(services)s::bigint[])[1 + (a * 31 + k * 47) %% %(nb)s]
FROM unnest(%(cles)s::bigint[]) a, generate_series(1, 2) k
"""
TABLES = ("atlaas_action", "atlaas_action_services", "atlaas_entree")
INDEX = """
SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)
FROM pg_index i
WHERE i.indrelid = ANY (%s::regclass[]) AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)
"""


def version_de_2027() -> Version:
    return Version.objects.filter(code="2027").first() or referentiel.publier(
        referentiel.importer_version(referentiel.charger_donnees("2027")), par=None, a=timezone.now()
    )


def semer_jusqu_a(nb: int, connexions: int = 1) -> None:
    """Add public fiches until there are ``nb``, with their rows, counts and words.

    Indexes are set aside meanwhile and built once. Beyond one of ``connexions``, nothing must be left uncommitted.
    """
    version = version_de_2027()
    services = list(Service.objects.filter(enjeu__famille__version=version).order_by("pk").values_list("pk", flat=True))
    blocs = [(de, min(de + BLOC - 1, nb)) for de in range(Action.objects.count() + 1, nb + 1, BLOC)]
    with connection.cursor() as curseur:
        curseur.execute("SELECT array_agg(id ORDER BY id) FROM territoires_collectivite WHERE type = 'commune'")
        (villes,) = curseur.fetchone()
        curseur.execute("ANALYZE")
    with sans_index(connexions):
        _a_plusieurs(connexions, [partial(_semer_un_bloc, bloc, villes, services) for bloc in blocs])
    indexation.compter()
    indexation.apprendre()
    with connection.cursor() as curseur:
        curseur.execute("ANALYZE" if connection.in_atomic_block else "VACUUM ANALYZE")


@contextmanager
def sans_index(connexions: int) -> Iterator[None]:
    """The indexes of the sown tables but those of constraints, dropped for the time of the block; the longest first."""
    with connection.cursor() as curseur:
        curseur.execute("SET CONSTRAINTS ALL IMMEDIATE")
        curseur.execute(INDEX, [list(TABLES)])
        ordres = curseur.fetchall()
        curseur.execute("; ".join(f'DROP INDEX "{nom}"' for nom, _ in ordres))
    yield
    creations = sorted((creation for _, creation in ordres), key=lambda creation: "USING gin" not in creation)
    _a_plusieurs(connexions, [partial(_executer, creation) for creation in creations])


def _a_plusieurs(connexions: int, gestes: Sequence[Callable[[], None]]) -> None:
    """One after the other, or each in a thread that has a connection of its own."""
    if connexions == 1:
        for geste in gestes:
            geste()
        return
    with ThreadPoolExecutor(connexions) as fils:
        list(fils.map(_a_part, gestes))


def _a_part(geste: Callable[[], None]) -> None:
    try:
        with connection.cursor() as curseur:
            curseur.execute("SET synchronous_commit = off; SET maintenance_work_mem = '512MB'")
        geste()
    finally:
        connection.close()


def _executer(creation: str) -> None:
    with connection.cursor() as curseur:
        curseur.execute(f"SET CONSTRAINTS ALL IMMEDIATE; {creation}")


def _semer_un_bloc(bloc: tuple[int, int], villes: list[int], services: list[int]) -> None:
    mots = list(dict.fromkeys(MOTS.split())) + [f"mot{rang}" for rang in range(4000)]
    de, a = bloc
    with connection.cursor() as curseur:
        curseur.execute("SELECT setseed(%s)", [de % 1000 / 1000])
        curseur.execute(
            FICHES,
            {"de": de, "a": a, "villes": villes, "nb_villes": len(villes), "mots": mots, "nb_mots": len(mots)},
        )
        cles = [cle for (cle,) in curseur.fetchall()]
        curseur.execute(SERVICES, {"cles": cles, "services": services, "nb": len(services)})
    indexation.indexer(cles)
