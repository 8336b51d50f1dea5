import pytest

from villes_internet.demarrage import installer, navigateur


def test_chromium_named_by_the_environment_is_used(monkeypatch, tmp_path):
    faux = tmp_path / "mon-chromium"
    faux.touch(mode=0o755)
    monkeypatch.setenv("CHROMIUM", str(faux))

    assert navigateur.chemin() == str(faux)


@pytest.mark.parametrize("chromium", ["/nulle/part/chromium", None])
def test_no_browser_is_a_failure_with_its_remedy(monkeypatch, capsys, tmp_path, chromium):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CHROMIUM", raising=False)
    if chromium:
        monkeypatch.setenv("CHROMIUM", chromium)

    with pytest.raises(SystemExit) as arret:
        navigateur.chemin()

    assert arret.value.code == 1
    assert "CHROMIUM=" in capsys.readouterr().err


def test_sandbox_is_left_out_only_for_root(monkeypatch):
    monkeypatch.setattr(navigateur, "est_root", lambda: True)
    assert "--no-sandbox" in navigateur.options()
    monkeypatch.setattr(navigateur, "est_root", lambda: False)
    assert "--no-sandbox" not in navigateur.options()


def test_missing_browser_asks_the_user_to_type_the_apt_line(monkeypatch, capsys, tmp_path):
    (tmp_path / "apt-get").touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(installer, "est_root", lambda: False)

    with pytest.raises(SystemExit):
        installer.verifier_navigateur()

    assert "sudo apt-get install -y chromium" in capsys.readouterr().err
