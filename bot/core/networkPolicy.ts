export const networkPolicies = ["locked", "open"] as const;
/** `open`: any address may reach SSH at any time. */
export type NetworkPolicy = (typeof networkPolicies)[number];
