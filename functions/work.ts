import { app } from "@azure/functions";
import { bot } from "./bot.ts";

app.storageQueue("work", {
  queueName: "work",
  connection: "AzureWebJobsStorage",
  handler: async (message) => (await bot()).work(message),
});
