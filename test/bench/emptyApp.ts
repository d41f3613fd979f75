/** An app that does nothing but answer: what a Functions host and its library cost by themselves. */
import { app } from "@azure/functions";

const handler = async () => ({ status: 200, jsonBody: { type: 1 } });
for (const name of ["interactions", "messages"])
  app.http(name, { methods: ["POST"], authLevel: "anonymous", handler });
