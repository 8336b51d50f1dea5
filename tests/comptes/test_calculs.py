import pytest

from villes_internet.comptes.calculs import indice_du_domaine


@pytest.mark.parametrize(
    ("courriel", "site", "code"),
    [
        ("a@ville-bassens.fr", "https://www.ville-bassens.fr/contact", "meme"),
        ("a@mairie.ville-bassens.fr", "https://ville-bassens.fr", "meme"),
        ("a@ville-bassens.fr", "https://portail.ville-bassens.fr", "meme"),
        ("a@Gmail.com", "https://gmail.com", "public"),
        ("a@wanadoo.fr", "", "public"),
        ("a@ville-bassens.fr", "", "sans_site"),
        ("a@autre.fr", "https://ville-bassens.fr", "autre"),
        ("a@faux-ville-bassens.fr", "https://ville-bassens.fr", "autre"),
    ],
)
def test_the_domain_gives_a_hint(courriel: str, site: str, code: str) -> None:
    assert indice_du_domaine(courriel, site)[0] == code
