/** A parsed ARM id. Comparisons ignore case; the original case is kept. */
export interface ArmPath {
  /** Without doubled or trailing slashes. */
  readonly id: string;
  readonly subscription: string | undefined;
  readonly group: string | undefined;
  /** The part before the last `/providers/`: the scope of an extension resource, otherwise the group or subscription. */
  readonly scope: string;
  readonly namespace: string;
  readonly types: readonly string[];
  readonly names: readonly string[];
  /** The type of the last segment, with or without a name, such as `Microsoft.Compute/virtualMachines`. */
  readonly type: string;
  /** True for one resource, false for a collection (or an action, which looks the same). */
  readonly isItem: boolean;
  readonly name: string;
  readonly parent: string;
}

/** Parses a path or an id, with fixed words in any case, doubled slashes or a trailing slash. */
export function parsePath(path: string): ArmPath {
  const parts = path.split("/").filter((part) => part !== "");
  const id = `/${parts.join("/")}`;
  const lower = parts.map((part) => part.toLowerCase());
  const provider = lower.lastIndexOf("providers");
  const subscription = lower[0] === "subscriptions" ? parts[1] : undefined;
  const group = lower[2] === "resourcegroups" ? parts[3] : undefined;
  // Groups and subscriptions are implicitly resources of Microsoft.Resources.
  const bare = provider < 0;
  const rest = bare
    ? parts.slice(group !== undefined || lower[2] === "resourcegroups" ? 2 : 0)
    : parts.slice(provider + 2);
  const namespace = bare ? "Microsoft.Resources" : (parts[provider + 1] ?? "");
  const types = rest.filter((_, index) => index % 2 === 0);
  const names = rest.filter((_, index) => index % 2 === 1);
  return {
    id,
    subscription,
    group,
    scope: bare
      ? `/${parts.slice(0, -rest.length).join("/")}`
      : provider === 0
        ? ""
        : `/${parts.slice(0, provider).join("/")}`,
    namespace,
    types,
    names,
    type: [namespace, ...types].join("/"),
    isItem: rest.length > 0 && rest.length % 2 === 0,
    name: names.at(-1) ?? "",
    parent: `/${parts.slice(0, rest.length % 2 === 0 ? -2 : -1).join("/")}`,
  };
}
