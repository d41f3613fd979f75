import "./health.ts";
import "./interactions.ts";
import "./sweep.ts";
import "./work.ts";
