import type { Operation } from "../../core/operation.ts";
import { rebuildCard } from "./rebuildCard.ts";
import { request } from "./request.ts";

/** A new VM from today's image and first boot, with the same home disk: a request over an existing instance. */
export const rebuild: Operation = { ...request, name: "rebuild", card: rebuildCard };
