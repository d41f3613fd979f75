import { app } from "@azure/functions";
import { bot } from "./bot.ts";

app.storageQueue("work", {
  queueName: "work",
  connection: "AzureWebJobsStorage",
  // Microsoft Learn, "Azure Queue storage trigger", message metadata (2026).
  handler: async (message, { triggerMetadata }) =>
    (await bot()).work(message, triggerMetadata?.["dequeueCount"]),
});
