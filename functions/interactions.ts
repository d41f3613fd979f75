import { app } from "@azure/functions";
import { inboundFrom } from "../bot/front/inbound.ts";
import { consoleLog } from "../bot/log.ts";
import { doorOf } from "../bot/platforms/discord/door.ts";
import { bot, isLoaded } from "./bot.ts";

let door: ReturnType<typeof doorOf> | undefined;

app.http("interactions", {
  methods: ["POST"],
  // Discord can't send a function key; its signature is checked instead.
  authLevel: "anonymous",
  handler: async (request) => {
    const inbound = await inboundFrom(request);
    if (!inbound) return { status: 413 };
    // Created at the first call: in a placeholder process, the settings come after this file.
    door ??= doorOf(process.env, (why) =>
      consoleLog().info("a call was refused", { platform: "discord", why }),
    );
    const atOnce = isLoaded() ? undefined : door(inbound);
    return atOnce ?? (await bot()).interactions(inbound);
  },
});
