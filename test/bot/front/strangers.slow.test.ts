import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { mostMentions, mostText } from "../../../bot/core/sizes.ts";
import { people } from "../../../local/teams/people.ts";
import { teamsClient } from "../../teamsClient.ts";
import { startWorld, type World } from "../../world.ts";

/** What a message of somebody who is not on the roster costs, and one that is too large, whoever sends it. */
const { ada, sam } = people;
let lookedUp = 0;
let world: World;
let client: ReturnType<typeof teamsClient>;
beforeAll(async () => {
  const admins = { BOOTSTRAP_ADMINS: `discord:1100000000000000101 entra:${ada.objectId}` };
  const heard = ({ request }: { readonly request: { readonly url: string } }) => {
    if (/\/members\//.test(request.url)) lookedUp += 1;
  };
  world = await startWorld(admins, { withTeams: true, heard });
  client = teamsClient(world.teams);
});
afterAll(() => world.close());
beforeEach(() => {
  lookedUp = 0;
});

const mentioning = (count: number) => {
  const names = Array.from({ length: count }, (_, index) => `Person ${index}`);
  return {
    text: `roster show ${names.map((name) => `<at>${name}</at>`).join(" ")}`,
    entities: names.map((name, index) => ({
      type: "mention",
      mentioned: { id: `29:${index}`, name },
      text: `<at>${name}</at>`,
    })),
  };
};
const sends = async (who: typeof sam, activity: Record<string, unknown>): Promise<string> => {
  await world.teams.send(who, "x", {}, { activity });
  return client.dms(who).at(-1)?.text ?? "";
};

describe("many people in one message", () => {
  test.for([1, mostMentions, 1000])("%i of a stranger's are not looked up", async (count) => {
    expect(await sends(sam, mentioning(count))).toContain("not on this team's roster");
    expect(lookedUp).toBe(0);
  });

  test("of an admin's are looked up, each once", async () => {
    await sends(ada, mentioning(mostMentions));
    expect(lookedUp).toBe(mostMentions);
  });

  test("more than that are not", async () => {
    const said = await sends(ada, mentioning(mostMentions + 1));
    expect(said).toContain(`mentions ${mostMentions + 1} people, and I read at most ${mostMentions}`);
    expect(lookedUp).toBe(0);
  });
});

test("a text that is too long is refused in one sentence", async () => {
  const text = (length: number) => ({ text: `help ${"x".repeat(length - 5)}` });
  expect(await sends(ada, text(mostText))).not.toContain("That message is too long");
  expect(await sends(ada, text(mostText + 1))).toContain(`I read at most ${mostText}`);
  expect(await sends(sam, text(mostText + 1))).toContain("not on this team's roster");
});

test("a stranger leaves nothing in the queue, and nothing went wrong", () => {
  expect(world.queue.waiting()).toEqual([]);
  expect(world.errors).toEqual([]);
});
