/** Where is kept what belongs to no member: policy, configuration, imports, what is done for many, messages to admins. */
export const botPartition = "bot";

/** Where rows are kept about somebody who has no partition of their own, or before it is known who they are. */
export const accountPartition = ({
  platform,
  id,
}: {
  readonly platform: string;
  readonly id: string;
}): string => `account-${platform}-${id}`;
