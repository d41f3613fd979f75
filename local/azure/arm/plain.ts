import { refuse } from "../errors.ts";
import type { Body, Resource } from "../state.ts";
import { guidOf } from "../world.ts";
import { asWritten, isBody, type Kind } from "./kind.ts";

/** What the provider adds to a resource. */
type Added = (resource: Resource) => Body;

const nothing: Added = () => ({});

/** Types that are stored as written and do nothing: the bot's surroundings, which no simulated VM depends on. */
const types: Readonly<Record<string, Added>> = {
  "Microsoft.Storage/storageAccounts": ({ name }) => ({
    primaryEndpoints: Object.fromEntries(
      ["blob", "queue", "table"].map((service) => [service, `https://${name}.${service}.core.windows.net/`]),
    ),
  }),
  "Microsoft.Storage/storageAccounts/blobServices": nothing,
  "Microsoft.Storage/storageAccounts/blobServices/containers": nothing,
  "Microsoft.OperationalInsights/workspaces": nothing,
  "Microsoft.Insights/components": ({ name }) => ({
    ConnectionString: `InstrumentationKey=${guidOf(`insights/${name}`)}`,
  }),
  "Microsoft.Insights/actionGroups": nothing,
  "Microsoft.Insights/scheduledQueryRules": nothing,
  "Microsoft.Web/serverfarms": nothing,
  "Microsoft.Web/sites": ({ name, properties }) => {
    refuseWhatFlexRefuses(properties);
    return { defaultHostName: `${name}.azurewebsites.net` };
  },
  "Microsoft.Web/sites/config": nothing,
  "Microsoft.Web/sites/basicPublishingCredentialsPolicies": nothing,
  "Microsoft.BotService/botServices": nothing,
  "Microsoft.BotService/botServices/channels": nothing,
};

/** Like Azure's newer stamps (Azure/terraform-azurerm-avm-res-web-site#345, August 2026); older ones overlook them. */
const notOnFlex = [
  "alwaysOn",
  "ftpsState",
  "functionAppScaleLimit",
  "functionsRuntimeScaleMonitoringEnabled",
  "linuxFxVersion",
  "netFrameworkVersion",
  "preWarmedInstanceCount",
  "use32BitWorkerProcess",
  "windowsFxVersion",
];

function refuseWhatFlexRefuses({ functionAppConfig, siteConfig }: Body): void {
  const refused = isBody(siteConfig) ? notOnFlex.filter((name) => name in siteConfig) : [];
  if (!isBody(functionAppConfig) || refused.length === 0) return;
  const names = refused.map((name) => `Site.SiteConfig.${name.charAt(0).toUpperCase()}${name.slice(1)}`);
  throw refuse(
    400,
    "BadRequest",
    `The following list of ${names.length} site configuration properties (${names.join(", ")}) for Flex Consumption sites is invalid.  Please remove or rename them before retrying.`,
  );
}

export const plainKinds: readonly Kind[] = Object.entries(types).map(([type, added]) => ({
  type,
  seconds: { create: 0, update: 0, remove: 0 },
  // Settings are a bare map of names and values, and a site reports its state in another way.
  stateless: /\/(config|sites)$/.test(type),
  prepare(write) {
    const resource = asWritten(write);
    resource.properties = { ...resource.properties, ...added(resource) };
    return resource;
  },
}));
