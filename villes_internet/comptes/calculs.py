"""What helps to judge a request to act for a collectivité. Pure functions."""

from urllib.parse import urlsplit

# fmt: off
MESSAGERIES_PUBLIQUES = frozenset(
    {
        "aol.com", "bbox.fr", "club-internet.fr", "free.fr", "gmail.com", "gmx.com", "gmx.fr",
        "googlemail.com", "hotmail.com", "hotmail.fr", "icloud.com", "laposte.net", "live.com", "live.fr",
        "mailo.com", "me.com", "msn.com", "neuf.fr", "numericable.fr", "orange.fr", "outlook.com",
        "outlook.fr", "pm.me", "proton.me", "protonmail.com", "sfr.fr", "tutanota.com", "wanadoo.fr",
        "yahoo.com", "yahoo.fr", "ymail.com",
    }
)
# fmt: on


def domaine_du_courriel(courriel: str) -> str:
    return courriel.rpartition("@")[2].strip().lower()


def domaine_du_site(site: str) -> str:
    """Host without "www."; "" when there is no site."""
    hote = (urlsplit(site).hostname or "").lower()
    return hote.removeprefix("www.")


def indice_du_domaine(courriel: str, site: str) -> tuple[str, str]:
    """(code, French sentence) comparing the e-mail's domain with the town's site.

    ``code`` is "meme", "public", "autre" or "sans_site". A hint for a human, never a decision.
    """
    domaine, hote = domaine_du_courriel(courriel), domaine_du_site(site)
    if domaine in MESSAGERIES_PUBLIQUES:
        return "public", f"Messagerie grand public ({domaine}) : rien ne relie l’adresse à la collectivité."
    if not hote:
        return "sans_site", f"Adresse en {domaine} ; aucun site indiqué pour comparer."
    if domaine == hote or domaine.endswith("." + hote) or hote.endswith("." + domaine):
        return "meme", f"L’adresse et le site indiqué ont le même domaine ({domaine}). Vérifiez que le site est le bon."
    return "autre", f"L’adresse est en {domaine}, le site indiqué est {hote} : à vérifier par téléphone."
