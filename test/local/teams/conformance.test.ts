import { expect, it } from "vitest";
import { people } from "../../../local/teams/people.ts";
import { checkTraffic, noChecker } from "../discord/world.ts";
import { cardMessage, cardOf, startWorld } from "./world.ts";

const { ada, mia, max } = people;

it("speaks as the Bot Connector's specification and the Activity schema say, in both directions", async (context) => {
  if (noChecker) context.skip(noChecker);
  const world = await startWorld();
  const teams = world.teams();
  const { general, group, personal } = teams.places;
  world.bot.turn = async (turn) => {
    if (turn.activity.type === "message") await turn.sendActivity(`You said ${turn.activity.text}`);
    if (turn.activity.type !== "invoke") return undefined;
    const type = "application/vnd.microsoft.card.adaptive";
    return { status: 200, body: { statusCode: 200, type, value: cardOf("Stopped") } };
  };
  await teams.install(mia, "remove");
  await teams.install(mia, "add");
  await teams.install(ada, "add", general);
  await teams.send(mia, "request");
  await teams.send(mia, "request", {}, { forge: "wrong audience" });
  await teams.send(mia, "@OpenClaw status", { conversation: general });
  await teams.send(ada, "@OpenClaw roster add @Max Member", { conversation: group });
  await teams.send(mia, "/openclaw status", { conversation: group });
  const id = (await world.bot.dm(teams, max.objectId, cardMessage("Runs"))) ?? "";
  await teams.press(max, id, "Stop");
  await teams.press(max, id, "Stop", { submit: true });
  await world.bot.in(teams, personal(max), async (turn) => {
    await turn.updateActivity({ ...cardMessage("Edited"), id });
    await turn.deleteActivity(id);
    await expect(turn.deleteActivity(id)).rejects.toThrow();
    return true;
  });
  await world.close();
  const report = checkTraffic(world.traffic);
  expect(report).not.toContain("VIOLATION");
  expect(report).toMatch(/exit 0$/);
});
