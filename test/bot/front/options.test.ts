import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Form } from "../../../bot/core/card.ts";
import type { Command } from "../../../bot/core/command.ts";
import { Refusal } from "../../../bot/core/errors.ts";
import { commands } from "../../../bot/features/commands.ts";
import { parseOptions } from "../../../bot/front/options.ts";
import { answerFrom } from "../../../bot/platforms/discord/render.ts";
import { postFrom } from "../../../bot/platforms/teams/render.ts";
import { hostile } from "../platforms/hostile.ts";

const named = (name: string): Command => {
  const found = commands.find((command) => command.name === name);
  if (!found) throw new Error(`there is no command ${name}`);
  return found;
};
const transfer = named("roster transfer");

describe("an option", () => {
  it("may be as long as an e-mail address may be", () => {
    const entra = `${"x".repeat(242)}@contoso.com`;
    const line = { command: transfer.name, options: { from: "mia@contoso.com", entra } };
    expect(parseOptions(transfer, line, {})).toMatchObject({ options: { entra } });
  });

  it.each([{ entra: "x".repeat(255) }, { entra: "x".repeat(255), from: "mia@contoso.com" }])(
    "that is longer is refused, also where a form would ask for more",
    (options) => {
      const parse = () => parseOptions(transfer, { command: transfer.name, options }, {});
      expect(parse).toThrow(Refusal);
      expect(parse).toThrow("entra has 255 characters; the limit is 254. Nothing was changed.");
    },
  );

  it("for a text of many lines takes what a row holds", () => {
    const command = named("roster import");
    const json = "x".repeat(27_000);
    expect(parseOptions(command, { command: command.name, options: { json } }, {})).toHaveProperty("options");
  });
});

describe("a form", () => {
  const max = { platform: "teams", id: "max", name: "Max" };
  const file = { platform: "teams", name: "team.json", url: "https://contoso.sharepoint.com/team.json" };

  it("isn't opened where it would lose the person who is mentioned: what is missing is named", () => {
    const parse = () => parseOptions(transfer, { command: transfer.name, options: { to: max.id } }, { max });
    expect(parse).toThrow(Refusal);
    expect(parse).toThrow("“roster transfer” also needs from (Who left: their e-mail");
    const link = named("roster link");
    expect(() => parseOptions(link, { command: link.name, options: { person: max.id } }, { max })).toThrow(
      "“roster link” also needs entra (The member's Entra e-mail or object id). Send it all in one message.",
    );
  });

  // As a platform sends it: the line, and what was filled in, but neither people nor files.
  const filled = ({ line, fields }: Form) => ({
    ...line,
    options: { ...line.options, ...Object.fromEntries(fields.map(({ name }) => [name, "mia@contoso.com"])) },
  });
  it.each(commands)(
    "of $name can succeed when it is filled in, whoever and whatever was given",
    (command) => {
      const specs = Object.entries(command.options);
      for (let some = 0; some < 2 ** specs.length; some += 1) {
        const options = Object.fromEntries(
          specs.flatMap(([name, spec], index) => {
            if (((some >> index) & 1) === 0 || spec.type === "flag") return [];
            if (spec.type !== "text") return [[name, spec.type]];
            return [[name, spec.choices?.[0] ?? "mia@contoso.com"]];
          }),
        );
        const parsed = tried(() =>
          parseOptions(command, { command: command.name, options }, { person: max }, { file }),
        );
        if (!parsed || !("form" in parsed)) continue;
        expect(parseOptions(command, filled(parsed.form), {})).toHaveProperty("options");
      }
    },
  );
});

it("whatever is typed is understood, refused or asked about, and each can be shown on both platforms", () => {
  const asking = commands.filter(({ options }) =>
    Object.values(options).some((spec) => spec.type === "text" && (spec.required || spec.unless)),
  );
  const typed = fc
    .oneof(fc.constantFrom(...commands), fc.constantFrom(...asking))
    .chain((command) =>
      fc
        .dictionary(fc.constantFrom(...Object.keys(command.options), "x"), hostile)
        .map((options) => ({ command, options })),
    );
  fc.assert(
    fc.property(typed, ({ command, options }) => {
      const reply = replyTo(command, options);
      if (!reply) return;
      for (const canOpenModal of [true, false]) {
        const ids = JSON.stringify(answerFrom(reply, canOpenModal)).match(/(?<="custom_id":")[^"]*/g) ?? [];
        expect(ids.filter((id) => id.length > 100)).toEqual([]);
      }
      expect(postFrom(reply).summary.length).toBeGreaterThan(0);
    }),
  );
});

/** Undefined: refused. */
function tried<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return undefined;
  }
}

function replyTo(command: Command, options: Readonly<Record<string, string>>) {
  try {
    const parsed = parseOptions(command, { command: command.name, options }, {});
    return "form" in parsed ? parsed : undefined;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { card: { title: error.words, tone: "bad" } } as const;
  }
}
