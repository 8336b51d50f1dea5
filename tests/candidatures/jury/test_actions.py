from decimal import Decimal

import pytest
from django.utils import timezone

from atlaas import interface as atlaas
from candidatures.campagnes import actions as campagnes
from candidatures.campagnes.models import Campagne
from candidatures.dossiers.etats import EtatDossier
from candidatures.dossiers.models import Dossier
from candidatures.jury import actions
from candidatures.jury.actions import NoteSaisie
from candidatures.jury.models import Affectation, Charge, Conflit, Decision, Evaluation, Jure, Note, Synthese
from tests.factories import ground
from tests.factories import jury as fabrique
from villes_internet.comptes.models import Utilisateur
from villes_internet.socle.models import Evenement
from villes_internet.socle.transitions import TransitionRefusee
from villes_internet.socle.versions import VersionPerimee
from villes_internet.territoires.models import Collectivite

pytestmark = pytest.mark.django_db


def frais(dossier: Dossier) -> Dossier:
    return Dossier.objects.select_related("campagne", "collectivite").get(pk=dossier.pk)


def enregistrer(evaluation: Evaluation, version: int, **notes: str) -> Evaluation:
    return actions.enregistrer_evaluation(
        evaluation,
        notes={code: NoteSaisie(Decimal(v)) for code, v in notes.items()},
        points_forts="",
        pistes="",
        numero_version=version,
        par=evaluation.affectation.jure.utilisateur,
        a=timezone.now(),
    )


# Assignments


def test_affecter_prefills_the_mosaic_criterion_and_counts_the_load(
    dossier: Dossier, jure: Jure, chargee_de_mission: Utilisateur
) -> None:
    affectation = actions.affecter(dossier, jure, par=chargee_de_mission)
    notes = list(affectation.evaluation.notes.exclude(valeur=None))
    assert [(n.critere.code, n.valeur, n.preremplie) for n in notes] == [("J2", Decimal("3.20"), Decimal("3.20"))]
    assert affectation.evaluation.notes.count() == 8
    assert Charge.objects.get(jure=jure).nb_affectations == 1
    assert Synthese.objects.get(dossier=dossier).nb_affectations == 1


def test_affecter_refuses_a_juror_of_the_same_epci(
    dossier: Dossier, jure_en_conflit: Jure, chargee_de_mission: Utilisateur
) -> None:
    with pytest.raises(TransitionRefusee, match="même intercommunalité"):
        actions.affecter(dossier, jure_en_conflit, par=chargee_de_mission)
    assert not Affectation.objects.exists()


def test_affecter_refuses_a_dossier_that_is_not_admissible(
    campagne: Campagne, jure: Jure, chargee_de_mission: Utilisateur
) -> None:
    depose = fabrique.dossier(campagne, etat=EtatDossier.DEPOSE)
    with pytest.raises(TransitionRefusee, match="déposé"):
        actions.affecter(depose, jure, par=chargee_de_mission)


def test_affecter_refuses_beyond_the_quota_and_twice(
    dossier: Dossier, campagne: Campagne, chargee_de_mission: Utilisateur
) -> None:
    seul = fabrique.jure("Paul", quota=1)
    actions.affecter(dossier, seul, par=chargee_de_mission)
    with pytest.raises(TransitionRefusee, match="déjà affecté"):
        actions.affecter(dossier, seul, par=chargee_de_mission)
    with pytest.raises(TransitionRefusee, match="quota de 1"):
        actions.affecter(fabrique.dossier(campagne), seul, par=chargee_de_mission)


def test_ouvrir_evaluation_asks_for_two_readers(dossier: Dossier, jure: Jure, chargee_de_mission: Utilisateur) -> None:
    actions.affecter(dossier, jure, par=chargee_de_mission)
    with pytest.raises(TransitionRefusee, match="deux jurés"):
        actions.ouvrir_evaluation(dossier, par=chargee_de_mission)


