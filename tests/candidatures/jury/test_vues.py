from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from candidatures.campagnes import actions as campagnes
from candidatures.campagnes.models import Campagne
from candidatures.dossiers.etats import EtatDossier
from candidatures.dossiers.models import Dossier
from candidatures.jury import actions
from candidatures.jury.models import Affectation, Conflit, Decision, Evaluation, Jure, Note
from tests.factories import ground
from tests.factories import jury as fabrique
from villes_internet.comptes.models import Role, Utilisateur
from villes_internet.territoires.models import Collectivite

pytestmark = pytest.mark.django_db
Connecte = Callable[[Utilisateur], Client]
Paire = tuple[Affectation, Affectation]


def grille(version: int, **notes: str) -> dict[str, str]:
    return {"numero_version": str(version), "points_forts": "", "pistes": ""} | {
        f"{code}-valeur": valeur for code, valeur in notes.items()
    }


def url(nom: str, *args: object) -> str:
    return reverse(f"admin:{nom}", args=args)


@pytest.fixture
def page_lecture(dossier: Dossier) -> str:
    return url("jury_lecture", dossier.pk)


# Who enters


@pytest.mark.parametrize("nom", ["index", "jury_dossiers", "jury_avancement", "deliberation", "pilotage_dossiers"])
def test_the_anonymous_visitor_is_sent_to_sign_in(client: Client, nom: str) -> None:
    reponse = client.get(url(nom), follow=True)
    assert reponse.redirect_chain
    assert "/compte/" in reponse.redirect_chain[-1][0]


def test_the_door_is_closed_to_the_towns_with_its_reason(connecte: Connecte, referente: Utilisateur) -> None:
    reponse = connecte(referente).get(url("index"), follow=True)
    assert reponse.status_code == 403
    assert "réservée au jury et à l’association" in reponse.content.decode()


@pytest.mark.parametrize(
    ("persona", "pages"),
    [
        ("jury", {"jury_dossiers": 200, "jury_avancement": 404, "deliberation": 404, "pilotage_dossiers": 404}),
        ("presidence", {"jury_dossiers": 404, "jury_avancement": 404, "deliberation": 200, "pilotage_dossiers": 404}),
        ("association", {"jury_dossiers": 404, "jury_avancement": 200, "deliberation": 200, "pilotage_dossiers": 200}),
    ],
)
def test_each_role_opens_its_own_pages_only(
    connecte: Connecte, campagne: Campagne, persona: str, pages: dict[str, int]
) -> None:
    roles = {"jury": Role.JURE, "presidence": Role.PRESIDENCE_JURY, "association": Role.CHARGE_DE_MISSION}
    client = connecte(ground.habiliter(ground.utilisateur("Personne"), roles[persona]))
    assert {nom: client.get(url(nom)).status_code for nom in pages} == pages


def test_the_index_of_a_juror_shows_the_dossiers_to_read_and_nothing_else(
    connecte: Connecte, affectations: Paire
) -> None:
    page = connecte(affectations[0].jure.utilisateur).get(url("index")).content.decode()
    assert "Mes dossiers à lire" in page
    assert "Bassens" in page
    assert "Registres et réglages" not in page
    assert "Avancement du jury" not in page


def test_the_index_of_the_association_shows_the_campaign(
    connecte: Connecte, dossier: Dossier, administratrice: Utilisateur
) -> None:
    page = connecte(administratrice).get(url("index")).content.decode()
    assert "Conduire la campagne" in page
    assert "Registres et réglages" in page
    assert "Mes dossiers à lire" not in page


def test_the_index_of_the_president_hides_the_dossiers_in_conflict_from_its_counts(
    connecte: Connecte, campagne: Campagne, bassens: Collectivite, presidente_du_jury: Utilisateur
) -> None:
    fabrique.evalue(campagne, collectivite=bassens)
    reponse = connecte(presidente_du_jury).get(url("index"))
    assert next(p for p in reponse.context["panneaux"]).contexte["nb_evalues"] == 1
    Jure.objects.create(utilisateur=presidente_du_jury, collectivite=bassens)
    presidente = Utilisateur.objects.get(pk=presidente_du_jury.pk)
    reponse = connecte(presidente).get(url("index"))
    assert next(p for p in reponse.context["panneaux"]).contexte["nb_evalues"] == 0


