import { titled } from "../cards/botCards.ts";
import type { Choice } from "../core/card.ts";
import type { Bot, Chooser, OptionSpec, Options } from "../core/command.ts";
import { nothingChanged, Refusal } from "../core/errors.ts";
import type { Instance } from "../core/instance.ts";
import { holdsSeveral, noAddress, objectIdPattern } from "../core/mailAddress.ts";
import { type Account, accountKey, isHeard, type Member } from "../core/member.ts";
import { memberKey } from "../core/names.ts";
import { personOf } from "../core/people.ts";
import { asTyped } from "../core/quoted.ts";
import type { Row } from "../core/store.ts";

/** The two ways to name a member: not every member has an account here. */
export const whom = {
  person: { type: "person", about: "The person, here in chat" },
  entra: {
    type: "text",
    about: "Or their Entra e-mail or object id",
    example: "mia@contoso.com",
    mail: true,
    suggests: memberChoices,
  },
} as const satisfies Readonly<Record<string, OptionSpec>>;

/** All members by name, former ones last. Only for admins' commands: nobody else may see who is on the roster. */
async function memberChoices({ store }: Chooser): Promise<readonly Choice[]> {
  const hasLeft = ({ status }: Member) => status === "left";
  return (await store.members())
    .toSorted((a, b) => Number(hasLeft(a)) - Number(hasLeft(b)) || a.name.localeCompare(b.name))
    .map((member) => ({
      name: [member.name, member.email, hasLeft(member) ? "has left" : undefined].filter(Boolean).join(" · "),
      // An address can pass from one member to another; an object id never does.
      value: member.objectId,
    }));
}

interface Found {
  readonly member: Row<Member>;
  readonly instance: Row<Instance> | undefined;
}

/** Whether a call names anyone at all. */
export const isNamed = ({ person, entra }: Options<typeof whom>): boolean =>
  person !== undefined || entra !== undefined;

export const sayWho = (): Refusal =>
  new Refusal("Name someone: person: with someone here in chat, or entra: with their e-mail or object id.");

/** The person named: a member, or a former member. @throws Refusal if there is no such person */
export async function personMeant({ person, entra }: Options<typeof whom>, bot: Bot): Promise<Found> {
  if (!isNamed({ person, entra })) throw sayWho();
  const byPerson = person && (await personOf(person, bot.store));
  const byEntra = entra === undefined ? undefined : await memberBy(entra, bot);
  if (byPerson && byEntra && byPerson.member?.value.key !== byEntra.member?.value.key)
    throw nothingChanged(`${person?.name} and ${asTyped(entra ?? "", 100)} aren't the same member.`);
  const { member, instance } = byPerson ?? byEntra ?? {};
  if (!member) throw notOnRoster(person, asTyped(entra ?? "", 100));
  return { member, instance };
}

/** The same, but only current members. @throws Refusal if there is none, or they are being removed */
export async function memberMeant(options: Options<typeof whom>, bot: Bot): Promise<Found> {
  const { member, instance } = await personMeant(options, bot);
  if (member.value.status === "left") throw notOnRoster(undefined, member.value.name);
  if (member.value.status === "leaving")
    throw nothingChanged(`${member.value.name} is already being removed.`);
  return { member, instance };
}

/** @throws Refusal if an account can't be linked to anyone */
export function mustBeFit({ name, unfit }: Account): void {
  if (unfit === "bot") throw nothingChanged(`${name} is a bot, so I can't link that account.`);
  if (unfit === "left")
    throw nothingChanged(
      `${name} has left this server, so I can't link that account. Ask them to join again first.`,
    );
}

/** An account without a link may still belong to a member. */
const notOnRoster = (person: Account | undefined, called: string): Refusal =>
  nothingChanged(
    person && !person.objectId
      ? `${person.name} isn't on the roster, or is there with another account: then use entra: with their e-mail.`
      : `${person?.name ?? called} isn't on the roster.`,
  );

/** Finds a member by what the roster itself knows of them. Former members come last. */
async function memberBy(entra: string, bot: Bot): ReturnType<Bot["store"]["person"]> {
  if (objectIdPattern.test(entra)) return bot.store.person(memberKey(entra));
  if (holdsSeveral(entra)) throw nothingChanged(`${noAddress(entra)}: name one at a time.`);
  const email = entra.toLowerCase();
  const found = (await bot.store.members()).filter((member) =>
    [member.email, member.principalName].some((known) => known?.toLowerCase() === email),
  );
  const [first, second] = found.toSorted((a, b) => Number(a.status === "left") - Number(b.status === "left"));
  if (second && second.status !== "left")
    throw nothingChanged(
      `${asTyped(email, 100)} is the address of ${found.length} people. Use the object id of the one you mean: ${found.map(({ objectId }) => objectId).join(" or ")}.`,
    );
  return first ? bot.store.person(first.key) : {};
}

/** What an admin has to know about a member who can't speak to the bot. */
export const unheard = (member: Pick<Member, "accounts">, bot: Bot): string | undefined =>
  isHeard(member, bot.vouched)
    ? undefined
    : "No account in chat yet. Link one with /openclaw-admin roster link.";

/** A member's accounts, one fact each. */
export const accountFacts = ({ accounts }: Member): readonly (readonly [string, string])[] =>
  accounts.map((account) => [`On ${titled(account.platform)}`, `${account.name} (${accountKey(account)})`]);
