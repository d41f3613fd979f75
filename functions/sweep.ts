import { app } from "@azure/functions";
import { bot } from "./bot.ts";

app.timer("sweep", {
  // NCRONTAB: second 0 of every minute.
  schedule: "0 * * * * *",
  handler: async () => (await bot()).sweep(),
});
