/** How old two rights of one deployment are, in seconds, and how the deployer's own one does. */
export interface Rights {
  /** The app's youngest role on the storage that its program is deployed to. */
  readonly appsAge: number;
  /** The deployer's own role on that storage; undefined: there is none. */
  readonly ownAge: number | undefined;
  /** For how long the deployer has seen it work; undefined: it has been refused so far. */
  readonly ownWorksFor: number | undefined;
}

/** Azure honours a role ten minutes after it was assigned at the latest (Microsoft Learn, "Troubleshoot Azure RBAC", 2026). */
const longest = 600;
/** The app's role may come later than the deployer's, which was assigned beside it. */
const margin = 120;
const pause = 15;

/**
 * Seconds until it is worth looking again; 0: the program may be deployed. Nobody but the app can see whether its role works. So
 * the deployer's role stands for it, where both are of the same deployment; where that one is older, or there is none, only the
 * ten minutes are certain.
 */
export function secondsToWait({ appsAge, ownAge, ownWorksFor }: Rights): number {
  const left = longest - appsAge;
  if (left <= 0) return 0;
  if (ownAge === undefined || ownAge >= longest) return left;
  if (ownWorksFor === undefined) return Math.min(pause, left);
  return Math.max(0, Math.min(margin - ownWorksFor, left));
}
