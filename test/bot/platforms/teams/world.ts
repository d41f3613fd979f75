import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UnsecuredJWT } from "jose";
import type { Answer } from "../../../../bot/core/card.ts";
import { Refusal } from "../../../../bot/core/errors.ts";
import { type InboundCall, type MessageRef, readCall } from "../../../../bot/core/platform.ts";
import { commands } from "../../../../bot/features/commands.ts";
import { teamsPlatform } from "../../../../bot/platforms/teams/platform.ts";
import type { TeamsOptions } from "../../../../bot/platforms/teams/receive.ts";
import { tenantId } from "../../../../local/azure/seed/directory.ts";
import { serve } from "../../../../local/serve.ts";
import type { Outcome } from "../../../../local/teams/act.ts";
import type { SeenMessage } from "../../../../local/teams/messages.ts";
import { botEnvironment, startTeams } from "../../../../local/teams/start.ts";
import { recorder } from "../../../recording.ts";
import { noteSecrets } from "../../../secretsInPlay.ts";
import type { Person, Seen, Shown, World } from "../contract.ts";

const appId = "11111111-2222-4333-8444-555555555555";

/** The Teams simulator with our platform behind its messaging endpoint: everything goes over the real wire. */
export async function startTeamsWorld(change: Partial<TeamsOptions> = {}, botName = "OpenClaw") {
  const folder = mkdtempSync(join(tmpdir(), "teams-platform-"));
  const traffic = join(folder, "traffic.ndjson");
  const record = recorder(traffic);
  const time = { now: new Date() };
  const clock = { now: () => time.now };
  const stateFile = join(folder, "teams.json");
  const identity = await managedIdentity();
  const teams = await startTeams({
    ...{ port: 0, stateFile, clock, messagesUrl: "", tenantId, appId, botName, record },
  });
  const { people, places } = teams;
  const env = botEnvironment(teams);
  const cached = new Map<string, { value: unknown; at: string }>();
  const refusals: string[] = [];
  const platform = teamsPlatform({
    appId,
    tenantId,
    openIdMetadataUrl: env.BOT_OPENID_METADATA_URL,
    tokenIssuer: env.BOT_TOKEN_ISSUER,
    loginUrl: env.BOT_LOGIN_URL,
    serviceUrl: env.TEAMS_SERVICE_URL,
    adminConversation: places.admins,
    commands,
    clock,
    refused: (why) => refusals.push(why),
    cache: {
      cached: async (name) => cached.get(name),
      cache: async (name, value, at) => void cached.set(name, { value, at: at.toISOString() }),
    },
    ...change,
  });

  let answer: (call: InboundCall) => Answer | "later" = () => ({ card: { title: "Hello", tone: "info" } });
  let calls: InboundCall[] = [];
  const bot = await serve(
    async (request) => {
      const headers = Object.fromEntries(request.headers);
      const inbound = await platform.receive({ headers, body: new Uint8Array(await request.arrayBuffer()) });
      if (inbound.kind === "choosing") throw new Error("nobody is offered choices while they type in Teams");
      if (inbound.kind === "call") inbound.heard?.();
      else await inbound.note?.();
      const read = inbound.kind === "call" ? await readCall(inbound.call).catch(ifRefused) : undefined;
      const call = read && "line" in read ? read : undefined;
      if (call) calls.push(call);
      const reply = call ? answer(call) : read;
      const http =
        inbound.kind === "answer"
          ? inbound.answer
          : reply === "later"
            ? await inbound.defer()
            : await inbound.render(reply as Answer);
      return new Response(http.body ?? null, { status: http.status, headers: http.headers ?? {} });
    },
    { port: 0, service: () => "bot", record },
  );
  teams.messagesUrl = `${bot.url}/api/messages`;

  const fromBot = (who: Person, place?: string) =>
    teams.messagesFor(people[who].id, place).filter(({ from }) => from.id === `28:${appId}`);
  /** Everything that a person sees change because of what they do. */
  const seen = async (who: Person, act: () => Promise<Outcome>): Promise<Seen> => {
    calls = [];
    const before = fromBot(who).map((message) => JSON.stringify(message));
    const outcome = await act();
    if (outcome.kind === "refused" || outcome.kind === "failed") throw new Error(outcome.reason);
    const message = fromBot(who).findLast((one) => !before.includes(JSON.stringify(one)));
    if (!message && outcome.kind === "notice")
      return { calls, shown: { id: "", text: outcome.text, buttons: [] } };
    if (!message) return { calls };
    const inputs = nodesOf(message).filter(({ type }) => type === "Input.Text");
    if (inputs.length === 0) return { calls, shown: shownFrom(message) };
    const fill = (values: Readonly<Record<string, string>>) =>
      seen(who, () => teams.press(people[who], message.id, "Send", { inputs: values }));
    return { calls, form: { title: String(nodesOf(message)[0]?.["text"]), fill } };
  };
  const written = (value: string) => {
    const named = Object.values(people).find(({ objectId }) => objectId === value);
    return named ? `@${named.name}` : JSON.stringify(value);
  };
  const deleteMessage = async ({ channel, message }: MessageRef, targeted = false) => {
    const conversation = `${teams.serviceUrl}v3/conversations/${encodeURIComponent(channel)}`;
    const authorization = `Bearer ${tokenOf("https://api.botframework.com")}`;
    const address = `${conversation}/activities/${message}?isTargetedActivity=${targeted}`;
    await fetch(address, { method: "DELETE", headers: { authorization } });
  };
  const world: World = {
    platform,
    lacks: ["threads", "memory of what was sent"],
    accounts: { mia: people.mia.objectId, max: people.max.objectId },
    answer: (reply) => {
      answer = reply;
    },
    type: (who, command, options = {}) => {
      const typed = Object.entries(options).map(([name, value]) => `${name}:${written(value)}`);
      const text = [`@${botName}`, command, ...typed].join(" ");
      return seen(who, () => teams.send(people[who], text, { conversation: places.group }));
    },
    press: (who, message, label) => seen(who, () => teams.press(people[who], message.id, label)),
    shown: (who) => fromBot(who).map(shownFrom),
    shownToAdmins: () => teams.messagesFor(people.ada.id, places.admins).map(shownFrom),
    closeDirectMessages: (who) =>
      teams.setFaults({ refused: { [people[who].id]: "ConversationBlockedByUser" } }),
    loseAnswers: (count) => teams.setFaults({ lostAnswers: count }),
    throttle: (count, retryAfter) => teams.setFaults({ throttled: { calls: count, retryAfter } }),
    deleteMessage: (ref) => deleteMessage(ref),
    pass: (milliseconds) => {
      time.now = new Date(time.now.getTime() + milliseconds);
    },
    close: () => {
      noteSecrets(folder);
      return Promise.all([teams.close(), bot.close(), identity.close()]);
    },
  };
  return {
    ...world,
    deleteMessage,
    teams,
    cached,
    refusals,
    clock,
    traffic,
    stateFile,
    seen,
    fromBot,
    calls: () => calls,
  };
}