# The juror's list and reading


def test_a_juror_sees_the_dossiers_assigned_and_nothing_else(
    connecte: Connecte, affectations: Paire, campagne: Campagne, chargee_de_mission: Utilisateur
) -> None:
    ailleurs = fabrique.evalue(campagne)
    client = connecte(affectations[0].jure.utilisateur)
    page = client.get(url("jury_dossiers")).content.decode()
    assert "Bassens" in page
    assert ailleurs.collectivite.nom not in page
    assert client.get(url("jury_lecture", ailleurs.pk)).status_code == 404


def test_a_dossier_appears_only_once_its_evaluation_is_open(
    connecte: Connecte, dossier: Dossier, jure: Jure, chargee_de_mission: Utilisateur, page_lecture: str
) -> None:
    actions.affecter(dossier, jure, par=chargee_de_mission)
    client = connecte(jure.utilisateur)
    assert client.get(page_lecture).status_code == 404
    assert "Bassens" not in client.get(url("jury_dossiers")).content.decode()


def test_the_reading_page_shows_the_dossier_beside_the_eight_criteria(
    connecte: Connecte, affectations: Paire, page_lecture: str
) -> None:
    reponse = connecte(affectations[0].jure.utilisateur).get(page_lecture)
    page = reponse.content.decode()
    assert reponse.status_code == 200
    assert page.count('class="critere" data-poids') == 8
    assert "lecture-mosaique" in page
    assert 'value="3.20" checked' in page
    assert "référence nationale" in page
    assert "Moyenne des lectures" not in page


def test_a_draft_is_saved_without_javascript(connecte: Connecte, affectations: Paire, page_lecture: str) -> None:
    client = connecte(affectations[0].jure.utilisateur)
    reponse = client.post(page_lecture, grille(0, J1="3.50", J2="3.20"))
    assert reponse.status_code == 302
    assert Note.objects.get(evaluation=affectations[0].evaluation, critere__code="J1").valeur == 3.5


def test_an_autosave_answers_with_the_new_version(connecte: Connecte, affectations: Paire, page_lecture: str) -> None:
    client = connecte(affectations[0].jure.utilisateur)
    reponse = client.post(page_lecture, grille(0, J1="3.50", J2="3.20"), headers={"X-Sauvegarde": "1"})
    assert reponse.status_code == 200
    assert (reponse.json()["etat"], reponse.json()["numero_version"]) == ("enregistre", 1)
    reponse = client.post(page_lecture, grille(0, J1="2.00"), headers={"X-Sauvegarde": "1"})
    assert reponse.status_code == 409
    assert (reponse.json()["numero_version"], reponse.json()["valeurs"]["J1-valeur"]) == (1, "3.50")


def test_a_stale_page_comes_back_with_what_was_typed(
    connecte: Connecte, affectations: Paire, page_lecture: str
) -> None:
    client = connecte(affectations[0].jure.utilisateur)
    client.post(page_lecture, grille(0, J1="3.50"))
    reponse = client.post(page_lecture, grille(0, J1="2.00") | {"J1-commentaire": "Ma phrase"})
    page = reponse.content.decode()
    assert reponse.status_code == 409
    assert "Ma phrase" in page
    assert 'name="numero_version" value="1"' in page


@pytest.mark.parametrize("valeur", ["3.2", "7", "NaN", "trois"])
def test_a_note_that_is_not_offered_is_refused_with_its_message(
    connecte: Connecte, affectations: Paire, page_lecture: str, valeur: str
) -> None:
    client = connecte(affectations[0].jure.utilisateur)
    reponse = client.post(page_lecture, grille(0, J1=valeur))
    assert reponse.status_code == 422
    assert "choisissez une des notes proposées" in reponse.content.decode()
    reponse = client.post(page_lecture, grille(0, J1=valeur), headers={"X-Sauvegarde": "1"})
    assert reponse.status_code == 403
    assert "J1-valeur" in reponse.json()["erreurs"]


