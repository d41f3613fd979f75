#!/usr/bin/python3 -I
"""The instance's secrets, for root only. Values are never in arguments, output or on a disk.

write           Merges the shared and the member's own secret (own wins) into /run/openclaw/secrets.json for the agent
                and /run/openclaw-secrets.json for root, both in memory. /run/openclaw-status.json has the result,
                without values.
refresh         The same for a running gateway, which loads the new values without a restart.
configure       Fits the gateway's configuration to the names of keys on standard input; runs as the agent's account.
set NAME        Stores a value from standard input in the member's own secret, then refreshes.
remove NAME     Removes one from it, then refreshes.
list            Lists the names in both.
"""
import fcntl, json, os, pwd, re, subprocess, sys, time, urllib.error, urllib.parse, urllib.request

with open("/etc/openclaw/settings.json") as settings_file:
    settings = json.load(settings_file)
folder, path, status_path = "/run/openclaw", "/run/openclaw/secrets.json", "/run/openclaw-status.json"
# The agent can change its own file; this one keeps what it was given.
given_path = "/run/openclaw-secrets.json"
config_path = "/home/openclaw/.openclaw/openclaw.json"
# Exists while the gateway has not loaded what is in the file.
unheard_path = "/run/openclaw-keys-unheard"
# The default model for each key; the first key found wins.
models = {"ANTHROPIC_API_KEY": "anthropic/claude-sonnet-5", "OPENAI_API_KEY": "openai/gpt-6-astra"}
# Five seconds between two tries: a new role needs time to work.
patience = int(os.environ.get("OPENCLAW_VAULT_TRIES", 24))
# What pasting and files leave at both ends: white space, line ends, NUL, byte order marks and other invisible characters.
ends = r"[\s\0\ufeff\u200b-\u200d\u2060]+"
# A placeholder until someone sets the value.
placeholder = re.compile(r"not-set$|@microsoft\.keyvault\(", re.IGNORECASE)
no_key = "no model key: set ANTHROPIC_API_KEY or OPENAI_API_KEY"


class Refused(Exception):
    """Which service refused, and with which status."""


def meant(text, name=""):
    """The intended value: with clean ends, a token without the `Bot ` of a request; "" if there is none."""
    text = re.sub(f"^{ends}|{ends}$", "", text)
    if name.endswith("TOKEN"):
        text = re.sub(r"^bot(\s+|$)", "", text, flags=re.IGNORECASE)
    return "" if placeholder.match(text) else text


def ask(url, headers, body=None, tries=patience):
    """Reads JSON; None when the vault has no such thing. Tries again for two minutes."""
    metadata = "169.254" in url
    problem = ""
    for attempt in range(tries):
        if attempt:
            time.sleep(5)
        request = urllib.request.Request(url, headers=headers, data=body, method="PUT" if body else "GET")
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            # From the metadata service, either may be temporary: an update is near, or the identity is new.
            if error.code == 404 and not metadata:
                return None
            problem = str(error.code)
            if error.code == 400 and not metadata:
                break
        except OSError as error:
            problem = type(error).__name__
    raise Refused(f"{'metadata' if metadata else 'key-vault'}-{problem}")


def vault(name, client_id, body=None, tries=patience):
    """One secret of the vault: an object of names and values; {} if there is none. With a body, writes it."""
    query = urllib.parse.urlencode(
        {"api-version": "2018-02-01", "resource": "https://vault.azure.net", "client_id": client_id}
    )
    token = ask(f"http://169.254.169.254/metadata/identity/oauth2/token?{query}", {"Metadata": "true"}, tries=tries)
    headers = {"Authorization": f"Bearer {token['access_token']}", "Content-Type": "application/json"}
    url = f"{settings['keyVaultUri'].rstrip('/')}/secrets/{name}?api-version=7.5"
    found = ask(url, headers, body, tries)
    try:
        # The secret may come from a file that starts with a byte order mark.
        value = json.loads(meant(found["value"]) or "{}") if found else {}
    except ValueError:
        raise Refused(f"{name}-not-json") from None
    if not isinstance(value, dict):
        raise Refused(f"{name}-not-json")
    texts = {key: meant(text, key) if isinstance(text, str) else json.dumps(text) for key, text in value.items() if text is not None}
    return {key: text for key, text in texts.items() if text}


