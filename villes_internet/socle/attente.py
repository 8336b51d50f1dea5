"""A document that a worker still makes: the page that waits for it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

DELAI = 10  # seconds before looking again
DELAI_A_L_ARRET = 3_600  # seconds, when somebody must set the work going again
FIN = 286  # htmx swaps this answer in and asks no more


def attendre(
    request: HttpRequest, quoi: str, *, retour: str, ou: str, est_pret: bool, est_arrete: bool = False
) -> HttpResponse:
    """503 and the moment to come back; the page asks again by itself, and turns into the link to the document.

    ``quoi``: « Votre certificat ». ``retour`` is a URL and ``ou`` its name. A request by htmx never gets the file
    itself: it is answered 204 as long as there is nothing new to say.
    """
    contexte = {
        "quoi": quoi,
        "adresse": request.get_full_path(),
        "retour": retour,
        "ou": ou,
        "est_pret": est_pret,
        "est_arrete": est_arrete,
        "delai": DELAI,
    }
    if "HX-Request" not in request.headers:
        reponse = render(request, "attente.html", contexte, status=503)
        reponse["Retry-After"] = str(DELAI_A_L_ARRET if est_arrete else DELAI)
        reponse._has_been_logged = True  # type: ignore[attr-defined]  # an expected wait is no error of the server's log
    elif est_pret or est_arrete:
        reponse = render(request, "fragments/attente.html", contexte, status=FIN)
    else:
        reponse = HttpResponse(status=204)
    reponse["Cache-Control"] = "no-store"
    return reponse
