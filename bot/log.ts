import type { Log } from "./parts.ts";

/** One line of JSON per entry: the Functions host passes them on to Application Insights. */
export const consoleLog = (): Log => ({
  info: (message, fields) => console.log(JSON.stringify({ message, ...fields })),
  error: (message, error, fields) =>
    console.error(
      JSON.stringify({
        message,
        error: error instanceof Error ? (error.stack ?? error.message) : error,
        ...fields,
      }),
    ),
});