def test_ouvrir_evaluation_waits_for_the_campaign(chargee_de_mission: Utilisateur) -> None:
    dossier = fabrique.dossier(ground.campagne())
    with pytest.raises(TransitionRefusee, match="pas en évaluation"):
        actions.ouvrir_evaluation(dossier, par=chargee_de_mission)


def test_ouvrir_evaluations_opens_those_that_are_ready_only(
    dossier: Dossier, campagne: Campagne, jure: Jure, autre_jure: Jure, chargee_de_mission: Utilisateur
) -> None:
    fabrique.affecter_deux(dossier, chargee_de_mission, jure, autre_jure)
    seul = fabrique.dossier(campagne)
    actions.affecter(seul, jure, par=chargee_de_mission)
    assert actions.ouvrir_evaluations(campagne, par=chargee_de_mission) == 1
    assert frais(dossier).etat == EtatDossier.EN_EVALUATION
    assert frais(seul).etat == EtatDossier.RECEVABLE


# Readings


def test_a_draft_may_be_incomplete_and_has_no_total(affectations: tuple[Affectation, Affectation]) -> None:
    evaluation = enregistrer(affectations[0].evaluation, 0, J1="3.5")
    assert (evaluation.total, evaluation.numero_version) == (None, 1)


def test_a_complete_draft_has_the_total_of_the_worked_example(affectations: tuple[Affectation, Affectation]) -> None:
    assert fabrique.remplir(affectations[0].evaluation).total == Decimal("64.80")


def test_a_stale_save_is_refused_and_changes_nothing(affectations: tuple[Affectation, Affectation]) -> None:
    evaluation = enregistrer(affectations[0].evaluation, 0, J1="3")
    with pytest.raises(VersionPerimee) as perimee:
        enregistrer(evaluation, 0, J1="1")
    assert perimee.value.actuel.numero_version == 1
    assert Note.objects.get(evaluation=evaluation, critere__code="J1").valeur == 3


@pytest.mark.parametrize("note", ["3.2", "5.5", "-1"])
def test_a_note_outside_the_scale_is_refused(affectations: tuple[Affectation, Affectation], note: str) -> None:
    with pytest.raises(TransitionRefusee, match="demi-point"):
        enregistrer(affectations[0].evaluation, 0, J1=note)


def test_the_mosaic_note_moves_by_one_point_at_most(affectations: tuple[Affectation, Affectation]) -> None:
    evaluation = enregistrer(affectations[0].evaluation, 0, J2="4.2")
    with pytest.raises(TransitionRefusee, match="d’un point"):
        enregistrer(evaluation, 1, J2="4.5")


def test_a_note_may_be_left_empty_again(affectations: tuple[Affectation, Affectation]) -> None:
    evaluation = enregistrer(affectations[0].evaluation, 0, J1="3")
    actions.enregistrer_evaluation(
        evaluation,
        notes={"J1": NoteSaisie(None)},
        points_forts="",
        pistes="",
        numero_version=1,
        par=affectations[0].jure.utilisateur,
        a=timezone.now(),
    )
    assert Note.objects.get(evaluation=evaluation, critere__code="J1").valeur is None


def test_soumettre_refuses_an_incomplete_reading(affectations: tuple[Affectation, Affectation]) -> None:
    with pytest.raises(TransitionRefusee, match="J1 n’a pas de note"):
        actions.soumettre(affectations[0].evaluation, par=affectations[0].jure.utilisateur, a=timezone.now())


def test_soumettre_refuses_an_extreme_note_without_its_comment(affectations: tuple[Affectation, Affectation]) -> None:
    evaluation = fabrique.remplir(affectations[0].evaluation, {"J1": "5"}, commentaire="Très bien.")
    with pytest.raises(TransitionRefusee, match="100 caractères"):
        actions.soumettre(evaluation, par=affectations[0].jure.utilisateur, a=timezone.now())


