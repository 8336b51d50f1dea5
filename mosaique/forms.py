from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms

from mosaique import calculs
from mosaique.models import ContenuReponse, ReponseEnjeu
from villes_internet.referentiel.queries import EnjeuLu, ServiceLu
from villes_internet.socle.champs import TexteCompte
from villes_internet.socle.versions import Divergence, Valeur

COMMENTAIRE_MAX = 500
MOTIF_MAX = 200


@dataclass(frozen=True, slots=True)
class Ligne:
    """The fields of one service."""

    service: ServiceLu
    statut: forms.BoundField
    echeance: forms.BoundField
    motif: forms.BoundField


class ReponseForm(forms.Form):
    """An answer on an enjeu. Nothing is required: a draft is always savable."""

    numero_version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    niveau = forms.TypedChoiceField(label="Niveau", required=False, coerce=int, empty_value=None)
    commentaire = TexteCompte(label="Commentaire", required=False, max_length=COMMENTAIRE_MAX)

    def __init__(self, *args: Any, enjeu: EnjeuLu, bareme: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.enjeu = enjeu
        self.libelles = {s["code"]: s["libelle"] for s in bareme["statuts"]}
        niveau = self.fields["niveau"]
        assert isinstance(niveau, forms.TypedChoiceField)
        niveau.choices = [(str(rang), libelle) for rang, libelle in enumerate(bareme["niveaux"])]
        self.fields["commentaire"].widget = forms.Textarea(
            attrs={
                "rows": 4,
                "class": "form-control",
                "aria-describedby": "aide_commentaire",
                "data-compteur": COMMENTAIRE_MAX,
            }
        )
        for service in enjeu.services:
            self.fields[f"statut_{service.code}"] = forms.ChoiceField(
                label="Statut",
                required=False,
                choices=list(self.libelles.items()),
                widget=forms.Select(attrs={"class": "form-select"}),
            )
            self.fields[f"echeance_{service.code}"] = forms.DateField(
                label="Date prévue",
                required=False,
                widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "form-control"}),
                error_messages={"invalid": "Écrivez la date comme 2027-06-30."},
            )
            self.fields[f"motif_{service.code}"] = TexteCompte(
                label="Pourquoi n’est-ce pas concerné ?",
                required=False,
                max_length=MOTIF_MAX,
                widget=forms.TextInput(attrs={"class": "form-control"}),
            )

    @staticmethod
    def valeurs(reponse: ContenuReponse) -> dict[str, Any]:
        """The answer as initial values of the form."""
        initiales: dict[str, Any] = {
            "numero_version": reponse.numero_version,
            "niveau": reponse.niveau,
            "commentaire": reponse.commentaire,
        }
        for code, donnees in reponse.services.items():
            initiales |= {f"{cle}_{code}": valeur for cle, valeur in donnees.items()}
        return initiales

    def garder_le_valable(self, reponse: ContenuReponse) -> dict[str, str]:
        """After a refusal: put what is stored back in the refused fields, and give {field: sentence} for them.

        The autosave keeps what it can; the whole form, once sent, says the same in its page.
        """
        erreurs = {nom: " ".join(str(e) for e in liste) for nom, liste in self.errors.items()}
        stockees = self.valeurs(reponse)
        for nom in erreurs:
            self.cleaned_data[nom] = stockees.get(nom)
        return erreurs

    @classmethod
    def etat(cls, reponse: ContenuReponse, par: str) -> dict[str, Any]:
        """What ``static/js/sauvegarde.js`` reads after a save, or when somebody saved in between."""
        return {
            "etat": "enregistre",
            "numero_version": reponse.numero_version,
            "enregistre_le": reponse.modifie_le.isoformat() if reponse.modifie_le else "",
            "valeurs": {nom: "" if v is None else v for nom, v in cls.valeurs(reponse).items()},
            "par": par,
        }

    def niveaux(self) -> list[dict[str, Any]]:
        """The five levels with their descriptors, as choices."""
        choisi = str(self["niveau"].value())
        champ = self.fields["niveau"]
        assert isinstance(champ, forms.TypedChoiceField)
        return [
            {"rang": rang, "libelle": libelle, "descripteur": self.enjeu.niveaux[rang], "choisi": choisi == str(rang)}
            for rang, (_, libelle) in enumerate(champ.choices)  # type: ignore[arg-type]
        ]

    def lignes(self) -> Iterator[Ligne]:
        for service in self.enjeu.services:
            yield Ligne(
                service,
                self[f"statut_{service.code}"],
                self[f"echeance_{service.code}"],
                self[f"motif_{service.code}"],
            )

    def services(self) -> dict[str, dict[str, str]]:
        """The statuses as ``ReponseEnjeu.services`` keeps them; the date and the motive only where they belong."""
        donnees = self.cleaned_data
        return {
            service.code: {
                "statut": statut,
                "echeance": str(echeance) if echeance and statut == "programme" else "",
                "motif": (donnees[f"motif_{service.code}"] or "") if statut == calculs.NON_CONCERNE else "",
            }
            for service in self.enjeu.services
            for statut in [donnees[f"statut_{service.code}"] or calculs.NON_RENSEIGNE]
            for echeance in [donnees[f"echeance_{service.code}"]]
        }

    def conflit(self, actuel: ContenuReponse) -> dict[str, Any]:
        """What ``mosaique/fragments/conflit.html`` shows, but for the address of the page; after ``is_valid``."""
        divergences = self.divergences(actuel)
        differents = {d.nom for d in divergences}
        communs = [(nom, v) for nom, v in self.data.items() if nom in self.fields and nom not in differents]
        return {"actuel": actuel, "divergences": divergences, "communs": communs}

    def divergences(
        self, actuel: ContenuReponse, titre_mienne: str = "Ma saisie", titre_autre: str = "Déjà enregistré"
    ) -> list[Divergence]:
        """The fields on which what was typed differs from what somebody saved meanwhile; after ``is_valid``."""
        mien = ReponseEnjeu(
            niveau=self.cleaned_data["niveau"],
            commentaire=self.cleaned_data["commentaire"],
            services=self.services(),
        )
        miennes, autres = self.valeurs(mien), self.valeurs(actuel)
        trouvees = []
        for nom in self.fields:
            if nom == "numero_version":
                continue
            mienne, autre = (self._valeur(nom, v.get(nom)) for v in (miennes, autres))
            if mienne != autre:
                trouvees.append(Divergence(nom, self._libelle(nom), mienne, autre, titre_mienne, titre_autre))
        return trouvees

    def _valeur(self, nom: str, brute: Any) -> Valeur:
        if nom.startswith("statut_"):
            brute = brute or calculs.NON_RENSEIGNE
            return Valeur(brute, self.libelles[brute])
        if nom == "niveau" and brute is not None:
            champ = self.fields[nom]
            assert isinstance(champ, forms.TypedChoiceField)
            return Valeur(str(brute), f"{brute}, {dict(champ.choices)[str(brute)].lower()}")  # type: ignore[arg-type]
        texte = "" if brute is None else str(brute)
        return Valeur(texte, texte or "(vide)")

    def _libelle(self, nom: str) -> str:
        _, _, code = nom.partition("_")
        service = next((s for s in self.enjeu.services if s.code == code), None)
        champ = str(self.fields[nom].label)
        return f"{service.nom} : {champ.lower()}" if service else champ
