import type { Card, Section } from "../core/card.ts";
import type { Truth } from "../core/cloud.ts";
import { type Instance, isSomething } from "../core/instance.ts";
import type { Member } from "../core/member.ts";
import { namesOf } from "../core/names.ts";
import type { Settings } from "../core/settings.ts";

interface Left {
  readonly member: Pick<Member, "key" | "name">;
  readonly place: Instance["place"];
  readonly settings: Pick<Settings, "vault">;
}

/**
 * What stays of a member when all else is deleted: the secret, the identity, and its role on the secret. The bot has no right to delete the
 * first two. The role goes first, because only the identity tells whose it is. bash and PowerShell both understand `$( )`.
 */
export function vaultSections({ member, place, settings }: Left): readonly Section[] {
  const { secret, identity } = namesOf(member.key);
  const at = `--subscription ${place.subscription}`;
  const which = `${at} --resource-group ${place.resourceGroup} --name ${identity}`;
  const assignee = `"$(az identity show ${which} --query principalId --output tsv)"`;
  const vault = `$(az keyvault show ${at} --name ${settings.vault} --query id --output tsv)`;
  return [
    {
      text: "1. On macOS or Linux, or in PowerShell: remove the identity's right to read the secret. This needs the role Owner or User Access Administrator on the vault.",
      code: `az role assignment delete ${at} --assignee ${assignee} --scope "${vault}/secrets/${secret}"`,
    },
    {
      text: "2. Delete the secret. This needs the role Key Vault Secrets Officer on the vault. Earlier values of the keys stay in the vault as its versions until Azure purges it, when the vault's retention ends after 7 to 90 days. If that can't wait, revoke the keys where they came from.",
      code: `az keyvault secret delete --vault-name ${settings.vault} --name ${secret}`,
    },
    {
      text: "3. Delete the identity. This needs the role Contributor on its resource group.",
      code: `az identity delete ${which}`,
    },
  ];
}

/** What a leaver's instance, home disk and snapshots are at the end of an operation. */
interface End {
  readonly member: Member;
  readonly instance: Instance;
  /** Asked of Azure only where nothing else is left. */
  readonly truth: Pick<Truth, "snapshots">;
  readonly settings: Pick<Settings, "vault">;
}

/** The last card about a leaver, once nothing of theirs is left but what the vault keeps: no instance, no home disk and no snapshot. */
export const lastOfLeaver = ({ member, instance, truth, settings }: End): Card | undefined =>
  member.status === "active" || isSomething(instance) || (truth.snapshots ?? []).length > 0
    ? undefined
    : lastLeaverCard({ member, place: instance.place, settings });

/** For the admins, the last card about someone who left: nothing that costs money is left. */
const lastLeaverCard = (left: Left): Card => ({
  title: `What ${left.member.name} leaves in Azure`,
  tone: "info",
  text: "They left the roster, and have no VM, home disk or backups left. Their secret in the key vault, with any keys they set, and their identity stay until you delete them; I'm not allowed to. Neither costs anything. If they come back, their next request creates what is missing.",
  sections: vaultSections(left),
});