def test_what_is_missing_is_listed_with_links_before_the_submission(
    connecte: Connecte, affectations: Paire, dossier: Dossier, page_lecture: str
) -> None:
    client = connecte(affectations[0].jure.utilisateur)
    reponse = client.post(page_lecture, grille(0, J1="5.00") | {"suite": "soumettre"}, follow=True)
    page = reponse.content.decode()
    assert "id_J1-commentaire" in page
    assert "id_points_forts" in page
    assert client.post(url("jury_soumettre", dossier.pk)).status_code == 422
    assert Evaluation.objects.get(affectation=affectations[0]).etat == "brouillon"


def test_submitting_then_shows_the_others_and_the_level_of_last_year(
    connecte: Connecte, affectations: Paire, dossier: Dossier, bassens: Collectivite, page_lecture: str
) -> None:
    from atlaas import interface as atlaas

    atlaas.inscrire_distinction(bassens, 2026, arobases=3, est_verte=False, mentions=[])
    fabrique.soumettre(affectations[1], {"J3": "2.5"})
    fabrique.remplir(affectations[0].evaluation)
    client = connecte(affectations[0].jure.utilisateur)
    avant = client.get(page_lecture).content.decode()
    assert "60,8" not in avant
    assert "Dernier niveau" not in avant
    assert "Soumettre ma lecture" in client.get(url("jury_soumettre", dossier.pk)).content.decode()
    apres = client.post(url("jury_soumettre", dossier.pk), follow=True).content.decode()
    assert "60,8" in apres
    assert "3\u00a0arobases" in apres
    assert str(affectations[1].jure) not in apres


def test_a_submitted_reading_refuses_a_save_with_its_reason(
    connecte: Connecte, affectations: Paire, page_lecture: str
) -> None:
    evaluation = fabrique.soumettre(affectations[0])
    client = connecte(affectations[0].jure.utilisateur)
    reponse = client.post(page_lecture, grille(evaluation.numero_version, J1="1.00"))
    assert reponse.status_code == 403
    assert "soumise" in reponse.content.decode()
    reponse = client.post(page_lecture, grille(9, J1="1.00"), headers={"X-Sauvegarde": "1"})
    assert (reponse.status_code, "soumise" in reponse.json()["motif"]) == (403, True)


def test_the_next_dossier_is_one_link_away(
    connecte: Connecte, campagne: Campagne, jure: Jure, autre_jure: Jure, chargee_de_mission: Utilisateur
) -> None:
    dossiers = [fabrique.dossier(campagne) for _ in range(2)]
    for d in dossiers:
        fabrique.affecter_deux(d, chargee_de_mission, jure, autre_jure)
        actions.ouvrir_evaluation(d, par=chargee_de_mission)
    page = connecte(jure.utilisateur).get(url("jury_lecture", dossiers[0].pk)).content.decode()
    assert f'href="{url("jury_lecture", dossiers[1].pk)}" data-touche="n"' in page


# Conflicts


def test_a_juror_in_conflict_finds_404_everywhere(
    connecte: Connecte, affectations: Paire, dossier: Dossier, metropole: Collectivite
) -> None:
    """The tie is discovered after the assignment: nothing of the dossier remains, not even a count."""
    jure = affectations[0].jure
    Jure.objects.filter(pk=jure.pk).update(collectivite=ground.collectivite("Lormont", epci=metropole))
    client = connecte(jure.utilisateur)
    for nom in ("jury_lecture", "jury_soumettre", "jury_recuser"):
        assert client.get(url(nom, dossier.pk)).status_code == 404
    assert client.get(url("jury_piece", dossier.pk, 1)).status_code == 404
    assert "Bassens" not in client.get(url("jury_dossiers")).content.decode()
    assert "Bassens" not in client.get(url("index")).content.decode()


