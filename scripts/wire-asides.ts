import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { check, type Exchange, kit } from "./conformance.ts";
import { faultsByTypes } from "./wire-types.ts";

/** What the checker can't check, why, and how these exchanges are checked instead. */
export interface Aside {
  readonly rule: string;
  readonly at?: RegExp;
  readonly message: RegExp;
  readonly why: string;
  /** What is wrong with them, checked another way. */
  readonly otherwise: (exchanges: readonly Exchange[]) => Promise<readonly string[]>;
}

export const asides: readonly Aside[] = [
  {
    rule: "keyvault/unknown-operation",
    message: /has no operation/,
    why:
      "GET /secrets/{secret-name}/versions is GetSecretVersions in Key Vault's secrets.json 7.5. The checker's library " +
      "also finds GetSecret (/secrets/{secret-name}/{secret-version}), and gives up. Read as GetSecrets, which has the same answer.",
    otherwise: async (exchanges) =>
      faults(exchanges, ({ request, ...rest }) => ({
        ...rest,
        request: { ...request, url: request.url.replace(/\/[^/]+\/versions\/?(?=\?)/, "") },
      })),
  },
  {
    rule: "arm/unknown-operation",
    message: /the specification of Microsoft\.Authorization\/permissions has no operation/,
    why:
      "GET …/providers/{namespace}/{parentResourcePath}/{type}/{name}/providers/Microsoft.Authorization/permissions is " +
      "Permissions_ListForResource. Its parentResourcePath may hold slashes (x-ms-skip-url-encoding), which the checker's " +
      "library does not match. Read as Permissions_ListForResourceGroup, which has the same answer.",
    otherwise: async (exchanges) =>
      faults(exchanges, ({ request, ...rest }) => ({
        ...rest,
        request: {
          ...request,
          url: request.url.replace(
            /(?<=\/resourcegroups\/[^/]+)\/providers\/.+(?=\/providers\/Microsoft\.Authorization\/)/i,
            "",
          ),
        },
      })),
  },
  {
    rule: "unchecked",
    message:
      /no OpenAPI here for Microsoft\.(ManagedIdentity\/userAssignedIdentities|KeyVault\/vaults|Storage\/storageAccounts|Web\/sites)@/,
    why:
      "The checker has no OpenAPI of identities, vaults, storage accounts and sites, so it knows no read " +
      "of them. Read by Bicep's type table of the same version.",
    otherwise: readsByTypeTable,
  },
  {
    rule: "unchecked",
    message:
      /no OpenAPI here for (Microsoft\.Resources\/(subscriptions|providers)@|(GET|POST) Microsoft\.Resources\/providers)|no rules here for (GET|POST) \/v1\.0\/(servicePrincipals|sites\/root)/,
    why:
      "What only an owner's scripts ask for (the subscription, names, service principals, the root site) is in none of the checker's " +
      "specifications. Read by the types of Microsoft's own clients.",
    otherwise: faultsByTypes,
  },
  {
    rule: "arm/unknown-type",
    message: /Microsoft\.Network\/locations\/usages is not a resource type/,
    why: "It is Usages_List of Microsoft.Network's usage.json, which the checker doesn't have. Read by the types of Microsoft's own client.",
    otherwise: faultsByTypes,
  },
  {
    rule: "teams/activity-schema",
    at: /^\/request\/body\/attachments\/\d+\/content$/,
    message: /must be object/,
    why:
      "Teams also sends a message as HTML, in an attachment whose content is a text (issue 3960 of MicrosoftDocs/msteams-docs, 2021); " +
      "the schema knows objects only. Read with the HTML in an object.",
    otherwise: async (exchanges) => faults(exchanges, withHtmlInObjects),
  },
  {
    rule: "teams/card-schema",
    at: /\/style$/,
    message: /must be one of compact, expanded$/,
    why:
      "A list that typing narrows down has the style `filtered` (Microsoft Learn, “Typeahead search in Adaptive Cards”, 2026), which the " +
      "published schema of version 1.5 lacks. Read as `compact`.",
    otherwise: async (exchanges) => faults(exchanges, withCompactLists),
  },
  {
    rule: "arm/type-property",
    at: /\/template\/resources\/\w+\/resourceGroup$/,
    message: /Microsoft\.Resources\/deployments has no property "resourceGroup"/,
    why:
      "A nested deployment names its group, as Microsoft's own compiler writes it for every module with a scope (template " +
      "reference of Microsoft.Resources/deployments). Read without.",
    otherwise: async (exchanges) => faults(exchanges, asTheCheckerKnowsTemplates),
  },
];

/** What the checker finds once they are rewritten into a form that it can read. */
function faults(exchanges: readonly Exchange[], put: (exchange: Exchange) => Exchange): readonly string[] {
  const found = check(exchanges.map((exchange) => JSON.stringify(put(exchange))));
  return found.flatMap(({ violations }) => violations.map(({ at, message }) => `${at} ${message}`));
}

/** The kit's own reader of Bicep's type tables. */
interface TypeTables {
  resourceTable(type: string, version: string): object;
  checkBody(
    table: object,
    body: unknown,
    options: { at: string; report: (rule: string, at: string, message: string) => void },
  ): void;
}

async function readsByTypeTable(exchanges: readonly Exchange[]): Promise<readonly string[]> {
  const tables = (await import(pathToFileURL(join(kit, "lib/arm/types.mjs")).href)) as TypeTables;
  const found: string[] = [];
  for (const { request, response } of exchanges) {
    if (request.method !== "GET") found.push(`/request/method is ${request.method}`);
    if (response.status >= 400) continue;
    const [, type = "", version = ""] =
      /\/providers\/([^/]+\/[^/]+)\/[^/?]+\?api-version=([\w-]+)/.exec(request.url) ?? [];
    tables.checkBody(tables.resourceTable(type, version), response.body, {
      at: "/response/body",
      report: (_rule, at, message) => found.push(`${at} ${message}`),
    });
  }
  return found;
}

const asTheCheckerKnowsTemplates = (exchange: Exchange): Exchange =>
  JSON.parse(JSON.stringify(exchange), (_key, value: unknown) => {
    const { type, resourceGroup: _, ...rest } = (value ?? {}) as { type?: unknown; resourceGroup?: unknown };
    return type === "Microsoft.Resources/deployments" ? { type, ...rest } : value;
  }) as Exchange;

const withCompactLists = (exchange: Exchange): Exchange =>
  JSON.parse(JSON.stringify(exchange), (_key, value: unknown) => {
    const { type, style } = (value ?? {}) as { type?: unknown; style?: unknown };
    return type === "Input.ChoiceSet" && style === "filtered"
      ? { ...(value as object), style: "compact" }
      : value;
  }) as Exchange;

const withHtmlInObjects = (exchange: Exchange): Exchange =>
  JSON.parse(JSON.stringify(exchange), (_key, value: unknown) => {
    const { contentType, content } = (value ?? {}) as { contentType?: unknown; content?: unknown };
    return contentType === "text/html" && typeof content === "string"
      ? { contentType, content: { html: content } }
      : value;
  }) as Exchange;
