import { app } from "@azure/functions";
import { inboundFrom } from "../bot/front/inbound.ts";
import { bot } from "./bot.ts";

app.http("messages", {
  methods: ["POST"],
  // The Bot Framework can't send a function key; its token is checked instead.
  authLevel: "anonymous",
  handler: async (request) => {
    const inbound = await inboundFrom(request);
    return inbound ? (await bot()).messages(inbound) : { status: 413 };
  },
});