/** What can't be read is answered, as the engine does. */
function ifRefused(error: unknown): Answer {
  if (!(error instanceof Refusal)) throw error;
  return { card: { title: error.words, tone: "bad" } };
}

/** As Azure's identity endpoint answers inside a Functions app; the token of a service that checks only what it says. */
async function managedIdentity() {
  const server = await serve(
    ({ url }) => {
      const resource = new URL(url).searchParams.get("resource") ?? "";
      const expires_on = String(Math.floor(Date.now() / 1000) + 86_400);
      return Response.json({ access_token: tokenOf(resource), expires_on, resource, token_type: "Bearer" });
    },
    { port: 0 },
  );
  Object.assign(process.env, { IDENTITY_ENDPOINT: `${server.url}/token`, IDENTITY_HEADER: "secret" });
  return server;
}

const tokenOf = (audience: string): string =>
  new UnsecuredJWT({ appid: appId }).setAudience(audience).encode();

type Node = Readonly<Record<string, unknown>>;

/** What stands in a message's card, in reading order. */
export function nodesOf({ attachments }: Pick<SeenMessage, "attachments">): Node[] {
  const visit = (value: unknown): Node[] => {
    if (Array.isArray(value)) return value.flatMap(visit);
    if (typeof value !== "object" || value === null) return [];
    const { body, items, actions, facts } = value as Node;
    return [value as Node, ...[body, items, facts, actions].flatMap(visit)];
  };
  return attachments.flatMap(({ content }) => visit(content).slice(1));
}

/** What a card says, without the marks that keep its text from being Markdown. */
export function shownFrom(message: Pick<SeenMessage, "id" | "attachments">): Shown {
  const nodes = nodesOf(message);
  const texts = nodes.flatMap(({ type, text, title, value }) =>
    type === "TextBlock" ? [text] : type === undefined ? [`${title}: ${value}`] : [],
  );
  return {
    id: message.id,
    text: texts.join("\n").replaceAll(/\\([^\p{L}\p{N}\s])/gu, "$1"),
    buttons: nodes.flatMap(({ type, title }) => (String(type).startsWith("Action.") ? [String(title)] : [])),
  };
}
