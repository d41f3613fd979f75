import { expect, it } from "vitest";
import type { OutboundMessage } from "../../../../bot/core/platform.ts";
import { serve } from "../../../../local/serve.ts";
import { unrecordedTest } from "../../../recording.ts";
import { startTeamsWorld } from "./world.ts";

// In a file of its own: Microsoft's library remembers tokens as long as a process lives, whoever asks.
it("an identity that does not answer makes Teams unwell in time, and nothing is sent when it answers after all", async () => {
  unrecordedTest("an identity that hangs");
  const appId = "22222222-2222-4333-8444-555555555555";
  const world = await startTeamsWorld({ appId, tokenTimeout: 50 });
  const message: OutboundMessage = {
    route: "dm",
    to: { platform: "teams", account: world.teams.people.mia.objectId, data: {} },
    card: { title: "Ready", tone: "good" },
    nonce: "abcdefghijkl",
    maybeSent: false,
  };
  let answer: () => void = () => undefined;
  const later = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const { IDENTITY_ENDPOINT: former = "" } = process.env;
  const hanging = await serve(
    async (request) => {
      await later;
      return fetch(former + new URL(request.url).search, { headers: request.headers });
    },
    { port: 0, service: () => undefined },
  );
  process.env["IDENTITY_ENDPOINT"] = `${hanging.url}/`;
  await expect(world.platform.send(message)).rejects.toMatchObject({ kind: "unwell" });
  answer();
  await hanging.close();
  process.env["IDENTITY_ENDPOINT"] = former;
  expect(world.fromBot("mia")).toEqual([]);
  await world.close();
});
