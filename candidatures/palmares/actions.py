"""What changes results and certificates: publication, batches, reissues."""

import hashlib
import logging
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from atlaas import interface as atlaas
from candidatures.campagnes import actions as campagnes
from candidatures.campagnes.etats import EtatCampagne
from candidatures.campagnes.models import Campagne, Mention
from candidatures.dossiers import etats as dossiers
from candidatures.dossiers.etats import EtatDossier
from candidatures.dossiers.models import ActionPresentee, Dossier
from candidatures.jury.models import Decision
from candidatures.palmares import courriels, etats, pdf, tasks
from candidatures.palmares.calculs import nom_solennel, nouveau_code, numero, numero_suivant
from candidatures.palmares.models import Certificat, LotCertificats, Resultat
from candidatures.palmares.permissions import est_publiee, presidence_du_jury
from candidatures.palmares.queries import INDECIS, oublier
from villes_internet.comptes.models import Utilisateur
from villes_internet.socle.horloge import heure_de_la_base
from villes_internet.socle.journal import consigner
from villes_internet.socle.transitions import TransitionRefusee, franchir
from villes_internet.territoires.models import Collectivite

logger = logging.getLogger(__name__)

NB_CHAINES = 2  # workers that take certificates of one batch at the same time
PAR_TACHE = 10  # certificates made before a task hands over to the next one


@transaction.atomic
def inscrire_resultat(
    campagne: Campagne,
    collectivite: Collectivite,
    *,
    arobases: int,
    mentions: Sequence[Mention] = (),
    par: Utilisateur | None,
) -> Resultat:
    """Enter a result without a dossier (archives of past years); it shows when the campaign is published."""
    if est_publiee(campagne):
        raise TransitionRefusee("Les résultats de cette campagne sont publiés : corrigez-les plutôt.")
    resultat = _resultat(campagne, collectivite, arobases)
    resultat.save()
    resultat.mentions.set(mentions)
    consigner(resultat, "inscrire le résultat", par=par)
    return resultat


def _resultat(
    campagne: Campagne, collectivite: Collectivite, arobases: int, dossier: Dossier | None = None
) -> Resultat:
    """What is said of the collectivité as it is today."""
    return Resultat(
        campagne=campagne,
        collectivite=collectivite,
        dossier=dossier,
        nom=nom_solennel(collectivite.nom),
        type=collectivite.type,
        region_id=collectivite.region_id,
        arobases=arobases,
    )


@transaction.atomic
def publier_resultats(
    campagne: Campagne, *, par: Utilisateur | None, a: datetime | None = None
) -> LotCertificats | None:
    """Lift the embargo: results from the decisions, dossiers published, towns told, certificates in production.

    Safe to run twice: a published campaign is left as it is and its last batch returned. Raises ``TransitionRefusee``
    when the results are not settled or a dossier still waits for its decision.
    """
    verrouillee = Campagne.objects.select_for_update().get(pk=campagne.pk)
    if est_publiee(verrouillee):
        campagne.refresh_from_db(fields=["etat", "publiee_le"])
        return LotCertificats.objects.filter(campagne=campagne).order_by("-pk").first()
    if indecis := Dossier.objects.filter(campagne=campagne, etat__in=INDECIS).count():
        raise TransitionRefusee(f"Il reste {indecis} dossier{'s' if indecis > 1 else ''} sans décision du jury.")
    campagnes.publier(campagne, par=par, a=a or heure_de_la_base())
    _inscrire_decisions(campagne, par=par)
    resultats = list(
        Resultat.objects.filter(campagne=campagne).select_related("collectivite").prefetch_related("mentions")
    )
    for resultat in resultats:
        _distinguer(resultat, campagne.annee)
    presentees = ActionPresentee.objects.filter(dossier__in=[r.dossier_id for r in resultats if r.dossier_id])
    atlaas.inscrire_presentations(campagne.annee, presentees.order_by("action").values_list("action", flat=True))
    courriels.annoncer(campagne, [r for r in resultats if r.dossier_id])
    oublier(campagne)
    return produire_lot(campagne, par=par)


def _inscrire_decisions(campagne: Campagne, *, par: Utilisateur | None) -> None:
    """One result a decided dossier, with its mentions; the dossiers become published."""
    decisions = list(
        Decision.objects.filter(dossier__campagne=campagne, dossier__etat=EtatDossier.DELIBERE)
        .select_related("dossier__collectivite")
        .prefetch_related("mentions")
        .order_by("dossier_id")
    )
    resultats = Resultat.objects.bulk_create(
        _resultat(campagne, decision.dossier.collectivite, decision.arobases, decision.dossier)
        for decision in decisions
    )
    lien = Resultat.mentions.through
    lien.objects.bulk_create(
        lien(resultat_id=resultat.pk, mention_id=mention.pk)
        for resultat, decision in zip(resultats, decisions, strict=True)
        for mention in decision.mentions.all()
    )
    for decision in decisions:
        franchir(decision.dossier, dossiers.PUBLIER, par=par)