def test_soumettre_refuses_a_moved_mosaic_note_without_motive(affectations: tuple[Affectation, Affectation]) -> None:
    evaluation = fabrique.remplir(affectations[0].evaluation, {"J2": "3.7"}, commentaire="")
    with pytest.raises(TransitionRefusee, match="s’écarte de la mosaïque"):
        actions.soumettre(evaluation, par=affectations[0].jure.utilisateur, a=timezone.now())


def test_soumettre_before_the_opening_is_refused(dossier: Dossier, jure: Jure, chargee_de_mission: Utilisateur) -> None:
    affectation = actions.affecter(dossier, jure, par=chargee_de_mission)
    evaluation = fabrique.remplir(affectation.evaluation)
    with pytest.raises(TransitionRefusee, match="pas ouverte"):
        actions.soumettre(evaluation, par=jure.utilisateur, a=timezone.now())


def test_a_submitted_reading_is_closed(affectations: tuple[Affectation, Affectation]) -> None:
    evaluation = fabrique.soumettre(affectations[0])
    with pytest.raises(TransitionRefusee, match="soumise"):
        enregistrer(evaluation, evaluation.numero_version, J1="2")


def test_the_last_reading_ends_the_evaluation_with_a_proposal(
    dossier: Dossier, affectations: tuple[Affectation, Affectation]
) -> None:
    fabrique.soumettre(affectations[0])
    assert frais(dossier).etat == EtatDossier.EN_EVALUATION
    fabrique.soumettre(affectations[1], {"J3": "2.5"})
    synthese = Synthese.objects.get(dossier=dossier)
    assert frais(dossier).etat == EtatDossier.EVALUE
    assert (synthese.moyenne, synthese.ecart, synthese.nb_soumises) == (Decimal("62.80"), Decimal("4.00"), 2)
    assert synthese.proposition == 1  # no action: the gates hold the proposal back
    assert [p["code"] for p in synthese.portes_manquees] == ["action", "enjeux_1", "referent"]
    assert Charge.objects.get(jure=affectations[0].jure).nb_soumises == 1


def test_a_third_reader_reopens_the_evaluation(
    dossier: Dossier, affectations: tuple[Affectation, Affectation], chargee_de_mission: Utilisateur
) -> None:
    for affectation in affectations:
        fabrique.soumettre(affectation)
    tiers = actions.affecter(dossier, fabrique.jure("Tess"), par=chargee_de_mission)
    assert frais(dossier).etat == EtatDossier.EN_EVALUATION
    fabrique.soumettre(tiers, {"J1": "2", "J3": "2"})
    assert frais(dossier).etat == EtatDossier.EVALUE
    assert Synthese.objects.get(dossier=dossier).ecart == Decimal("12.00")


def test_a_wide_spread_and_a_lower_level_ask_for_a_debate(
    dossier: Dossier, bassens: Collectivite, affectations: tuple[Affectation, Affectation]
) -> None:
    atlaas.inscrire_distinction(bassens, 2026, arobases=4, est_verte=False, mentions=[])
    fabrique.soumettre(affectations[0])
    fabrique.soumettre(affectations[1], {"J1": "2", "J3": "2", "J4": "1.5"})
    synthese = Synthese.objects.get(dossier=dossier)
    assert (synthese.precedent, synthese.debat) == (4, ["ecart", "recul"])


def test_rendre_gives_a_reading_back_and_waits_for_it(
    dossier: Dossier, affectations: tuple[Affectation, Affectation], chargee_de_mission: Utilisateur
) -> None:
    soumises = [fabrique.soumettre(a) for a in affectations]
    with pytest.raises(TransitionRefusee, match="motif"):
        actions.rendre(soumises[0], par=chargee_de_mission, motif="")
    actions.rendre(soumises[0], par=chargee_de_mission, motif="Une erreur de dossier")
    synthese = Synthese.objects.get(dossier=dossier)
    assert (synthese.nb_soumises, frais(dossier).etat) == (1, EtatDossier.EN_EVALUATION)
    assert Charge.objects.get(jure=affectations[0].jure).nb_soumises == 0


