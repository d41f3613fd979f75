import { sizeProblem } from "../../commands/sizeProblem.ts";
import { unheard } from "../../commands/whom.ts";
import type { DirectoryPerson } from "../../core/cloud.ts";
import type { Bot } from "../../core/command.ts";
import { AzureFault, DeliveryRefused } from "../../core/errors.ts";
import { objectIdPattern } from "../../core/mailAddress.ts";
import { type Account, accountKey, type Member, type Unfit } from "../../core/member.ts";
import { memberKey } from "../../core/names.ts";
import { holds } from "../../core/people.ts";
import type { ImportEntry } from "../../core/team.ts";
import { brief, mostReason } from "../../core/text.ts";
import { directoryForbidden } from "./add.ts";
import { differences } from "./entry.ts";
import { isSeveral, severalPhrase } from "./several.ts";
import { linkedPlatform, type TeamEntry, usualSize } from "./team.ts";

/** How many lookups run at the same time. */
const atOnce = 5;

async function inTurn<T, U>(entries: readonly T[], ask: (entry: T) => Promise<U>): Promise<readonly U[]> {
  const answers: U[] = [];
  for (let start = 0; start < entries.length; start += atOnce)
    answers.push(...(await Promise.all(entries.slice(start, start + atOnce).map(ask))));
  return answers;
}

/** What a team file would change, followed by the members it doesn't name. Changes nothing yet. @throws Refusal when the directory can't be read at all */
export async function planOf(team: readonly TeamEntry[], bot: Bot): Promise<readonly ImportEntry[]> {
  const members = (await bot.store.members()).filter(({ status }) => status !== "left");
  const fitting = await withoutUnfit(team, bot);
  const read = withoutDoubles(fitting, ({ email }) => email?.toLowerCase(), "is the same e-mail as");
  const found = await inTurn(read, (entry) => find(entry, bot));
  const people = withoutDoubles(
    withoutDoubles(found, ({ person }) => person?.objectId.toLowerCase(), "is the same person as"),
    ({ account }) => account,
    `has the same ${linkedPlatform} account as`,
  );
  const fit = await inTurn(people, (entry) => withoutUnfitAccount(entry, members, bot));
  const entries = await Promise.all(fit.map((entry) => planned(entry, members, bot)));
  const named = new Set(people.flatMap(({ person }) => (person ? [memberKey(person.objectId)] : [])));
  return [...entries, ...members.flatMap((member) => absent(member, named))];
}

const absent = ({ key, status, name }: Member, named: ReadonlySet<string>): readonly ImportEntry[] =>
  status === "active" && !named.has(key) ? [{ label: name, state: "absent", said: "" }] : [];

/** Checks the sizes now: otherwise, a size that can't be used would come up only when its member requests an instance. @throws AzureFault */
async function withoutUnfit(
  team: readonly TeamEntry[],
  { cloud, settings }: Bot,
): Promise<readonly TeamEntry[]> {
  const sizes = team.flatMap(({ size }) =>
    size === undefined || size === usualSize || settings.sizes.includes(size) ? [] : [size],
  );
  if (sizes.length === 0) return team;
  const unfit = await cloud.unfitSizes(settings.place, [...new Set(sizes)]);
  return team.map((entry) => {
    const found = entry.problem === undefined && unfit.find(({ size }) => size === entry.size);
    return found ? { ...entry, problem: sizeProblem(found) } : entry;
  });
}

type Found = TeamEntry & { readonly person?: DirectoryPerson };

/** Of entries with the same key, only the first one counts. */
function withoutDoubles<T extends TeamEntry>(
  entries: readonly T[],
  keyOf: (entry: T) => string | undefined,
  alike: string,
): readonly T[] {
  const first = new Map<string, string>();
  return entries.map((entry) => {
    const key = entry.problem === undefined ? keyOf(entry) : undefined;
    if (key === undefined) return entry;
    const earlier = first.get(key);
    if (earlier === undefined) first.set(key, entry.label);
    return earlier === undefined
      ? entry
      : { ...entry, problem: `${alike} ${earlier.replace("Entry", "entry")}` };
  });
}

async function find(entry: TeamEntry, bot: Bot): Promise<Found> {
  const { email = "" } = entry;
  if (entry.problem !== undefined) return entry;
  try {
    const person = await bot.directory.find(email);
    if (person === "absent")
      return { ...entry, problem: "isn't in your directory: check the spelling and the organisation" };
    if (person === "disabled") return { ...entry, problem: "is disabled in the directory" };
    if (isSeveral(person)) return { ...entry, problem: severalPhrase(person, email) };
    if (person !== "forbidden") return { ...entry, person };
    if (objectIdPattern.test(email))
      return { ...entry, person: { objectId: email, name: email, email: undefined } };
    throw directoryForbidden();
  } catch (error) {
    if (!(error instanceof AzureFault)) throw error;
    return { ...entry, problem: "couldn't be looked up in the directory: import it again later" };
  }
}

/** A file names accounts by id, so only the platform can say whose they are. Accounts that are already on the roster aren't looked up again. */
async function withoutUnfitAccount(entry: Found, members: readonly Member[], bot: Bot): Promise<Found> {
  const { person, problem } = entry;
  const account = person && problem === undefined ? accountOf(entry, person) : undefined;
  if (!account || members.some((member) => holds(member, account))) return entry;
  try {
    const unfit = await bot.unfit(account);
    return unfit ? { ...entry, problem: unfitAccount[unfit](accountKey(account)) } : entry;
  } catch (error) {
    if (!(error instanceof DeliveryRefused)) throw error;
    return { ...entry, problem: "the account couldn't be looked up: import it again later" };
  }
}

const unfitAccount = {
  bot: (account) => `${account} is a bot's account`,
  left: (account) => `nobody there has the account ${account}: check the id, or they may have left`,
} as const satisfies Record<Unfit, (account: string) => string>;

const accountOf = ({ account: id }: Found, { name }: DirectoryPerson): Account | undefined =>
  id === undefined ? undefined : { platform: linkedPlatform, id, name };

async function planned(entry: Found, members: readonly Member[], bot: Bot): Promise<ImportEntry> {
  const { label, person, role, loginRole, size, problem } = entry;
  if (!person || problem !== undefined)
    return { label, state: "refused", said: brief(problem ?? "", mostReason) };
  const account = accountOf(entry, person);
  const wishes = { account, role, loginRole, size };
  const refused = (said: string): ImportEntry => ({
    label,
    person,
    state: "refused",
    said: brief(said, mostReason),
  });
  const { member } = await bot.store.person(memberKey(person.objectId));
  if (member?.value.status === "leaving")
    return refused("is being removed from the roster: import them again in a few minutes");
  const owner = account && members.find((other) => holds(other, account));
  if (account && owner && owner.key !== memberKey(person.objectId))
    return refused(`${accountKey(account)} is already linked to ${owner.name}`);
  if (member?.value.status === "active") {
    const said = (await differences(member, wishes, bot)).join(", ");
    return { label, person, ...wishes, state: said === "" ? "same" : "change", said };
  }
  const said = [
    role === "admin" ? "admin in chat" : "",
    loginRole === "administrator" ? "administrator on their VM" : "",
  ];
  const silent = unheard({ accounts: account ? [account] : [] }, bot);
  return {
    label,
    person,
    ...wishes,
    state: "add",
    said: [...said, size && size !== usualSize ? `size ${size}` : "", silent ?? ""]
      .filter(Boolean)
      .join(", "),
  };
}
