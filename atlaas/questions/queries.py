"""What the pages of questions read."""

from django.db.models import Count, Exists, Max, OuterRef, Prefetch, Q, QuerySet

from atlaas.etats import PUBLICS, EtatPropos
from atlaas.models import Action, Propos
from villes_internet.comptes.models import Utilisateur
from villes_internet.socle.models import Evenement
from villes_internet.territoires.models import Collectivite

SUR_LA_FICHE = 3
PAR_PAGE = 20
MONTRES = 50


def avec_reponses(questions: QuerySet[Propos]) -> QuerySet[Propos]:
    """``reponses_lues``: the public answers, oldest first; two queries whatever the number."""
    reponses = Propos.objects.publies().select_related("auteur", "collectivite").order_by("le", "pk")
    return questions.select_related("auteur", "collectivite").prefetch_related(
        Prefetch("reponses", reponses, to_attr="reponses_lues")
    )


def questions_de(action: Action) -> QuerySet[Propos]:
    """The public questions of a fiche with their answers, latest first."""
    return avec_reponses(Propos.objects.publies().questions().filter(action=action).order_by("-le", "-pk"))


def dernieres(action: Action) -> list[Propos]:
    """What the page of the fiche shows, as ``avec_reponses``, and one more when others follow; one query."""
    publiees = Propos.objects.publies().questions().filter(action=action).order_by("-le", "-pk")
    cles = publiees.values("pk")[: SUR_LA_FICHE + 1]
    lus = Propos.objects.publies().filter(Q(pk__in=cles) | Q(question__in=cles)).order_by("le", "pk")
    questions: dict[int, Propos] = {}
    for propos in lus.select_related("auteur", "collectivite"):
        if propos.question_id is None:
            propos.reponses_lues = []  # type: ignore[attr-defined]
            questions[propos.pk] = propos
        else:  # written after its question
            questions[propos.question_id].reponses_lues.append(propos)  # type: ignore[attr-defined]
    return list(reversed(questions.values()))


def recues(ville: Collectivite) -> QuerySet[Propos]:
    """Public questions under the fiches of a collectivité; those that wait for an answer first, latest first."""
    repondue = Exists(Propos.objects.publies().filter(question=OuterRef("pk")))
    questions = Propos.objects.publies().questions().filter(action__collectivite=ville, action__etat__in=PUBLICS)
    lues = avec_reponses(questions).select_related("auteur", "collectivite", "action")
    return lues.annotate(est_repondue=repondue).order_by("est_repondue", "-le", "-pk")


def nb_sans_reponse(ville: Collectivite) -> int:
    repondue = Exists(Propos.objects.publies().filter(question=OuterRef("pk")))
    questions = Propos.objects.publies().questions().filter(action__collectivite=ville, action__etat__in=PUBLICS)
    return questions.exclude(repondue).count()


def ecrits_par(personne: Utilisateur) -> list[tuple[Propos, str]]:
    """What a person wrote, latest first, each with the motive of the moderation ("" but for what it removed); two
    queries."""
    ecrits = list(Propos.objects.filter(auteur=personne).select_related("action").order_by("-le", "-pk")[:MONTRES])
    retires = [propos.pk for propos in ecrits if propos.etat == EtatPropos.RETIRE]
    motifs = _motifs(retires) if retires else {}
    return [(propos, motifs.get(propos.pk, "")) for propos in ecrits]


def motif_du_retrait(propos: Propos) -> str:
    return _motifs([propos.pk]).get(propos.pk, "") if propos.etat == EtatPropos.RETIRE else ""


def _motifs(cles: list[int]) -> dict[int, str]:
    """Of each, the motive of its last removal."""
    retraits = Evenement.objects.filter(
        type_objet__app_label="atlaas", type_objet__model="propos", id_objet__in=cles, apres=EtatPropos.RETIRE
    )
    return dict(retraits.order_by("le", "pk").values_list("id_objet", "motif"))


def a_moderer() -> QuerySet[Propos]:
    """What waits for the association: not yet public, then reported, the oldest first; ``nb_signalements`` open."""
    ouverts = Count("signalements", filter=Q(signalements__traite_le__isnull=True))
    attendus = Propos.objects.annotate(nb_signalements=ouverts, signale_le=Max("signalements__le"))
    voulus = attendus.filter(Q(etat=EtatPropos.EN_ATTENTE) | Q(nb_signalements__gt=0, etat=EtatPropos.PUBLIE))
    return voulus.select_related("auteur", "collectivite", "action__collectivite").order_by("etat", "le", "pk")


def retires() -> QuerySet[Propos]:
    """What the moderation removed, latest first, so that a mistake is mended."""
    lus = Propos.objects.filter(etat=EtatPropos.RETIRE).select_related("auteur", "collectivite", "action__collectivite")
    return lus.order_by("-le", "-pk")


def nb_a_moderer() -> dict[str, int]:
    """``attente``: not yet public; ``signales``: public and reported. Two queries over partial indexes."""
    signales = Propos.objects.publies().filter(signalements__traite_le__isnull=True, signalements__isnull=False)
    return {"attente": Propos.objects.a_relire().count(), "signales": signales.distinct().count()}
