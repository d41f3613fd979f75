import { type Account, accountKey } from "../../core/account.ts";
import { answerRoutes, begin } from "../../core/begin.ts";
import type { DirectoryPerson } from "../../core/cloud.ts";
import { type Bot, command } from "../../core/command.ts";
import { Refusal } from "../../core/errors.ts";
import { memberKey } from "../../core/identifiers.ts";
import { loginRoles, type Member, roles } from "../../core/member.ts";
import { holds } from "../../core/people.ts";

const objectIdPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const emailPattern = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

export const rosterAdd = command({
  name: "roster add",
  about: "Put a person on the roster",
  audience: "admin",
  slow: true,
  options: {
    person: { type: "person", about: "Who, here in chat", required: true },
    entra: {
      type: "text",
      about: "Their Entra e-mail or object id, where chat does not know it",
      example: "mia@contoso.com",
    },
    login: { type: "text", about: "On their VM: user, or administrator (sudo)", choices: loginRoles },
    role: { type: "text", about: "In chat: user, or admin", choices: roles },
  },
  async run(call, bot) {
    const { person, entra, login, role } = call.options;
    const found = await resolve(entra, person, bot);
    const key = memberKey(found.objectId);
    const { member: known, instance } = await bot.store.person(key);
    if (known?.value.status === "active")
      throw new Refusal(`${known.value.name} is on the roster already. Nothing was changed.`);
    if (known?.value.status === "leaving")
      throw new Refusal(
        `${known.value.name} is being removed from the roster just now. Try again in a few minutes.`,
      );
    const taken = await bot.store.memberOf(person);
    const owner =
      taken === undefined || taken === key ? undefined : (await bot.store.person(taken)).member?.value;
    if (owner && owner.status !== "left" && holds(owner, person))
      throw new Refusal(
        `${person.name} is linked to ${owner.email ?? owner.name} already. Nothing was changed.`,
      );
    const formerly = (known?.value.accounts ?? []).filter((old) => accountKey(old) !== accountKey(person));
    const member: Member = {
      key,
      objectId: found.objectId.toLowerCase(),
      name: found.name,
      email: found.email,
      role: role ?? "user",
      loginRole: login ?? "user",
      accounts: [person],
      status: "active",
      addedAt: bot.now.toISOString(),
    };
    const begun = begin({
      operation: bot.operations.enroll,
      cause: call.id,
      member,
      instance,
      by: call.account,
      replyTo: call.replyTo,
      routes: answerRoutes,
      now: bot.now,
      settings: bot.settings,
    });
    return {
      reply: {
        card: {
          title: `${member.name} is on the roster. Setting up their identity.`,
          tone: "working",
          facts: [
            ["Entra", member.email ?? member.objectId],
            ["Login on the VM", member.loginRole],
            ["Role in chat", member.role],
          ],
        },
      },
      write: {
        partition: key,
        audit: `added ${member.name} to the roster`,
        // The account of somebody who has left, or never came to be a member; and what this person had before.
        unlink: [
          ...(taken !== undefined && taken !== key ? [{ account: person, member: taken }] : []),
          ...formerly.map((account) => ({ account, member: key })),
        ],
        link: [person],
        ...begun,
        changes: [{ kind: "member", id: "", value: member, etag: known?.etag }, ...begun.changes],
        ...(member.role === "admin" ? { admins: (keys) => [...keys.filter((k) => k !== key), key] } : {}),
      },
    };
  },
});

/** Finds the person in the directory; an object id is taken as it is where the bot may not read the directory. */
async function resolve(entra: string | undefined, person: Account, bot: Bot): Promise<DirectoryPerson> {
  if (entra === undefined) {
    if (person.objectId) return { objectId: person.objectId, name: person.name, email: undefined };
    throw new Refusal(`Say who ${person.name} is in Entra, with entra: their e-mail address or object id.`);
  }
  if (person.objectId && objectIdPattern.test(entra) && person.objectId.toLowerCase() !== entra.toLowerCase())
    throw new Refusal(`${person.name} is somebody else in Entra than ${entra}. Nothing was changed.`);
  const isObjectId = objectIdPattern.test(entra);
  if (!isObjectId && !emailPattern.test(entra))
    throw new Refusal(
      `“${entra.slice(0, 60)}” is neither an e-mail address nor an object id. Nothing was changed.`,
    );
  const found = await bot.directory.find(entra);
  if (found === "absent")
    throw new Refusal(`${entra} is not in your organisation's directory. Nothing was changed.`);
  if (found === "disabled")
    throw new Refusal(`The account ${entra} is switched off in the directory. Nothing was changed.`);
  if (found !== "forbidden") return found;
  if (isObjectId) return { objectId: entra, name: person.name, email: undefined };
  throw new Refusal(
    "The bot may not read your directory: it lacks the Graph permission User.Read.All. Give the person's object id instead of the e-mail, or ask a Privileged Role Administrator to grant it. Nothing was changed.",
  );
}