# Conflicts


def test_a_recused_reading_leaves_the_mean(
    dossier: Dossier, bassens: Collectivite, affectations: tuple[Affectation, Affectation]
) -> None:
    fabrique.soumettre(affectations[0])
    fabrique.soumettre(affectations[1], {"J3": "2.5"})
    actions.recuser(
        affectations[1],
        nature="personnel",
        motif="Un parent élu",
        par=affectations[1].jure.utilisateur,
        a=timezone.now(),
    )
    synthese = Synthese.objects.get(dossier=dossier)
    assert (synthese.moyenne, synthese.nb_affectations, synthese.nb_soumises) == (Decimal("64.80"), 1, 1)
    assert frais(dossier).etat == EtatDossier.EN_EVALUATION
    assert Conflit.objects.get().collectivite == bassens
    charge = Charge.objects.get(jure=affectations[1].jure)
    assert (charge.nb_affectations, charge.nb_soumises) == (0, 0)


def test_a_recusal_may_end_the_evaluation_of_the_others(
    dossier: Dossier, affectations: tuple[Affectation, Affectation], chargee_de_mission: Utilisateur
) -> None:
    tiers = actions.affecter(dossier, fabrique.jure("Tess"), par=chargee_de_mission)
    for affectation in affectations:
        fabrique.soumettre(affectation)
    assert frais(dossier).etat == EtatDossier.EN_EVALUATION
    actions.recuser(tiers, nature="autre", motif="Indisponible", par=tiers.jure.utilisateur, a=timezone.now())
    assert frais(dossier).etat == EtatDossier.EVALUE


def test_a_recused_juror_neither_submits_nor_gets_a_reading_back(
    affectations: tuple[Affectation, Affectation], chargee_de_mission: Utilisateur
) -> None:
    evaluation = fabrique.remplir(affectations[0].evaluation)
    actions.recuser(affectations[0], nature="autre", motif="Lien", par=chargee_de_mission, a=timezone.now())
    recusee = Evaluation.objects.select_related("affectation__dossier").get(pk=evaluation.pk)
    with pytest.raises(TransitionRefusee, match="récusé"):
        actions.soumettre(recusee, par=affectations[0].jure.utilisateur, a=timezone.now())
    with pytest.raises(TransitionRefusee, match="récusé"):
        actions.rendre(recusee, par=chargee_de_mission, motif="Erreur")


def test_a_decided_dossier_keeps_its_readings(campagne: Campagne, chargee_de_mission: Utilisateur) -> None:
    dossier, presidente = _delibere(campagne, arobases=1, motif="")
    affectation = dossier.affectations.first()
    assert affectation is not None
    actions.recuser(affectation, nature="autre", motif="Tard", par=presidente, a=timezone.now())
    assert dossier.affectations.actives().count() == 2
    with pytest.raises(TransitionRefusee, match="délibéré"):
        actions.rendre(affectation.evaluation, par=chargee_de_mission, motif="Trop tard")


def test_rattacher_takes_back_the_dossiers_of_the_place_and_of_its_epci(
    dossier: Dossier,
    metropole: Collectivite,
    affectations: tuple[Affectation, Affectation],
    chargee_de_mission: Utilisateur,
) -> None:
    actions.rattacher(affectations[0].jure, metropole, par=chargee_de_mission, a=timezone.now())
    affectations[0].refresh_from_db()
    assert affectations[0].recusee_le is not None
    assert Synthese.objects.get(dossier=dossier).nb_affectations == 1
    actions.rattacher(affectations[1].jure, None, par=chargee_de_mission, a=timezone.now())
    affectations[1].refresh_from_db()
    assert affectations[1].recusee_le is None


# Deliberation


