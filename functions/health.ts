import { app } from "@azure/functions";
import { bot } from "./bot.ts";

app.http("health", {
  methods: ["GET"],
  authLevel: "anonymous",
  handler: async () => (await bot()).health(),
});
