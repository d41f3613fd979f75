#!/bin/sh
# openclaw-logs: one page of a log of this VM, counted from its end, at most 3 KB with its first line; for its owner, in chat.
# No secret leaves the VM: this masks the values in /run/openclaw-secrets.json in all their spellings, and anything
# that looks like a secret. KIND is `gateway` or `first-boot`, PAGE a number; the bot puts both in front of this text.
# Prints `page=N pages=N`, then the page. Exit code 22: the secrets can't be read, so nothing can be masked.
exec 2>/dev/null
set -u
run=${OPENCLAW_RUN:-/run}
case ${KIND:?} in
  first-boot) cat "${OPENCLAW_LOG:-/var/log}/cloud-init-output.log" ;;
  gateway) journalctl --no-pager --quiet --output=short-iso --lines=5000 --unit openclaw.service --unit openclaw-secrets.service ;;
esac | python3 -I -c '
import base64, json, re, sys, urllib.parse

MASK, LARGEST = "\u2022\u2022\u2022\u2022", 3000


def spellings(value):
    """A value as it is, in JSON, in an address, in base64; of several lines, also each one."""
    raw = value.encode()
    yield from (value, json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1])
    yield from (urllib.parse.quote(value, safe=""), urllib.parse.quote_plus(value), raw.hex())
    # Inside a longer text, base64 has one of three forms; the characters at both ends depend on the neighbours.
    for shift in range(3):
        coded = base64.b64encode(b"\0" * shift + raw).decode().rstrip("=")
        inner = coded[(0, 2, 3)[shift] : len(coded) - (1 if (len(raw) + shift) % 3 else 0)]
        for form in (inner, *([coded] if shift == 0 else [])):
            yield from (form, form.replace("+", "-").replace("/", "_"))
    if "\n" in value:
        yield from value.splitlines()


path = sys.argv[1] + "/openclaw-secrets.json"
try:
    with open(path) as file:
        values = [str(value) for value in json.load(file).values()]
except FileNotFoundError:
    values = []
except Exception:
    sys.exit(22)
known = {form for value in values for form in spellings(value.strip()) if len(form) >= 4}

text = sys.stdin.buffer.read().decode("utf-8", "replace")
text = re.sub(r"\x1b(\[[0-9;?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)?|.)", "", text)
text = re.sub(r"[^\n\t\x20-\x7e\xa0-\uffff]", "", text)
for form in sorted(known, key=len, reverse=True):
    text = text.replace(form, MASK)
for pattern in (
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|\Z)",
    r"\b(sk|pk|rk|gsk|xai|hf|tvly|pplx|r8|ghp|gho|ghu|ghs|ghr|github_pat|glpat|npm|xox[a-z]|xapp)[-_][\w.-]{8,}",
    r"\b(AKIA|ASIA)[A-Z0-9]{16}\b|\bAIza[\w-]{30,}",
    r"\beyJ[\w-]{8,}\.[\w-]+(\.[\w-]*)?",
    r"\b\d{8,10}:[\w-]{30,}|\b[MNO][\w-]{23,27}\.[\w-]{6}\.[\w-]{25,}",
    r"\b[0-9a-fA-F]{40,}\b",
):
    text = re.sub(pattern, MASK, text)
# Mask whatever follows a name that stands for a secret; keep the name.
text = re.sub(r"(?i)\b((?:bearer|basic)\s+)[\w.~+/=-]{8,}", r"\1" + MASK, text)
text = re.sub(r"(\w://[^\s/:@]*:)[^\s/@]+@", r"\1" + MASK + "@", text)
name = r"[\w-]*(?:key|token|secret|passw(?:or)?d|passphrase|credential|signature|cookie)s?"
quote = r"[\"\x27\\]*"
text = re.sub(r"(?i)(\b" + name + quote + r"\s*[=:]\s*" + quote + r")(?!\s)[^\s\"\x27,;&}\\]{4,}", r"\1" + MASK, text)
text = re.sub(r"(?i)([?&#](?:sig|code|auth)=)[^\s&]+", r"\1" + MASK, text)

pages, page, size = [], [], 0
for line in reversed([part[i : i + 700] for part in text.splitlines() for i in range(0, len(part) or 1, 700)]):
    length = len(line.encode()) + 1
    if page and size + length > LARGEST:
        pages.append(page)
        page, size = [], 0
    page.append(line)
    size += length
pages.append(page)
wanted = min(max(int(sys.argv[2]), 1), len(pages))
sys.stdout.reconfigure(encoding="utf-8")
print(f"page={wanted} pages={len(pages)}", *reversed(pages[wanted - 1]), sep="\n")
' "$run" "${PAGE:-1}"
