import type { Card, Section } from "../core/card.ts";
import type { Instance } from "../core/instance.ts";
import type { Member } from "../core/member.ts";
import { namesOf } from "../core/names.ts";
import type { Settings } from "../core/settings.ts";

interface Left {
  readonly member: Pick<Member, "key" | "name">;
  readonly place: Instance["place"];
  readonly settings: Pick<Settings, "vault">;
}

/**
 * What of a member stays when all else is gone: the secret, the identity, and its role on the secret. The bot may delete neither of the first
 * two. The role goes first, since only the identity tells whose it is. `$( )` is read by bash and PowerShell alike.
 */
export function vaultSections({ member, place, settings }: Left): readonly Section[] {
  const { secret, identity } = namesOf(member.key);
  const at = `--subscription ${place.subscription}`;
  const which = `${at} --resource-group ${place.resourceGroup} --name ${identity}`;
  const assignee = `"$(az identity show ${which} --query principalId --output tsv)"`;
  const vault = `$(az keyvault show ${at} --name ${settings.vault} --query id --output tsv)`;
  return [
    {
      text: "1. On macOS or Linux, or in PowerShell: take from the identity its right to read the secret. Someone with the role Owner or User Access Administrator on the vault can.",
      code: `az role assignment delete ${at} --assignee ${assignee} --scope "${vault}/secrets/${secret}"`,
    },
    {
      text: "2. Delete the secret. Earlier values of the keys stay in the vault as its versions until it is purged. Someone with the role Key Vault Secrets Officer on the vault can delete it. Azure purges it by itself once the vault's retention is over, after 7 to 90 days. Revoke the keys where they came from if that can't wait.",
      code: `az keyvault secret delete --vault-name ${settings.vault} --name ${secret}`,
    },
    {
      text: "3. Delete the identity. Someone with the role Contributor on its resource group can.",
      code: `az identity delete ${which}`,
    },
  ];
}

/** The last card about somebody who left, for the admins: nothing of theirs is left that costs anything. */
export const lastLeaverCard = (left: Left): Card => ({
  title: `What stays of ${left.member.name} in Azure`,
  tone: "info",
  text: "They left the roster, and their VM, their home disk and all of their backups are gone. Their secret in the key vault, with the keys that they set, and their identity stay until you delete them; I have no right to. Neither costs anything, and should they come back, their next request makes what is missing.",
  sections: vaultSections(left),
});
