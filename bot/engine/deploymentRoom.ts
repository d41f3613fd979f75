import { isDeepStrictEqual } from "node:util";
import type { Parts } from "../parts.ts";

/** Under which the cache knows when there was last room made for deployments, and whether more is wanted. */
export const roomName = "deployments";
const wanted = { full: true };

/** Azure has no room for another deployment on its record: the next sweep makes some, whatever the hour. */
export const askForRoom = ({ store }: Parts): Promise<void> => store.cache(roomName, wanted, new Date(0));

export const wantsRoom = (known: unknown): boolean => isDeepStrictEqual(known, wanted);
