import { expect, onTestFinished, test, vi } from "vitest";
import { activity, type Use } from "../../../../bot/platforms/teams/activity.ts";
import { callFrom } from "../../../../bot/platforms/teams/parse.ts";

/** What is read of a message in a group before it is known who sends it. */
const html = (content: string) => [{ contentType: "text/html", content }];
const bot = { id: "28:1", name: "Bot" };
const text = "<at>Bot</at> help";
const message = (attachments: readonly object[]): Use => {
  const sent = activity.parse({
    type: "message",
    id: "1",
    serviceUrl: "https://smba.example/",
    from: { id: "29:1", name: "Sam", aadObjectId: "a" },
    recipient: bot,
    conversation: { id: "19:1", conversationType: "groupChat" },
    text,
    entities: [{ type: "mention", mentioned: bot, text: "<at>Bot</at>" }],
    attachments,
  });
  return sent.type === "message" ? sent : expect.fail("it is a message");
};
/** Whether it is for the bot, and how many characters of it were looked at one by one to find that out. */
function judged(use: Use) {
  const looking = vi.spyOn(String.prototype, "charCodeAt");
  onTestFinished(() => looking.mockRestore());
  const clock = { now: () => new Date("2026-11-22T09:00:00Z") };
  const call = callFrom(use, { commands: [], clock, objectIdOf: async () => undefined });
  const looks = looking.mock.calls.length;
  looking.mockRestore();
  return { isForUs: call !== undefined, looks };
}

test("whether it is for the bot is known from whom it mentions", () => {
  expect(judged(message([]))).toEqual({ isForUs: true, looks: 0 });
  const own = html('<p><span itemtype="http://schema.skype.com/Mention">Bot</span> help</p>');
  expect(judged(message(own))).toEqual({ isForUs: true, looks: 0 });
});

test("a message that comes with it is looked for, once, since the bot may be mentioned in that one alone", () => {
  const carried = (typed: string) =>
    html(`<BLOCKQUOTE itemtype="http://schema.skype.com/Forward">${text}</BLOCKQUOTE>${typed}`);
  const [passed, said] = [carried("look"), carried(text)];
  expect(judged(message(passed)).isForUs).toBe(false);
  expect(judged(message(said)).isForUs).toBe(true);
  const most = text.length + (said[0]?.content.length ?? 0) + 4 * text.length;
  expect(judged(message(said)).looks).toBeLessThanOrEqual(most);
});
