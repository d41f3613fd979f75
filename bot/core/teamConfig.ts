/** What the team changes of the configuration with which every OpenClaw begins. */
export interface TeamConfig {
  /** A JSON object as in RFC 7396: what it names is set, what it names as null is removed. */
  readonly overrides: string;
  /** ISO 8601. */
  readonly changedAt: string;
  /** By whom, as in an audit entry. */
  readonly by: string;
  /** The hash of what was the team's when this was made from it; absent: there was nothing. */
  readonly onTopOf?: string | undefined;
}
