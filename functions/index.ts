import { readConfig } from "../bot/config.ts";
import "./health.ts";
import "./interactions.ts";
import "./messages.ts";
import "./sweep.ts";
import "./work.ts";

// A missing setting ends the start, with a list of all of them, and not the first call.
readConfig(process.env);
