"""
Stands in for the extension ssh 2.0.6 of Microsoft's az, which no package registry has. Only `az ssh config` of a VM with a
public address, and of it what a person meets: where its files go, which folder has to be there, that the question of
ssh-keygen goes to whoever typed the command, that an entry is added unless `--overwrite` is given. The address is read from
ARM as the person who is signed in. It can't ask Entra for a certificate: it signs one itself, with the key in SSH_STAND_IN_CA
and for as long as SSH_STAND_IN_VALID says.
"""

import os
import subprocess

from azure.cli.core import AzCommandsLoader
from azure.cli.core.azclierror import InvalidArgumentValueError
from azure.cli.core.commands import CliCommandType
from azure.cli.core.commands.client_factory import get_subscription_id
from azure.cli.core.util import send_raw_request

COMPUTE = "2024-11-01"
NETWORK = "2022-05-01"


def _address(cmd, group, name):
    def read(resource, version):
        url = f"{cmd.cli_ctx.cloud.endpoints.resource_manager.rstrip('/')}{resource}?api-version={version}"
        return send_raw_request(cmd.cli_ctx, "GET", url).json()["properties"]

    subscription = get_subscription_id(cmd.cli_ctx)
    vm = f"/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Compute/virtualMachines/{name}"
    nic = read(vm, COMPUTE)["networkProfile"]["networkInterfaces"][0]["id"]
    address = read(nic, NETWORK)["ipConfigurations"][0]["properties"]["publicIPAddress"]["id"]
    return read(address, NETWORK)["ipAddress"]


def _certificate(key, user):
    subprocess.check_call(
        ["ssh-keygen", "-q", "-s", os.environ["SSH_STAND_IN_CA"], "-I", user, "-n", user]
        + ["-V", os.environ["SSH_STAND_IN_VALID"], f"{key}.pub"],
        stdin=subprocess.DEVNULL,
    )
    certificate = f"{key}.pub-aadcert.pub"
    os.replace(f"{key}-cert.pub", certificate)
    return certificate


def ssh_config(cmd, resource_group_name, vm_name, config_path, overwrite=False):
    path = os.path.abspath(config_path)
    folder = os.path.dirname(path)
    if not os.path.isdir(folder):
        raise InvalidArgumentValueError(f"Config file destination folder {folder} does not exist.")
    address = _address(cmd, resource_group_name, vm_name)
    host = f"{resource_group_name}-{vm_name}"
    keys = os.path.join(folder, "az_ssh_config", host)
    os.makedirs(keys, exist_ok=True)
    key = os.path.join(keys, "id_rsa")
    # It asks where there is a key, and how it ends is not looked at.
    subprocess.call(["ssh-keygen", "-f", key, "-t", "rsa", "-q", "-N", ""])
    user = os.environ["SSH_STAND_IN_USER"]
    certificate = _certificate(key, user)
    rest = [f'\tCertificateFile "{certificate}"', f'\tIdentityFile "{key}"']
    lines = ["", f"Host {host}", f"\tUser {user}", f"\tHostName {address}", *rest]
    lines += [f"Host {address}", f"\tUser {user}", *rest]
    with open(path, "w" if overwrite else "a", encoding="utf-8") as file:
        file.write("\n".join(lines))


class SshCommandsLoader(AzCommandsLoader):
    def __init__(self, cli_ctx=None):
        super().__init__(cli_ctx=cli_ctx, custom_command_type=CliCommandType(operations_tmpl="azext_ssh#{}"))

    def load_command_table(self, args):
        with self.command_group("ssh") as group:
            group.custom_command("config", "ssh_config")
        return self.command_table

    def load_arguments(self, command):
        with self.argument_context("ssh config") as context:
            context.argument("resource_group_name", options_list=["--resource-group", "-g"])
            context.argument("vm_name", options_list=["--vm-name", "--name", "-n"])
            context.argument("config_path", options_list=["--file", "-f"])
            context.argument("overwrite", action="store_true", options_list=["--overwrite"])


COMMAND_LOADER_CLS = SshCommandsLoader
