import { describe, expect, it, test } from "vitest";
import { choicesLike } from "../../../bot/front/choices.ts";
import { limitsIn } from "../../../bot/front/limits.ts";
import { recentChoicesIn } from "../../../bot/front/recentChoices.ts";

const size = (cores: number, gb: number, value: string) => ({
  name: `${cores} vCPU, ${gb} GB · ${value}`,
  value,
});
const sizes = [
  size(2, 4, "Standard_B2als_v2"),
  size(2, 8, "Standard_B2as_v2"),
  size(4, 16, "Standard_B4as_v2"),
];

describe("what was typed", () => {
  it.each([
    ["", 3],
    ["  ", 3],
    ["gb", 3],
    ["B2AS", 1],
    ["8 gb", 1],
    ["gb 2 b4as", 1],
    ["\uFF12 vcpu", 3],
    ["standard\u200B_b4", 1],
    ["16 b2as", 0],
    ["(.*)+$", 0],
  ])("%j fits %i of three", (typed, count) => {
    expect(choicesLike(typed, sizes)).toHaveLength(count);
  });

  it("fits no more than can be shown", () => {
    const many = Array.from({ length: 1000 }, (_, i) => ({ name: `Member ${i}`, value: `${i}` }));
    expect(choicesLike("member", many)).toHaveLength(25);
    expect(choicesLike("member 999", many)).toEqual([{ name: "Member 999", value: "999" }]);
  });
});

const clockAt = (time: { now: number }) => ({ now: () => new Date(time.now) });

describe("what was found a moment ago", () => {
  it("is found once, for ten seconds, by each for themselves", async () => {
    const time = { now: 0 };
    const recent = recentChoicesIn(clockAt(time));
    let looks = 0;
    const find = async () => {
      looks += 1;
      return sizes;
    };
    await Promise.all(Array.from({ length: 100 }, () => recent("mia", find)));
    expect(looks).toBe(1);
    await recent("max", find);
    expect(looks).toBe(2);
    time.now += 10_000;
    expect(await recent("mia", find)).toBe(sizes);
    expect(looks).toBe(3);
  });

  it("is not kept where it failed", async () => {
    const recent = recentChoicesIn(clockAt({ now: 0 }));
    await expect(recent("mia", () => Promise.reject(new Error("no storage")))).rejects.toThrow("no storage");
    expect(await recent("mia", async () => sizes)).toBe(sizes);
  });

  it("is forgotten for the newest, however many there are", async () => {
    const recent = recentChoicesIn(clockAt({ now: 0 }));
    let looks = 0;
    const find = async () => {
      looks += 1;
      return sizes;
    };
    for (let one = 0; one < 501; one += 1) await recent(`member ${one}`, find);
    await recent("member 500", find);
    expect(looks).toBe(501);
    await recent("member 0", find);
    expect(looks).toBe(502);
  });
});

const rates = {
  member: { atOnce: 2, perSecond: 1 },
  admin: { atOnce: 2, perSecond: 1 },
  stranger: { atOnce: 3, perSecond: 1 },
};
const accountOf = (id: string) => ({ platform: "discord", id, name: id });

describe("who types a thousand letters a second", () => {
  it("is heard for thirty of them, and five more with each second", () => {
    const time = { now: 0 };
    const limits = limitsIn(rates, clockAt(time));
    const passing = () =>
      Array.from({ length: 1000 }, () => limits.admitTyping(accountOf("mia"))).filter(Boolean).length;
    expect(passing()).toBe(30);
    time.now += 2000;
    expect(passing()).toBe(10);
  });

  it("may send as many commands as ever", () => {
    const limits = limitsIn(rates, clockAt({ now: 0 }));
    for (let letter = 0; letter < 1000; letter += 1) limits.admitTyping(accountOf("mia"));
    expect(limits.admit({ id: "1", account: accountOf("mia") })).toBe("own");
    expect(limits.admit({ id: "2", account: accountOf("mia") })).toBe("own");
  });

  it("is not heard at all for a minute once they are found to be nobody here", () => {
    const time = { now: 0 };
    const limits = limitsIn(rates, clockAt(time));
    limits.found(accountOf("sam"), "stranger");
    expect(limits.admitTyping(accountOf("sam"))).toBe(false);
    time.now += 60_000;
    expect(limits.admitTyping(accountOf("sam"))).toBe(true);
  });
});

test("a thousand who are not known cost few looks, and who is known costs none of these", () => {
  const limits = limitsIn(rates, clockAt({ now: 0 }));
  limits.found(accountOf("mia"), "member");
  const isLookedAt = (id: string) => {
    try {
      limits.admitLookAtTyping(accountOf(id));
      return true;
    } catch {
      return false;
    }
  };
  const strangers = Array.from({ length: 1000 }, (_, i) => `stranger ${i}`);
  expect(strangers.filter(isLookedAt)).toHaveLength(3);
  expect(isLookedAt("mia")).toBe(true);
  // What strangers may send is untouched by what they type.
  expect(() => limits.admitStranger("discord")).not.toThrow();
});
