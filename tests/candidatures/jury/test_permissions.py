import pytest
from django.contrib.auth.models import AnonymousUser

from candidatures.campagnes.models import Campagne
from candidatures.dossiers.etats import EtatDossier
from candidatures.dossiers.models import Dossier
from candidatures.jury import actions, permissions
from candidatures.jury.models import Affectation, Conflit, Jure
from candidatures.jury.permissions import Liens
from tests.factories import ground
from tests.factories import jury as fabrique
from villes_internet.comptes.models import Role, Utilisateur
from villes_internet.territoires.models import Collectivite, TypeCollectivite

pytestmark = pytest.mark.django_db
Paire = tuple[Affectation, Affectation]


def fraiche(personne: Utilisateur) -> Utilisateur:
    """Another request: nothing is remembered on the user object."""
    return Utilisateur.objects.get(pk=personne.pk)


# Ties, in both directions


@pytest.mark.parametrize(
    ("attache", "juge", "motif"),
    [
        ("bassens", "bassens", "même collectivité"),
        ("bassens", "metropole", "intercommunalité"),
        ("metropole", "bassens", "même intercommunalité"),
        ("bassens", "lormont", "même intercommunalité"),
        ("ancienne", "bassens", "même collectivité"),
        ("ailleurs", "bassens", ""),
        ("bassens", "ailleurs", ""),
        ("", "bassens", ""),
    ],
)
def test_what_ties_a_juror(bassens: Collectivite, metropole: Collectivite, attache: str, juge: str, motif: str) -> None:
    places = {
        "bassens": bassens,
        "metropole": metropole,
        "lormont": ground.collectivite("Lormont", epci=metropole),
        "ailleurs": ground.collectivite("Bram"),
        "ancienne": ground.collectivite(
            "Ancien bourg", type=TypeCollectivite.COMMUNE_DELEGUEE, commune_actuelle=bassens
        ),
    }
    jure = fabrique.jure("Juré", places.get(attache))
    liens = permissions.liens_de(jure)
    assert motif in liens.motif(places[juge])
    assert bool(liens.motif(places[juge])) == bool(motif)


def test_the_queryset_rule_says_the_same_as_the_instance_rule(
    campagne: Campagne, bassens: Collectivite, metropole: Collectivite
) -> None:
    places = [bassens, metropole, ground.collectivite("Lormont", epci=metropole), ground.collectivite("Bram")]
    dossiers = [fabrique.dossier(campagne, place) for place in places]
    declare = ground.collectivite("Déclarée")
    dossiers.append(fabrique.dossier(campagne, declare))
    jure = fabrique.jure("Juré", bassens)
    Conflit.objects.create(jure=jure, collectivite=declare, nature="personnel")
    liens = permissions.liens_de(jure)
    libres = set(permissions.hors_conflit(fraiche(jure.utilisateur), Dossier.objects.all()))
    assert libres == {d for d in dossiers if not liens.motif(d.collectivite)}
    assert len(libres) == 1


def test_a_function_held_for_a_town_ties_like_a_place(bassens: Collectivite, metropole: Collectivite) -> None:
    personne = ground.habiliter(ground.utilisateur("Agente"), Role.CONTRIBUTEUR, metropole)
    liens = permissions.liens_de_personne(fraiche(personne))
    assert liens.motif(bassens) == "même intercommunalité"
    jure = Jure.objects.create(utilisateur=personne)
    assert permissions.liens_de(jure).motif(bassens) == "même intercommunalité"


def test_nobody_has_no_tie(bassens: Collectivite) -> None:
    assert permissions.liens_de_personne(AnonymousUser()).motif(bassens) == ""
    assert Collectivite.objects.exclude(Liens().condition("epci")).count() == Collectivite.objects.count()


# Reading and marking


def test_a_juror_reads_only_what_is_assigned_open_and_free(
    affectations: Paire, dossier: Dossier, chargee_de_mission: Utilisateur
) -> None:
    affectation = affectations[0]
    jure, autre = affectation.jure.utilisateur, affectations[1].jure.utilisateur
    assert permissions.peut_lire(jure, affectation)
    assert permissions.peut_lire(autre, affectation).masque
    assert permissions.peut_lire(chargee_de_mission, affectation).masque
    assert not permissions.affectations_visibles_par(chargee_de_mission).exists()
    affectation.dossier.etat = EtatDossier.RECEVABLE
    assert permissions.peut_lire(jure, affectation).masque
    assert permissions.peut_noter(jure, affectation).masque
    assert permissions.peut_se_recuser(jure, affectation).masque


def test_a_tie_hides_an_assigned_dossier(affectations: Paire, bassens: Collectivite) -> None:
    affectation = affectations[0]
    Conflit.objects.create(jure=affectation.jure, collectivite=bassens, nature="autre")
    jure = fraiche(affectation.jure.utilisateur)
    affectation.dossier.collectivite = bassens
    assert permissions.peut_lire(jure, affectation).masque
    assert not permissions.affectations_visibles_par(jure).exists()