def _distinguer(resultat: Resultat, annee: int) -> None:
    mentions = list(resultat.mentions.all())
    atlaas.inscrire_distinction(
        resultat.collectivite,
        annee,
        resultat.arobases,
        est_verte=resultat.est_verte,
        mentions=[m.nom for m in mentions],
    )


@transaction.atomic
def produire_lot(campagne: Campagne, *, par: Utilisateur | None) -> LotCertificats | None:
    """Number a certificate for each result that has none, in alphabetical order, and set workers to make the files.

    Nothing to add: the last batch is returned (taken up again if it is not finished), None if there never was one.
    """
    if Campagne.objects.select_for_update().get(pk=campagne.pk).etat not in (
        EtatCampagne.PUBLIEE,
        EtatCampagne.CLOTUREE,
    ):
        raise TransitionRefusee("Les certificats sont produits après la publication des résultats.")
    manquants = list(
        Resultat.objects.filter(campagne=campagne, certificats__isnull=True)
        .select_related("collectivite__departement", "collectivite__region")
        .prefetch_related("mentions")
        .order_by("cle_alphabetique", "pk")
    )
    if not manquants:
        dernier = LotCertificats.objects.filter(campagne=campagne).order_by("-pk").first()
        if dernier and dernier.fini_le is None:
            _lancer(dernier)
        return dernier
    lot = LotCertificats.objects.create(campagne=campagne, demande_par=par, total=len(manquants))
    premier = Certificat.objects.filter(resultat__campagne=campagne, rang=1).count() + 1
    signataire, emis = presidence_du_jury(), _aujourd_hui()
    Certificat.objects.bulk_create(
        (
            _certificat(resultat, campagne, numero(campagne.annee, ordre), signataire, emis=emis, lot=lot)
            for ordre, resultat in enumerate(manquants, start=premier)
        ),
        batch_size=1_000,
    )
    consigner(lot, "produire les certificats", par=par, donnees={"total": lot.total})
    _lancer(lot)
    return lot


def _aujourd_hui() -> date:
    return timezone.localdate(heure_de_la_base())


def _certificat(
    resultat: Resultat, campagne: Campagne, num: str, signataire: str, *, emis: date, **champs: Any
) -> Certificat:
    contenu = contenu_de(resultat, campagne, num, signataire, emis=emis)
    return Certificat(resultat=resultat, numero=num, code=nouveau_code(), contenu=contenu, **champs)


def contenu_de(resultat: Resultat, campagne: Campagne, num: str, signataire: str, *, emis: date) -> dict[str, Any]:
    """What a certificate says, as JSON values: its PDF and its public page read this and nothing else."""
    collectivite = resultat.collectivite
    mentions = list(resultat.mentions.all())
    publie = timezone.localtime(campagne.publiee_le).date() if campagne.publiee_le else emis
    return {
        "numero": num,
        "annee": campagne.annee,
        "nom": resultat.nom,
        "code_collectivite": collectivite.code,
        "est_intercommunalite": collectivite.est_intercommunalite,
        "departement": collectivite.departement.nom if collectivite.departement else "",
        "region": collectivite.region.nom if collectivite.region else "",
        "arobases": resultat.arobases,
        "est_verte": resultat.est_verte,
        "mentions": [m.nom for m in mentions],
        "publie_le": publie.isoformat(),
        "emis_le": emis.isoformat(),
        "signataire": signataire,
    }


def _lancer(lot: LotCertificats) -> None:
    """Once the transaction holds; a broker that is down breaks nothing, ``reprendre_lots`` comes every minute."""
    for _ in range(NB_CHAINES):
        transaction.on_commit(partial(tasks.avancer_lot.delay, lot.pk), robust=True)


@transaction.atomic
def reprendre_lot(lot: LotCertificats, *, par: Utilisateur | None) -> LotCertificats:
    """Take up a batch that stands still; certificates that failed are tried again."""
    if lot.fini_le is not None:
        raise TransitionRefusee("Ce lot est fini : tous ses certificats sont produits.")
    lot.certificats.filter(fichier="").update(nb_echecs=0, erreur="")
    consigner(lot, "reprendre la production", par=par)
    _lancer(lot)
    return lot


