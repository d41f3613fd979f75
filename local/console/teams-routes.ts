import type { Hono } from "hono";
import { z } from "zod";
import { refusals } from "../teams/errors.ts";
import { everyone, findPerson, type Person } from "../teams/people.ts";
import type { TeamsSimulator } from "../teams/start.ts";
import { given } from "./given.ts";
import { teamsView } from "./teams-view.ts";

/** `/api/teams`: what a person sees in Teams, and what they do there. */
export function teamsRoutes(app: Hono, teams: TeamsSimulator): void {
  // By name, as on the page, or by an id or address that the connector accepts.
  const person = z.string().transform((who, context): Person => {
    const found = everyone.find(({ name }) => name === who) ?? findPerson(who);
    if (!found) context.addIssue({ code: "custom", message: "there is no such person" });
    return found ?? z.NEVER;
  });
  const sending = z.object({
    user: person,
    text: z.string(),
    conversation: z.string().optional(),
    thread: z.string().optional(),
    file: z.object({ name: z.string(), text: z.string() }).optional(),
  });
  const pressing = z.object({
    user: person,
    messageId: z.string(),
    label: z.string(),
    inputs: z.record(z.string(), z.string()).default({}),
    submit: z.boolean().default(false),
  });
  const count = z.int().min(0).max(1000);
  const refusal = z.enum(Object.keys(refusals) as [keyof typeof refusals]);
  const faults = z
    .object({
      throttled: z.object({ calls: count, retryAfter: z.number().positive() }),
      serverErrors: z.object({ calls: count, status: z.int().min(500).max(599) }),
      lostAnswers: count,
      slowMs: z.int().min(0).max(60_000),
      refused: z.record(z.string(), refusal),
      noTargeting: z.boolean(),
    })
    .partial();

  app.get("/api/teams", (c) => c.json(teamsView(teams, person.parse(c.req.query("user")))));
  app.post("/api/teams/send", async (c) => {
    const { user, text, ...place } = sending.parse(await c.req.json());
    return c.json(await teams.send(user, text, given(place)));
  });
  app.post("/api/teams/press", async (c) => {
    const { user, messageId, label, inputs, submit } = pressing.parse(await c.req.json());
    return c.json(await teams.press(user, messageId, label, { inputs, submit }));
  });
  app.post("/api/teams/faults", async (c) => {
    // Faults that aren't named stay as they are.
    teams.setFaults(given(faults.parse(await c.req.json())));
    return c.json(teams.faults);
  });
}
