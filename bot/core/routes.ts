import type { Route } from "./platform.ts";

/** Progress is a message of its own: it can be edited for ever. */
export const progressRoutes: readonly Route[] = ["dm", "thread", "admins"];
/** What belongs to the answer of a call goes there, as long as it can be edited. */
export const answerRoutes: readonly Route[] = ["answer", "dm", "thread", "admins"];
/** What is meant for one person alone; a thread can be read by whoever keeps the server. */
export const privateRoutes: readonly Route[] = ["answer", "dm"];
