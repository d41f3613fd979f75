import { strangerCard } from "../cards/stranger.ts";
import type { Reply } from "../core/card.ts";
import type { Call, OptionSpecs, Options } from "../core/command.ts";
import { Stranger } from "../core/errors.ts";
import { accountPartition } from "../core/names.ts";
import { readCall, type UnreadCall } from "../core/platform.ts";
import { botOf, carryOut } from "../engine/carryOut.ts";
import type { Parts } from "../parts.ts";
import { askerOf } from "./claims.ts";
import { parseOptions } from "./options.ts";

/**
 * Answers an account that isn't linked. If its platform vouches for people, nothing that they say is read. Otherwise it may be a
 * member's: they learn how to link it, and can type the code for that. Only text that looks like a code is looked up or stored.
 * @throws Refusal
 */
export async function toStranger(unread: UnreadCall, parts: Parts): Promise<Reply> {
  const { account } = unread;
  const { platforms, commands } = parts;
  if (platforms[account.platform]?.vouches !== false) throw new Stranger();
  const { line, people, ...call } = await readCall(unread);
  const command = commands.find(({ name, strangers }) => strangers && name === line.command);
  const parsed = command && parseOptions(command, line, people);
  if (!parsed || "form" in parsed) return { card: strangerCard(Object.values(platforms)) };
  const { earlier } = await askerOf({ id: call.id, account }, parts);
  const { answer } = await earlier();
  if (answer) return answer;
  const asking: Call = {
    ...call,
    line,
    ...{ member: undefined, instance: undefined, admin: false },
    // Parsed by the command's own definition, from which this type is also derived.
    options: parsed.options as Options<OptionSpecs>,
  };
  const { reply, write } = await command.run(asking, botOf(parts));
  if (write)
    await carryOut(
      write,
      { ...asking, member: undefined, partition: accountPartition(account), reply },
      parts,
    );
  return reply;
}
