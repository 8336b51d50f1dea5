"""Public questions and answers under a fiche."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from atlaas import actions as coeur
from atlaas.etats import EtatPropos
from atlaas.models import Action, Blocage, Propos, Signalement
from atlaas.questions import actions
from atlaas.questions.courriels import signer
from tests.factories import atlaas, ground
from villes_internet.comptes.models import Role, Utilisateur
from villes_internet.socle.models import Courriel, Evenement
from villes_internet.socle.transitions import TransitionRefusee
from villes_internet.territoires.models import Collectivite

pytestmark = pytest.mark.django_db
Connecte = Callable[[Utilisateur], Client]
MODERATION = "/admin/moderation/"


@pytest.fixture
def fiche(bassens: Collectivite, referente: Utilisateur) -> Action:
    return atlaas.fiche(bassens, titre="Le vélobus")


@pytest.fixture
def question(fiche: Action, voisine: Utilisateur, bram: Collectivite) -> Propos:
    return actions.poser(fiche, pour=bram, texte="Combien de **vélos** ?", par=voisine)


def poser(fiche: Action) -> str:
    return f"/atlaas/fiches/{fiche.pk}/questions/poser/"


def repondre(question: Propos) -> str:
    return f"/atlaas/questions/{question.pk}/repondre/"


def a_recu(personne: Utilisateur) -> list[str]:
    return list(Courriel.objects.filter(a__contains=[personne.email]).order_by("pk").values_list("sujet", flat=True))


def test_a_town_asks_another_answers_and_everyone_reads_both(
    fiche: Action,
    referente: Utilisateur,
    voisine: Utilisateur,
    connecte: Connecte,
    client: Client,
    django_capture_on_commit_callbacks: Any,
) -> None:
    bram, bassens = connecte(voisine), connecte(referente)
    assert f'href="{poser(fiche)}"' in client.get(fiche.get_absolute_url()).text
    with django_capture_on_commit_callbacks(execute=True):
        page = bram.post(poser(fiche), {"texte": "Combien de **vélos** ?"}, follow=True)
    assert "est publiée" in page.text
    question = Propos.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        bassens.post(repondre(question), {"texte": "Une douzaine : velo@bassens.example"})
    lue = client.get(fiche.get_absolute_url()).text
    for morceau in ("Combien de <strong>vélos</strong>", "Charlotte, Bram", "Alice, Bassens", "Une douzaine"):
        assert morceau in lue
        assert morceau in client.get(f"/atlaas/fiches/{fiche.pk}/questions/").text
        assert morceau in client.get(question.get_absolute_url()).text
    for personne in (referente, voisine):
        assert personne.email not in lue
        assert personne.last_name not in lue
    assert [(m.to, m.subject) for m in mail.outbox] == [
        ([referente.email], "Une question sur « Le vélobus »"),
        ([voisine.email], "On répond à votre question sur « Le vélobus »"),
    ]
    assert "Combien de **vélos** ?" in mail.outbox[0].body
    assert all(voisine.email not in str(m.message()) for m in mail.outbox[:1])


def test_an_account_without_town_is_read_by_the_association_first(
    fiche: Action,
    sans_role: Utilisateur,
    referente: Utilisateur,
    chargee_de_mission: Utilisateur,
    connecte: Connecte,
    client: Client,
) -> None:
    auteur = connecte(sans_role)
    assert "attend d’être relue" in auteur.post(poser(fiche), {"texte": "Et le mercredi ?"}, follow=True).text
    question = Propos.objects.get()
    adresse = question.get_absolute_url()
    assert "Et le mercredi" not in client.get(fiche.get_absolute_url()).text
    assert [c.get(adresse).status_code for c in (client, connecte(referente), auteur)] == [404, 404, 200]
    assert not a_recu(referente)
    association = connecte(chargee_de_mission)
    assert "1\u00a0question à relire" in association.get("/admin/").text
    assert "Et le mercredi" in association.get(MODERATION).text
    association.post(f"{MODERATION}{question.pk}/", {"decision": "publier"})
    assert "Noé" in client.get(adresse).text
    assert sans_role.last_name not in client.get(adresse).text
    assert (a_recu(referente), a_recu(sans_role)) == (
        ["Une question sur « Le vélobus »"],
        ["Votre question sur « Le vélobus » est publiée"],
    )


def test_what_is_removed_leaves_the_page_and_its_author_reads_why(
    question: Propos,
    fiche: Action,
    referente: Utilisateur,
    voisine: Utilisateur,
    chargee_de_mission: Utilisateur,
    connecte: Connecte,
    client: Client,
) -> None:
    assert (
        connecte(referente).post(f"/atlaas/questions/{question.pk}/signaler/", {"motif": "Publicité"}).status_code
        == 302
    )
    association = connecte(chargee_de_mission)
    assert "1\u00a0propos signalé" in association.get("/admin/").text
    assert "Publicité" in association.get(MODERATION).text
    adresse = f"{MODERATION}{question.pk}/"
    assert "motif est nécessaire" in association.post(adresse, {"decision": "retirer", "motif": " "}, follow=True).text
    association.post(adresse, {"decision": "retirer", "motif": "Une publicité"})
    assert "vélos" not in client.get(fiche.get_absolute_url()).text
    assert client.get(question.get_absolute_url()).status_code == 404
    auteur = connecte(voisine)
    assert "Une publicité" in auteur.get("/atlaas/questions/").text
    assert "Une publicité" in auteur.get(question.get_absolute_url()).text
    assert a_recu(voisine) == ["Ce que vous avez écrit sur « Le vélobus » est retiré"]
    assert not Signalement.objects.filter(traite_le__isnull=True).exists()
    association.post(adresse, {"decision": "retablir"})
    assert "vélos" in client.get(fiche.get_absolute_url()).text


def test_a_report_that_is_set_aside_changes_nothing(
    question: Propos, referente: Utilisateur, chargee_de_mission: Utilisateur, connecte: Connecte
) -> None:
    client, signaler = connecte(referente), f"/atlaas/questions/{question.pk}/signaler/"
    assert client.post(signaler, {"motif": ""}).status_code == 422
    client.post(signaler, {"motif": "Je n’aime pas"})
    assert "déjà signalé" in client.post(signaler, {"motif": "Encore"}).text
    association = connecte(chargee_de_mission)
    for _ in range(2):
        association.post(f"{MODERATION}{question.pk}/", {"decision": "classer"})
    assert Evenement.objects.de(question).filter(verbe="classer le signalement").count() == 1
    assert "Je n’aime pas" not in association.get(MODERATION).text
    question.refresh_from_db()
    assert question.etat == EtatPropos.PUBLIE
    assert association.post(f"{MODERATION}{question.pk}/", {"decision": "?"}).status_code == 404


def test_the_moderation_is_for_the_association(
    question: Propos, utilisateur_jure: Utilisateur, connecte: Connecte
) -> None:
    jure = connecte(utilisateur_jure)
    assert "Modération" not in jure.get("/admin/").text
    assert jure.get(MODERATION).status_code == 403
    assert jure.post(f"{MODERATION}{question.pk}/", {"decision": "retirer", "motif": "x"}).status_code == 403


@pytest.mark.parametrize(
    ("nom", "statut"),
    [("referente", 403), ("lectrice", 200), ("sans_role", 200), ("chargee_de_mission", 200), ("voisine", 200)],
)
def test_who_asks(nom: str, statut: int, fiche: Action, connecte: Connecte, request: pytest.FixtureRequest) -> None:
    assert connecte(request.getfixturevalue(nom)).get(poser(fiche)).status_code == statut


@pytest.mark.parametrize(
    ("nom", "statut", "motif"),
    [
        ("lectrice", 403, "référent et aux contributeurs"),
        ("voisine", 403, "Seules les collectivités qui portent"),
        ("redactrice", 302, ""),
        ("referente", 302, ""),
    ],
)
def test_who_answers(
    nom: str, statut: int, motif: str, question: Propos, connecte: Connecte, request: pytest.FixtureRequest
) -> None:
    reponse = connecte(request.getfixturevalue(nom)).post(repondre(question), {"texte": "Douze."})
    assert (reponse.status_code, motif in reponse.text) == (statut, True)


def test_anonymous_reads_and_signs_in_to_write(question: Propos, fiche: Action, client: Client) -> None:
    for adresse in (poser(fiche), f"/atlaas/questions/{question.pk}/signaler/", "/atlaas/questions/"):
        assert "/compte/login/" in client.get(adresse)["Location"]
    perdue = client.post(repondre(question), {"texte": "Ma longue réponse"})
    assert (perdue.status_code, "Ma longue réponse" in perdue.text) == (401, True)


def test_a_partner_answers_for_itself_and_a_stranger_of_a_draft_finds_nothing(
    fiche: Action, question: Propos, bassens: Collectivite, connecte: Connecte
) -> None:
    cenon = ground.collectivite("Cenon")
    fiche.partenaires.add(cenon)
    partenaire = connecte(ground.habiliter(ground.utilisateur("Carla"), Role.CONTRIBUTEUR, cenon))
    assert "Carla, Cenon" in partenaire.post(repondre(question), {"texte": "Chez nous, dix."}, follow=True).text
    brouillon = atlaas.fiche(bassens, publiee=False)
    assert partenaire.get(poser(brouillon)).status_code == 404
    assert partenaire.get(f"/atlaas/fiches/{brouillon.pk}/questions/").status_code == 404


def test_nothing_said_under_a_fiche_that_left_is_read(
    question: Propos, fiche: Action, referente: Utilisateur, voisine: Utilisateur, connecte: Connecte, client: Client
) -> None:
    coeur.archiver_action(fiche, par=referente)
    assert client.get(question.get_absolute_url()).status_code == 404
    assert "n’est plus publique" in connecte(voisine).get(question.get_absolute_url()).text
    assert connecte(referente).post(repondre(question), {"texte": "Trop tard"}).status_code == 404


def test_the_town_closes_and_opens_again_the_questions_of_a_fiche(
    question: Propos,
    fiche: Action,
    referente: Utilisateur,
    lectrice: Utilisateur,
    sans_role: Utilisateur,
    connecte: Connecte,
    client: Client,
) -> None:
    agent, regler = connecte(referente), f"/atlaas/fiches/{fiche.pk}/questions/regler/"
    assert connecte(lectrice).post(regler).status_code == 403
    assert connecte(sans_role).post(regler).status_code == 404
    assert 'value="fermees"' in agent.get(fiche.get_absolute_url()).text
    agent.post(regler, {"questions": "fermees"})
    lue = client.get(fiche.get_absolute_url()).text
    assert ("ne prend plus de question" in lue, "vélos" in lue, poser(fiche) in lue) == (True, True, False)
    refusee = connecte(sans_role).post(poser(fiche), {"texte": "Et moi ?"})
    assert (refusee.status_code, "ne prend plus de question" in refusee.text) == (403, True)
    assert agent.post(repondre(question), {"texte": "Douze."}).status_code == 302
    agent.post(regler, {"questions": "ouvertes"})
    assert connecte(sans_role).get(poser(fiche)).status_code == 200


@pytest.mark.parametrize(
    "texte",
    ["", "Écrivez à moi@ville.fr", "Appelez le 06 12 34 56 78", "+33 (0)6.12.34.56.78", "é" * 2_001],
)
def test_a_question_that_may_not_be_public_is_refused(
    texte: str, fiche: Action, voisine: Utilisateur, connecte: Connecte
) -> None:
    reponse = connecte(voisine).post(poser(fiche), {"texte": texte})
    assert reponse.status_code == 422
    assert not Propos.objects.exists()


def test_what_is_typed_is_made_safe_and_a_name_that_is_an_address_is_not_shown(
    fiche: Action, bram: Collectivite, client: Client, voisine: Utilisateur
) -> None:
    voisine.first_name = "moi@ville.fr"
    voisine.save()
    actions.poser(fiche, pour=bram, texte="# Titre\n<script>x</script> [a](javascript:x) ![i](/x.png)", par=voisine)
    corps = client.get(fiche.get_absolute_url()).text.split("<main", 1)[1].split("</main>")[0]
    assert "Une personne, Bram" in corps
    for interdit in ("moi@ville.fr", "<script>x", 'href="javascript', 'src="/x.png'):
        assert interdit not in corps


def test_a_day_has_its_number(
    fiche: Action,
    question: Propos,
    voisine: Utilisateur,
    bram: Collectivite,
    referente: Utilisateur,
    bassens: Collectivite,
    connecte: Connecte,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(actions, "QUESTIONS", 1)
    trop = connecte(voisine).post(poser(fiche), {"texte": "Deux"})
    assert (trop.status_code, "reprenez demain" in trop.text) == (422, True)
    monkeypatch.setattr(actions, "QUESTIONS", 9)
    monkeypatch.setattr(actions, "RECUES", 1)
    with pytest.raises(TransitionRefusee, match="écrivez-lui demain"):
        actions.poser(fiche, pour=None, texte="Trois", par=ground.utilisateur("Zoé"))
    monkeypatch.setattr(actions, "REPONSES", 1)
    actions.repondre(question, pour=bassens, texte="Une", par=referente)
    assert "reprenez demain" in connecte(referente).post(repondre(question), {"texte": "Deux"}).text
    monkeypatch.setattr(actions, "SIGNALEMENTS", 0)
    refuse = connecte(referente).post(f"/atlaas/questions/{question.pk}/signaler/", {"motif": "Publicité"})
    assert "reprenez demain" in refuse.text
    assert Propos.objects.count() == 2


def test_whom_the_association_suspended_neither_asks_answers_nor_reports(
    fiche: Action, question: Propos, voisine: Utilisateur, referente: Utilisateur, connecte: Connecte
) -> None:
    for personne in (voisine, referente):
        Blocage.objects.create(utilisateur=personne, motif="Démarchage")
    assert connecte(voisine).post(poser(fiche), {"texte": "Encore"}).status_code == 403
    assert connecte(referente).post(repondre(question), {"texte": "Encore"}).status_code == 403
    assert connecte(referente).get(f"/atlaas/questions/{question.pk}/signaler/").status_code == 403


def test_the_author_takes_back_what_nobody_answered(
    question: Propos,
    voisine: Utilisateur,
    referente: Utilisateur,
    bassens: Collectivite,
    connecte: Connecte,
    client: Client,
) -> None:
    auteur = connecte(voisine)
    reponse = actions.repondre(question, pour=bassens, texte="Douze.", par=referente)
    assert "On vous a répondu" in auteur.post(f"/atlaas/questions/{question.pk}/reprendre/").text
    assert auteur.post(f"/atlaas/questions/{reponse.pk}/reprendre/").status_code == 403
    assert auteur.get(f"/atlaas/questions/{question.pk}/signaler/").status_code == 403
    connecte(referente).post(f"/atlaas/questions/{reponse.pk}/reprendre/")
    auteur.post(f"/atlaas/questions/{question.pk}/reprendre/")
    assert set(Propos.objects.values_list("etat", flat=True)) == {EtatPropos.REPRIS}
    assert client.get(question.get_absolute_url()).status_code == 404
    assert auteur.post(f"/atlaas/questions/{question.pk}/reprendre/").status_code == 403
    assert auteur.get(f"/atlaas/questions/{reponse.pk}/").status_code == 404


def test_the_asker_stops_the_messages_without_signing_in(
    question: Propos, voisine: Utilisateur, referente: Utilisateur, bassens: Collectivite, client: Client
) -> None:
    arret = f"/atlaas/questions/arret/{signer(question)}/"
    assert "Ne plus être prévenu" in client.get(arret).text
    assert "ne recevrez plus" in client.post(arret).text
    question.refresh_from_db()
    actions.repondre(question, pour=bassens, texte="Douze.", par=referente)
    assert not a_recu(voisine)
    assert client.get(arret.replace(":", "x", 1)).status_code == 404


def test_a_closed_account_receives_nothing(
    question: Propos,
    voisine: Utilisateur,
    referente: Utilisateur,
    bassens: Collectivite,
    chargee_de_mission: Utilisateur,
) -> None:
    Utilisateur.objects.filter(pk=voisine.pk).update(is_active=False)
    question = Propos.objects.get(pk=question.pk)
    actions.repondre(question, pour=bassens, texte="Douze.", par=referente)
    actions.retirer(question, motif="Vide", par=chargee_de_mission)
    attente = Propos.objects.create(action=question.action, auteur=question.auteur, texte="?")
    actions.publier(attente, par=chargee_de_mission)
    assert not a_recu(voisine)


def test_the_working_list_leads_to_what_waits_for_an_answer(
    question: Propos, referente: Utilisateur, voisine: Utilisateur, bassens: Collectivite, connecte: Connecte
) -> None:
    agent = connecte(referente)
    assert "1\u00a0question sans réponse" in agent.get("/espace/33032/fiches/").text
    assert "sans réponse" in agent.get("/espace/33032/questions/").text
    actions.repondre(question, pour=bassens, texte="Douze.", par=referente)
    assert "question sans réponse" not in agent.get("/espace/33032/fiches/").text
    assert connecte(voisine).get("/espace/33032/questions/").status_code == 404


@pytest.mark.parametrize("nb", [1, 3])
def test_lists_cost_the_same(
    nb: int,
    fiche: Action,
    bassens: Collectivite,
    bram: Collectivite,
    voisine: Utilisateur,
    referente: Utilisateur,
    chargee_de_mission: Utilisateur,
    connecte: Connecte,
    client: Client,
    django_assert_max_num_queries: Any,
) -> None:
    for rang in range(nb):
        posee = actions.poser(fiche, pour=bram, texte=f"Question {rang} ?", par=voisine)
        actions.repondre(posee, pour=bassens, texte="Oui", par=referente)
        actions.signaler(posee, motif="Bizarre", par=ground.utilisateur("Zoé"))
    with django_assert_max_num_queries(5):
        assert client.get(f"/atlaas/fiches/{fiche.pk}/questions/").text.count("Réponses") == nb
    agent, auteur, association = connecte(referente), connecte(voisine), connecte(chargee_de_mission)
    with django_assert_max_num_queries(7):
        agent.get("/espace/33032/questions/")
    with django_assert_max_num_queries(4):
        auteur.get("/atlaas/questions/")
    with django_assert_max_num_queries(8):
        assert association.get(MODERATION).text.count("Bizarre") == nb


def test_the_page_of_a_fiche_shows_three_and_leads_to_all(
    fiche: Action, bram: Collectivite, voisine: Utilisateur, client: Client
) -> None:
    for rang in range(4):
        actions.poser(fiche, pour=bram, texte=f"Question {rang} ?", par=voisine)
    lue = client.get(fiche.get_absolute_url()).text
    assert [f"Question {rang} ?" in lue for rang in range(4)] == [False, True, True, True]
    assert "Toutes les questions" in lue
    assert "4\u00a0questions" in client.get(f"/atlaas/fiches/{fiche.pk}/questions/").text
    assert client.get(f"/atlaas/fiches/{fiche.pk}/questions/?page=9").status_code == 404