def shared(tries=patience):
    return vault(settings["sharedSecretName"], settings["bootIdentityClientId"], tries=tries)


def own(values=None, tries=patience):
    body = None if values is None else json.dumps({"value": json.dumps(values)}).encode()
    return vault(settings["memberSecretName"], settings["memberIdentityClientId"], body, tries)


def put(target, text, mode, user=None):
    """Replaces a file atomically; it never exists with a wider mode or another owner."""
    with open(os.open(target + ".new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        if user:
            os.fchown(file.fileno(), user.pw_uid, user.pw_gid)
        os.fchmod(file.fileno(), mode)
        file.write(text)
    os.rename(target + ".new", target)


def configure(values):
    """Fits the gateway's configuration to the available keys; returns the default model.

    Runs as the agent's account: root must not write where the agent can create links.
    """
    command = [sys.executable, "-I", os.path.abspath(__file__), "configure"]
    names = " ".join(name for name in models if values.get(name))
    # apply-config.sh changes the same file, and restores the old one if that fails.
    turn = take_turn("/run/openclaw-config.lock", 300)
    done = subprocess.run(
        command, input=names, text=True, stdout=subprocess.PIPE, user="openclaw", group="openclaw", extra_groups=[]
    )
    os.close(turn)
    return done.stdout.strip()


def configure_as_agent(names):
    """Fits the configuration to these names and returns the default model.

    Changes only what it wrote itself: references to keys, and a default model that has no key while another has one.
    """
    usable = [model for key, model in models.items() if key in names]
    try:
        with open(config_path) as file:
            before = file.read()
        config = json.loads(before)
        providers = config.setdefault("models", {}).setdefault("providers", {})
        for key, model in models.items():
            provider = model.partition("/")[0]
            reference = {"source": "file", "provider": "keyvault", "id": f"/{key}"}
            entry = providers.get(provider, {})
            if key in names:
                providers[provider] = {"apiKey": reference, **entry}
            elif entry.get("apiKey") == reference:
                del entry["apiKey"]
                if not entry:
                    del providers[provider]
        model = config["agents"]["defaults"]["model"]
        if usable and model["primary"] in models.values() and model["primary"] not in usable:
            model["primary"] = usable[0]
        if config != json.loads(before):
            put(config_path, json.dumps(config, indent=2) + "\n", 0o600)
        return model["primary"]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        # The member restructured the file: leave it alone.
        return ""


def plain(text):
    return re.sub(r"[^\w./:@+-]", "?", text, flags=re.ASCII)


def explain(problem):
    return f"secrets cannot be read: {problem}"


def given():
    """What the gateway last received."""
    try:
        with open(given_path) as file:
            return json.load(file)
    except FileNotFoundError:
        return {}


def write(tries=patience):
    """Merges; returns whether the vault could be read."""
    user = pwd.getpwnam("openclaw")
    # The folder is root's, so that the agent can't create links there; the file is the agent's, as OpenClaw requires.
    os.makedirs(folder, exist_ok=True)
    os.chmod(folder, 0o750)
    os.chown(folder, 0, user.pw_gid)
    before = given()
    token = before.get("OPENCLAW_GATEWAY_TOKEN") or os.urandom(32).hex()
    try:
        values = {**shared(tries), **own(tries=tries), "OPENCLAW_GATEWAY_TOKEN": token}
        problem = ""
    except Refused as error:
        values, problem = before, str(error)
    if problem and not before:
        put(status_path, json.dumps({"keys": [], "model": "", "problem": problem, "note": explain(problem)}) + "\n", 0o644)
        # Waiting for a role isn't the gateway's own failure; the next start tries again.
        subprocess.run(["systemctl", "reset-failed", "openclaw.service"])
        put("/run/openclaw-fault", "secret-not-json\n" if problem.endswith("-not-json") else "key-vault\n", 0o644)
        sys.exit(f"openclaw: {explain(problem)}")
    if values != before:
        put(unheard_path, "", 0o600)
    put(given_path, json.dumps(values), 0o600)
    # Never leave a reference without its value: add new values first, remove old ones last.
    put(path, json.dumps({**before, **values}), 0o600, user)
    model = configure(values)
    if values != {**before, **values}:
        put(path, json.dumps(values), 0o600, user)
    usable = any(values.get(key) for key in models)
    note = explain(problem) if problem else "" if usable else no_key
    # Keep these few and short enough for a run command's answer: the agent can change the model, the member the names.
    names = [name[:64] for name in map(plain, sorted(values)) if name != "OPENCLAW_GATEWAY_TOKEN"][:30]
    model = plain(model)[:100]
    put(status_path, json.dumps({"keys": names, "model": model, "problem": problem, "note": note}) + "\n", 0o644)
    if problem == "" and os.path.exists("/run/openclaw-fault"):
        os.remove("/run/openclaw-fault")
    if note:
        print(f"openclaw: {note}", file=sys.stderr)
    return problem == ""


def is_(state):
    return subprocess.run(["systemctl", f"is-{state}", "--quiet", "openclaw.service"]).returncode == 0


def refresh(tries=2):
    read = write(tries)
    if os.path.exists(unheard_path) and is_("active"):
        reload = ["/usr/local/lib/openclaw/openclaw.sh", "secrets", "reload"]
        if subprocess.run(reload, capture_output=True).returncode != 0:
            # The next refresh tries again.
            sys.exit("openclaw: the keys are stored, but the gateway did not load them; run openclaw-doctor to check it")
        os.remove(unheard_path)
    elif read and is_("failed"):
        # It gave up while the secrets could not be read. A gateway stopped on purpose has not failed.
        subprocess.run(["systemctl", "reset-failed", "openclaw.service"])
        subprocess.run(["systemctl", "start", "--no-block", "openclaw.service"])
    with open(status_path) as file:
        print(file.read(), end="")


def name_given():
    name = sys.argv[2] if len(sys.argv) == 3 else ""
    if not re.fullmatch(r"[A-Z][A-Z0-9_]{0,63}", name) or name == "OPENCLAW_GATEWAY_TOKEN":
        sys.exit("openclaw: a name has only capital letters, digits and underscores, such as ANTHROPIC_API_KEY")
    return name


def text_given():
    """Standard input, as UTF-8 whatever the locale: other bytes would be stored wrongly, UTF-16 with a NUL for each letter."""
    data = sys.stdin.buffer.read()
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = None
    if text is None or b"\0" in data:
        sys.exit("openclaw: this is not text in UTF-8; nothing was stored")
    return text


def take_turn(path, seconds):
    """Locks until this is closed, or this process ends: every process reads, changes and writes the same files."""
    lock = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    for _ in range(seconds):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return lock
        except BlockingIOError:
            time.sleep(1)
    sys.exit("openclaw: the keys are in use at the moment; try again in a minute")


def main():
    command = sys.argv[1] if len(sys.argv) > 1 else ""
    # Don't wait long at a terminal or in a run command.
    if command in ("write", "refresh", "set", "remove"):
        take_turn("/run/openclaw-keys.lock", 300 if command == "write" else 30)
    if command == "write":
        write()
        # The gateway starts after this, and reads the file then.
        if os.path.exists(unheard_path):
            os.remove(unheard_path)
    elif command == "refresh":
        refresh()
    elif command == "configure":
        print(configure_as_agent(sys.stdin.read().split()))
    elif command == "set":
        name = name_given()
        value = meant(text_given(), name)
        if not value:
            sys.exit("openclaw: there is no value")
        own({**own(tries=2), name: value}, tries=2)
        refresh()
    elif command == "remove":
        name, values = name_given(), own(tries=2)
        if values.pop(name, None) is None:
            sys.exit(f"openclaw: {name} is not among your own keys")
        own(values, tries=2)
        refresh()
    elif command == "list":
        print(json.dumps({"own": sorted(own(tries=2)), "shared": sorted(shared(tries=2))}))
    else:
        sys.exit(__doc__)


try:
    main()
except Refused as refused:
    sys.exit(f"openclaw: {refused}")