def produire_suivants(lot: LotCertificats, nombre: int = PAR_TACHE) -> bool:
    """Make up to ``nombre`` files of the batch; True when some remain to be taken by another task.

    Several workers may do it at once: each holds the row of the certificate it makes, and passes over the others'.
    """
    for _ in range(nombre):
        if not _produire(Certificat.objects.filter(lot=lot)):
            LotCertificats.objects.filter(pk=lot.pk, fini_le=None).exclude(certificats__fichier="").update(
                fini_le=Now()
            )
            return False
    return True


def produire_certificat(certificat_pk: int) -> bool:
    """Make the file of one certificate (a reissue); False when it exists already or another worker makes it."""
    return _produire(Certificat.objects.filter(pk=certificat_pk))


@transaction.atomic
def _produire(candidats: Any) -> bool:
    """Take one row, make its file, then write the row: a worker killed in between leaves a row to be taken again.

    The file's name is that of the number, so that what a killed worker left on the disk is overwritten.
    """
    certificat = (
        candidats.a_produire()
        .select_for_update(of=("self",), skip_locked=True)
        .select_related("resultat__campagne")
        .first()
    )
    if certificat is None:
        return False
    try:
        octets = pdf.rendre_certificat(certificat)
        nom = certificat.fichier.field.generate_filename(certificat, "certificat.pdf")
        certificat.fichier.storage.delete(nom)
        certificat.fichier.save("certificat.pdf", ContentFile(octets), save=False)
    except Exception as erreur:
        logger.exception("Certificat %s non produit", certificat.numero)
        certificat.fichier = ""
        certificat.nb_echecs += 1
        certificat.erreur = str(erreur)[:300] or type(erreur).__name__
        certificat.save(update_fields=["nb_echecs", "erreur"])
        return True
    certificat.empreinte = hashlib.sha256(octets).hexdigest()
    certificat.erreur = ""
    certificat.save(update_fields=["fichier", "empreinte", "erreur"])
    if certificat.lot_id:
        LotCertificats.objects.filter(pk=certificat.lot_id).update(avance_le=Now())
    return True


@transaction.atomic
def reemettre(certificat: Certificat, *, motif: str, par: Utilisateur | None) -> Certificat:
    """A new certificate from the result as it stands today; the old one says that it was replaced, and by which."""
    resultat = (
        Resultat.objects.select_for_update(of=("self",))
        .select_related("campagne", "collectivite__departement", "collectivite__region")
        .get(pk=certificat.resultat_id)
    )
    rang = resultat.certificats.count() + 1
    num = numero_suivant(certificat.numero, rang)
    nouveau = _certificat(resultat, resultat.campagne, num, presidence_du_jury(), emis=_aujourd_hui(), rang=rang)
    nouveau.save()
    franchir(certificat, etats.REMPLACER, par=par, motif=motif, remplace_par=nouveau)
    consigner(nouveau, "réémettre", par=par, motif=motif, donnees={"remplace": certificat.numero})
    transaction.on_commit(partial(tasks.produire_certificat.delay, nouveau.pk), robust=True)
    return nouveau


@transaction.atomic
def annuler(certificat: Certificat, *, motif: str, par: Utilisateur | None) -> Certificat:
    return franchir(certificat, etats.ANNULER, par=par, motif=motif)


@transaction.atomic
def corriger(
    resultat: Resultat,
    *,
    nom: str,
    arobases: int,
    mentions: Iterable[Mention],
    motif: str,
    par: Utilisateur | None,
) -> Resultat:
    """An erratum on a published result: its public rows follow, and its certificate in force is reissued."""
    if not motif.strip():
        raise TransitionRefusee("Un motif est nécessaire pour corriger un résultat.")
    if not est_publiee(resultat.campagne):
        raise TransitionRefusee("Ce résultat n’est pas publié : il n’y a rien à corriger.")
    avant = {"nom": resultat.nom, "arobases": resultat.arobases, "mentions": [m.nom for m in resultat.mentions.all()]}
    resultat.nom, resultat.arobases = nom, arobases
    resultat.save(update_fields=["nom", "arobases"])
    resultat.mentions.set(mentions)
    consigner(resultat, "corriger", par=par, motif=motif, donnees={"avant": avant})
    _distinguer(resultat, resultat.campagne.annee)
    oublier(resultat.campagne)
    valable = resultat.certificats.filter(etat=etats.EtatCertificat.VALABLE).first()
    if valable:
        reemettre(valable, motif=motif, par=par)
    return resultat