def test_a_recused_juror_reads_no_more(affectations: Paire) -> None:
    affectation = affectations[0]
    affectation.recusee_le = affectation.affectee_le
    assert permissions.peut_lire(affectation.jure.utilisateur, affectation).masque


def test_marking_stops_with_the_submission_the_evaluation_and_the_campaign(affectations: Paire) -> None:
    affectation = affectations[0]
    jure = affectation.jure.utilisateur
    assert permissions.peut_noter(jure, affectation)
    affectation.dossier.campagne.etat = "deliberation"
    assert "pas en évaluation" in permissions.peut_noter(jure, affectation).motif
    affectation.dossier.etat = EtatDossier.EVALUE
    assert "terminée" in permissions.peut_noter(jure, affectation).motif
    affectation.evaluation.etat = "soumise"
    assert "soumise" in permissions.peut_noter(jure, affectation).motif


def test_stepping_back_is_possible_until_the_deliberation(affectations: Paire) -> None:
    affectation = affectations[0]
    jure = affectation.jure.utilisateur
    assert permissions.peut_se_recuser(jure, affectation)
    affectation.dossier.etat = EtatDossier.DELIBERE
    assert "délibéré" in permissions.peut_se_recuser(jure, affectation).motif


# The association and the president


def test_opening_needs_the_role_the_state_the_campaign_and_two_readers(
    dossier: Dossier, jure: Jure, chargee_de_mission: Utilisateur
) -> None:
    assert permissions.peut_ouvrir_l_evaluation(jure.utilisateur, dossier, nb_affectations=2).masque
    assert "deux jurés" in permissions.peut_ouvrir_l_evaluation(chargee_de_mission, dossier, nb_affectations=1).motif
    assert permissions.peut_ouvrir_l_evaluation(chargee_de_mission, dossier, nb_affectations=2)
    dossier.campagne.etat = "close"
    assert "campagne" in permissions.peut_ouvrir_l_evaluation(chargee_de_mission, dossier, nb_affectations=2).motif
    dossier.etat = EtatDossier.DEPOSE
    assert "recevable" in permissions.peut_ouvrir_l_evaluation(chargee_de_mission, dossier, nb_affectations=2).motif


def test_giving_back_needs_a_submitted_reading_before_the_deliberation(
    affectations: Paire, dossier: Dossier, chargee_de_mission: Utilisateur
) -> None:
    affectation = affectations[0]
    assert permissions.peut_rendre(affectation.jure.utilisateur, affectation, dossier).masque
    assert "soumise" in permissions.peut_rendre(chargee_de_mission, affectation, dossier).motif
    affectation.evaluation.etat = "soumise"
    assert permissions.peut_rendre(chargee_de_mission, affectation, dossier)
    dossier.etat = EtatDossier.DELIBERE
    assert "délibéré" in permissions.peut_rendre(chargee_de_mission, affectation, dossier).motif


def test_deciding_is_the_president_s_in_deliberation(
    dossier: Dossier, jure: Jure, presidente_du_jury: Utilisateur, chargee_de_mission: Utilisateur
) -> None:
    assert permissions.peut_decider(presidente_du_jury, dossier).masque  # not read yet
    dossier.etat = EtatDossier.EN_EVALUATION
    assert permissions.peut_decider(jure.utilisateur, dossier).masque
    assert "présidence" in permissions.peut_decider(chargee_de_mission, dossier).motif
    assert "délibération" in permissions.peut_decider(presidente_du_jury, dossier).motif
    dossier.campagne.etat = "deliberation"
    assert "pas terminées" in permissions.peut_decider(presidente_du_jury, dossier).motif
    dossier.etat = EtatDossier.EVALUE
    assert permissions.peut_decider(presidente_du_jury, dossier)


def test_the_whole_dossier_is_read_by_its_jurors_and_by_those_who_follow(
    affectations: Paire, dossier: Dossier, presidente_du_jury: Utilisateur, referente: Utilisateur
) -> None:
    dossier.refresh_from_db()
    assert permissions.peut_voir_un_dossier(affectations[0].jure.utilisateur, dossier)
    assert permissions.peut_voir_un_dossier(presidente_du_jury, dossier)
    assert permissions.peut_voir_un_dossier(referente, dossier).masque


def test_a_juror_without_the_role_is_not_offered(dossier: Dossier, jure: Jure, chargee_de_mission: Utilisateur) -> None:
    from candidatures.jury.queries import jures_possibles

    ancien = Jure.objects.create(utilisateur=ground.utilisateur("Ancien"))
    actions.affecter(dossier, jure, par=chargee_de_mission)
    offerts = jures_possibles(dossier)
    assert [p.jure for p in offerts] == [jure]
    assert "déjà affecté" in offerts[0].verdict.motif
    assert ancien.utilisateur_id not in permissions.utilisateurs_jures()
