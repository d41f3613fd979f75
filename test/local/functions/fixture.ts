import { app } from "@azure/functions";

/** A small app for the tests of the host: it says over HTTP what it was called with. */
const seen: unknown[] = [];
const ticks: unknown[] = [];
let starts = 0;

app.hook.appStart(() => {
  starts += 1;
});

app.http("echo", {
  methods: ["POST"],
  authLevel: "anonymous",
  route: "echo/{name}",
  handler: async (request) => ({
    status: 201,
    headers: { "x-method": request.method },
    jsonBody: {
      name: request.params["name"],
      query: request.query.get("q"),
      header: request.headers.get("x-test"),
      forwardedFor: request.headers.get("x-forwarded-for"),
      body: Buffer.from(await request.arrayBuffer()).toString("hex"),
    },
  }),
});

app.http("interactions", {
  methods: ["POST"],
  authLevel: "anonymous",
  handler: async () => ({ status: 401 }),
});

app.http("fails", {
  methods: ["GET"],
  authLevel: "anonymous",
  handler: async () => {
    throw new Error("this is meant to fail");
  },
});

app.http("seen", {
  methods: ["GET"],
  authLevel: "anonymous",
  handler: async () => ({ jsonBody: { seen, ticks, starts } }),
});

app.storageQueue("jobs", {
  queueName: "jobs",
  connection: "AzureWebJobsStorage",
  handler: async (message, context) => {
    seen.push({ message, dequeueCount: context.triggerMetadata?.["dequeueCount"] });
    if (message === "bad") throw new Error("this is meant to fail");
    if (message === "slow") await new Promise((resolve) => setTimeout(resolve, 2500));
  },
});

app.timer("tick", {
  schedule: "* * * * * *",
  handler: async (timer) => {
    ticks.push(timer.isPastDue);
  },
});
