/**
 * What is wrong with the connection string of a storage account, for the check of the settings ("Configure Azure Storage
 * connection strings", Microsoft Learn, 2026): otherwise, the clients would throw when they are created.
 */
export function connectionStringFault(text: string): string | undefined {
  if (/^UseDevelopmentStorage=true(;|$)/.test(text)) return undefined;
  const parts = new Map(
    text.split(";").map((part) => {
      const [name = "", ...value] = part.trim().split("=");
      return [name, value.join("=")] as const;
    }),
  );
  const says = (name: string, pattern: RegExp) => pattern.test(parts.get(name) ?? "");
  const endpoints = [...parts].filter(([name]) => name.endsWith("Endpoint"));
  const hasEndpoints = parts.has("TableEndpoint") && parts.has("QueueEndpoint");
  const isAccount =
    says("DefaultEndpointsProtocol", /^https?$/) &&
    says("AccountName", /^[0-9a-z-]+$/) &&
    says("AccountKey", base64) &&
    (hasEndpoints || says("EndpointSuffix", /^[\w.-]+$/));
  const isShared = says("SharedAccessSignature", /./) && hasEndpoints;
  return (isAccount || isShared) && endpoints.every(([, url]) => /^https?:/.test(url) && URL.canParse(url))
    ? undefined
    : "must be the connection string of a storage account";
}

const base64 = /^[A-Za-z0-9+/]+=*$/;
