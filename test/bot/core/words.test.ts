import { describe, expect, it } from "vitest";
import { instant, joined, words } from "../../../bot/core/text.ts";

const time = "2026-01-31T09:05:00.000Z";

describe("words", () => {
  it("keep a moment apart from what stands around it", () => {
    const until = words`until ${instant(time)}`;
    expect(words`Open ${until}, ${3} left.`).toEqual(["Open until ", { time }, ", 3 left."]);
  });

  it("are a plain string where there is no moment", () => {
    expect(words`one ${"two"} ${words`three`}`).toBe("one two three");
    expect(words``).toBe("");
  });

  it("take nothing that stands in a text for a moment", () => {
    const name = `{{${time}}}`;
    expect(words`${name} since ${instant(time)}`).toEqual([`${name} since `, { time }]);
  });

  it("are joined without what is empty", () => {
    expect(joined(["one", "", undefined, instant(time)], ", ")).toEqual(["one, ", { time }]);
    expect(joined(["", undefined], ", ")).toBe("");
  });
});

it.each(["2026-13-45T99:99:99Z", "soon", "", "+012345-01-01T00:00:00Z"])(
  "shows “%s”, which is no moment to show, as it stands",
  (text) => expect(typeof instant(text)).toBe("string"),
);
