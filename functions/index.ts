import "./health.ts";
import "./interactions.ts";
import "./messages.ts";
import "./sweep.ts";
import "./work.ts";
