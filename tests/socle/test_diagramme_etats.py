from django.conf import settings

from villes_internet.socle.management.commands.diagramme_etats import document


def test_the_drawn_states_are_those_of_the_code() -> None:
    drawn = (settings.BASE_DIR / "docs" / "etats.md").read_text(encoding="utf-8")
    assert drawn == document(), "run manage.py diagramme_etats"
    assert drawn.count("stateDiagram-v2") == 11