def test_a_juror_steps_back_with_a_motive(connecte: Connecte, affectations: Paire, dossier: Dossier) -> None:
    client = connecte(affectations[0].jure.utilisateur)
    adresse = url("jury_recuser", dossier.pk)
    assert client.get(adresse).status_code == 200
    assert client.post(adresse, {"nature": "personnel", "motif": ""}).status_code == 422
    assert client.post(adresse, {"nature": "personnel", "motif": "Mon frère y est élu."}).status_code == 302
    assert Conflit.objects.get().motif == "Mon frère y est élu."
    assert client.get(adresse).status_code == 404


# The association


def test_the_association_assigns_by_hand_and_sees_why_not(
    connecte: Connecte,
    dossier: Dossier,
    jure: Jure,
    autre_jure: Jure,
    jure_en_conflit: Jure,
    chargee_de_mission: Utilisateur,
) -> None:
    client = connecte(chargee_de_mission)
    page = client.get(url("dossier", dossier.pk)).content.decode()
    assert "même intercommunalité" in page
    assert f'value="{jure_en_conflit.pk}"' not in page
    choisis = [jure.pk, autre_jure.pk, jure_en_conflit.pk]
    page = client.post(url("jury_affecter", dossier.pk), {"jure": choisis}, follow=True).content.decode()
    assert "Conflit d’intérêts" in page
    assert dossier.affectations.count() == 2
    client.post(url("jury_ouvrir", dossier.pk))
    dossier.refresh_from_db()
    assert dossier.etat == EtatDossier.EN_EVALUATION


def test_assigning_nobody_says_so(connecte: Connecte, dossier: Dossier, chargee_de_mission: Utilisateur) -> None:
    reponse = connecte(chargee_de_mission).post(url("jury_affecter", dossier.pk), {"jure": ["x"]}, follow=True)
    assert "Cochez au moins un juré" in reponse.content.decode()


def test_opening_too_early_is_refused_with_its_reason(
    connecte: Connecte, dossier: Dossier, chargee_de_mission: Utilisateur
) -> None:
    reponse = connecte(chargee_de_mission).post(url("jury_ouvrir", dossier.pk))
    assert (reponse.status_code, "deux jurés" in reponse.content.decode()) == (403, True)


def test_admissibility_is_said_by_the_association_with_a_motive(
    connecte: Connecte, campagne: Campagne, chargee_de_mission: Utilisateur
) -> None:
    depose = fabrique.dossier(campagne, etat=EtatDossier.DEPOSE)
    client, adresse = connecte(chargee_de_mission), url("dossier_recevabilite", depose.pk)
    page = client.post(adresse, {"avis": "irrecevable", "motif": ""}, follow=True).content.decode()
    assert "Un motif est nécessaire" in page
    client.post(adresse, {"avis": "irrecevable", "motif": "Aucune action éligible."})
    depose.refresh_from_db()
    assert depose.etat == EtatDossier.IRRECEVABLE
    client.post(adresse, {"avis": "recevable"})
    depose.refresh_from_db()
    assert depose.etat == EtatDossier.RECEVABLE


def test_the_association_never_sees_an_individual_note(
    connecte: Connecte, affectations: Paire, dossier: Dossier, chargee_de_mission: Utilisateur, page_lecture: str
) -> None:
    fabrique.soumettre(affectations[0])
    fabrique.soumettre(affectations[1], {"J3": "2.5"})
    client = connecte(chargee_de_mission)
    page = client.get(url("dossier", dossier.pk)).content.decode()
    assert "64,8" not in page
    assert "62,8" in page
    assert client.get(page_lecture).status_code == 404


