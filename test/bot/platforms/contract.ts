import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Answer, Button, Card, CommandLine } from "../../../bot/core/card.ts";
import { DeliveryRefused } from "../../../bot/core/errors.ts";
import type { InboundCall, MessageRef, OutboundMessage, Platform } from "../../../bot/core/platform.ts";

/** A message as a person sees it. */
export interface Shown {
  readonly id: string;
  /** All that can be read in it. */
  readonly text: string;
  readonly buttons: readonly string[];
}

export type Person = "mia" | "max";

/** What a person's client shows after they did something. */
export interface Seen {
  /** The calls that reached the bot. */
  readonly calls: readonly InboundCall[];
  readonly shown?: Shown | undefined;
  /** A form that opened: its title, and how to fill it in. */
  readonly form?: { readonly title: string; fill(values: Readonly<Record<string, string>>): Promise<Seen> };
}

/** A platform's simulator with people in front of it, and the platform part of the bot behind it. */
export interface World {
  readonly platform: Platform;
  /** What it can't do: there the core falls back, and what it sends again comes again. */
  readonly lacks: readonly ("threads" | "memory of what was sent")[];
  readonly accounts: Readonly<Record<Person, string>>;
  /** What the bot answers from now on. */
  answer(reply: (call: InboundCall) => Answer | "later"): void;
  /** Types a command in the team's own place. */
  type(who: Person, command: string, options?: Readonly<Record<string, string>>): Promise<Seen>;
  /** Presses a button, in whatever place the message is. */
  press(who: Person, message: Shown, label: string): Promise<Seen>;
  /** Everything that a person sees, oldest first. */
  shown(who: Person): readonly Shown[];
  shownToAdmins(): readonly Shown[];
  /** Sees to it that the person takes no direct messages. */
  closeDirectMessages(who: Person): void;
  /** The platform does what the next calls say, and the answers get lost. */
  loseAnswers(calls: number): void;
  throttle(calls: number, retryAfterSeconds: number): void;
  deleteMessage(ref: MessageRef): Promise<void>;
  pass(milliseconds: number): void;
  close(): Promise<unknown>;
}

const line: CommandLine = { command: "stop", options: { force: "true" }, generation: "op1" };
const button: Button = { label: "Stop", style: "danger", line };
const card = (title: string): Card => ({ title, tone: "info", buttons: [button] });

