import "./access.ts";
import "./health.ts";
import "./interactions.ts";
import "./messages.ts";
import "./sweep.ts";
import "./warmUp.ts";
import "./work.ts";
