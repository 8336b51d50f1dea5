"""The questions of the step "actions": a decision per row of the table, and which of the other fiches are presented."""

from typing import Any

from django.http import QueryDict

from candidatures.dossiers.etapes import Champ
from candidatures.dossiers.forms import FormulaireEtape
from candidatures.dossiers.reconduction import calculs
from candidatures.dossiers.reconduction.calculs import CLORE, Decision, champ_decision, champ_fin
from candidatures.dossiers.reconduction.queries import Ligne, Tableau

TOUT = "tout"  # value of the button « tout reconduire »


class FormulaireActions(FormulaireEtape):
    """Without a table, the field "actions" holds every fiche presented; with one, "autres" those out of the table."""

    def __init__(self, tableau: Tableau, *args: Any, **options: Any) -> None:
        self.tableau = tableau
        super().__init__(_champs(tableau), *args, **options)

    def clean(self) -> dict[str, Any]:
        for ligne in self.tableau.lignes:
            nom, fin = champ_fin(ligne.cle), self.cleaned_data.get(champ_fin(ligne.cle))
            if self.cleaned_data.get(champ_decision(ligne.cle)) != CLORE:
                self.errors.pop(nom, None)
            elif fin and (erreur := calculs.erreur_de_fin(fin, ligne.fiche.date_debut, self.tableau.aujourd_hui)):
                self.add_error(nom, erreur)
        return self.cleaned_data

    def saisie(self) -> dict[str, Any]:
        """An end date is kept where the fiche is closed only; when empty, it is today or the one that the fiche has."""
        lue = super().saisie()
        for ligne in self.tableau.lignes:
            nom = champ_fin(ligne.cle)
            if lue[champ_decision(ligne.cle)] != CLORE:
                lue[nom] = ""
            elif not lue[nom]:
                lue[nom] = ligne.fin_par_defaut.isoformat()
        return lue

    def decisions(self) -> list[Decision]:
        """What is wanted of each row; a fiche whose end date is wrong is left as it is."""
        self.full_clean()
        return [self._decision(ligne) for ligne in self.tableau.lignes]

    def _decision(self, ligne: Ligne) -> Decision:
        code = self.cleaned_data.get(champ_decision(ligne.cle), "")
        if code != CLORE or champ_fin(ligne.cle) in self.errors:
            return Decision(ligne.cle, code)
        return Decision(ligne.cle, code, self.cleaned_data.get(champ_fin(ligne.cle)) or ligne.fin_par_defaut)


def _champs(tableau: Tableau) -> list[Champ]:
    choix = tuple((str(autre.fiche.pk), str(autre.fiche)) for autre in tableau.autres)
    nom = "autres" if tableau.annee else "actions"
    return [
        *(
            champ
            for ligne in tableau.lignes
            for champ in (
                Champ(champ_decision(ligne.cle), str(ligne.fiche), "choix", choix=calculs.DECISIONS),
                Champ(champ_fin(ligne.cle), f"« {ligne.fiche} », date de fin", "date"),
            )
        ),
        Champ(nom, "Actions présentées", "cases", maximum=500, choix=choix),
    ]


def avec_tout(envoye: QueryDict, tableau: Tableau) -> QueryDict:
    """« Tout reconduire » pressed: what is eligible and undecided is reconduced; the rest stays as sent."""
    if envoye.get("rester") != TOUT:
        return envoye
    donnees = envoye.copy()
    for ligne in tableau.lignes:
        if ligne.est_eligible and not donnees.get(champ_decision(ligne.cle)):
            donnees[champ_decision(ligne.cle)] = calculs.RECONDUIRE
    return donnees