def test_the_board_shows_jurors_and_dossiers_by_readers(
    connecte: Connecte,
    dossier: Dossier,
    campagne: Campagne,
    jure: Jure,
    autre_jure: Jure,
    chargee_de_mission: Utilisateur,
) -> None:
    seul = fabrique.dossier(campagne)
    actions.affecter(seul, jure, par=chargee_de_mission)
    client = connecte(chargee_de_mission)
    adresse = url("jury_avancement")
    page = client.get(adresse).content.decode()
    assert "Bassens" in page
    assert str(jure) in page
    assert seul.collectivite.nom in client.get(adresse, {"filtre": "1"}).content.decode()
    actions.affecter(seul, autre_jure, par=chargee_de_mission)
    assert "Ouvrir l’évaluation de tous" in client.get(adresse, {"filtre": "prets"}).content.decode()
    page = client.post(url("jury_ouvrir_tout"), follow=True).content.decode()
    assert "1 dossier ouvert" in page
    assert seul.collectivite.nom in client.get(adresse, {"filtre": "en_cours"}).content.decode()


def test_a_reading_is_given_back_with_a_motive(
    connecte: Connecte, affectations: Paire, dossier: Dossier, chargee_de_mission: Utilisateur
) -> None:
    client, adresse = connecte(chargee_de_mission), url("jury_rendre", dossier.pk, affectations[0].pk)
    assert client.post(adresse, {"motif": "x"}).status_code == 403
    fabrique.soumettre(affectations[0])
    assert "Rendre la lecture" in client.get(url("dossier", dossier.pk)).content.decode()
    assert "motif" in client.post(adresse, {"motif": ""}, follow=True).content.decode()
    client.post(adresse, {"motif": "Erreur de saisie"})
    assert Evaluation.objects.get(affectation=affectations[0]).etat == "brouillon"


# Deliberation


@pytest.fixture
def evalue(campagne: Campagne, bassens: Collectivite) -> Dossier:
    demande = {"mentions": {"mention1": "transition-ecologique", "mention1_texte": "Sobriété", "mention1_actions": []}}
    dossier = fabrique.evalue(campagne, collectivite=bassens, sections=demande)
    campagne.refresh_from_db()
    campagnes.deliberer(campagne, par=None)
    return dossier


def test_the_president_decides_and_must_explain_a_departure(
    connecte: Connecte, evalue: Dossier, campagne: Campagne, presidente_du_jury: Utilisateur
) -> None:
    client, adresse = connecte(presidente_du_jury), url("decision", evalue.pk)
    assert "Bassens" in client.get(url("deliberation")).content.decode()
    page = client.get(adresse).content.decode()
    assert "Portes" in page
    assert "Transition écologique" in page
    reponse = client.post(adresse, {"arobases": "4", "motif": ""})
    assert (reponse.status_code, "s’écarte de la proposition" in reponse.content.decode()) == (422, True)
    verte = campagne.mentions.get(est_verte=True)
    reponse = client.post(adresse, {"arobases": "4", "motif": "Un effort rare.", "mentions": [verte.pk]})
    assert reponse.status_code == 302
    decision = Decision.objects.get(dossier=evalue)
    assert (decision.arobases, list(decision.mentions.all())) == (4, [verte])
    assert "hors proposition" in client.get(url("deliberation"), {"filtre": "depart"}).content.decode()
    assert "Remplacer la décision" in client.get(adresse).content.decode()


def test_a_mention_of_another_dossier_is_refused_by_the_form(
    connecte: Connecte, evalue: Dossier, campagne: Campagne, presidente_du_jury: Utilisateur
) -> None:
    autre = campagne.mentions.get(code="cybersecurite")
    reponse = connecte(presidente_du_jury).post(
        url("decision", evalue.pk), {"arobases": "1", "motif": "", "mentions": [autre.pk]}
    )
    assert reponse.status_code == 422
    assert not Decision.objects.exists()


def test_a_president_in_conflict_finds_neither_the_line_nor_the_page(
    connecte: Connecte, evalue: Dossier, metropole: Collectivite, presidente_du_jury: Utilisateur
) -> None:
    Jure.objects.create(utilisateur=presidente_du_jury, collectivite=metropole)
    client = connecte(presidente_du_jury)
    assert "Bassens" not in client.get(url("deliberation")).content.decode()
    assert client.get(url("decision", evalue.pk)).status_code == 404
    assert client.post(url("decision", evalue.pk), {"arobases": "1"}).status_code == 404


