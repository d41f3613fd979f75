import { hourMs, minuteMs } from "../../core/clock.ts";
import { owed } from "../../core/delivery.ts";
import { Conflict, Refusal } from "../../core/errors.ts";
import { accountKey } from "../../core/member.ts";
import { operationId } from "../../core/names.ts";
import { type HttpAnswer, progressRoutes } from "../../core/platform.ts";
import type { AccessLink } from "../../core/records.ts";
import type { Change, WorkMessage } from "../../core/store.ts";
import { brief } from "../../core/text.ts";
import { enter } from "../../engine/outbox.ts";
import type { Parts } from "../../parts.ts";
import { proposalCard } from "./accessCard.ts";
import { publicAddress } from "./ipv4.ts";
import { clientAddress, linkMinutes, readToken, whyNot } from "./link.ts";
import { accessPage } from "./page.ts";

/** A request for the page behind an access link. */
export interface Visit {
  readonly method: string;
  /** `<member key>.<id>`, as in the address. */
  readonly token: string;
  readonly forwardedFor: string | undefined;
}

/**
 * The page behind an access link. Anyone who gets hold of the link can propose their own address to its member, but nothing more: opening
 * the page (GET, as previews do) changes nothing; the button (POST) uses the link up, and the bot then asks the member in chat.
 */
export async function visitAccessLink(
  { method, token, forwardedFor }: Visit,
  parts: Parts,
): Promise<HttpAnswer> {
  const seen = clientAddress(forwardedFor, parts.trustedProxies);
  const address = usable(seen);
  if (address === undefined)
    return accessPage(400, {
      title: "This address can't be used",
      text: `You come from ${seen === undefined ? "an unknown address" : brief(seen, longestAddress)}. SSH is opened for one public IPv4 address only, so nothing was proposed. Open the link from another network, or type your address in chat.`,
    });
  if (method !== "POST")
    return accessPage(200, {
      title: `Propose ${address}?`,
      text: "This is the address you come from. The button opens nothing: the bot then asks in chat whether to open SSH for this address. If it is wrong, usually because of a VPN or a proxy, turn that off first.",
      button: `Propose ${address}`,
    });
  const refused = await propose(token, address, parts).catch((error: unknown) => {
    parts.log.error("an access link could not be used", error);
    return false;
  });
  if (refused === false)
    return accessPage(503, {
      title: "Something went wrong on our side",
      text: "Nothing was opened. Press the button again in a minute; if it fails again, tell an admin.",
      button: `Propose ${address}`,
    });
  return refused === undefined
    ? accessPage(200, {
        title: "Go back to chat",
        text: `${address} was proposed. Nothing is open yet: the bot is asking in chat, and only a click there opens it.`,
      })
    : accessPage(410, {
        title: "Nothing was opened",
        text: `${refused} Get a new one in chat with open-access.`,
      });
}

/** In characters: enough for an IPv6 address with a zone. A header can hold anything. */
const longestAddress = 60;

/** The address, or undefined if SSH can't be opened for it. */
function usable(address: string | undefined): string | undefined {
  try {
    return address === undefined || address.includes("/") ? undefined : publicAddress(address);
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

/** Uses a link up and queues the question. Returns why not, if it can't. */
async function propose(token: string, address: string, parts: Parts): Promise<string | undefined> {
  const { store, clock } = parts;
  const read = readToken(token);
  if (!read) return whyNot(undefined, undefined, clock.now());
  const { key, hash } = read;
  for (;;) {
    const now = clock.now();
    const [links, { member, instance }] = await Promise.all([
      store.get(key, "accessLinks", ""),
      store.person(key),
    ]);
    const link = links?.value.given.find((given) => given.hash === hash);
    const generation = member?.value.status === "active" ? instance?.value.generation : undefined;
    const refused = whyNot(link, generation, now);
    if (refused !== undefined || !link) return refused;
    const given = (links?.value.given ?? []).map((one) => (one === link ? { ...one, used: true } : one));
    const { changes, message } = question(key, link, address, now, parts);
    try {
      const used = { kind: "accessLinks", id: "", value: { given }, etag: links?.etag } as const;
      await enter({ partition: key, changes: [used, ...changes], wake: [message] }, parts);
      return undefined;
    } catch (error) {
      // Someone pressed the same button at the same time: the next look finds the link used.
      if (!(error instanceof Conflict)) throw error;
    }
  }
}

/** The question to the member, and the rows that their yes needs. */
function question(
  key: string,
  { hash, account, replyTo, generation }: AccessLink,
  address: string,
  now: Date,
  { settings }: Parts,
): { readonly changes: readonly Change[]; readonly message: WorkMessage } {
  const id = operationId(`link ${hash}`);
  const line = { command: "open-access", options: { address }, generation };
  const until = new Date(now.getTime() + settings.accessHours * hourMs);
  const changes: readonly Change[] = [
    {
      kind: "confirm",
      id,
      value: {
        id,
        account,
        line,
        expiresAt: new Date(now.getTime() + linkMinutes * minuteMs).toISOString(),
        used: false,
      },
    },
    {
      kind: "delivery",
      id,
      value: owed(
        id,
        replyTo,
        progressRoutes,
        proposalCard({ ...line, options: { address, confirmed: id } }, address, until, key),
        now,
      ),
    },
    {
      kind: "audit",
      id: `${now.toISOString()}-${id}`,
      value: {
        at: now.toISOString(),
        by: "bot",
        what: `was asked through the link of ${accountKey(account)} to open SSH for ${address}`,
        about: key,
        call: id,
      },
    },
  ];
  return { changes, message: { kind: "delivery", partition: key, id } };
}
