"""Ask ``/sante/`` as the proxy would; the health check of the container (standard library alone)."""

import http.client
import os
import sys
from urllib.parse import urlsplit


def repond(port: int, hote: str) -> bool:
    """Whether the web process and its database answer."""
    connexion = http.client.HTTPConnection("127.0.0.1", port, timeout=4)
    try:
        connexion.request("GET", "/sante/", headers={"Host": hote, "X-Forwarded-Proto": "https"})
        return connexion.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connexion.close()


if __name__ == "__main__":
    adresse = urlsplit(os.environ.get("ADRESSE_PUBLIQUE", "http://localhost"))
    sys.exit(0 if repond(int(os.environ.get("PORT", "8000")), adresse.hostname or "localhost") else 1)
