import { app } from "@azure/functions";
import { bot } from "./bot.ts";

app.http("messages", {
  methods: ["POST"],
  // The Bot Framework can't send a function key; its token is checked instead.
  authLevel: "anonymous",
  handler: async (request) => {
    const body = new Uint8Array(await request.arrayBuffer());
    return (await bot()).messages({ headers: Object.fromEntries(request.headers), body });
  },
});
