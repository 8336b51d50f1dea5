"""The dates of a campaign as a dossier shows them."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.template.defaultfilters import date as date_filter
from django.utils import timezone

from candidatures.campagnes.models import Campagne
from villes_internet.territoires.models import Collectivite


def date_d_eligibilite(campagne: Campagne) -> date:
    """The day at which the eligibility of the fiches is judged: the closing day, Paris time."""
    return timezone.localdate(campagne.cloture_le)


@dataclass(frozen=True, slots=True)
class Echeance:
    """``est_un_jour``: the day is known, not the hour; ``le`` is then its first instant, Paris time."""

    le: datetime
    libelle: str
    est_un_jour: bool = False

    def est_a_venir(self, a: datetime) -> bool:
        """A day is still to come until its evening."""
        return timezone.localdate(self.le) >= timezone.localdate(a) if self.est_un_jour else self.le > a


def echeances(campagne: Campagne | None, a: datetime) -> list[Echeance]:
    """The three nearest deadlines of the campaign after ``a``, nearest first."""
    if campagne is None:
        return []
    connues = [
        Echeance(campagne.ouverture_le, "Ouverture de la campagne"),
        Echeance(campagne.cloture_le, "Clôture des dépôts"),
    ]
    if campagne.jury_le:
        jury = timezone.make_aware(datetime.combine(campagne.jury_le, datetime.min.time()))
        connues.append(Echeance(jury, "Réunion du jury", est_un_jour=True))
    if campagne.ceremonie_le:
        connues.append(Echeance(campagne.ceremonie_le, "Cérémonie de remise des labels"))
    return sorted((e for e in connues if e.est_a_venir(a)), key=lambda e: e.le)[:3]


# Overseas, the closing hour is also said in local time: {département or collectivité code: (time zone, words)}.
FUSEAUX = {
    "971": ("America/Guadeloupe", "en Guadeloupe"),
    "972": ("America/Martinique", "en Martinique"),
    "973": ("America/Cayenne", "en Guyane"),
    "974": ("Indian/Reunion", "à La Réunion"),
    "976": ("Indian/Mayotte", "à Mayotte"),
    "975": ("America/Miquelon", "à Saint-Pierre-et-Miquelon"),
    "987": ("Pacific/Tahiti", "à Tahiti"),
    "988": ("Pacific/Noumea", "à Nouméa"),
}


def heure_locale(a: datetime, collectivite: Collectivite) -> str:
    """ "soit le 4 janvier à 7 h 00 à La Réunion" overseas, nothing elsewhere."""
    fuseau = FUSEAUX.get(collectivite.departement_id or collectivite.code[:3])
    if fuseau is None:
        return ""
    local = a.astimezone(ZoneInfo(fuseau[0]))
    return f"soit le {date_filter(local, 'j F')} à {local.hour} h {local.minute:02d} {fuseau[1]}"


def jours_restants(campagne: Campagne, a: datetime) -> int:
    """Calendar days, Paris time; 0 on the last day, negative once over."""
    return (timezone.localdate(campagne.cloture_le) - timezone.localdate(a)).days if a < campagne.cloture_le else -1