def _delibere(campagne: Campagne, *, arobases: int, motif: str, sections: object = None) -> tuple[Dossier, Utilisateur]:
    dossier = fabrique.evalue(campagne, sections=sections)
    campagne.refresh_from_db()
    campagnes.deliberer(campagne, par=None)
    presidente = ground.utilisateur("Paule")
    actions.decider(frais(dossier), arobases=arobases, mentions=[], motif=motif, par=presidente, a=timezone.now())
    return dossier, presidente


def test_decider_follows_the_proposal_without_a_motive(campagne: Campagne) -> None:
    dossier, presidente = _delibere(campagne, arobases=1, motif="")
    decision = Decision.objects.get(dossier=dossier)
    assert (decision.arobases, decision.proposition, decision.decidee_par) == (1, 1, presidente)
    assert frais(dossier).etat == EtatDossier.DELIBERE


def test_decider_otherwise_asks_for_a_motive(campagne: Campagne) -> None:
    with pytest.raises(TransitionRefusee, match="s’écarte"):
        _delibere(campagne, arobases=3, motif=" ")
    assert not Decision.objects.exists()


def test_decider_below_last_year_asks_for_a_motive(campagne: Campagne, bassens: Collectivite) -> None:
    atlaas.inscrire_distinction(bassens, 2026, arobases=2, est_verte=False, mentions=[])
    dossier = fabrique.evalue(campagne, collectivite=bassens)
    campagne.refresh_from_db()
    campagnes.deliberer(campagne, par=None)
    presidente = ground.utilisateur("Paule")
    with pytest.raises(TransitionRefusee, match="le niveau baisse"):
        actions.decider(frais(dossier), arobases=1, mentions=[], motif="", par=presidente, a=timezone.now())
    actions.decider(
        frais(dossier), arobases=1, mentions=[], motif="Services arrêtés.", par=presidente, a=timezone.now()
    )


def test_a_new_decision_replaces_the_former_and_the_journal_keeps_both(campagne: Campagne) -> None:
    dossier, presidente = _delibere(campagne, arobases=1, motif="")
    actions.decider(frais(dossier), arobases=2, mentions=[], motif="Effort réel.", par=presidente, a=timezone.now())
    assert Decision.objects.get(dossier=dossier).arobases == 2
    lignes = Evenement.objects.de(dossier).filter(verbe="délibérer").order_by("pk")
    assert [e.donnees["arobases"] for e in lignes] == [1, 2]
    assert lignes[1].motif == "Effort réel."


def test_decider_gives_only_the_mentions_asked_for(campagne: Campagne) -> None:
    demande = {"mentions": {"mention1": "transition-ecologique", "mention1_texte": "Sobriété.", "mention1_actions": []}}
    dossier, presidente = _delibere(campagne, arobases=1, motif="", sections=demande)
    verte = campagne.mentions.get(code="transition-ecologique")
    autre = campagne.mentions.get(code="cybersecurite")
    with pytest.raises(TransitionRefusee, match="qui la demande"):
        actions.decider(frais(dossier), arobases=1, mentions=[autre], motif="", par=presidente, a=timezone.now())
    actions.decider(frais(dossier), arobases=1, mentions=[verte], motif="", par=presidente, a=timezone.now())
    assert list(Decision.objects.get(dossier=dossier).mentions.all()) == [verte]


def test_decider_waits_for_the_deliberation_and_stays_in_the_scale(campagne: Campagne) -> None:
    dossier = fabrique.evalue(campagne)
    presidente = ground.utilisateur("Paule")
    with pytest.raises(TransitionRefusee, match="pas en délibération"):
        actions.decider(frais(dossier), arobases=1, mentions=[], motif="", par=presidente, a=timezone.now())
    campagne.refresh_from_db()
    campagnes.deliberer(campagne, par=None)
    with pytest.raises(TransitionRefusee, match="de 1 à 5"):
        actions.decider(frais(dossier), arobases=6, mentions=[], motif="x", par=presidente, a=timezone.now())
