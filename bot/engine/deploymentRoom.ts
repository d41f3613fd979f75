import type { Parts } from "../parts.ts";
import { doSoon } from "./sweep.ts";

/** The periodic that makes room for deployments. */
export const roomName = "deployments";
/** Azure has no room for another deployment on its record. */
export const full = "full";

/** The next sweep makes some, whatever the hour. */
export const askForRoom = (parts: Parts): Promise<void> => doSoon(roomName, full, parts);
