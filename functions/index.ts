import "./access.ts";
import "./health.ts";
import "./interactions.ts";
import "./messages.ts";
import "./sweep.ts";
import "./warmUp.ts";
import "./work.ts";

// Said once, and answered at each call: an error while this file is loaded would leave the app without any function. The first
// call needs this chunk anyway.
const { readConfig } = await import("../bot/config.ts");
const { faults } = readConfig(process.env);
if (faults.length > 0) console.error(JSON.stringify({ message: "settings are missing or wrong", faults }));
