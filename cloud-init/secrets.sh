#!/bin/sh
# Runs as root before the gateway starts: merges the shared and the member's own secret (own wins) into
# /run/openclaw/secrets.json, which is memory, not disk. Values never appear in arguments or output.
set -eu
exec python3 - <<'PYTHON'
import json, os, pwd, secrets, sys, time, urllib.error, urllib.parse, urllib.request

settings = json.load(open("/etc/openclaw/settings.json"))


def get(url, headers):
    """Reads JSON; tries again for two minutes, because a fresh role needs time to be seen."""
    for attempt in range(24):
        try:
            with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=10) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            if error.code == 404 and attempt > 1:
                return None
            problem = f"HTTP {error.code}"
        except OSError as error:
            problem = type(error).__name__
        time.sleep(5)
    sys.exit(f"openclaw: {urllib.parse.urlsplit(url).netloc} does not answer: {problem}")


def secret(name, client_id):
    query = urllib.parse.urlencode({"api-version": "2018-02-01", "resource": "https://vault.azure.net", "client_id": client_id})
    token = get(f"http://169.254.169.254/metadata/identity/oauth2/token?{query}", {"Metadata": "true"})
    vault = settings["keyVaultUri"].rstrip("/")
    found = get(f"{vault}/secrets/{name}?api-version=7.5", {"Authorization": f"Bearer {token['access_token']}"}) if token else None
    return json.loads(found["value"]) if found else {}


merged = {
    "OPENCLAW_GATEWAY_TOKEN": secrets.token_hex(32),
    **secret(settings["sharedSecretName"], settings["bootIdentityClientId"]),
    **secret(settings["memberSecretName"], settings["memberIdentityClientId"]),
}
owner = pwd.getpwnam("openclaw")
path = "/run/openclaw/secrets.json"
with open(os.open(path + ".new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
    json.dump(merged, file)
    os.fchown(file.fileno(), owner.pw_uid, owner.pw_gid)
os.rename(path + ".new", path)
PYTHON
