import { app } from "@azure/functions";
import { inboundFrom } from "../bot/front/answer.ts";
import { bot } from "./bot.ts";

app.http("interactions", {
  methods: ["POST"],
  // Discord can't send a function key; its signature is checked instead.
  authLevel: "anonymous",
  handler: async (request) => {
    const inbound = await inboundFrom(request);
    return inbound ? (await bot()).interactions(inbound) : { status: 413 };
  },
});
