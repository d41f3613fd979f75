import { expect, it } from "vitest";
import type { Card } from "../../../../bot/core/card.ts";
import { checkTraffic, noChecker } from "../../../local/discord/world.ts";
import { cards, form } from "../cards.ts";
import { startTeamsWorld } from "./world.ts";

it("sends and answers as the Bot Connector's specification and the card schema say", async (context) => {
  if (noChecker) context.skip(noChecker);
  const world = await startTeamsWorld();
  const { people, places } = world.teams;
  const line = { command: "stop", options: {} };
  const types = (text: string, conversation: string) =>
    world.seen("mia", () => world.teams.send(people.mia, text, { conversation }));
  for (const card of Object.values<Card>(cards)) {
    world.answer(() => ({ card: { ...card, buttons: [{ label: "Go on", line }] } }));
    for (const place of [places.personal(people.mia), places.group, places.general]) {
      const { shown } = await types("@OpenClaw status", place);
      if (!shown) throw new Error("nothing was shown");
      await world.press("mia", shown, "Go on");
    }
  }
  world.answer(() => ({
    card: { title: "Done", tone: "good", buttons: [{ label: "Yes", line, once: true }] },
  }));
  const { calls, shown } = await types("@OpenClaw status", places.group);
  if (!shown || !calls[0]) throw new Error("nothing was shown");
  await world.press("mia", shown, "Yes");
  world.answer(() => ({ form }));
  const asked = await types("@OpenClaw open-access", places.group);
  await asked.form?.fill({ address: "203.0.113.7", why: "home" });
  const message = { to: calls[0].replyTo, nonce: "abcdefghijkl", maybeSent: false } as const;
  for (const route of ["dm", "answer", "admins"] as const) {
    const ref = await world.platform.send({ ...message, route, card: cards.working });
    await world.platform.send({ ...message, route, card: cards.endless, edit: ref });
  }
  await world.close();
  const report = checkTraffic(world.traffic);
  expect(report).not.toContain("VIOLATION");
  expect(report).toMatch(/exit 0$/);
});
