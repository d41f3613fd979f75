import { app } from "@azure/functions";
import { bot } from "./bot.ts";

app.http("interactions", {
  methods: ["POST"],
  // Discord can't send a function key; its signature is checked instead.
  authLevel: "anonymous",
  handler: async (request) => {
    const body = new Uint8Array(await request.arrayBuffer());
    return (await bot()).interactions({ headers: Object.fromEntries(request.headers), body });
  },
});
