import { expect, test } from "vitest";
import { lateClick, lateMessage } from "../../../../bot/platforms/teams/late.ts";
import type { Sender } from "../../../../bot/platforms/teams/send.ts";

/** What is kept of what stands in the place of a late answer: nothing follows the one to somebody who is nobody here, and nothing the answer itself. */
const card = { title: "Hello", tone: "info" } as const;
const to = { platform: "teams", account: "1", data: {} };
const activity = (once: boolean) => ({
  type: "invoke" as const,
  id: "1",
  name: "adaptiveCard/action" as const,
  serviceUrl: "https://smba.example/",
  from: { id: "29:1", name: "Sam", aadObjectId: "1", isTargeted: undefined },
  recipient: { id: "28:1", name: "Bot", aadObjectId: undefined, isTargeted: undefined },
  conversation: { id: "a:1", conversationType: "personal" as const },
  replyToId: "card",
  value: { action: { data: { openclaw: "v1:status:", once } } },
});

function listening() {
  const kept: string[] = [];
  const ref = { channel: "a:1", message: "answer" };
  const sender: Pick<Sender, "answer" | "answeredInPlace"> = {
    answer: async (_to, _post, { followed } = {}) => {
      if (await followed) kept.push(ref.message);
      return ref;
    },
    answeredInPlace: async (_to, message) => void kept.push(message),
  };
  return { kept, sender: sender as Sender };
}

test.for([
  [true, [], ["answer"], ["card"]],
  [false, [], [], []],
] as const)("of somebody who is known: %s", async ([isKnown, message, click, inPlace]) => {
  const known = Promise.resolve(isKnown);
  const ways = [
    [message, ({ sender }) => lateMessage({ status: 200 }, Promise.resolve(), to, sender)],
    [click, ({ sender }) => lateClick(activity(false), to, known, 0, sender)],
    [inPlace, ({ sender }) => lateClick(activity(true), to, known, 0, sender)],
  ] satisfies [readonly string[], (by: ReturnType<typeof listening>) => ReturnType<typeof lateMessage>][];
  for (const [expected, way] of ways) {
    const by = listening();
    const late = way(by);
    await late.shown;
    await late.tell(card);
    expect(by.kept).toEqual(expected);
  }
});
