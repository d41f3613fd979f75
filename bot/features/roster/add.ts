import { askToHandOver, locksOut } from "../../commands/firstAdmin.ts";
import { mustBeFit, sayWho, unheard } from "../../commands/whom.ts";
import type { Card } from "../../core/card.ts";
import type { DirectoryPerson } from "../../core/cloud.ts";
import { type Bot, command } from "../../core/command.ts";
import { nothingChanged, Refusal } from "../../core/errors.ts";
import { emailPattern, noAddress, objectIdPattern } from "../../core/mailAddress.ts";
import { type Account, loginRoles, type Member, roles } from "../../core/member.ts";
import { answerRoutes } from "../../core/platform.ts";
import { asTyped } from "../../core/quoted.ts";
import { join, wishOf } from "./entry.ts";
import { isSeveral, severalPhrase } from "./several.ts";

export const rosterAdd = command({
  name: "roster add",
  about: "Add someone to the roster",
  audience: "admin",
  slow: true,
  options: {
    person: { type: "person", about: "The person, here in chat" },
    entra: {
      type: "text",
      about: "Their Entra e-mail or object id, if chat doesn't know it or they aren't here",
      example: "mia@contoso.com",
      mail: true,
    },
    login: { type: "text", about: "On their VM: user, or administrator (sudo)", choices: loginRoles },
    role: { type: "text", about: "In chat: user, or admin", choices: roles },
  },
  async run(call, bot) {
    const { person, entra, login, role } = call.options;
    if (person) mustBeFit(person);
    const found = await resolve(entra, person, bot);
    if (person?.objectId && person.objectId.toLowerCase() !== found.objectId.toLowerCase())
      throw nothingChanged(
        `In Entra, ${person.name} is a different person than ${asTyped(entra ?? "", 100)}.`,
      );
    const wishes = { account: person, role, loginRole: login };
    const asked = { cause: call.id, by: call.account, replyTo: call.replyTo, routes: answerRoutes };
    const { member, write } = await join(found, wishes, asked, bot);
    if (locksOut(member, call, bot)) return askToHandOver(call, bot, member, wishOf(found, wishes));
    return { reply: { card: addedCard(member, bot) }, write };
  },
});

/** The answer about a person who was just added to the roster. */
export const addedCard = (member: Member, bot: Bot): Card => ({
  title: `${member.name} is on the roster. Setting up their identity.`,
  tone: "working",
  text: unheard(member, bot),
  facts: [
    ["Entra", member.email ?? member.objectId],
    ["Login on the VM", member.loginRole],
    ["Role in chat", member.role],
  ],
});

/** Finds the person in the directory. Takes an object id as it is if the bot may not read the directory. */
export async function resolve(
  entra: string | undefined,
  person: Account | undefined,
  bot: Bot,
): Promise<DirectoryPerson> {
  if (entra === undefined) {
    if (!person) throw sayWho();
    if (person.objectId) return { objectId: person.objectId, name: person.name, email: undefined };
    throw new Refusal(`Add entra: with the Entra e-mail or object id of ${person.name}.`);
  }
  const isObjectId = objectIdPattern.test(entra);
  if (!isObjectId && !emailPattern.test(entra)) throw nothingChanged(`${noAddress(entra)}.`);
  const found = await bot.directory.find(entra);
  if (found === "absent")
    throw nothingChanged(`${asTyped(entra, 100)} is not in your organisation's directory.`);
  if (found === "disabled")
    throw nothingChanged(`The account ${asTyped(entra, 100)} is disabled in the directory.`);
  if (isSeveral(found)) throw nothingChanged(`${asTyped(entra, 100)} ${severalPhrase(found, entra)}.`);
  if (found !== "forbidden") return found;
  if (isObjectId) return { objectId: entra, name: person?.name ?? entra, email: undefined };
  throw directoryForbidden();
}

/** Azure caches the token that carries an identity's rights for up to 24 hours (Microsoft Learn, "Managed identity best practice recommendations", 2026). */
export const directoryForbidden = (): Refusal =>
  nothingChanged(
    "I can't read your directory: I lack the Graph permission User.Read.All. Use the person's object id instead of the e-mail, which works at once, or ask a Privileged Role Administrator to grant the permission. After this refusal, a grant can take up to 24 hours to work.",
  );
