import { app } from "@azure/functions";
import { doorOf } from "../bot/door.ts";
import { inboundFrom } from "../bot/front/inbound.ts";
import { bot, isLoaded } from "./bot.ts";

let door: ReturnType<typeof doorOf> | undefined;

app.http("interactions", {
  methods: ["POST"],
  // Discord can't send a function key; its signature is checked instead.
  authLevel: "anonymous",
  handler: async (request) => {
    const inbound = await inboundFrom(request);
    if (!inbound) return { status: 413 };
    // Made with the first call: in a process that stands by, the settings come after this file.
    door ??= doorOf(process.env);
    const atOnce = isLoaded() ? undefined : door(inbound);
    return atOnce ?? (await bot()).interactions(inbound);
  },
});