/** What the core expects of every platform, whatever it is. */
export function platformContract(start: () => Promise<World>): void {
  let world: World;
  beforeAll(async () => {
    world = await start();
  });
  afterAll(() => world.close());
  const say = (title: string) => world.answer(() => ({ card: card(title) }));
  const toMia = async (change: Partial<OutboundMessage> = {}): Promise<OutboundMessage> => {
    say("Yes?");
    const [call] = (await world.type("mia", "status")).calls;
    if (!call) throw new Error("the call did not arrive");
    return { route: "dm", to: call.replyTo, card: card("x"), nonce: call.id, maybeSent: false, ...change };
  };
  /** Where a platform can't find what was sent, there may be a second one, which says that it is the same. */
  const expectOnce = (shown: readonly Shown[], nonce: string) => {
    expect(shown).toHaveLength(world.lacks.includes("memory of what was sent") ? 2 : 1);
    for (const { text } of shown) expect(text).toContain(nonce);
  };
  const seenBy = (who: Person, text: string) => world.shown(who).filter((one) => one.text.includes(text));

  describe("what comes in", () => {
    it("is a call with who, what and where, answered to the caller alone", async () => {
      say("You have nothing.");
      const { calls, shown } = await world.type("mia", "status");
      expect(calls).toHaveLength(1);
      expect(calls[0]).toMatchObject({
        account: { platform: world.platform.name, id: world.accounts.mia, name: "Mia Member" },
        line: { command: "status", options: {} },
        place: "team",
        replyTo: { platform: world.platform.name, account: world.accounts.mia },
      });
      expect(shown?.text).toContain("You have nothing.");
      expect(shown?.buttons).toEqual(["Stop"]);
      expect(seenBy("mia", "You have nothing.")).toHaveLength(1);
      expect(seenBy("max", "You have nothing.")).toHaveLength(0);
    });

    it("carries options as text, and the names of people", async () => {
      const options = { person: world.accounts.max, entra: "max@contoso.com", role: "admin" };
      const { calls } = await world.type("mia", "roster add", options);
      expect(calls[0]?.line).toEqual({ command: "roster add", options });
      expect(Object.values(calls[0]?.people ?? {})).toEqual([
        expect.objectContaining({ id: world.accounts.max, name: "Max Member" }),
      ]);
    });

    it("is the same from a button as the line that the button carries", async () => {
      say("Sure?");
      const { shown } = await world.type("mia", "status");
      if (!shown) throw new Error("nothing was shown");
      const { calls } = await world.press("mia", shown, "Stop");
      expect(calls.map((call) => call.line)).toEqual([line]);
    });

    it("is complete after a form was filled in", async () => {
      const fields = [{ name: "address", label: "Your IPv4 address", placeholder: "203.0.113.7" }];
      world.answer(() => ({ form: { title: "Open SSH", line, fields } }));
      const { form } = await world.type("mia", "status");
      expect(form?.title).toBe("Open SSH");
      say("Done.");
      const filled = await form?.fill({ address: "203.0.113.9" });
      expect(filled?.calls[0]?.line).toEqual({
        ...line,
        options: { ...line.options, address: "203.0.113.9" },
      });
      expect(filled?.shown?.text).toContain("Done.");
    });

    it("can be answered later, for a while, and only to the caller", async () => {
      world.answer(() => "later");
      const { calls } = await world.type("mia", "status");
      const [call] = calls;
      if (!call) throw new Error("the call did not arrive");
      const message = { to: call.replyTo, nonce: call.id, route: "answer", maybeSent: false } as const;
      await world.platform.send({ ...message, card: card("Here it comes") });
      expect(seenBy("mia", "Here it comes")).toHaveLength(1);
      expect(seenBy("max", "Here it comes")).toHaveLength(0);
      world.pass(20 * 60_000);
      await expect(world.platform.send({ ...message, card: card("Too late") })).rejects.toMatchObject({
        kind: "closed",
      });
    });

    it("is called direct where somebody is alone with the bot", async () => {
      await world.platform.send(await toMia({ card: card("Press me") }));
      const [message] = seenBy("mia", "Press me");
      if (!message) throw new Error("nothing was shown");
      const { calls } = await world.press("mia", message, "Stop");
      expect(calls[0]).toMatchObject({ place: "direct", account: { id: world.accounts.mia }, line });
    });
  });

  describe("what goes out", () => {
    it("is one message that is edited", async () => {
      const message = await toMia({ card: card("Queued") });
      const ref = await world.platform.send(message);
      const edited = await world.platform.send({ ...message, card: card("Ready"), edit: ref });
      expect(edited).toEqual(ref);
      expect(seenBy("mia", "Queued")).toHaveLength(0);
      expect(seenBy("mia", "Ready")).toHaveLength(1);
      expect(seenBy("max", "Ready")).toHaveLength(0);
    });

    it.each(["dm", "thread", "admins"] as const)(
      "is one message by %s, even if sent twice",
      async (route) => {
        const message = await toMia({ route, card: card(`Once by ${route}`) });
        if (route === "thread" && world.lacks.includes("threads"))
          return expect(world.platform.send(message)).rejects.toMatchObject({ kind: "closed" });
        const ref = await world.platform.send(message);
        // Long after, when a platform has forgotten the nonce.
        world.pass(3600_000);
        const again = await world.platform.send({ ...message, maybeSent: true });
        if (!world.lacks.includes("memory of what was sent")) expect(again).toEqual(ref);
        const shown = route === "admins" ? world.shownToAdmins() : world.shown("mia");
        expectOnce(
          shown.filter(({ text }) => text.includes(`Once by ${route}`)),
          message.nonce,
        );
        expect(seenBy("max", `Once by ${route}`)).toHaveLength(0);
      },
    );

    it("is one message, even if the platform's answer got lost", async () => {
      const message = await toMia({ route: "admins", card: card("Lost and found") });
      world.loseAnswers(1);
      await expect(world.platform.send(message)).rejects.toMatchObject({ kind: "passing" });
      await world.platform.send({ ...message, maybeSent: true });
      expectOnce(
        world.shownToAdmins().filter(({ text }) => text.includes("Lost and found")),
        message.nonce,
      );
    });

    it("says that a message is gone which was to be edited", async () => {
      const message = await toMia({ card: card("Short-lived") });
      const ref = await world.platform.send(message);
      await world.deleteMessage(ref);
      await expect(world.platform.send({ ...message, edit: ref })).rejects.toMatchObject({ kind: "gone" });
    });

    it("says that a route is closed to somebody who takes no direct messages, and takes the next", async () => {
      const message = await toMia({ card: card("Otherwise") });
      world.closeDirectMessages("mia");
      await expect(world.platform.send(message)).rejects.toMatchObject({ kind: "closed" });
      const next = world.lacks.includes("threads") ? "admins" : "thread";
      await world.platform.send({ ...message, route: next });
      const reached = next === "admins" ? world.shownToAdmins() : world.shown("mia");
      expect(reached.filter(({ text }) => text.includes("Otherwise"))).toHaveLength(1);
      expect(seenBy("max", "Otherwise")).toHaveLength(0);
    });

    it("says how long to wait when there were too many", async () => {
      const message = await toMia({ route: "admins" });
      world.throttle(1, 7);
      const refused = await world.platform.send(message).catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(DeliveryRefused);
      expect(refused).toMatchObject({ kind: "limited" });
      expect((refused as DeliveryRefused).retryAfterSeconds).toBeGreaterThanOrEqual(7);
    });
  });
}
