from decimal import Decimal

import pytest
from django.test import Client

from candidatures.campagnes.models import Campagne
from candidatures.jury import actions, queries
from candidatures.jury.models import Affectation, Evaluation, Jure, Synthese
from candidatures.jury.permissions import Liens
from candidatures.jury.queries import FiltreAvancement, FiltreDeliberation, FiltreLecture
from tests.factories import jury as fabrique
from villes_internet.comptes.models import Utilisateur

pytestmark = pytest.mark.django_db


def test_the_pages_of_a_juror_follow_one_another(
    campagne: Campagne, jure: Jure, autre_jure: Jure, chargee_de_mission: Utilisateur
) -> None:
    attendues = []
    for _ in range(3):
        dossier = fabrique.dossier(campagne)
        attendues.append(fabrique.affecter_deux(dossier, chargee_de_mission, jure, autre_jure)[0])
    miennes = Affectation.objects.filter(jure=jure)
    page = queries.page_de_lectures(miennes, FiltreLecture.TOUTES, taille=2)
    assert page.lignes == [attendues[2], attendues[1]]
    suite = queries.page_de_lectures(miennes, FiltreLecture.TOUTES, page.suivante, taille=2)
    assert (suite.lignes, suite.suivante, suite.est_premiere) == ([attendues[0]], "", False)
    assert queries.page_de_lectures(miennes, FiltreLecture.SOUMISES).lignes == []
    assert queries.suivante_a_lire(miennes, attendues[1]) == attendues[0]
    assert queries.suivante_a_lire(miennes, attendues[0]) == attendues[2]
    assert queries.suivante_a_lire(Affectation.objects.none(), attendues[0]) is None


def test_the_board_s_pages_follow_one_another(campagne: Campagne) -> None:
    dossiers = [fabrique.dossier(campagne) for _ in range(3)]
    page = queries.page_d_avancement(campagne, FiltreAvancement.SANS, taille=2)
    assert [ligne.dossier for ligne in page.lignes] == dossiers[:2]
    suite = queries.page_d_avancement(campagne, FiltreAvancement.SANS, page.suivante, taille=2)
    assert [ligne.dossier for ligne in suite.lignes] == dossiers[2:]


@pytest.mark.parametrize("moyennes", [["70", "60", "50"], ["60", "60", "60"]])
def test_the_deliberation_s_pages_follow_one_another_even_among_equals(campagne: Campagne, moyennes: list[str]) -> None:
    for moyenne in moyennes:
        dossier = fabrique.dossier(campagne)
        Synthese.objects.create(dossier=dossier, campagne=campagne, moyenne=Decimal(moyenne), proposition=3)
    page = queries.page_de_deliberation(campagne, Liens(), FiltreDeliberation.TOUS, taille=2)
    suite = queries.page_de_deliberation(campagne, Liens(), FiltreDeliberation.TOUS, page.suivante, taille=2)
    vues = [ligne.dossier.pk for ligne in [*page.lignes, *suite.lignes]]
    assert len(set(vues)) == len(vues) == 3
    assert suite.suivante == ""


@pytest.mark.parametrize("apres", ["x", "60", "NaN-3", "x-3", "900-3", "60-x"])
def test_an_unreadable_cursor_shows_the_beginning(campagne: Campagne, apres: str) -> None:
    dossier = fabrique.dossier(campagne)
    Synthese.objects.create(dossier=dossier, campagne=campagne, moyenne=Decimal(60), proposition=3)
    page = queries.page_de_deliberation(campagne, Liens(), FiltreDeliberation.TOUS, apres)
    assert [ligne.dossier for ligne in page.lignes] == [dossier]


def test_what_needs_a_debate_is_found_by_its_reason(campagne: Campagne) -> None:
    en_debat = fabrique.dossier(campagne)
    Synthese.objects.create(
        dossier=en_debat, campagne=campagne, moyenne=Decimal(60), proposition=3, debat=["ecart", "recul"]
    )
    fabrique.evalue(campagne)
    trouves = {
        filtre: [ligne.dossier.pk for ligne in queries.page_de_deliberation(campagne, Liens(), filtre).lignes].count(
            en_debat.pk
        )
        for filtre in FiltreDeliberation
    }
    assert [f for f, n in trouves.items() if n] == [
        FiltreDeliberation.TOUS,
        FiltreDeliberation.ECART,
        FiltreDeliberation.RECUL,
    ]


def test_the_two_sentences_to_the_town_are_due(affectations: tuple[Affectation, Affectation]) -> None:
    evaluation = fabrique.remplir(affectations[0].evaluation)
    criteres = list(affectations[0].dossier.campagne.criteres.all())
    assert queries.manques_de(evaluation, criteres) == []
    Evaluation.objects.filter(pk=evaluation.pk).update(points_forts=" ", pistes="")
    evaluation.refresh_from_db()
    assert [m.ancre for m in queries.manques_de(evaluation, criteres)] == ["id_points_forts", "id_pistes"]


def test_rows_say_what_they_are(
    affectations: tuple[Affectation, Affectation], jure: Jure, chargee_de_mission: Utilisateur
) -> None:
    evaluation = fabrique.soumettre(affectations[0])
    assert str(evaluation.notes.get(critere__code="J1")).endswith(": 4.00")
    assert str(jure.charges.get()) == "1/1"
    actions.recuser(
        affectations[1], nature="autre", motif="Lien", par=chargee_de_mission, a=affectations[1].affectee_le
    )
    assert str(affectations[1].jure.conflits.get())
    assert str(Synthese.objects.get()).startswith("Synthèse")


def test_jurors_stand_in_the_french_order_of_their_names(campagne: Campagne, administratrice: Utilisateur) -> None:
    dossier = fabrique.dossier(campagne)
    for nom in ("Zola", "Évrard", "Ober", "Œhmichen"):
        Utilisateur.objects.filter(pk=fabrique.jure("Jo").utilisateur_id).update(last_name=nom)
    attendus = ["Évrard", "Ober", "Œhmichen", "Zola"]
    assert [p.jure.utilisateur.last_name for p in queries.jures_possibles(dossier)] == attendus
    client = Client()
    client.force_login(administratrice)
    registre = client.get("/admin/candidatures/jure/").context["cl"].result_list
    assert [j.utilisateur.last_name for j in registre] == attendus
