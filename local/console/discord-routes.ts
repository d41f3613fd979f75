import type { Hono } from "hono";
import { z } from "zod";
import { type Person, personById } from "../discord/people.ts";
import { Refusal } from "../discord/refusal.ts";
import type { DiscordSimulator } from "../discord/start.ts";
import { fileOption, parseLine, typingAt } from "./command-line.ts";
import { discordView } from "./discord-view.ts";
import { given } from "./given.ts";

/** `/api/discord`: what a person sees in Discord, and what they do there. */
export function discordRoutes(app: Hono, discord: DiscordSimulator): void {
  const person = z.string().transform((id, context): Person => {
    const found = personById(id);
    if (!found) context.addIssue({ code: "custom", message: "there is no such person" });
    return found ?? z.NEVER;
  });
  const values = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));
  const action = z.union([
    z.object({ command: z.string(), options: values.default({}), channelId: z.string() }),
    z.object({ click: z.string(), messageId: z.string(), values: z.array(z.string()).default([]) }),
    z.object({ submit: z.string(), values: z.record(z.string(), z.string()) }),
  ]);
  const act = z.object({ user: person, action, forge: z.boolean().default(false) });
  const typed = z.object({
    user: person,
    channelId: z.string(),
    line: z.string(),
    file: z.object({ name: z.string(), text: z.string() }).optional(),
    forge: z.boolean().default(false),
  });
  app.get("/api/discord", (c) =>
    c.json(discordView(discord, person.parse(c.req.query("user")), c.req.query("all") === "1")),
  );
  app.post("/api/discord/act", async (c) => {
    const { user, action: wanted, forge } = act.parse(await c.req.json());
    return c.json(await discord.interact(user, wanted, { forge }));
  });
  app.post("/api/discord/type", async (c) => {
    const { user, channelId, line, file, forge } = typed.parse(await c.req.json());
    try {
      const commands = discord.commandsFor(user.id, forge);
      const { command, options } = parseLine(line, commands, Object.values(discord.people));
      const takes = fileOption(line, commands);
      if (file && takes === undefined) throw new Refusal("This command doesn't take a file.");
      const files = file && takes !== undefined ? { [takes]: file } : {};
      return c.json(await discord.interact(user, { command, options, files, channelId }, { forge }));
    } catch (error) {
      if (error instanceof Refusal) return c.json({ kind: "refused", reason: error.message });
      throw error;
    }
  });
  app.post("/api/discord/choices", async (c) => {
    const { user, channelId, line, forge } = typed.parse(await c.req.json());
    const typing = typingAt(line, discord.commandsFor(user.id, forge));
    if (!typing) return c.json({ kind: "refused", reason: "Nobody is asked what that can be." });
    return c.json(await discord.interact(user, { ...typing, channelId }, { forge }));
  });
  faultRoutes(app, discord);
}

function faultRoutes(app: Hono, discord: DiscordSimulator): void {
  const count = z.int().min(0).max(1000);
  const faults = z
    .object({
      rateLimited: z.object({ calls: count, retryAfter: z.number().positive() }),
      serverErrors: z.object({ calls: count, status: z.int().min(500).max(599) }),
      lostAnswers: count,
      slowMs: z.int().min(0).max(60_000),
      dmsClosed: z.array(z.string()),
      left: z.array(z.string()),
    })
    .partial();
  app.post("/api/discord/faults", async (c) => {
    // Faults that aren't named stay as they are.
    discord.setFaults(given(faults.parse(await c.req.json())));
    return c.json(discord.faults);
  });
}
