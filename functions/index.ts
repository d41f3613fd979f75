import "./access.ts";
import "./health.ts";
import "./interactions.ts";
import "./messages.ts";
import "./sweep.ts";
import "./work.ts";

// A setting that is missing ends the start, not the first call. The first call needs this chunk anyway.
const { readConfig } = await import("../bot/config.ts");
readConfig(process.env);
