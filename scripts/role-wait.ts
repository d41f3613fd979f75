/** The age of two roles of one deployment, in seconds, and how the deployer's own one works. */
export interface Rights {
  /** The app's newest role on the storage that its program is deployed to. */
  readonly appsAge: number;
  /** The deployer's own role on that storage; undefined: none. */
  readonly ownAge: number | undefined;
  /** How long the deployer's role has worked; undefined: refused so far. */
  readonly ownWorksFor: number | undefined;
}

/** Azure honours a role at most ten minutes after it was assigned (Microsoft Learn, "Troubleshoot Azure RBAC", 2026). */
const longest = 600;
/** The app's role may take effect later than the deployer's, though both were assigned together. */
const margin = 120;
const pause = 15;

/**
 * Seconds until the next check; 0: the program can be deployed. Only the app can see whether its role works, so the
 * deployer's role stands in for it if both come from the same deployment. If the deployer's is older, or missing, only the
 * ten minutes are certain.
 */
export function secondsToWait({ appsAge, ownAge, ownWorksFor }: Rights): number {
  const left = longest - appsAge;
  if (left <= 0) return 0;
  if (ownAge === undefined || ownAge >= longest) return left;
  if (ownWorksFor === undefined) return Math.min(pause, left);
  return Math.max(0, Math.min(margin - ownWorksFor, left));
}
