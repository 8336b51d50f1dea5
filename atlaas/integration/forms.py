from django import forms


class OEmbedForm(forms.Form):
    """The request of oEmbed 1.0 (https://oembed.com)."""

    url = forms.CharField(max_length=2000)
    format = forms.CharField(required=False)
    maxwidth = forms.IntegerField(required=False, min_value=1, max_value=10_000)
    maxheight = forms.IntegerField(required=False, min_value=1, max_value=10_000)