def test_the_association_follows_without_deciding(
    connecte: Connecte, evalue: Dossier, chargee_de_mission: Utilisateur
) -> None:
    client = connecte(chargee_de_mission)
    assert "Seule la présidence du jury décide" in client.get(url("decision", evalue.pk)).content.decode()
    assert client.post(url("decision", evalue.pk), {"arobases": "1"}).status_code == 403


def test_the_president_writes_no_note(
    connecte: Connecte, affectations: Paire, presidente_du_jury: Utilisateur, page_lecture: str
) -> None:
    assert connecte(presidente_du_jury).post(page_lecture, grille(0, J1="3.00")).status_code == 404


# Pieces


def test_a_piece_is_served_under_the_rule_of_the_jury(
    connecte: Connecte, affectations: Paire, dossier: Dossier, autre_jure: Jure, referente: Utilisateur
) -> None:
    from django.core.files.base import ContentFile

    from candidatures.dossiers.models import Piece

    piece = Piece(
        dossier=dossier,
        nom="lettre.pdf",
        type_mime="application/pdf",
        taille=8,
        empreinte="0" * 64,
        deposee_par=referente,
        deposee_le=timezone.now(),
    )
    piece.fichier.save("lettre.pdf", ContentFile(b"%PDF-1.7"), save=False)
    piece.save()
    adresse = url("jury_piece", dossier.pk, piece.pk)
    reponse = connecte(affectations[0].jure.utilisateur).get(adresse)
    assert b"".join(reponse.streaming_content) == b"%PDF-1.7"
    for fermer in reponse._resource_closers:
        fermer()
    assert connecte(fabrique.jure("Tess").utilisateur).get(adresse).status_code == 404


# Queries


@pytest.mark.parametrize("nb", [1, 3])
@pytest.mark.parametrize(
    ("persona", "nom", "parametres"),
    [
        ("jure", "index", {}),
        ("jure", "jury_dossiers", {"filtre": "toutes"}),
        ("jure", "jury_lecture", {}),
        ("association", "index", {}),
        ("association", "jury_avancement", {"filtre": "en_cours"}),
        ("association", "dossier", {}),
        ("association", "pilotage_dossiers", {}),
        ("presidence", "deliberation", {}),
        ("presidence", "decision", {}),
    ],
)
def test_no_page_takes_more_than_twelve_queries(
    connecte: Connecte,
    campagne: Campagne,
    chargee_de_mission: Utilisateur,
    administratrice: Utilisateur,
    presidente_du_jury: Utilisateur,
    django_assert_max_num_queries: Callable,
    persona: str,
    nom: str,
    parametres: dict[str, str],
    nb: int,
) -> None:
    jures = [fabrique.jure(f"Juré{n}") for n in range(2 + nb)]
    for n in range(nb):
        dossier = fabrique.dossier(campagne)
        fabrique.affecter_deux(dossier, chargee_de_mission, *jures[n : n + 3])
        actions.ouvrir_evaluation(dossier, par=chargee_de_mission)
        for affectation in dossier.affectations.order_by("pk")[:2]:
            fabrique.soumettre(affectation)
    pages = {"jury_lecture", "dossier", "decision"}
    adresse = url(nom, dossier.pk) if nom in pages else url(nom)
    lecteur = Affectation.objects.get(dossier=dossier, evaluation__etat="brouillon").jure.utilisateur
    client = connecte({"jure": lecteur, "association": administratrice, "presidence": presidente_du_jury}[persona])
    client.get(adresse, parametres)
    with django_assert_max_num_queries(12):
        assert client.get(adresse, parametres).status_code == 200


def test_a_save_takes_at_most_fifteen_queries(
    connecte: Connecte, affectations: Paire, page_lecture: str, django_assert_max_num_queries: Callable
) -> None:
    client = connecte(affectations[0].jure.utilisateur)
    envoi = grille(0, **dict.fromkeys(("J1", "J3", "J4", "J5", "J6", "J7", "J8"), "3.00"), J2="3.20")
    with django_assert_max_num_queries(15):
        assert client.post(page_lecture, envoi, headers={"X-Sauvegarde": "1"}).status_code == 200
