/** The one guild, its people and its channels. Ids are fixed, so that settings and tests can name them. */
export interface Person {
  readonly id: string;
  readonly username: string;
  readonly name: string;
  readonly admin: boolean;
}

export const people = {
  ada: { id: "1100000000000000101", username: "ada.admin", name: "Ada Admin", admin: true },
  mia: { id: "1100000000000000102", username: "mia.member", name: "Mia Member", admin: false },
  max: { id: "1100000000000000103", username: "max.member", name: "Max Member", admin: false },
  sam: { id: "1100000000000000104", username: "sam.stranger", name: "Sam Stranger", admin: false },
  gus: { id: "1100000000000000105", username: "gus.guest", name: "Gus Guest (R&D)", admin: false },
} as const satisfies Record<string, Person>;

export const everyone: readonly Person[] = Object.values(people);

export const applicationId = "1100000000000000001";
export const guildId = "1100000000000000010";
export const generalChannelId = "1100000000000000020";
export const adminChannelId = "1100000000000000021";
/** A group chat of Mia and Max to which the bot does not belong; interactions from it have context 2. */
export const privateChannelId = "1100000000000000022";
const adminRoleId = "1100000000000000030";

export const botUser = { id: applicationId, username: "openclaw", name: "OpenClaw" };

/** The bot's token until it is reset. Not a secret: it only works with this simulator. */
export const firstToken = `${btoa(applicationId)}.local.simulator`;

const administrator = 1n << 3n;
/** View channels, send messages, use application commands. */
const ordinary = (1n << 10n) | (1n << 11n) | (1n << 31n);

/** The person's permissions in the guild, as Discord's bit set. */
export const permissionsOf = (person: Pick<Person, "admin">): bigint =>
  person.admin ? ordinary | administrator : ordinary;

/** The permissions the bot is installed with: Send Messages, Create Private Threads, Send Messages in Threads and View Channel. */
export const botPermissions = (1n << 10n) | (1n << 11n) | (1n << 36n) | (1n << 38n);

/** One of ten thousand extra guild members, for tests that need a crowd; counted from 0. */
export const crowdMember = (index: number): Person => ({
  id: String(firstOfCrowd + BigInt(index)),
  username: `member${index}`,
  name: `Member ${index}`,
  admin: false,
});
const firstOfCrowd = 1_100_000_000_000_000_500n;

export function personById(id: string): Person | undefined {
  const index = /^\d{19}$/.test(id) ? Number(BigInt(id) - firstOfCrowd) : -1;
  const inCrowd = index >= 0 && index < 10_000;
  return inCrowd ? crowdMember(index) : everyone.find((person) => person.id === id);
}

/** The user object of Discord's API. */
export function userOf(id: string): User {
  const bot = id === botUser.id;
  const { username, name } = bot ? botUser : (personById(id) ?? { username: "someone", name: "Someone" });
  return {
    id,
    username,
    global_name: bot ? null : name,
    avatar: null,
    discriminator: "0",
    public_flags: 0,
    flags: 0,
    primary_guild: null,
    ...(bot ? { bot } : {}),
  };
}

export interface User {
  id: string;
  username: string;
  global_name: string | null;
  avatar: null;
  discriminator: string;
  public_flags: number;
  flags: number;
  primary_guild: null;
  bot?: boolean;
}

/** The guild member object, without its user. */
export function memberOf(person: Pick<Person, "admin">) {
  return {
    roles: person.admin ? [adminRoleId] : [],
    nick: null,
    avatar: null,
    banner: null,
    joined_at: "2026-01-01T00:00:00.000000+00:00",
    premium_since: null,
    communication_disabled_until: null,
    pending: false,
    flags: 0,
  };
}
