"""Real messages, text and HTML: written in the database with what they tell, sent by a worker, tried again.

A message is one text template, ``templates/courriels/<modele>.txt``: the subject on the first line, then paragraphs. A
line « Libellé : https://… » alone in its paragraph becomes a button, lines that start with "- " a list, lines that
start with ">" a quotation: what somebody typed is quoted (filter ``citation``), so that it makes no button of ours.
The HTML side is ``courriels/<modele>.html`` where it exists, else it is set from the text in the common layout.
"""

import base64
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template import Context, TemplateDoesNotExist, loader
from django.utils import timezone

from villes_internet.socle.models import Courriel

logger = logging.getLogger(__name__)

MAX_ESSAIS = 40
BOUTON = re.compile(r"^(?P<libelle>[^\n:]+?)\s*:\s+(?P<url>https?://\S+)$")


@dataclass(frozen=True, slots=True)
class Piece:
    """An attachment; kept with the message until it is sent."""

    nom: str
    type_mime: str
    contenu: bytes


@dataclass(frozen=True, slots=True)
class Bloc:
    """A paragraph of a message as its HTML layout sets it: ``genre`` is "texte", "liste", "citation" or "bouton"."""

    genre: str
    lignes: tuple[str, ...]
    url: str = ""


def blocs(texte: str) -> list[Bloc]:
    """Cut a plain text into what the HTML layout can set."""
    resultat = []
    for paragraphe in re.split(r"\n\s*\n", texte.strip()):
        lignes = tuple(ligne.strip() for ligne in paragraphe.strip().splitlines())
        if all(ligne.startswith(">") for ligne in lignes):
            resultat.append(Bloc("citation", tuple(ligne[1:].strip() for ligne in lignes)))
        elif len(lignes) == 1 and (lien := BOUTON.match(lignes[0])):
            resultat.append(Bloc("bouton", (lien["libelle"],), lien["url"]))
        elif all(ligne.startswith("- ") for ligne in lignes):
            resultat.append(Bloc("liste", tuple(ligne[2:] for ligne in lignes)))
        else:
            resultat.append(Bloc("texte", lignes))
    return resultat


def mettre_en_page(sujet: str, texte: str) -> str:
    """The HTML side of a plain text."""
    contexte = {"sujet": sujet, "blocs": blocs(texte), "adresse_publique": settings.ADRESSE_PUBLIQUE}
    return loader.render_to_string("courriels/base.html", contexte)


def rendre(modele: str, contexte: dict[str, Any]) -> tuple[str, str, str]:
    """(subject, text, HTML) of ``templates/courriels/<modele>``."""
    contexte = {"adresse_publique": settings.ADRESSE_PUBLIQUE, **contexte}
    gabarit: Any = loader.get_template(f"courriels/{modele}.txt")
    sujet, _, texte = gabarit.template.render(Context(contexte, autoescape=False)).strip().partition("\n")
    sujet, texte = " ".join(sujet.split()), re.sub(r"\n{3,}", "\n\n", texte.strip()) + "\n"
    try:
        html = str(loader.render_to_string(f"courriels/{modele}.html", {"sujet": sujet, **contexte}))
    except TemplateDoesNotExist:
        html = mettre_en_page(sujet, texte)
    return sujet, texte, html


def envoyer(
    modele: str, a: Sequence[str], contexte: dict[str, Any], *, pieces: Sequence[Piece] = ()
) -> Courriel | None:
    """Write the message now, send it once the transaction holds. Nobody to write to is not an error."""
    sujet, texte, html = rendre(modele, contexte)
    return poster(sujet, texte, html, a, pieces)


def poster(sujet: str, texte: str, html: str, a: Sequence[str], pieces: Sequence[Piece] = ()) -> Courriel | None:
    if not a:
        return None
    courriel = Courriel.objects.create(
        a=list(a),
        sujet=sujet,
        texte=texte,
        html=html,
        pieces=[[p.nom, p.type_mime, base64.b64encode(p.contenu).decode()] for p in pieces],
    )
    # robust: a broker that is down breaks no page; ``relancer`` sends what it missed.
    transaction.on_commit(lambda: _confier(courriel.pk), robust=True)  # not a partial: Django logs its __qualname__
    return courriel


def _confier(pk: int) -> None:
    from villes_internet.socle.tasks import expedier_courriel

    expedier_courriel.delay(pk)


def expedier(pk: int) -> bool:
    """Send one message unless it has left or another worker holds it; log a failure in its row, then raise it."""
    with transaction.atomic():
        courriel = Courriel.objects.select_for_update(skip_locked=True).en_attente().filter(pk=pk).first()
        if courriel is None:
            return False
        try:
            _message(courriel).send()
        except Exception as erreur:
            echec: Exception | None = erreur
            courriel.nb_essais += 1
            courriel.erreur = str(erreur)[:1000]
            courriel.save(update_fields=["nb_essais", "erreur"])
        else:
            echec = None
            _marquer_parti(courriel)
    if echec is not None:
        logger.warning("Courriel %s non parti, essai %s : %s", courriel.pk, courriel.nb_essais, echec)
        raise echec
    logger.info("Courriel %s parti : %s", courriel.pk, courriel.sujet)
    return True


def _message(courriel: Courriel) -> EmailMultiAlternatives:
    entetes = {"Auto-Submitted": "auto-generated"}  # RFC 3834: no out-of-office answers it
    message = EmailMultiAlternatives(courriel.sujet, courriel.texte, to=courriel.a, headers=entetes)
    message.attach_alternative(courriel.html, "text/html")
    for nom, type_mime, contenu in courriel.pieces:
        message.attach(nom, base64.b64decode(contenu), type_mime)
    return message


def _marquer_parti(courriel: Courriel) -> None:
    courriel.envoye_le = timezone.now()
    courriel.nb_essais += 1
    courriel.erreur = ""
    if not settings.MODE_DEMONSTRATION:
        courriel.texte, courriel.html, courriel.pieces = "", "", []
    courriel.save(update_fields=["envoye_le", "nb_essais", "erreur", "texte", "html", "pieces"])


def relancer() -> int:
    """Hand over again what has not left, until ``MAX_ESSAIS``; the number of messages handed over."""
    en_attente = Courriel.objects.en_attente().filter(nb_essais__lt=MAX_ESSAIS).order_by("cree_le")
    cles = list(en_attente.values_list("pk", flat=True)[:500])
    for pk in cles:
        _confier(pk)
    return len(cles)
