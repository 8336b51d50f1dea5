"""The watch over the pages sees what it must see: without it, a journey could pass on a broken page."""

import pytest

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def test_the_home_page_loads_without_fault(page):
    assert page.goto("/").status == 200


def test_inline_scripts_and_other_hosts_are_seen(page, fautes):
    page.goto("/")
    page.evaluate("document.head.append(Object.assign(document.createElement('script'), {text: 'alert(1)'}))")
    page.evaluate("document.body.append(Object.assign(new Image(), {src: 'https://ailleurs.example/pixel.png'}))")
    page.evaluate("document.body.append(Object.assign(new Image(), {src: '/static/absente.png'}))")
    page.wait_for_load_state("networkidle")
    vues = "\n".join(fautes)
    fautes.clear()

    assert "Content Security Policy" in vues
    assert "/static/absente.png" in vues


def test_without_javascript_the_same_page_reads(page_sans_javascript):
    page_sans_javascript.goto("/")

    assert page_sans_javascript.locator("h1").count() == 1


def test_on_a_phone_nothing_overflows(page_mobile):
    page_mobile.goto("/")

    assert page_mobile.evaluate("document.documentElement.scrollWidth") <= 390
