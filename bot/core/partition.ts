/** Where is kept what belongs to no member: policy, configuration, imports, what is done for many, messages to admins. */
export const botPartition = "bot";
