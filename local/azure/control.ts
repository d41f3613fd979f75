import { Hono } from "hono";
import { z } from "zod";
import { clearFaults, setFault } from "./faultSwitch.ts";
import { faultInput, faultKinds } from "./faults.ts";
import type { Host } from "./host.ts";
import { canLogin } from "./login.ts";
import { people, personInput, putPerson } from "./people.ts";
import { summaryOf } from "./summary.ts";

const loginInput = z.object({ person: z.string(), address: z.ipv4(), vm: z.string() });
const advanceInput = z.object({ seconds: z.number().nonnegative() });
const clearInput = z.object({ clear: z.union([z.literal("all"), z.enum(faultKinds)]) });

/** The simulator's own controls under `/_sim`, for the console and for tests. They need no token, because they are on loopback only. */
export function control(host: Pick<Host, "world" | "advance">): Hono {
  const { world } = host;
  const app = new Hono();
  app.get("/_sim/state", (c) => c.json(summaryOf(world)));
  app.get("/_sim/faults", (c) => c.json({ kinds: faultKinds, faults: world.state.faults }));
  app.post("/_sim/faults", async (c) => {
    const body: unknown = await c.req.json();
    const cleared = clearInput.safeParse(body);
    if (cleared.success) {
      clearFaults(world, cleared.data.clear === "all" ? undefined : cleared.data.clear);
      return c.json({ faults: world.state.faults });
    }
    const asked = faultInput.safeParse(body);
    if (!asked.success) return c.json({ error: z.prettifyError(asked.error) }, 400);
    return c.json(setFault(world, asked.data));
  });
  app.post("/_sim/can-login", async (c) => {
    const asked = loginInput.safeParse(await c.req.json());
    if (!asked.success) return c.json({ error: z.prettifyError(asked.error) }, 400);
    return c.json(canLogin(world, asked.data.person, asked.data.address, asked.data.vm));
  });
  app.post("/_sim/advance", async (c) => {
    const asked = advanceInput.safeParse(await c.req.json());
    if (!asked.success) return c.json({ error: z.prettifyError(asked.error) }, 400);
    host.advance(asked.data.seconds);
    return c.json({ now: new Date(world.now).toISOString() });
  });
  app.get("/_sim/people", (c) => c.json(people(world)));
  app.post("/_sim/people", async (c) => {
    const asked = personInput.safeParse(await c.req.json());
    if (!asked.success) return c.json({ error: z.prettifyError(asked.error) }, 400);
    return c.json(putPerson(world, asked.data));
  });
  // The page that a device code points to signs in the named person.
  app.get("/_sim/sign-in", (c) => {
    const person = people(world).find(({ userPrincipalName }) => userPrincipalName === c.req.query("person"));
    if (!person)
      return c.text(
        `Add ?person= and one of: ${people(world)
          .map((p) => p.userPrincipalName)
          .join(", ")}`,
        400,
      );
    world.state.signedIn = person.id;
    world.changed = true;
    return c.text(`${person.displayName} is signed in. You may close this page.`);
  });
  app.all("/_sim/*", (c) => c.json({ error: "no such control" }, 404));
  return app;
}
